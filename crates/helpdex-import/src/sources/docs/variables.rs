//! Reads the variables of templates from the settings of a site.

use std::collections::BTreeMap;

use crate::front_matter::{FrontMatterValue, parse_front_matter};
use crate::input::Input;
use crate::source::Source;

/// The largest file of settings that is read, in bytes.
pub(super) const MAX_SETTINGS_BYTES: usize = 1_000_000;

/// Returns the values of the variables of templates, by name, from the settings of the site.
pub(super) fn variables(input: &Input, source: Source) -> BTreeMap<String, String> {
    let (file, prefix) = match source {
        Source::Jekyll => ("_config.yml", "site."),
        Source::Mkdocs => ("mkdocs.yml", ""),
        Source::Antora => ("antora.yml", ""),
        _ => return BTreeMap::new(),
    };
    let mut found = BTreeMap::new();
    let settings = input
        .files
        .iter()
        .find(|candidate| candidate.name() == file);
    let values = settings
        .and_then(|file| file.read_text(MAX_SETTINGS_BYTES).ok())
        .and_then(|text| parse_front_matter(&text).ok());
    for (key, value) in values.into_iter().flatten() {
        add_variable(prefix, &key, &value, &mut found);
    }
    found
}

fn add_variable(
    prefix: &str,
    key: &str,
    value: &FrontMatterValue,
    found: &mut BTreeMap<String, String>,
) {
    match value {
        FrontMatterValue::String(text) | FrontMatterValue::Number(text) => {
            found.insert(
                format!("{prefix}{key}"),
                text.trim_end_matches('@').to_owned(),
            );
        }
        FrontMatterValue::Map(map) => {
            let inner = match key {
                "asciidoc" | "attributes" => prefix.to_owned(),
                key => format!("{prefix}{key}."),
            };
            for (key, value) in map {
                add_variable(&inner, key, value, found);
            }
        }
        _ => {}
    }
}

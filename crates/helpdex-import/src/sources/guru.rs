//! Reads cards of Guru, which are its articles: bundles with an HTML file for each card, and cards as its API returns
//! them.

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Result, Visibility};

use super::json_files::{is_json, left_out_unknown};
use crate::collector::{Collector, Found, Origin};
use crate::front_matter::{FrontMatterValue, parse_front_matter};
use crate::input::{Input, InputFile};
use crate::json_records::for_each_record;
use crate::json_value::{has, hides, moment, name, names, text};
use crate::probe::Probe;
use crate::report::LeftOut;

/// The largest card, and the largest file of properties beside it, in bytes.
const MAX_FILE_BYTES: usize = 2_000_000;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let bundle = probe.path(|path| path.rsplit('/').next() == Some("collection.yaml"));
    if let Some(path) = bundle {
        return Some(format!("the file {path}"));
    }
    let path = probe.json_with(&["preferredPhrase"])?;
    Some(format!("the fields of Guru cards in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        let in_cards = file.path.split('/').rev().nth(1) == Some("cards");
        if in_cards && file.ending() == "html" {
            read_card(input, file, collector)?;
        } else if is_json(input, file) {
            read_json(file, collector)?;
        } else if file.ending() != "yaml" {
            collector.passed_over(file);
        }
    }
    Ok(())
}

/// Reads the card `cards/ID.html`, with the title and tags of `cards/ID.yaml`.
fn read_card(input: &Input, file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let stem = file.path.trim_end_matches(".html");
    let id = stem.rsplit('/').next().unwrap_or(stem).to_owned();
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let read = file.read_text(MAX_FILE_BYTES).and_then(|body| {
        let settings = input.file(&format!("{stem}.yaml"));
        let settings = settings
            .map(|settings| settings.read_text(MAX_FILE_BYTES))
            .transpose()?;
        let values = parse_front_matter(&settings.unwrap_or_default())?;
        Ok((body, values))
    });
    let (body, values) = match read {
        Ok(read) => read,
        Err(error) if Collector::is_fatal(&error) => return Err(error),
        Err(error) => {
            collector.failed(error, &origin, Some(id));
            return Ok(());
        }
    };
    collector.article(Found {
        fields: ArticleFields {
            id,
            title: one(&values, "Title").unwrap_or_default(),
            body,
            format: BodyFormat::Html,
            labels: tags(&values),
            visibility: Visibility::Internal,
            url: one(&values, "ExternalUrl").filter(|url| url.starts_with("http")),
            ..ArticleFields::default()
        },
        origin,
        is_of_path: true,
        ..Found::default()
    });
    Ok(())
}

fn tags(values: &BTreeMap<String, FrontMatterValue>) -> Vec<String> {
    match values.get("Tags") {
        Some(FrontMatterValue::List(list)) => list.clone(),
        Some(FrontMatterValue::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Reads cards as the API of Guru returns them. A card that is shared with a team only is not public.
fn read_json(file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let read = file.with_reader(|reader| {
        for_each_record(reader, &["cards", "results"], &mut |_, value| {
            let Some(id) = name(&value, "id").filter(|_| has(&value, "preferredPhrase")) else {
                left_out_unknown(&value, file, collector);
                return;
            };
            let origin = Origin {
                record: Some(id.clone()),
                ..origin.clone()
            };
            if hides(&value, "archived") {
                collector.left_out(LeftOut::Archived, &origin);
                return;
            }
            collector.article(Found {
                fields: ArticleFields {
                    id,
                    title: text(&value, "preferredPhrase")
                        .unwrap_or_default()
                        .to_owned(),
                    body: text(&value, "content").unwrap_or_default().to_owned(),
                    format: BodyFormat::Html,
                    section_path: value
                        .get("collection")
                        .and_then(|c| text(c, "name"))
                        .map(str::to_owned)
                        .into_iter()
                        .collect(),
                    labels: names(&value, "tags"),
                    updated_at: moment(&value, "lastModified"),
                    ..ArticleFields::default()
                },
                origin,
                states_visibility: has(&value, "shareStatus")
                    && text(&value, "shareStatus") != Some("PUBLIC"),
                ..Found::default()
            });
        })
    });
    match read {
        Err(error) if Collector::is_fatal(&error) => Err(error),
        Err(error) => {
            collector.failed(error, &origin, None);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Returns the value of a key as text; `None` if it is a list or missing.
fn one(values: &BTreeMap<String, FrontMatterValue>, key: &str) -> Option<String> {
    match values.get(key)? {
        FrontMatterValue::String(text) | FrontMatterValue::Number(text) => Some(text.clone()),
        _ => None,
    }
}

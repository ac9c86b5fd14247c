//! One file of a documentation source to an article.

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Result};
use helpdex_text::{
    Body, FrontMatterValue, MAX_ARTICLE_BYTES, MAX_FRONT_MATTER_BYTES, clean_article,
    parse_front_matter,
};

use super::address::address;
use super::front_matter::{Block, Stated};
use super::layout::Placed;
use super::markup_kind::Markup;
use crate::collector::{Collector, Found, Origin};
use crate::input::{Input, InputFile};
use crate::markup::{Context, Dialect, Slugs, of_asciidoc, of_markdown, of_rst};
use crate::report::LeftOut;
use crate::restriction::Restriction;
use crate::source::Source;

/// The largest file of a page: its body, its front matter, and the lines around that.
const MAX_FILE_BYTES: usize = MAX_ARTICLE_BYTES + MAX_FRONT_MATTER_BYTES + 100;
/// The lines at the head of a page among which its fields or attributes stand.
const MAX_FIELD_LINES: usize = 20;
/// The largest file of settings that is read for its variables.
const MAX_SETTINGS_BYTES: usize = 1_000_000;

/// A page before its id is settled among its translations.
pub(super) struct Page {
    pub found: Found,
    /// The id that its path gives, without the locale.
    pub placed_id: String,
    pub folder_locale: Option<String>,
    /// The id that its path gives, with all of its folders.
    pub path_id: String,
    pub states_id: bool,
    pub states_group: bool,
}

/// Reads a page; `None` where it is left out.
pub(super) fn read(
    input: &Input,
    file: &InputFile,
    markup: Markup,
    source: Source,
    placed: &Placed,
    variables: &BTreeMap<String, String>,
    collector: &mut Collector<'_>,
) -> Result<Option<Page>> {
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let text = match markup {
        Markup::Html => file.read_page(MAX_FILE_BYTES)?,
        _ => file.read_text(MAX_FILE_BYTES)?,
    };
    let has_front_matter = matches!(
        markup,
        Markup::Markdown | Markup::Mdx | Markup::Html | Markup::Text
    );
    let mut fields = ArticleFields {
        format: markup.format(),
        ..ArticleFields::default()
    };
    let (mut stated, body) = if has_front_matter {
        read_front_matter(&text, source, &mut fields)?
    } else {
        let stated = Stated {
            restriction: Restriction::of_text(&text),
            ..Stated::default()
        };
        (stated, text.as_str())
    };
    if let Some(reason) = stated.left_out {
        collector.left_out(reason, &origin);
        return Ok(None);
    }
    if !has_front_matter && is_hidden(body) {
        collector.left_out(LeftOut::Hidden, &origin);
        return Ok(None);
    }
    fields.body = read_body(input, file, body, markup, source, variables, collector);
    complete(&mut fields, file, placed)?;
    let locale = Some(fields.locale.as_str()).filter(|locale| !locale.is_empty());
    fields.url = address(
        collector.options.base_url.as_deref(),
        stated.url.take().or(fields.url.take()),
        placed,
        locale,
    );
    let path_id = file
        .path
        .rsplit_once('.')
        .map_or(file.path.as_str(), |(stem, _)| stem)
        .to_owned();
    Ok(Some(Page {
        found: Found {
            fields,
            origin,
            states_visibility: stated.visibility,
            restriction: stated.restriction,
            is_of_path: false,
        },
        placed_id: placed.id.clone(),
        folder_locale: placed.locale.clone(),
        path_id,
        states_id: stated.id,
        states_group: stated.group,
    }))
}

/// Returns whether a field of reStructuredText or an attribute of `AsciiDoc` at the head keeps a page from the search.
fn is_hidden(text: &str) -> bool {
    text.lines().take(MAX_FIELD_LINES).any(|line| {
        let line = line.trim();
        line == ":nosearch:"
            || line.starts_with(":page-noindex:")
            || (line.starts_with(":page-robots:") && line.contains("noindex"))
    })
}

/// Returns what the front matter states, and the text behind it. A text without a stated visibility may say itself that it is
/// not for everybody.
fn read_front_matter<'t>(
    text: &'t str,
    source: Source,
    fields: &mut ArticleFields,
) -> Result<(Stated, &'t str)> {
    let (block, body) = Block::split(text)?;
    let mut stated = match block {
        Some(block) => block.apply(source, fields)?,
        None => Stated::default(),
    };
    if !stated.visibility && stated.restriction.is_none() {
        stated.restriction = Restriction::of_text(text);
    }
    Ok((stated, body))
}

/// Adds the title and the locale where the front matter has none.
fn complete(fields: &mut ArticleFields, file: &InputFile, placed: &Placed) -> Result<()> {
    if !fields.title.is_empty() && !fields.locale.is_empty() {
        return Ok(());
    }
    let body = match fields.format {
        BodyFormat::Html => Body::Html(&fields.body),
        BodyFormat::Markdown => Body::Markdown(&fields.body),
        BodyFormat::Text => Body::Text(&fields.body),
    };
    let clean = clean_article(body)?;
    if fields.title.is_empty() {
        let name = file.name();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        fields.title = clean.title.unwrap_or_else(|| stem.replace(['-', '_'], " "));
    }
    if fields.locale.is_empty() {
        let stated = clean
            .locale
            .filter(|locale| locale.parse::<helpdex::Locale>().is_ok());
        fields.locale = stated.or_else(|| placed.locale.clone()).unwrap_or_default();
    }
    Ok(())
}

/// Reads the text of a page as Markdown, HTML or plain text.
fn read_body(
    input: &Input,
    file: &InputFile,
    body: &str,
    markup: Markup,
    source: Source,
    variables: &BTreeMap<String, String>,
    collector: &mut Collector<'_>,
) -> String {
    if matches!(markup, Markup::Html | Markup::Text) {
        return body.to_owned();
    }
    let mut included = |path: &str| included(input, &file.path, path);
    let mut context = Context::new(&mut included, variables);
    let dialect = Dialect {
        mdx: markup == Markup::Mdx,
        slugs: match source {
            Source::Mkdocs => Slugs::Python,
            Source::Jekyll => Slugs::Kramdown,
            _ => Slugs::GitHub,
        },
    };
    let text = match markup {
        Markup::Rst => of_rst(body, &mut context),
        Markup::AsciiDoc => of_asciidoc(body, &mut context),
        _ => of_markdown(body, dialect, &mut context),
    };
    let (missing, unknown) = (context.missing, context.unknown_variables);
    for path in missing {
        let place = format!("{} includes {path}", file.path);
        collector.warn(
            "missing_include",
            "included files are not in the input; give the folder that has them",
            &place,
        );
    }
    for name in unknown {
        let place = format!("{} uses {name}", file.path);
        collector.warn(
            "unknown_variable",
            "variables of templates have no value here and are left out",
            &place,
        );
    }
    text
}

/// Returns the text of a file that a page includes, wherever its generator looks for it; never from outside of the input.
fn included(input: &Input, page: &str, path: &str) -> Option<String> {
    let path = path
        .trim_start_matches("./")
        .trim_start_matches("@/")
        .trim_start_matches('~');
    let path = path.split(['#', '{', '?']).next().unwrap_or(path);
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut names = vec![joined(folder, path), joined("", path)];
    // Antora: `partial$name.adoc`, `module:partial$name.adoc`.
    if let Some((place, name)) = path.split_once('$') {
        let (module, kind) = place
            .rsplit_once(':')
            .map_or((None, place), |(module, kind)| (Some(module), kind));
        let base = page
            .split_once("/pages/")
            .or_else(|| page.split_once("/partials/"))
            .map_or("modules/ROOT", |(base, _)| base);
        let base = match module {
            Some(module) => format!(
                "{}/{}",
                base.rsplit_once('/').map_or("modules", |(b, _)| b),
                module.rsplit(':').next().unwrap_or(module)
            ),
            None => base.to_owned(),
        };
        names.push(joined(&format!("{base}/{kind}s"), name));
    }
    for place in [
        "_includes",
        "docs",
        "includes",
        "snippets",
        "docs/includes",
        "_partials",
        "layouts/shortcodes",
    ] {
        names.push(joined(place, path));
    }
    let file = names
        .into_iter()
        .flatten()
        .find_map(|name| input.file(&name))?;
    let text = file.read_text(MAX_FILE_BYTES).ok()?;
    let (_, body) = Block::split(&text).ok()?;
    Some(body.to_owned())
}

/// Joins a folder and a path; `None` where that leaves the input.
fn joined(folder: &str, path: &str) -> Option<String> {
    let base = if path.starts_with('/') { "" } else { folder };
    let mut names: Vec<&str> = Vec::new();
    for name in base.split('/').chain(path.split(['/', '\\'])) {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// Returns what variables of templates stand for, from the settings of the site.
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

/// Returns the ids that a page may have which cannot be read: that of its whole path, and those that its lines state.
pub(super) fn possible_ids(file: &InputFile) -> impl Iterator<Item = String> + use<> {
    let head = file.head(MAX_FRONT_MATTER_BYTES).unwrap_or_default();
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut ids = Vec::new();
    for line in head.lines() {
        let stated = ["id", "slug"].iter().find_map(|key| {
            let rest = line.trim_start().strip_prefix(key)?.trim_start();
            rest.strip_prefix([':', '='])
        });
        ids.extend(stated.map(|id| id.trim().trim_matches(['"', '\'']).to_owned()));
    }
    let stem = file
        .path
        .rsplit_once('.')
        .map_or(&*file.path, |(stem, _)| stem);
    ids.push(stem.to_owned());
    ids.into_iter().filter(|id| !id.is_empty())
}

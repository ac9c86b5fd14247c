//! Reads one file of a documentation source as an article.

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Result};
use helpdex_text::{Body, clean_article};

use super::address::address;
use super::alternates::alternates_of_html;
use super::front_matter::{Block, Stated};
use super::includes::{MAX_FILE_BYTES, included};
use super::layout::Placed;
use super::markup_kind::Markup;
use super::redirects::aliases_of_asciidoc;
use crate::collector::{Collector, Found, Origin};
use crate::front_matter::MAX_FRONT_MATTER_BYTES;
use crate::input::{Input, InputFile};
use crate::markup::{Context, Dialect, Slugs, of_asciidoc, of_markdown, of_rst};
use crate::report::LeftOut;
use crate::restriction::Restriction;
use crate::source::Source;

/// The number of lines at the head of a page in which fields of reStructuredText and attributes of `AsciiDoc` are read.
const MAX_FIELD_LINES: usize = 20;

/// A page whose final id is not known before its translations are.
pub(super) struct Page {
    pub found: Found,
    /// The id that the path of the page gives, without the locale.
    pub placed_id: String,
    pub folder_locale: Option<String>,
    /// The id that the path of the page gives, with all of its folders.
    pub path_id: String,
    pub states_id: bool,
    pub states_locale: bool,
    pub states_group: bool,
    /// The former addresses of the page.
    pub former: Vec<String>,
    /// The addresses of the page's translations.
    pub alternates: Vec<String>,
}

/// Reads a page; `None` if it is left out.
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
    let mut fields = ArticleFields {
        format: markup.format(),
        ..ArticleFields::default()
    };
    let (mut stated, body) = read_head(&text, markup, source, &mut fields)?;
    if let Some(reason) = stated.left_out {
        collector.left_out(reason, &origin);
        return Ok(None);
    }
    fields.body = read_body(input, file, body, markup, source, variables, collector);
    let states_locale = complete(&mut fields, file, placed)?;
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
        states_locale,
        states_group: stated.group,
        former: stated.former,
        alternates: stated.alternates,
    }))
}

/// Whether an HTML file is a template of a theme rather than a page: it has a tag of Jinja that Liquid, which pages of
/// Jekyll use, does not have. A page that shows such tags has them in code.
fn is_theme_template(text: &str) -> bool {
    const TAGS: [&str; 5] = ["extends", "block", "macro", "set", "import"];
    let before_code = ["<pre", "<code"].iter().filter_map(|tag| text.find(tag));
    let head = &text[..before_code.min().unwrap_or(text.len())];
    head.lines().any(|line| {
        let tag = line.trim_start().strip_prefix("{%");
        let tag = tag.map(|tag| tag.trim_start_matches(['-', ' ']));
        tag.and_then(|tag| tag.split_whitespace().next())
            .is_some_and(|name| TAGS.contains(&name))
    })
}

/// Whether a field of reStructuredText or an attribute of `AsciiDoc` at the head excludes a page from search.
fn is_hidden(text: &str) -> bool {
    text.lines().take(MAX_FIELD_LINES).any(|line| {
        let line = line.trim();
        line == ":nosearch:"
            || line.starts_with(":page-noindex:")
            || (line.starts_with(":page-robots:") && line.contains("noindex"))
    })
}

/// Returns what a page states about itself, and the text behind its front matter.
fn read_head<'t>(
    text: &'t str,
    markup: Markup,
    source: Source,
    fields: &mut ArticleFields,
) -> Result<(Stated, &'t str)> {
    if matches!(markup, Markup::Rst | Markup::AsciiDoc) {
        let mut stated = Stated {
            restriction: Restriction::of_text(text),
            left_out: is_hidden(text).then_some(LeftOut::Hidden),
            ..Stated::default()
        };
        if markup == Markup::AsciiDoc {
            stated.former.extend(aliases_of_asciidoc(text));
        }
        return Ok((stated, text));
    }
    let (mut stated, body) = read_front_matter(text, source, fields)?;
    if markup == Markup::Html {
        stated.alternates.extend(alternates_of_html(body));
        if stated.left_out.is_none() && is_theme_template(body) {
            stated.left_out = Some(LeftOut::Partial);
        }
    }
    Ok((stated, body))
}

/// Returns what the front matter states, and the text behind it. If it states no visibility, a line of the text that
/// restricts the page is looked for.
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

/// Adds a title and a locale to fields that have none. Returns whether the page itself states its locale.
fn complete(fields: &mut ArticleFields, file: &InputFile, placed: &Placed) -> Result<bool> {
    let mut states_locale = !fields.locale.is_empty();
    if !fields.title.is_empty() && states_locale {
        return Ok(true);
    }
    let body = match fields.format {
        BodyFormat::Html => Body::Html(&fields.body),
        BodyFormat::Markdown => Body::Markdown(head_of(&fields.body, !fields.title.is_empty())),
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
        states_locale = stated.is_some();
        fields.locale = stated.or_else(|| placed.locale.clone()).unwrap_or_default();
    }
    Ok(states_locale)
}

/// Returns the part of a page in Markdown that states its title and its locale: its first line if that is the title. Most
/// pages are not cleaned as a whole for it.
fn head_of(page: &str, has_title: bool) -> &str {
    let pieces = ["<html", "<HTML", "<title", "<TITLE"];
    if pieces.iter().any(|piece| page.contains(piece)) {
        return page;
    }
    if has_title {
        return "";
    }
    let first = page.trim_start_matches('\n').lines().next();
    // A link of the title may be defined below it.
    first
        .filter(|line| line.starts_with("# ") && !line.contains(['[', '<']))
        .unwrap_or(page)
}

/// Returns the body of a page as Markdown, HTML or plain text.
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

/// Returns the ids that a page which cannot be read may have: that of its whole path, and those that its lines state.
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

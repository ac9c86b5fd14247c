//! Reads an export of Notion: pages in Markdown or HTML, with an id at the end of each file name.

use helpdex::{ArticleFields, BodyFormat, Result};

use crate::collector::{Collector, Found, Origin};
use crate::input::{Input, InputFile};
use crate::markup::{Context, Dialect, of_markdown};
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::restriction::Restriction;

/// The largest page that is read, in bytes.
const MAX_FILE_BYTES: usize = 2_000_000;
/// The number of hexadecimal digits of the id at the end of a file name.
const ID_DIGITS: usize = 32;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let pages = probe.files.iter().filter(|file| is_page(file));
    let named = pages
        .clone()
        .filter(|file| id_of(file.name()).is_some())
        .count();
    let path = pages.clone().find(|file| id_of(file.name()).is_some())?;
    (named * 2 >= pages.count()).then(|| format!("names such as {}", path.path))
}

fn is_page(file: &InputFile) -> bool {
    matches!(file.ending().as_str(), "md" | "html")
}

/// Splits a file name such as `Name 0123...abcd.md` into the id and the name of the page; `None` if it has no id at its
/// end.
fn id_of(name: &str) -> Option<(&str, &str)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let start = stem.len().checked_sub(ID_DIGITS)?;
    let digits = stem.get(start..)?;
    let is_id = digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| (digits, stem[..start].trim()))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        if !is_page(file) {
            collector.passed_over(file);
            continue;
        }
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        let Some((id, title)) = id_of(file.name()) else {
            collector.left_out(LeftOut::NotAnArticle, &origin);
            continue;
        };
        let text = match file.read_text(MAX_FILE_BYTES) {
            Ok(text) => text,
            Err(error) if Collector::is_fatal(&error) => return Err(error),
            Err(error) => {
                collector.failed(error, &origin, Some(id.to_owned()));
                continue;
            }
        };
        let is_html = file.ending() == "html";
        let body = if is_html {
            page_body(&text).to_owned()
        } else {
            markdown(&text)
        };
        let folders = file.path.split('/').rev().skip(1);
        let mut path: Vec<String> = folders
            .map(|folder| id_of(folder).map_or(folder, |(_, name)| name).to_owned())
            .collect();
        path.reverse();
        path.retain(|name| !name.is_empty());
        collector.article(Found {
            restriction: Restriction::of_text(&text),
            fields: ArticleFields {
                id: id.to_owned(),
                title: heading(&text, is_html).unwrap_or_else(|| title.to_owned()),
                body,
                format: if is_html {
                    BodyFormat::Html
                } else {
                    BodyFormat::Markdown
                },
                section_path: path.into_iter().take(32).collect(),
                ..ArticleFields::default()
            },
            origin,
            is_of_path: true,
            ..Found::default()
        });
    }
    Ok(())
}

/// Converts the Markdown of a page to plain Markdown.
fn markdown(text: &str) -> String {
    let variables = std::collections::BTreeMap::new();
    of_markdown(
        text,
        Dialect::default(),
        &mut Context::new(&mut |_| None, &variables),
    )
}

/// Returns the HTML of a page without its head and the table of its properties.
fn page_body(html: &str) -> &str {
    html.find("<div class=\"page-body\">")
        .map_or(html, |start| &html[start..])
}

fn heading(text: &str, is_html: bool) -> Option<String> {
    let title = if is_html {
        let (_, rest) = text.split_once("class=\"page-title\"")?;
        rest.split_once('>')?.1.split_once("</h1>")?.0.to_owned()
    } else {
        text.lines().next()?.strip_prefix("# ")?.to_owned()
    };
    let plain: String = helpdex::one_line(
        &title
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">"),
    );
    (!plain.is_empty() && !plain.contains("</")).then_some(plain)
}

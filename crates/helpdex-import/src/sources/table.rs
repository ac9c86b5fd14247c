//! Reads tables: CSV, TSV, and objects of JSON whose keys are columns.

use helpdex::article::Status;
use helpdex::{ArticleFields, BodyFormat, Error, Result, Visibility};

use crate::collector::{Collector, Found, Origin};
use crate::input::Input;
use crate::json_value::moment_of;
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::restriction::Restriction;
use crate::table_rows::{
    RESTRICTING_COLUMN, Row, TakesRows, field_of, for_each_row, is_table, parquet_in,
};

/// The fields of which a row must have at least one.
const NEEDED: [&str; 2] = ["title", "body"];

/// The values of a column of drafts with which a row is no draft.
const NO: [&str; 4] = ["false", "no", "0", "off"];
/// The values of a column of states with which a row is published.
const PUBLISHED: [&str; 10] = [
    "",
    "published",
    "public",
    "active",
    "live",
    "current",
    "approved",
    "final",
    "enabled",
    "visible",
];

/// The names of columns that are read as each field, in lower case, without spaces and `_`. `HubSpot` asks for "Article
/// Body".
const FIELDS: [(&str, &[&str]); 12] = [
    ("id", &["id", "articleid", "slug", "key", "number"]),
    (
        "title",
        &[
            "title",
            "name",
            "subject",
            "question",
            "articletitle",
            "headline",
        ],
    ),
    (
        "body",
        &[
            "body",
            "articlebody",
            "content",
            "text",
            "html",
            "answer",
            "description",
            "bodyhtml",
            "articletext",
        ],
    ),
    ("locale", &["locale", "language", "lang"]),
    (
        "url",
        &["url", "link", "articleurl", "htmlurl", "publicurl"],
    ),
    ("labels", &["labels", "tags", "keywords"]),
    (
        "section_path",
        &["category", "section", "categories", "folder", "sectionpath"],
    ),
    ("visibility", &["visibility"]),
    ("status", &["status", "state"]),
    ("draft", &["draft"]),
    (
        "updated_at",
        &[
            "updatedat",
            "lastmodified",
            "modified",
            "lastmodifieddate",
            "updated",
        ],
    ),
    ("translation_group", &["translationgroup"]),
];

/// Detects a table by its columns. In a folder with pages, the table is left to the source of the pages.
pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    if probe.has_pages() {
        return None;
    }
    if let Some(path) = parquet_in(probe) {
        return Some(format!("the form of the table {path}"));
    }
    let path = probe.head_with(|file, head| {
        let header = head.lines().next().unwrap_or_default();
        is_table(&file.ending()) && has_columns(header.split([',', '\t', ';']))
    });
    if let Some(path) = path {
        return Some(format!("the columns of {path}"));
    }
    let path = probe.head_with(|file, head| {
        let is_named = matches!(file.ending().as_str(), "json" | "jsonl" | "ndjson");
        is_named
            && head.contains("\"title\"")
            && ["\"body\"", "\"content\"", "\"text\"", "\"html\""]
                .iter()
                .any(|key| head.contains(key))
    })?;
    Some(format!("the keys of the objects in {path}"))
}

fn has_columns<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let found: Vec<&str> = names.filter_map(|name| field_of(name, &FIELDS)).collect();
    NEEDED.iter().all(|field| found.contains(field))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for_each_row(input, &FIELDS, &NEEDED, collector)
}

impl TakesRows for Collector<'_> {
    fn chosen_columns(&self) -> &[(String, String)] {
        &self.options.columns
    }

    fn columns(&mut self, shown: &str) {
        self.warn(
            "columns",
            "columns are read as these fields; name others with --map FIELD=COLUMN",
            shown,
        );
    }

    fn row(&mut self, row: &Row, origin: Origin) {
        read_row(row, origin, self);
    }

    fn failed_row(&mut self, error: Error, origin: &Origin) {
        self.failed(error, origin, None);
    }
}

/// Returns the reason for which a row is no article for readers; `None` if it is one.
fn left_out(draft: Option<&str>, status: Option<&str>) -> Option<LeftOut> {
    if draft.is_some_and(|draft| !is_any(draft, &NO)) {
        return Some(LeftOut::Draft);
    }
    match status? {
        status if is_any(status, &["archived", "deleted"]) => Some(LeftOut::Archived),
        status if is_any(status, &["private", "hidden"]) => Some(LeftOut::Hidden),
        status if is_any(status, &["draft", "unpublished", "notpublished"]) => Some(LeftOut::Draft),
        _ => None,
    }
}

/// Returns the column that seems to restrict who may read a row: an unknown status, or a column that is no field and is
/// named like one of visibility; `None` if there is none.
fn restricting_column(row: &Row) -> Option<Restriction> {
    let status = row.get("status").map(|status| status.trim());
    let is_known = status.is_none_or(|status| is_any(status, &PUBLISHED));
    let key = match row.get(RESTRICTING_COLUMN) {
        _ if !is_known => "status",
        Some(column) => column,
        None => return None,
    };
    Some(Restriction {
        line: 0,
        key: key.to_owned(),
    })
}

fn is_any(text: &str, of: &[&str]) -> bool {
    of.iter().any(|one| text.eq_ignore_ascii_case(one))
}

/// Returns the visibility that a row states; `None` if it states none.
fn visibility(stated: Option<&str>) -> Option<Visibility> {
    Some(match stated?.to_lowercase().as_str() {
        "public" | "everyone" | "everybody" => Visibility::Public,
        "signed_in" | "signed in" | "users" => Visibility::SignedIn,
        _ => Visibility::Internal,
    })
}

/// Reads a row as an article. If the row does not state a visibility, the options decide on it.
fn read_row(row: &Row, origin: Origin, collector: &mut Collector<'_>) {
    let get = |field: &str| {
        row.get(field)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    };
    let list = |field: &str| -> Vec<String> {
        let entries = get(field).unwrap_or_default().split([',', ';', '|', '>']);
        entries
            .map(|entry| entry.trim().to_owned())
            .filter(|entry| !entry.is_empty())
            .collect()
    };
    let url = get("url").filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    let number = origin.line.map_or_else(
        || origin.record.clone().unwrap_or_default(),
        |line| format!("{}:{line}", origin.path),
    );
    let id = get("id").or(url).map_or(number, str::to_owned);
    if let Some(reason) = left_out(get("draft"), get("status")) {
        collector.left_out(reason, &origin);
        return;
    }
    let body = get("body").unwrap_or_default();
    let stated = get("visibility");
    let restriction =
        restricting_column(row).or_else(|| Restriction::of_text(body).filter(|_| stated.is_none()));
    let visibility = visibility(stated)
        .filter(|visibility| restriction.is_none() || *visibility > Visibility::Public);
    let is_html = body.contains("</") || body.contains("<br") || body.contains("<p");
    let found = Found {
        fields: ArticleFields {
            id: id.clone(),
            translation_group: get("translation_group").map(str::to_owned),
            locale: get("locale").unwrap_or_default().to_owned(),
            title: get("title").unwrap_or_default().to_owned(),
            body: body.to_owned(),
            format: if is_html {
                BodyFormat::Html
            } else {
                BodyFormat::Markdown
            },
            section_path: list("section_path"),
            labels: list("labels"),
            status: Status::Published,
            visibility: visibility.unwrap_or_default(),
            updated_at: get("updated_at").and_then(moment_of),
            url: url.map(str::to_owned),
            ..ArticleFields::default()
        },
        origin: Origin {
            record: Some(id),
            ..origin
        },
        states_visibility: visibility.is_some(),
        restriction,
        is_of_path: false,
    };
    collector.article(found);
}

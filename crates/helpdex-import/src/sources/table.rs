//! Tables: CSV, TSV, and objects of JSON whose keys are columns.

use std::collections::BTreeMap;
use std::io::Read;

use helpdex::article::Status;
use helpdex::{ArticleFields, BodyFormat, Error, Result, Visibility};
use serde_json::Value;

use super::json_files::is_json;
use crate::collector::{Collector, Found, Origin};
use crate::input::{Input, InputFile};
use crate::json_records::for_each_record;
use crate::json_value::moment_of;
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::restriction::Restriction;

/// The most bytes of one record of a table.
const MAX_RECORD_BYTES: usize = 16 << 20;

/// The names that a column may have, by the field that it is, lower case, without spaces and `_`. `HubSpot` asks for "Article Body".
const COLUMNS: [(&str, &[&str]); 12] = [
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

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let is_table = |file: &InputFile| matches!(file.ending().as_str(), "csv" | "tsv");
    let path = probe.head_with(|file, head| {
        let header = head.lines().next().unwrap_or_default();
        is_table(file) && has_columns(header.split([',', '\t', ';']))
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
    let found: Vec<&str> = names.filter_map(field_of).collect();
    found.contains(&"title") && found.contains(&"body")
}

/// Returns the field that a column is, by its name.
fn field_of(column: &str) -> Option<&'static str> {
    let plain: String = column.trim().trim_matches(['"', '\u{feff}']).to_lowercase();
    let plain: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut all = COLUMNS.iter();
    all.find(|(_, names)| names.contains(&plain.as_str()))
        .map(|(field, _)| *field)
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        let ending = file.ending();
        if matches!(ending.as_str(), "csv" | "tsv" | "tab") {
            read_csv(file, &ending, collector)?;
        } else if is_json(input, file) {
            read_json(file, collector)?;
        } else {
            collector.passed_over(file);
        }
    }
    Ok(())
}

fn read_csv(file: &InputFile, ending: &str, collector: &mut Collector<'_>) -> Result<()> {
    file.with_reader(|reader| {
        let head = reader.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let head = String::from_utf8_lossy(&head);
        let header = head.lines().next().unwrap_or_default();
        let is_semicolon = header.matches(';').count() > header.matches(',').count();
        let delimiter = match ending {
            "tsv" | "tab" => b'\t',
            _ if is_semicolon => b';',
            _ => b',',
        };
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader as &mut dyn Read);
        let origin = Origin { path: file.path.clone(), ..Origin::default() };
        let columns = match rows.headers() {
            Ok(header) => Columns::of(header.iter(), collector),
            Err(error) => {
                collector.failed(unreadable(&error), &origin, None);
                return Ok(());
            }
        };
        let Some(columns) = columns else {
            let error = Error::invalid("no column is a title and none is a body; name them with --map title=COLUMN --map body=COLUMN");
            collector.failed(error, &origin, None);
            return Ok(());
        };
        for row in rows.records() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    collector.failed(unreadable(&error), &origin, None);
                    if error.is_io_error() {
                        break;
                    }
                    continue;
                }
            };
            let line = row.position().and_then(|position| usize::try_from(position.line()).ok());
            let origin = Origin { line, ..origin.clone() };
            if row.as_slice().len() > MAX_RECORD_BYTES {
                collector.failed(Error::invalid("the row is too long; shorten it"), &origin, None);
                continue;
            }
            let fields = columns.0.iter().filter_map(|(field, at)| Some((*field, row.get(*at)?.to_owned())));
            read_row(&fields.collect(), origin, line, collector);
        }
        Ok(())
    })
}

fn unreadable(error: &csv::Error) -> Error {
    let line = error
        .position()
        .and_then(|position| usize::try_from(position.line()).ok());
    let message = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8; save the table as UTF-8",
        _ => "the row cannot be read; export the table again",
    };
    Error::invalid(message).at_line(line.unwrap_or(1))
}

/// The fields of an article that columns are.
struct Columns(Vec<(&'static str, usize)>);

impl Columns {
    /// Maps the columns as the options say, and guesses the rest; `None` where none is a title or a body.
    fn of<'a>(
        header: impl Iterator<Item = &'a str>,
        collector: &mut Collector<'_>,
    ) -> Option<Self> {
        let names: Vec<&str> = header
            .map(|name| name.trim_start_matches('\u{feff}').trim())
            .collect();
        let mut columns: Vec<(&'static str, usize)> = Vec::new();
        for (field, column) in &collector.options.columns {
            let known = COLUMNS.iter().find(|(name, _)| name == field);
            let at = names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(column));
            if let (Some((field, _)), Some(at)) = (known, at) {
                columns.push((field, at));
            }
        }
        for (at, name) in names.iter().enumerate() {
            if let Some(field) = field_of(name)
                && !columns.iter().any(|(known, _)| *known == field)
            {
                columns.push((field, at));
            }
        }
        let shown: Vec<String> = columns
            .iter()
            .map(|(field, at)| format!("{field}={}", names[*at]))
            .collect();
        let has_text = columns
            .iter()
            .any(|(field, _)| matches!(*field, "title" | "body"));
        if has_text {
            collector.warn(
                "columns",
                "columns are read as these fields; name others with --map FIELD=COLUMN",
                &shown.join(", "),
            );
        }
        has_text.then_some(Self(columns))
    }
}

fn read_json(file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let lists = [
        "articles",
        "data",
        "items",
        "results",
        "records",
        "rows",
        "documents",
    ];
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let mut number = 0;
    let read = file.with_reader(|reader| {
        for_each_record(reader, &lists, &mut |_, value| {
            number += 1;
            let Value::Object(object) = value else { return };
            let mut fields = BTreeMap::new();
            for (field, column) in &collector.options.columns {
                let known = COLUMNS.iter().find(|(name, _)| name == field);
                let value = object
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(column));
                if let (Some((field, _)), Some(text)) =
                    (known, value.and_then(|(_, value)| shown(value)))
                {
                    fields.insert(*field, text);
                }
            }
            for (key, value) in &object {
                if let (Some(field), Some(text)) = (field_of(key), shown(value)) {
                    fields.entry(field).or_insert(text);
                }
            }
            if fields.contains_key("title") || fields.contains_key("body") {
                let origin = Origin {
                    record: Some(format!("record {number}")),
                    ..origin.clone()
                };
                read_row(&fields, origin, None, collector);
            }
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

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(list) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            Some(texts.join(", "))
        }
        _ => None,
    }
}

/// Reads a row: what it does not state of its visibility is left to the options.
fn read_row(
    row: &BTreeMap<&'static str, String>,
    origin: Origin,
    line: Option<usize>,
    collector: &mut Collector<'_>,
) {
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
    let number = line.map_or_else(
        || origin.record.clone().unwrap_or_default(),
        |line| format!("{}:{line}", origin.path),
    );
    let id = get("id").or(url).map_or(number, str::to_owned);
    let is_draft =
        get("draft").is_some_and(|draft| draft.eq_ignore_ascii_case("true") || draft == "1");
    let status = get("status").map(str::to_lowercase);
    let is_unpublished = status.as_deref().is_some_and(|status| {
        [
            "draft",
            "unpublished",
            "notpublished",
            "archived",
            "deleted",
            "private",
            "hidden",
        ]
        .contains(&status)
    });
    if is_draft || is_unpublished {
        let reason = if status.as_deref() == Some("archived") {
            LeftOut::Archived
        } else {
            LeftOut::Draft
        };
        collector.left_out(reason, &origin);
        return;
    }
    let visibility = match get("visibility").map(str::to_lowercase).as_deref() {
        Some("public" | "everyone" | "everybody") => Some(Visibility::Public),
        Some("signed_in" | "signed in" | "users") => Some(Visibility::SignedIn),
        Some(_) => Some(Visibility::Internal),
        None => None,
    };
    let body = get("body").unwrap_or_default();
    let restriction = visibility
        .is_none()
        .then(|| Restriction::of_text(body))
        .flatten();
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

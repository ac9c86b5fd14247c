//! Reads rows of tables: CSV, TSV, and JSON objects whose keys are columns.

use std::collections::BTreeMap;

use helpdex::{Error, Result};
use serde_json::Value;

use crate::bounded::Bounded;
use crate::collector::{Collector, Origin};
use crate::input::{Input, InputFile};
use crate::json_records::for_each_record;
use crate::sources::json_files::{TakesFiles, is_json};

/// The most bytes of one row.
const MAX_ROW_BYTES: usize = 16 << 20;

/// The names of the lists that may hold the rows in a JSON file.
const LISTS: [&str; 8] = [
    "articles",
    "tickets",
    "data",
    "items",
    "results",
    "records",
    "rows",
    "documents",
];

/// The fields that a table may have, each with the column names that are read as it, in lower case and reduced to
/// letters and digits.
pub(crate) type Fields = [(&'static str, &'static [&'static str])];

/// A row of a table: the text of each field that a column was found for, by the name of the field.
pub(crate) type Row = BTreeMap<&'static str, String>;

/// Receives what is read from tables: their columns, their rows and their errors.
pub(crate) trait TakesRows {
    /// Returns the pairs of field and column that the caller chose.
    fn chosen_columns(&self) -> &[(String, String)];
    /// Receives the fields and their columns, as in `title=Subject, body=Text`.
    fn columns(&mut self, shown: &str);
    /// Receives a row and the place where it was found.
    fn row(&mut self, row: &Row, origin: Origin);
    /// Receives the error for a row or a file that cannot be read.
    fn failed_row(&mut self, error: Error, origin: &Origin);
}

/// Returns the field that has `column` among its column names.
pub(crate) fn field_of(column: &str, fields: &Fields) -> Option<&'static str> {
    let plain: String = column.trim().trim_matches(['"', '\u{feff}']).to_lowercase();
    let plain: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut all = fields.iter();
    all.find(|(_, names)| names.contains(&plain.as_str()))
        .map(|(field, _)| *field)
}

/// Whether a file is a table, by the ending of its name.
pub(crate) fn is_table(ending: &str) -> bool {
    matches!(ending, "csv" | "tsv" | "tab")
}

/// Calls `taker` with each row of every table of an input, and with the files that are not tables. `needed` are the
/// fields of which a table must have one.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when a file cannot be read.
pub(crate) fn for_each_row<T: TakesRows + TakesFiles>(
    input: &Input,
    fields: &Fields,
    needed: &[&str],
    taker: &mut T,
) -> Result<()> {
    for file in &input.files {
        if is_table(&file.ending()) {
            for_each_csv_row(file, fields, needed, taker)?;
        } else if is_json(input, file) {
            for_each_json_row(file, fields, needed, taker)?;
        } else {
            taker.passed_over(file);
        }
    }
    Ok(())
}

/// Calls `taker` with each row of a CSV or TSV file. A table without any of the fields `needed` is reported as failed.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be read.
fn for_each_csv_row<T: TakesRows>(
    file: &InputFile,
    fields: &Fields,
    needed: &[&str],
    taker: &mut T,
) -> Result<()> {
    let ending = file.ending();
    file.with_reader(|reader| {
        let head = reader.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let delimiter = delimiter(&ending, &String::from_utf8_lossy(&head));
        let (bounded, bound) = Bounded::new(reader, MAX_ROW_BYTES);
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(bounded);
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        let columns = match rows.headers() {
            Ok(header) => columns(header.iter(), fields, needed, taker),
            Err(error) => {
                taker.failed_row(unreadable(&error), &origin);
                return Ok(());
            }
        };
        let Some(columns) = columns else {
            let names: Vec<String> = needed
                .iter()
                .map(|field| format!("--map {field}=COLUMN"))
                .collect();
            let error = Error::invalid(format!(
                "no column is a {}; name them with {}",
                needed.join(" and none is a "),
                names.join(" ")
            ));
            taker.failed_row(error, &origin);
            return Ok(());
        };
        for row in rows.records() {
            bound.next_record();
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    taker.failed_row(unreadable(&error), &origin);
                    if error.is_io_error() {
                        break;
                    }
                    continue;
                }
            };
            let line = row
                .position()
                .and_then(|position| usize::try_from(position.line()).ok());
            let origin = Origin {
                line,
                ..origin.clone()
            };
            let row = columns
                .iter()
                .filter_map(|(field, at)| Some((*field, row.get(*at)?.to_owned())));
            taker.row(&row.collect(), origin);
        }
        Ok(())
    })
}

fn delimiter(ending: &str, head: &str) -> u8 {
    let header = head.lines().next().unwrap_or_default();
    let is_semicolon = header.matches(';').count() > header.matches(',').count();
    match ending {
        "tsv" | "tab" => b'\t',
        _ if is_semicolon => b';',
        _ => b',',
    }
}

fn unreadable(error: &csv::Error) -> Error {
    let line = error
        .position()
        .and_then(|position| usize::try_from(position.line()).ok());
    let message = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8; save the table as UTF-8",
        csv::ErrorKind::Io(_) => {
            "the row is too long, as where a quotation mark is not closed; close it"
        }
        _ => "the row cannot be read; export the table again",
    };
    Error::invalid(message).at_line(line.unwrap_or(1))
}

/// Returns the fields with the indices of their columns: those that the caller chose, then those recognised by name.
/// `None` when no needed field is among them.
fn columns<'a, T: TakesRows>(
    header: impl Iterator<Item = &'a str>,
    fields: &Fields,
    needed: &[&str],
    taker: &mut T,
) -> Option<Vec<(&'static str, usize)>> {
    let names: Vec<&str> = header
        .map(|name| name.trim_start_matches('\u{feff}').trim())
        .collect();
    let mut columns: Vec<(&'static str, usize)> = Vec::new();
    for (field, column) in taker.chosen_columns() {
        let known = fields.iter().find(|(name, _)| name == field);
        let at = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(column));
        if let (Some((field, _)), Some(at)) = (known, at) {
            columns.push((field, at));
        }
    }
    for (at, name) in names.iter().enumerate() {
        if let Some(field) = field_of(name, fields)
            && !columns.iter().any(|(known, _)| *known == field)
        {
            columns.push((field, at));
        }
    }
    if !columns.iter().any(|(field, _)| needed.contains(field)) {
        return None;
    }
    let shown: Vec<String> = columns
        .iter()
        .map(|(field, at)| format!("{field}={}", names[*at]))
        .collect();
    taker.columns(&shown.join(", "));
    Some(columns)
}

/// Calls `taker` with each object of a JSON file that has one of the fields `needed`, as a row.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be read.
fn for_each_json_row<T: TakesRows>(
    file: &InputFile,
    fields: &Fields,
    needed: &[&str],
    taker: &mut T,
) -> Result<()> {
    let origin = Origin {
        path: file.path.clone(),
        ..Origin::default()
    };
    let mut number = 0;
    let read = file.with_reader(|reader| {
        for_each_record(reader, &LISTS, &mut |_, value| {
            number += 1;
            let Value::Object(object) = value else { return };
            let row = row_of(&object, fields, taker.chosen_columns());
            if needed.iter().any(|field| row.contains_key(field)) {
                let origin = Origin {
                    record: Some(format!("record {number}")),
                    ..origin.clone()
                };
                taker.row(&row, origin);
            }
        })
    });
    match read {
        Err(error) if Collector::is_fatal(&error) => Err(error),
        Err(error) => {
            taker.failed_row(error, &origin);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn row_of(
    object: &serde_json::Map<String, Value>,
    fields: &Fields,
    chosen: &[(String, String)],
) -> Row {
    let mut row = Row::new();
    for (field, column) in chosen {
        let known = fields.iter().find(|(name, _)| name == field);
        let value = object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(column));
        if let (Some((field, _)), Some(text)) = (known, value.and_then(|(_, value)| shown(value))) {
            row.insert(*field, text);
        }
    }
    for (key, value) in object {
        if let (Some(field), Some(text)) = (field_of(key, fields), shown(value)) {
            row.entry(field).or_insert(text);
        }
    }
    row
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

//! Tables of JSON: objects whose keys are columns.

use helpdex::Result;
use serde_json::Value;

use super::columns::{RESTRICTING_COLUMN, RestrictingKeys, field_of};
use super::row::{Fields, Row, TakesRows};
use crate::collector::{Collector, Origin};
use crate::input::InputFile;
use crate::json_records::for_each_record;

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

/// The field whose lists of numbers are read; those of other fields are not text.
pub(crate) const LIST_FIELD: &str = "vector";

/// Calls `taker` with each object of a JSON file that has one of the fields `needed`, as a row.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be read.
pub(super) fn for_each_json_row<T: TakesRows>(
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
    let mut restricting = RestrictingKeys::default();
    let read = file.with_reader(|reader| {
        for_each_record(reader, &LISTS, &mut |_, value| {
            number += 1;
            let Value::Object(object) = value else { return };
            let row = row_of(&object, fields, taker.chosen_columns(), &mut restricting);
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
    restricting: &mut RestrictingKeys,
) -> Row {
    let mut row = Row::new();
    for (field, column) in chosen {
        let known = fields.iter().find(|(name, _)| name == field);
        let value = object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(column));
        if let Some((field, _)) = known
            && let Some(text) = value.and_then(|(_, value)| text_of(value, Some(field)))
        {
            row.insert(*field, text);
        }
    }
    for (key, value) in object {
        let field = field_of(key, fields);
        let text = text_of(value, field);
        match (field, text) {
            (Some(field), Some(text)) => {
                row.entry(field).or_insert(text);
            }
            (_, text) if !value.is_null() && restricting.restricts(key, text.as_deref()) => {
                row.insert(RESTRICTING_COLUMN, key.clone());
            }
            _ => {}
        }
    }
    row
}

/// Returns the text of a value of this field; `None` for a value of an unknown form.
fn text_of(value: &Value, field: Option<&str>) -> Option<String> {
    match value {
        Value::Array(_) if field == Some(LIST_FIELD) => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(list) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            Some(texts.join(", "))
        }
        _ => None,
    }
}

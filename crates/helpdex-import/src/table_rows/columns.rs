//! Finds the columns of tables: those of each field, and those that restrict who may read a row.

use std::collections::BTreeMap;

use super::row::{Fields, Row, TakesRows};
use crate::front_matter::is_restricting_key;
use crate::json_value::moment_of;

/// The field of a row whose value is the name of a column that is no field and restricts who may read the row.
pub(crate) const RESTRICTING_COLUMN: &str = "restricting column";

/// Returns the field that has `column` among its column names.
pub(crate) fn field_of(column: &str, fields: &Fields) -> Option<&'static str> {
    let plain: String = column.trim().trim_matches(['"', '\u{feff}']).to_lowercase();
    let plain: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut all = fields.iter();
    all.find(|(_, names)| names.contains(&plain.as_str()))
        .map(|(field, _)| *field)
}

/// The columns of a table of text that are read.
pub(super) struct Columns {
    fields: Vec<(&'static str, usize)>,
    restricting: Vec<(String, usize)>,
}

impl Columns {
    /// Finds the columns of a header: first those that the caller chose, then those whose names are known. `None` if
    /// none of the fields `needed` has a column.
    pub(super) fn of<'a, T: TakesRows>(
        header: impl Iterator<Item = &'a str>,
        fields: &Fields,
        needed: &[&str],
        taker: &mut T,
    ) -> Option<Self> {
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
        let mut restricting = Vec::new();
        for (at, name) in names.iter().enumerate() {
            match field_of(name, fields) {
                Some(field) if columns.iter().any(|(known, _)| *known == field) => {}
                Some(field) => columns.push((field, at)),
                None if is_restricting_key(name) => restricting.push(((*name).to_owned(), at)),
                None => {}
            }
        }
        restricting.retain(|(_, at)| !columns.iter().any(|(_, known)| known == at));
        if !columns.iter().any(|(field, _)| needed.contains(field)) {
            return None;
        }
        let shown: Vec<String> = columns
            .iter()
            .map(|(field, at)| format!("{field}={}", names[*at]))
            .collect();
        taker.columns(&shown.join(", "));
        Some(Self {
            fields: columns,
            restricting,
        })
    }

    /// Makes the row of these cells.
    pub(super) fn row<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>) -> Row {
        let cells = self.fields.iter();
        let mut row: Row = cells
            .filter_map(|(field, at)| Some((*field, cell(*at)?.to_owned())))
            .collect();
        let restricting = self
            .restricting
            .iter()
            .find(|(name, at)| cell(*at).is_some_and(|value| keeps_from_readers(name, value)));
        if let Some((name, _)) = restricting {
            row.insert(RESTRICTING_COLUMN, name.clone());
        }
        row
    }
}

/// The keys of a JSON file, each with whether its name seems to restrict who may read a row.
#[derive(Default)]
pub(super) struct RestrictingKeys(BTreeMap<String, bool>);

impl RestrictingKeys {
    /// Whether a key that is no field restricts who may read a row; `value` is `None` if its form is unknown.
    pub(super) fn restricts(&mut self, key: &str, value: Option<&str>) -> bool {
        if !self.0.contains_key(key) {
            self.0.insert(key.to_owned(), is_restricting_key(key));
        }
        let is_restricting = self.0.get(key) == Some(&true);
        is_restricting && value.is_none_or(|value| keeps_from_readers(key, value))
    }
}

/// Whether a value of a column that is named like one of visibility restricts who may read a row. Every value does
/// except for dates and for those that mean "public".
fn keeps_from_readers(column: &str, value: &str) -> bool {
    let column = column.to_lowercase();
    let shows = ["visib", "publi"].iter().any(|part| column.contains(part));
    let value = value.trim().to_lowercase();
    let is_open = match value.as_str() {
        "" | "public" | "everyone" | "everybody" | "anyone" | "all" => true,
        "false" | "no" | "0" | "off" => !shows,
        "true" | "yes" | "1" | "on" => shows,
        _ => false,
    };
    !is_open && moment_of(&value).is_none()
}

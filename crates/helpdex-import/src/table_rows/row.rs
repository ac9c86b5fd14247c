//! The rows of a table, and the trait of their receivers.

use std::collections::BTreeMap;

use helpdex::Error;

use crate::collector::Origin;

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

/// Returns the error for a table without any of the fields `needed`.
pub(super) fn no_column(needed: &[&str]) -> Error {
    let names: Vec<String> = needed
        .iter()
        .map(|field| format!("--map {field}=COLUMN"))
        .collect();
    Error::invalid(format!(
        "no column is a {}; name them with {}",
        needed.join(" and none is a "),
        names.join(" ")
    ))
}

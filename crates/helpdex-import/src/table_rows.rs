//! Reads rows of tables: CSV, TSV, Parquet, and JSON objects whose keys are columns.

mod columns;
mod json;
mod parquet;
mod row;
mod text;

use helpdex::Result;

pub(crate) use self::columns::{RESTRICTING_COLUMN, field_of};
pub(crate) use self::json::LIST_FIELD;
use self::json::for_each_json_row;
pub(crate) use self::parquet::parquet_in;
use self::parquet::{for_each_parquet_row, is_parquet};
pub(crate) use self::row::{Fields, Row, TakesRows};
use self::text::for_each_text_row;
use crate::input::Input;
use crate::sources::json_files::{TakesFiles, is_json};

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
        if is_parquet(input, file) {
            for_each_parquet_row(file, fields, needed, taker)?;
        } else if is_table(&file.ending()) {
            for_each_text_row(file, fields, needed, taker)?;
        } else if is_json(input, file) {
            for_each_json_row(file, fields, needed, taker)?;
        } else {
            taker.passed_over(file);
        }
    }
    Ok(())
}

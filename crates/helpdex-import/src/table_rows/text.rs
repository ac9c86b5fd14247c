//! Tables of text: CSV and TSV.

use helpdex::{Error, Result};

use super::columns::Columns;
use super::row::{Fields, TakesRows, no_column};
use crate::bounded::Bounded;
use crate::collector::Origin;
use crate::input::InputFile;

/// The most bytes of one row that are read.
const MAX_ROW_BYTES: usize = 16 << 20;

/// Calls `taker` with each row of a CSV or TSV file. A table without any of the fields `needed` is reported as failed.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be read.
pub(super) fn for_each_text_row<T: TakesRows>(
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
            Ok(header) => Columns::of(header.iter(), fields, needed, taker),
            Err(error) => {
                taker.failed_row(unreadable(&error), &origin);
                return Ok(());
            }
        };
        let Some(columns) = columns else {
            taker.failed_row(no_column(needed), &origin);
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
            taker.row(&columns.row(|at| row.get(at)), origin);
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

//! Tables of Parquet, which the feature `parquet` reads.

#[cfg(not(feature = "parquet"))]
use helpdex::Result;

#[cfg(not(feature = "parquet"))]
use super::row::{Fields, TakesRows};
use crate::input::{Input, InputFile};
use crate::probe::Probe;

/// The bytes that a table of Parquet begins with.
const MAGIC: &str = "PAR1";

/// Whether a file that may be a table is one of Parquet, by the bytes that it begins with.
pub(super) fn is_parquet(input: &Input, file: &InputFile) -> bool {
    let may_be = file.ending() == "parquet" || !input.has_folders;
    may_be
        && file
            .head(MAGIC.len())
            .is_ok_and(|head| head == MAGIC.as_bytes())
}

/// Returns the path of the first table of Parquet among the files that were looked into.
pub(crate) fn parquet_in<'a>(probe: &'a Probe<'_>) -> Option<&'a str> {
    probe.head_with(|_, head| head.starts_with(MAGIC))
}

#[cfg(feature = "parquet")]
pub(super) use self::reading::for_each_parquet_row;

/// Reports the table as failed: this build does not read it.
///
/// # Errors
/// None.
#[cfg(not(feature = "parquet"))]
#[expect(clippy::unnecessary_wraps, reason = "it reads with the feature")]
pub(super) fn for_each_parquet_row<T: TakesRows>(
    file: &InputFile,
    _: &Fields,
    _: &[&str],
    taker: &mut T,
) -> Result<()> {
    let origin = crate::collector::Origin {
        path: file.path.clone(),
        ..crate::collector::Origin::default()
    };
    let error = helpdex::Error::invalid(
        "it is a table in Parquet, which this build does not read; build it with the feature parquet \
         (cargo install --features parquet), or save the table as CSV",
    );
    taker.failed_row(error, &origin);
    Ok(())
}

#[cfg(feature = "parquet")]
mod reading {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use helpdex::{Error, Result, Timestamp};
    use parquet::errors::ParquetError;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, ListAccessor, Row};

    use crate::collector::Origin;
    use crate::input::InputFile;
    use crate::table_rows::columns::Columns;
    use crate::table_rows::row::{Fields, TakesRows, no_column};

    /// The most bytes that a group of rows unpacks to, as it states: a group is held in memory.
    const MAX_GROUP_BYTES: i64 = 1 << 30;

    const SECONDS_A_DAY: i64 = 86_400;

    /// Calls `taker` with each row of a table. A table without any of the fields `needed` is reported as failed.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be opened.
    pub(crate) fn for_each_parquet_row<T: TakesRows>(
        file: &InputFile,
        fields: &Fields,
        needed: &[&str],
        taker: &mut T,
    ) -> Result<()> {
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        let disk_file = file.on_disk()?;
        let reader = match guarded(|| SerializedFileReader::new(disk_file)) {
            Ok(reader) => reader,
            Err(error) => {
                taker.failed_row(error, &origin);
                return Ok(());
            }
        };
        let groups = reader.metadata().row_groups();
        if groups
            .iter()
            .any(|group| group.total_byte_size() > MAX_GROUP_BYTES)
        {
            let error = Error::invalid(format!(
                "a group of rows unpacks to more than {MAX_GROUP_BYTES} bytes; write smaller groups"
            ));
            taker.failed_row(error, &origin);
            return Ok(());
        }
        let names = reader.metadata().file_metadata().schema().get_fields();
        let header = names.iter().map(|column| column.name());
        let Some(columns) = Columns::of(header, fields, needed, taker) else {
            taker.failed_row(no_column(needed), &origin);
            return Ok(());
        };
        let mut rows = match guarded(|| reader.get_row_iter(None)) {
            Ok(rows) => rows,
            Err(error) => {
                taker.failed_row(error, &origin);
                return Ok(());
            }
        };
        for number in 1.. {
            let row = match guarded(|| rows.next().transpose()) {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    taker.failed_row(error, &origin);
                    break;
                }
            };
            let cells = cells_of(&row);
            let origin = Origin {
                record: Some(format!("record {number}")),
                ..origin.clone()
            };
            taker.row(&columns.row(|at| cells.get(at)?.as_deref()), origin);
        }
        Ok(())
    }

    /// Calls the reader, which panics at values of kinds that it does not know.
    fn guarded<T>(read: impl FnOnce() -> std::result::Result<T, ParquetError>) -> Result<T> {
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(read)) => Ok(read),
            Ok(Err(_)) | Err(_) => Err(Error::invalid(
                "the table in Parquet cannot be read to its end; write it again, or save it as CSV",
            )),
        }
    }

    fn cells_of(row: &Row) -> Vec<Option<String>> {
        let cells = row.get_column_iter();
        cells.map(|(_, field)| shown(field)).collect()
    }

    /// Returns the text of a value; `None` for one that is missing. A value of a kind that no text has is "?", so that it does
    /// not pass for a missing one.
    fn shown(field: &Field) -> Option<String> {
        Some(match field {
            Field::Null => return None,
            Field::Str(text) => text.clone(),
            Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
            Field::Bool(value) => value.to_string(),
            Field::Byte(value) => value.to_string(),
            Field::Short(value) => value.to_string(),
            Field::Int(value) => value.to_string(),
            Field::Long(value) => value.to_string(),
            Field::UByte(value) => value.to_string(),
            Field::UShort(value) => value.to_string(),
            Field::UInt(value) => value.to_string(),
            Field::ULong(value) => value.to_string(),
            Field::Float(value) => value.to_string(),
            Field::Double(value) => value.to_string(),
            Field::Date(days) => moment(i64::from(*days) * SECONDS_A_DAY),
            Field::TimestampMillis(millis) => moment(millis.div_euclid(1_000)),
            Field::TimestampMicros(micros) => moment(micros.div_euclid(1_000_000)),
            Field::ListInternal(list) => {
                let texts = (0..list.len()).filter_map(|at| list.get_string(at).ok());
                texts.cloned().collect::<Vec<_>>().join(", ")
            }
            _ => "?".to_owned(),
        })
    }

    fn moment(unix_seconds: i64) -> String {
        Timestamp::from_unix_seconds(unix_seconds).to_string()
    }
}

//! Passes the lines of a file to a log in batches.

use helpdex::ErrorKind;
use helpdex_import::ErrorList;

use crate::failure::Failure;

/// The number of lines that are added to a log together, so that it seldom waits for the disk and keeps only a few
/// megabytes of text in memory.
const BATCH_LINES: usize = 1_000;

/// Passes the items of a file to `take` in batches, and the errors of single lines to `skipped`. Stops at the first error
/// of the file or of `take`; batches before it are kept.
pub(crate) fn in_batches<T>(
    read: impl Iterator<Item = helpdex::Result<T>>,
    skipped: &mut ErrorList,
    mut take: impl FnMut(Vec<T>) -> helpdex::Result<()>,
) -> Result<(), Failure> {
    let mut batch = Vec::new();
    for item in read {
        match item {
            Ok(item) => batch.push(item),
            Err(error) if error.kind() == ErrorKind::Storage => return Err(error.into()),
            Err(error) => skipped.push(error),
        }
        if batch.len() == BATCH_LINES {
            take(std::mem::take(&mut batch))?;
        }
    }
    Ok(take(batch)?)
}

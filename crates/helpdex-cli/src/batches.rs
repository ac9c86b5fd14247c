//! Passes the lines of files to a log in batches.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use helpdex::{ErrorKind, KnowledgeBase};
use helpdex_import::ErrorList;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::input::open;
use crate::output;
use crate::progress::ProgressBar;

/// The number of lines that are added to a log together, so that it seldom waits for the disk and keeps only a few
/// megabytes of text in memory.
const BATCH_LINES: usize = 1_000;

/// Reads the items of files and passes them to `take` in batches, with the opened knowledge base and a progress bar.
/// Returns the errors of single lines, of which it has warned. All files are opened before the first is read. It stops at
/// the first error of a file or of `take`; batches before that are kept.
pub(crate) fn add_files<'a, T, I: Iterator<Item = helpdex::Result<T>>>(
    label: &'static str,
    paths: &'a [PathBuf],
    knowledge_base: &KnowledgeBaseArguments,
    read: impl Fn(Box<dyn BufRead>, &'a PathBuf) -> I,
    mut take: impl FnMut(&KnowledgeBase, Vec<T>) -> helpdex::Result<()>,
) -> Result<ErrorList, Failure> {
    let mut size_bytes = 0;
    let mut files = Vec::new();
    for path in paths {
        let (file, bytes) = open(path)?;
        size_bytes += bytes;
        files.push((path, file));
    }
    let knowledge_base = knowledge_base.open()?;
    let bar = ProgressBar::of_bytes(label, size_bytes);
    let mut skipped = ErrorList::default();
    for (path, file) in files {
        let lines = BufReader::new(bar.count_read(file));
        in_batches(read(Box::new(lines), path), &mut skipped, |batch| {
            take(&knowledge_base, batch)
        })?;
    }
    bar.finish();
    output::warn_of_skipped(&skipped);
    Ok(skipped)
}

/// Passes the items of a file to `take` in batches, and the errors of single lines to `skipped`. Stops at the first error
/// of the file or of `take`; batches before it are kept.
fn in_batches<T>(
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

//! `read_feedback` of Python.

use std::io::BufReader;
use std::path::PathBuf;

use helpdex::ErrorKind;
use helpdex_import::{ErrorList, open_file};
use pyo3::prelude::*;

use crate::error::exceptions;
use crate::feedback::FeedbackEvent;
use crate::interruptible::{OnInterrupt, run};

/// Read feedback events from a file of JSON lines, as `KnowledgeBase.export_feedback` and other programs write it.
///
/// A bad line is skipped and the rest is read.
///
/// Returns:
///     The events in the order of the lines, and one error for each skipped line, with its `path` and `line`. Of more than
///     a hundred errors the first hundred are there, and one that tells how many more there are.
///
/// Raises:
///     InvalidInputError: For a folder or a device.
///     StorageError: When the file cannot be read.
///
/// Example:
///     >>> events, skipped = read_feedback("feedback.jsonl")  # doctest: +SKIP
#[pyfunction]
pub(crate) fn read_feedback(
    py: Python<'_>,
    path: PathBuf,
) -> PyResult<(Vec<FeedbackEvent>, Vec<PyErr>)> {
    let (events, skipped) = run(py, None, OnInterrupt::Abandon, move |_| {
        let file = open_file("read the file", &path)?;
        let mut events = Vec::new();
        let mut skipped = ErrorList::default();
        for read in helpdex_import::read_feedback(BufReader::new(file), &path) {
            match read {
                Ok(event) => events.push(FeedbackEvent(event)),
                Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
                Err(error) => skipped.push(error),
            }
        }
        Ok((events, skipped))
    })?;
    Ok((events, exceptions(py, &skipped)))
}

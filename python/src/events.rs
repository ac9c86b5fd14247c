//! Interaction events as dicts of Python, by way of the JSON lines of the importer.

use std::io::BufReader;
use std::path::PathBuf;

use helpdex::ErrorKind;
use helpdex::events::InteractionEvent;
use helpdex_import::{ErrorList, open_file, read_events, write_events};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{exceptions, invalid};
use crate::interruptible::{OnInterrupt, run};

/// Read interaction events from a file of JSON lines, as `KnowledgeBase.export_events` and other programs write it.
///
/// A bad line is skipped and the rest is read.
///
/// Returns:
///     The events as dicts in the order of the lines, and one error for each skipped line. Of more than a hundred errors
///     the first hundred are there, and one that tells how many more there are.
///
/// Raises:
///     InvalidInputError: For a folder or a device.
///     StorageError: When the file cannot be read.
///
/// Example:
///     >>> events, skipped = read_events("events.jsonl")  # doctest: +SKIP
#[pyfunction(name = "read_events")]
pub(crate) fn read_events_file(
    py: Python<'_>,
    path: PathBuf,
) -> PyResult<(Bound<'_, PyAny>, Vec<PyErr>)> {
    let (lines, skipped) = run(py, None, OnInterrupt::Abandon, move |_| {
        let file = BufReader::new(open_file("read the file", &path)?);
        let mut skipped = ErrorList::default();
        let mut events = Vec::new();
        for event in read_events(file, &path) {
            match event {
                Ok(event) => events.push(event),
                Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
                Err(error) => skipped.push(error),
            }
        }
        let mut lines = Vec::new();
        write_events(events.into_iter().map(Ok), &mut lines, &path)?;
        Ok((lines, skipped))
    })?;
    Ok((parsed_lines(py, &lines)?, exceptions(py, &skipped)))
}

/// Copies the events out of an iterable of dicts.
pub(crate) fn read(events: &Bound<'_, PyAny>) -> PyResult<Vec<InteractionEvent>> {
    let py = events.py();
    let dumps = py.import("json")?.getattr("dumps")?;
    let mut read = Vec::new();
    for (number, event) in (1..).zip(events.try_iter()?) {
        let event = event?;
        let Ok(event) = event.cast::<PyDict>() else {
            return Err(PyTypeError::new_err(format!(
                "give events as dicts, not {}",
                event.get_type().name()?
            )));
        };
        let event = event.copy()?;
        if let Some(at) = event.get_item("at")?
            && at.hasattr("isoformat")?
        {
            event.set_item("at", at.call_method0("isoformat")?)?;
        }
        let line: String = dumps.call1((event,))?.extract()?;
        for event in read_events(line.as_bytes(), "event") {
            let event = event.map_err(|error| {
                let message = error.to_string();
                let fault = message.strip_prefix("event:1: ").unwrap_or(&message);
                invalid(py, format!("entry {number}: {fault}"))
            })?;
            read.push(event);
        }
    }
    Ok(read)
}

/// Returns lines of JSON as a list.
pub(crate) fn parsed_lines<'py>(py: Python<'py>, lines: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let joined = String::from_utf8_lossy(lines).trim_end().replace('\n', ",");
    py.import("json")?
        .call_method1("loads", (format!("[{joined}]"),))
}

/// Returns JSON as dicts, lists and plain values.
pub(crate) fn plain(
    py: Python<'_>,
    json: serde_json::Result<String>,
) -> PyResult<Bound<'_, PyAny>> {
    let json = json.map_err(|error| invalid(py, error.to_string()))?;
    py.import("json")?.call_method1("loads", (json,))
}

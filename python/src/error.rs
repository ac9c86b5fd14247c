//! Raises errors and panics of the library as the exceptions of the package.

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use helpdex::{Error, ErrorKind};
use helpdex_import::ErrorList;
use pyo3::prelude::*;

/// Does the work of an entry point, and raises its errors and panics as exceptions of the package.
///
/// A panic that reached PyO3 would be a `BaseException`, which a web worker's `except Exception` lets through.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked(py)))
}

/// Returns the exception for an error of the library.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let name = match error.kind() {
        ErrorKind::InvalidInput => "InvalidInputError",
        ErrorKind::IndexLocked => "IndexLockedError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Incomplete => "IncompleteError",
        ErrorKind::Damaged => "DamagedError",
        ErrorKind::OtherVersion => "OtherVersionError",
        ErrorKind::OtherOwner => "OtherOwnerError",
        ErrorKind::Storage => "StorageError",
        ErrorKind::Internal => "InternalError",
        _ => "Error",
    };
    filled_in(py, name, error).unwrap_or_else(|error| error)
}

/// Creates the exception of this class, with the article, path, line and error number of the error.
fn filled_in(py: Python<'_>, name: &str, error: &Error) -> PyResult<PyErr> {
    let exception = class(py, name)?.call1((error.to_string(),))?;
    exception.setattr("article_id", error.article_id())?;
    exception.setattr("path", error.path().map(Path::as_os_str))?;
    exception.setattr("line", error.line())?;
    let system = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    if error.kind() == ErrorKind::Storage
        && let Some(number) = system.and_then(io::Error::raw_os_error)
    {
        exception.setattr("errno", number)?;
    }
    let raised = PyErr::from_value(exception);
    // An embedder of the host may have raised it.
    let cause = error
        .source()
        .and_then(|source| source.downcast_ref::<PyErr>());
    if let Some(cause) = cause {
        raised.set_cause(py, Some(cause.clone_ref(py)));
    }
    Ok(raised)
}

/// Returns an exception of the package by the name of its class.
pub(crate) fn named(py: Python<'_>, name: &str, message: impl Into<String>) -> PyErr {
    class(py, name)
        .and_then(|class| class.call1((message.into(),)))
        .map_or_else(|error| error, PyErr::from_value)
}

/// Returns one exception for each error that is kept, and one that tells how many more there are.
pub(crate) fn exceptions(py: Python<'_>, errors: &ErrorList) -> Vec<PyErr> {
    let kept = errors.kept().iter();
    let mut exceptions: Vec<PyErr> = kept.map(|error| exception(py, error)).collect();
    let more = errors.count_not_kept();
    if more > 0 {
        exceptions.push(invalid(py, format!("and {more} more are skipped")));
    }
    exceptions
}

/// Returns the exception for a value that the bindings refuse.
pub(crate) fn invalid(py: Python<'_>, message: impl Into<String>) -> PyErr {
    named(py, "InvalidInputError", message)
}

/// Returns the exception after a panic. It names only the place in the code, because the message of a panic may quote a
/// ticket.
pub(crate) fn panicked(py: Python<'_>) -> PyErr {
    let place = PANIC_PLACE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let message = format!("this is a bug in helpdex, at {place}; please report it");
    named(py, "InternalError", message)
}

/// Stores the place of a panic instead of printing it.
///
/// This module has its own copy of the standard library, so the hooks of other modules stay unchanged.
pub(crate) fn keep_panics_quiet() {
    set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, ToString::to_string);
        *PANIC_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

static PANIC_PLACE: Mutex<String> = Mutex::new(String::new());

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("helpdex._errors")?.getattr(name)
}

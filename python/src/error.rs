//! Errors and panics of the library as the exceptions of the package.

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use helpdex::{Error, ErrorKind};
use pyo3::prelude::*;

/// Does the work of an entry point: its error is raised as an exception of the package, and so is a panic.
///
/// A panic that reached PyO3 would be a `BaseException`, which a web worker's `except Exception` lets through.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked(py)))
}

/// The exception for an error of the library.
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
    let filled_in = || {
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
        Ok(PyErr::from_value(exception))
    };
    filled_in().unwrap_or_else(|error: PyErr| error)
}

/// An exception of the package by the name of its class.
pub(crate) fn named(py: Python<'_>, name: &str, message: impl Into<String>) -> PyErr {
    let raised = || {
        Ok(PyErr::from_value(
            class(py, name)?.call1((message.into(),))?,
        ))
    };
    raised().unwrap_or_else(|error: PyErr| error)
}

/// The exception for a value that the bindings refuse.
pub(crate) fn invalid(py: Python<'_>, message: impl Into<String>) -> PyErr {
    named(py, "InvalidInputError", message)
}

/// The exception after a panic. It tells the place in the code and nothing else: a panic's own message may quote a
/// ticket.
pub(crate) fn panicked(py: Python<'_>) -> PyErr {
    let place = PANIC_PLACE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let message = format!("this is a bug in helpdex, at {place}; please report it");
    named(py, "InternalError", message)
}

/// Remembers where a panic was, and prints nothing.
///
/// This module has a standard library of its own, so that the hooks of other modules stay as they are.
pub(crate) fn keep_panics_quiet() {
    set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, ToString::to_string);
        *PANIC_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

static PANIC_PLACE: Mutex<String> = Mutex::new(String::new());

/// Panics with `text` in the message, on a thread of its own where asked for: a test sees what becomes of it.
#[pyfunction]
#[pyo3(name = "_panic_for_test", signature = (text, *, on_thread = false))]
pub(crate) fn panic_for_test(py: Python<'_>, text: String, on_thread: bool) -> PyResult<()> {
    if on_thread {
        let abandon = crate::interruptible::OnInterrupt::Abandon;
        return crate::interruptible::run(py, None, abandon, move |_| panic!("{text}"));
    }
    guarded(py, || panic!("{text}"))
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("helpdex._errors")?.getattr(name)
}

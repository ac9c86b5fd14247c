//! A panic on demand, for tests.

use pyo3::prelude::*;

use crate::error::guarded;
use crate::interruptible::{OnInterrupt, run};

/// Panics with `text` in the message, on the calling thread or on another one, so that a test sees how the package
/// reports it.
#[pyfunction]
#[pyo3(name = "_panic_for_test", signature = (text, *, on_thread = false))]
pub(crate) fn panic_for_test(py: Python<'_>, text: String, on_thread: bool) -> PyResult<()> {
    if on_thread {
        return run(py, None, OnInterrupt::Abandon, move |_| panic!("{text}"));
    }
    guarded(py, || panic!("{text}"))
}

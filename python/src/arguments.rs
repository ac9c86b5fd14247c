//! Conversions of arguments that several functions take.

use std::str::FromStr;

use helpdex::{Error, Locale};
use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::exception;

/// An iterable of strings. A single string is refused, because it would be read letter by letter.
#[derive(Default)]
pub(crate) struct Strings(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Strings {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "give a list of strings, not one string",
            ));
        }
        let strings: PyResult<_> = value.try_iter()?.map(|entry| entry?.extract()).collect();
        Ok(Self(strings?))
    }
}

/// The number of values that are read between two checks for signals.
const LOOK_EVERY: usize = 256;

/// Copies values of one class out of an iterable. `what` is the name of such values in the error for a value of another
/// type.
pub(crate) fn copied<C: PyClass, T>(
    values: &Bound<'_, PyAny>,
    what: &str,
    copy: impl Fn(&C) -> T,
) -> PyResult<Vec<T>> {
    let mut copied = Vec::new();
    for value in values.try_iter()? {
        let value = value?;
        let Ok(value) = value.cast::<C>() else {
            let (wanted, given) = (
                values.py().get_type::<C>().name()?,
                value.get_type().name()?,
            );
            return Err(PyTypeError::new_err(format!(
                "give {what} of type {wanted}, not {given}"
            )));
        };
        copied.push(copy(&value.borrow()));
        if copied.len() % LOOK_EVERY == 0 {
            values.py().check_signals()?;
        }
    }
    Ok(copied)
}

/// Returns the value of an enum with this name.
pub(crate) fn by_name<T>(py: Python<'_>, name: &str) -> PyResult<T>
where
    T: FromStr<Err: Into<Error>>,
{
    name.parse()
        .map_err(|error: T::Err| exception(py, &error.into()))
}

pub(crate) fn locale(py: Python<'_>, tag: Option<&str>) -> PyResult<Option<Locale>> {
    tag.map(|tag| by_name(py, tag)).transpose()
}

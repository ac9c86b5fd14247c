//! Arguments that several functions take.

use helpdex::{Locale, Visibility};
use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::{exception, invalid};

/// An iterable of strings. One string is refused: it would be read letter by letter.
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

/// Copies values of one class out of an iterable; `what` is what the error calls them that a value of another type gets.
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

/// The value of a name in a table.
pub(crate) fn by_name<T: Copy>(
    py: Python<'_>,
    what: &str,
    name: &str,
    table: &[(&str, T)],
) -> PyResult<T> {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<String> = table.iter().map(|(name, _)| format!("{name:?}")).collect();
        let shown: String = name.chars().take(40).collect();
        invalid(
            py,
            format!(
                "{what} {shown:?} is unknown; give one of {}",
                known.join(", ")
            ),
        )
    })
}

/// The name of a value in a table that has every value.
pub(crate) fn name_of<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    let found = table.iter().find(|(_, known)| known == value);
    found.map_or("", |(name, _)| *name)
}

pub(crate) fn visibility(py: Python<'_>, name: &str) -> PyResult<Visibility> {
    by_name(
        py,
        "visibility",
        name,
        &Visibility::ALL.map(|v| (v.name(), v)),
    )
}

pub(crate) fn locale(py: Python<'_>, tag: Option<&str>) -> PyResult<Option<Locale>> {
    tag.map(|tag| {
        tag.parse()
            .map_err(|e| exception(py, &helpdex::Error::from(e)))
    })
    .transpose()
}

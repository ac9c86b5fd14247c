//! Python's `datetime` and the library's timestamps.

use std::time::{SystemTime, UNIX_EPOCH};

use helpdex::Timestamp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::invalid;

/// The Unix seconds of the years 1 to 9999, which Python's `datetime` can represent.
const PYTHON_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A moment that Python gives as a `datetime` with a time zone, in whole seconds.
#[derive(Clone, Copy)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// Returns the present. A Python program is a caller of the library, and may read the clock.
    pub(crate) fn now() -> Self {
        #[expect(clippy::disallowed_methods)]
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since_1970.map_or(0, |duration| duration.as_secs());
        Self(Timestamp::from_unix_seconds(
            i64::try_from(seconds).unwrap_or(i64::MAX),
        ))
    }
}

impl<'py> FromPyObject<'_, 'py> for Moment {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if !value.is_instance(&datetime(py, "datetime")?)? {
            let given = value.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "give a datetime.datetime, not {given}"
            )));
        }
        if value.call_method0("utcoffset")?.is_none() {
            let message = "the datetime has no time zone; write it like datetime(2026, 3, 1, tzinfo=timezone.utc)";
            return Err(invalid(py, message));
        }
        let seconds: f64 = value.call_method0("timestamp")?.extract()?;
        // Years 1 to 9999 are about 2^38 seconds.
        #[expect(clippy::cast_possible_truncation)]
        let seconds = seconds.floor() as i64;
        Ok(Self(Timestamp::from_unix_seconds(seconds)))
    }
}

/// Returns a timestamp as a `datetime` in UTC. A timestamp outside the years 1 to 9999 becomes the nearest second
/// inside.
pub(crate) fn to_datetime(py: Python<'_>, moment: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    let seconds = moment
        .unix_seconds()
        .clamp(*PYTHON_SECONDS.start(), *PYTHON_SECONDS.end());
    let utc = datetime(py, "timezone")?.getattr("utc")?;
    let start = datetime(py, "datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    start.add(datetime(py, "timedelta")?.call1((0, seconds))?)
}

fn datetime<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("datetime")?.getattr(name)
}

//! The Python class `Audience`.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::arguments::Strings;
use crate::error::exception;

/// The readers of an answer. The audience decides which articles the answer can contain. It has no default: every call
/// must state it.
///
/// An article that the audience may not see changes nothing in an answer, not even a score.
///
/// Example:
///     >>> Audience.signed_in(["gold"])
///     Audience.signed_in(['gold'])
#[pyclass(frozen, eq, module = "helpdex")]
#[derive(PartialEq, Eq)]
pub(crate) struct Audience(pub(crate) helpdex::Audience);

#[pymethods]
impl Audience {
    /// Return the audience of readers who are not signed in. They see public articles only.
    #[staticmethod]
    fn public() -> Self {
        Self(helpdex::Audience::public())
    }

    /// Return the audience of signed-in readers in these user segments. They see public and signed-in articles.
    ///
    /// If an article names user segments, they see it only if it names one of theirs.
    #[staticmethod]
    #[pyo3(signature = (user_segments = Strings::default()), text_signature = "(user_segments=())")]
    fn signed_in(user_segments: Strings) -> Self {
        Self(helpdex::Audience::signed_in(user_segments.0))
    }

    /// Return the audience of agents. They see every article, whatever its user segments.
    #[staticmethod]
    fn internal() -> Self {
        Self(helpdex::Audience::internal())
    }

    /// Return the audience with the name `public`, `signed_in` or `internal`. Only `signed_in` takes user segments.
    ///
    /// Raises:
    ///     InvalidInputError: For another name, or for user segments with another audience.
    #[staticmethod]
    #[pyo3(signature = (name, user_segments = Strings::default()), text_signature = "(name, user_segments=())")]
    fn from_name(py: Python<'_>, name: &str, user_segments: Strings) -> PyResult<Self> {
        helpdex::Audience::from_name(name, user_segments.0)
            .map(Self)
            .map_err(|error| exception(py, &error))
    }

    /// The widest class of articles that the audience sees: `public`, `signed_in` or `internal`.
    #[getter]
    fn visibility(&self) -> &'static str {
        self.0.visibility().name()
    }

    /// The user segments, in order; empty unless the audience is signed in.
    #[getter]
    fn user_segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.user_segments().collect::<Vec<_>>())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let segments: Vec<&str> = self.0.user_segments().collect();
        let shown = if segments.is_empty() {
            String::new()
        } else {
            segments.into_pyobject(py)?.repr()?.to_string()
        };
        Ok(format!("Audience.{}({shown})", self.visibility()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Arguments<'py>)> {
        let from_name = py.get_type::<Self>().getattr("from_name")?;
        Ok((from_name, (self.visibility(), self.user_segments(py)?)))
    }
}

/// The arguments of `from_name` that make an audience equal to the pickled one.
type Arguments<'py> = (&'static str, Bound<'py, PyTuple>);

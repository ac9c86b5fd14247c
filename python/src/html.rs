//! `escape_html` of Python.

use pyo3::prelude::*;

/// Return the text as text of an HTML page or of a quoted attribute: no sign of it is markup, and none steers how the rest
/// is shown.
///
/// Control characters but for line ends become spaces; marks that reorder or hide text, and signs that no text has, are
/// taken out.
///
/// Example:
///     >>> escape_html("Reset <your> \u202ePIN")
///     'Reset &lt;your&gt; PIN'
#[pyfunction]
pub(crate) fn escape_html(text: &str) -> String {
    helpdex::escape_html(text)
}

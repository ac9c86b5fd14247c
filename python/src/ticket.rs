//! The Python class `Ticket`.

use std::collections::BTreeMap;

use helpdex::Message;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::arguments::locale;
use crate::error::invalid;
use crate::vectors::Vector;

/// An incoming request, as it arrived. Any text is legal: an odd ticket has an outcome, never an error.
///
/// A `str` is taken wherever a ticket is: it is a ticket of that text alone. The `repr` of a ticket shows sizes only,
/// for its text is private.
///
/// Args:
///     text: The message as plain text.
///     html: The message as HTML, as from a web form or a mail client.
///     email: A raw e-mail with its headers, up to 30 MB.
///     subject: The subject line; an e-mail's own when this is None.
///     locale: The locale that the host declares; None: it is detected.
///     fields: What the host knows besides, such as `product` or `page_url`.
///     requester: Who asks, in the host's own naming.
///     reference: The host's id of the ticket.
///     vector: The `Vector` of its text, by the model that the articles are embedded with.
///
/// Raises:
///     InvalidInputError: When more than one of `text`, `html` and `email` is given, `locale` is no language tag, or a text
///         has half of a surrogate pair.
///
/// Example:
///     >>> Ticket("my card reader is dead", subject="Help!", locale="en")
///     Ticket(text: 22 bytes, subject: 5 bytes, locale='en')
#[pyclass(frozen, eq, module = "helpdex")]
#[derive(PartialEq)]
pub(crate) struct Ticket(pub(crate) helpdex::Ticket);

#[pymethods]
impl Ticket {
    #[new]
    #[pyo3(signature = (
        text = None,
        *,
        html = None,
        email = None,
        subject = None,
        locale = None,
        fields = None,
        requester = None,
        reference = None,
        vector = None,
    ))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn new(
        py: Python<'_>,
        text: Option<CustomerText>,
        html: Option<CustomerText>,
        email: Option<Bound<'_, PyBytes>>,
        subject: Option<CustomerText>,
        locale: Option<&str>,
        fields: Option<BTreeMap<String, CustomerText>>,
        requester: Option<CustomerText>,
        reference: Option<String>,
        vector: Option<&Bound<'_, Vector>>,
    ) -> PyResult<Self> {
        let email = email.map(|email| email.as_bytes().to_vec());
        let message = match (text, html, email) {
            (text, None, None) => Message::Text(text.map(|text| text.0).unwrap_or_default()),
            (None, Some(html), None) => Message::Html(html.0),
            (None, None, Some(email)) => Message::Email(email),
            _ => {
                return Err(invalid(
                    py,
                    "a ticket has one message; give one of text, html and email",
                ));
            }
        };
        Ok(Self(helpdex::Ticket {
            subject: subject.map(|text| text.0),
            message,
            locale: self::locale(py, locale)?,
            fields: fields
                .unwrap_or_default()
                .into_iter()
                .map(|(name, text)| (name, text.0))
                .collect(),
            requester: requester.map(|text| text.0),
            reference,
            vector: vector.map(|vector| vector.get().0.clone()),
        }))
    }

    /// The message as plain text; None when it is HTML or an e-mail.
    #[getter]
    fn text(&self) -> Option<&str> {
        match &self.0.message {
            Message::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The message as HTML; None when it is plain text or an e-mail.
    #[getter]
    fn html(&self) -> Option<&str> {
        match &self.0.message {
            Message::Html(html) => Some(html),
            _ => None,
        }
    }

    /// The raw e-mail; None when the message is plain text or HTML.
    #[getter]
    fn email<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        match &self.0.message {
            Message::Email(bytes) => Some(PyBytes::new(py, bytes)),
            _ => None,
        }
    }

    /// The subject line; None when none was given.
    #[getter]
    fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// The locale that the host declares, in lower case.
    #[getter]
    fn locale(&self) -> Option<&str> {
        self.0.locale.as_ref().map(helpdex::Locale::as_str)
    }

    /// The custom fields of the host, as a copy.
    #[getter]
    fn fields(&self) -> BTreeMap<String, String> {
        self.0.fields.clone()
    }

    /// The name of the requester; None when none was given.
    #[getter]
    fn requester(&self) -> Option<&str> {
        self.0.requester.as_deref()
    }

    /// The host's id of the ticket.
    #[getter]
    fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The vector of its text; None when none was given.
    #[getter]
    fn vector(&self) -> Option<Vector> {
        self.0.vector.clone().map(Vector)
    }

    pub(crate) fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (form, size_bytes) = match &self.0.message {
            Message::Text(text) => ("text", text.len()),
            Message::Html(html) => ("html", html.len()),
            Message::Email(bytes) => ("email", bytes.len()),
        };
        let mut shown = vec![format!("{form}: {size_bytes} bytes")];
        if let Some(subject) = self.subject() {
            shown.push(format!("subject: {} bytes", subject.len()));
        }
        if let Some(locale) = self.locale() {
            shown.push(format!("locale={}", PyString::new(py, locale).repr()?));
        }
        Ok(format!("Ticket({})", shown.join(", ")))
    }

    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let arguments = PyDict::new(py);
        arguments.set_item("text", self.text())?;
        arguments.set_item("html", self.html())?;
        arguments.set_item("email", self.email(py))?;
        arguments.set_item("subject", self.subject())?;
        arguments.set_item("locale", self.locale())?;
        arguments.set_item("fields", self.fields())?;
        arguments.set_item("requester", self.requester())?;
        arguments.set_item("reference", self.reference())?;
        arguments.set_item("vector", self.vector())?;
        Ok((PyTuple::empty(py), arguments))
    }
}

/// A Python `str` that a customer may have written. Python's own error for an invalid one would contain the whole text.
struct CustomerText(String);

impl<'py> FromPyObject<'_, 'py> for CustomerText {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.cast::<PyString>()?;
        match text.to_str() {
            Ok(text) => Ok(Self(text.to_owned())),
            Err(_) => Err(invalid(
                value.py(),
                "a text of the ticket has half of a surrogate pair; decode it with errors=\"replace\"",
            )),
        }
    }
}

/// An argument that is a `Ticket`, or a `str` as its text.
pub(crate) struct TicketArgument(pub(crate) helpdex::Ticket);

impl<'py> FromPyObject<'_, 'py> for TicketArgument {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(ticket) = value.cast::<Ticket>() {
            return Ok(Self(ticket.get().0.clone()));
        }
        if value.is_instance_of::<PyString>() {
            let text: CustomerText = value.extract()?;
            return Ok(Self(helpdex::Ticket::from_text(text.0)));
        }
        let given = value.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "give a Ticket or a str, not {given}"
        )))
    }
}

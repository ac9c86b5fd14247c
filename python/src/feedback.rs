//! The Python class `FeedbackEvent`.

use helpdex::Verdict;
use helpdex::feedback::Rejection;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::arguments::{Strings, copied};
use crate::error::exception;
use crate::moment::{Moment, to_datetime};
use crate::ticket::{Ticket, TicketArgument};

/// A verdict of people on a ticket and on the articles that it names.
///
/// A ticket may have several, one after the other. It is checked when it is learned. Its `repr` shows no text.
///
/// Args:
///     ticket_id: The host's id of the ticket, up to 1,000 bytes.
///     verdict: `linked` by an agent, `resolved` says the customer, `clicked`, `rejected`, `no_article`: none helps,
///         or `unlinked`: closed without a link.
///     articles: The ids of the articles that it is about; none exactly with `no_article` and `unlinked`.
///     ticket: A `Ticket`, or a `str` as one: its text, locale and requester are used. Empty: the text of another
///         verdict on the same ticket counts.
///     rejection: Why `rejected`: `unknown`, `not_related` or `related_but_did_not_answer`.
///     at: The time of the verdict, with a time zone; the present by default.
///     key: What makes it one with a repetition; None: ticket id, verdict and articles do.
///
/// Raises:
///     InvalidInputError: For a verdict or a rejection that is unknown, and a rejection with another verdict.
///
/// Example:
///     >>> FeedbackEvent("4711", "linked", ["refund"], ticket=Ticket("where is my money?", requester="ana"))
///     FeedbackEvent('4711', 'linked', ('refund',), ticket=Ticket(text: 18 bytes))
#[pyclass(frozen, eq, module = "helpdex")]
#[derive(PartialEq)]
pub(crate) struct FeedbackEvent(pub helpdex::FeedbackEvent);

#[pymethods]
impl FeedbackEvent {
    #[new]
    #[pyo3(
        signature = (
            ticket_id,
            verdict,
            articles = Strings::default(),
            *,
            ticket = None,
            rejection = None,
            at = None,
            key = None,
        ),
        text_signature = "(ticket_id, verdict, articles=(), *, ticket=None, rejection=None, at=None, key=None)"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn new(
        py: Python<'_>,
        ticket_id: String,
        verdict: &str,
        articles: Strings,
        ticket: Option<TicketArgument>,
        rejection: Option<&str>,
        at: Option<Moment>,
        key: Option<String>,
    ) -> PyResult<Self> {
        let verdict =
            Verdict::from_names(verdict, rejection).map_err(|error| exception(py, &error))?;
        Ok(Self(helpdex::FeedbackEvent {
            ticket_id,
            ticket: ticket.map(|argument| argument.0).unwrap_or_default(),
            at: at.unwrap_or_else(Moment::now).0,
            verdict,
            articles: articles.0,
            key,
        }))
    }

    /// The host's id of the ticket.
    #[getter]
    fn ticket_id(&self) -> &str {
        &self.0.ticket_id
    }

    /// The ticket as it arrived, as a copy.
    #[getter]
    fn ticket(&self) -> Ticket {
        Ticket(self.0.ticket.clone())
    }

    /// The time of the verdict, in UTC.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_datetime(py, self.0.at)
    }

    /// The verdict, such as `linked`.
    #[getter]
    fn verdict(&self) -> &'static str {
        self.0.verdict.name()
    }

    /// The reason for which the articles were rejected; None for the other verdicts.
    #[getter]
    fn rejection(&self) -> Option<&'static str> {
        self.0.verdict.rejection().map(Rejection::name)
    }

    /// The ids of the articles that the verdict is about.
    #[getter]
    fn articles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.articles)
    }

    /// The key by which repetitions of the verdict are recognised; None if none was given.
    #[getter]
    fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let rejection = match self.rejection() {
            Some(rejection) => format!(", rejection={}", PyString::new(py, rejection).repr()?),
            None => String::new(),
        };
        Ok(format!(
            "FeedbackEvent({}, {}, {}, ticket={}{rejection})",
            PyString::new(py, self.ticket_id()).repr()?,
            PyString::new(py, self.verdict()).repr()?,
            self.articles(py)?.repr()?,
            self.ticket().__repr__(py)?,
        ))
    }

    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let positional =
            (self.ticket_id(), self.verdict(), self.articles(py)?).into_pyobject(py)?;
        let arguments = PyDict::new(py);
        arguments.set_item("ticket", self.ticket())?;
        arguments.set_item("rejection", self.rejection())?;
        arguments.set_item("at", self.at(py)?)?;
        arguments.set_item("key", self.key())?;
        Ok((positional, arguments))
    }
}

/// Copies the events out of an iterable of `FeedbackEvent`.
pub(crate) fn read(solved: &Bound<'_, PyAny>) -> PyResult<Vec<helpdex::FeedbackEvent>> {
    copied(solved, "solved tickets", |value: &FeedbackEvent| {
        value.0.clone()
    })
}

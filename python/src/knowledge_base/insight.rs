//! Methods of `KnowledgeBase` that report on tickets and events.

use helpdex_insight::gaps::{GapOptions, gaps};
use helpdex_insight::metrics::{MetricOptions, Range, metrics};
use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::arguments::{Strings, by_name};
use crate::audience::Audience;
use crate::events::plain;
use crate::feedback;
use crate::interruptible::{OnInterrupt, run};
use crate::moment::Moment;

#[pymethods]
impl KnowledgeBase {
    /// Group the tickets that got no good answer, and say why.
    ///
    /// Args:
    ///     tickets: An iterable of `FeedbackEvent`: solved tickets with what people did about them.
    ///     asker: The audience of those who wrote the tickets.
    ///     reader: The audience of those who read the report; it tells nothing of articles that they may not see.
    ///     now: The moment; the present unless given.
    ///     min_requesters: The least number of distinct requesters of a gap, and of every word in it.
    ///     with_extracts: Whether each gap shows the masked text of one ticket.
    ///
    /// Returns:
    ///     A dict with the counts `tickets`, `unanswered` and `in_gaps`, the list `gaps` of dicts, those of the most
    ///     requesters first, and the list `rules` of dicts, the rules that changed answers.
    ///
    /// Raises:
    ///     InvalidInputError: For a ticket that cannot be learned.
    #[pyo3(signature = (tickets, asker, reader, *, now = None, min_requesters = 3, with_extracts = false))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn gaps<'py>(
        &self,
        py: Python<'py>,
        tickets: &Bound<'py, PyAny>,
        asker: &Bound<'py, Audience>,
        reader: &Bound<'py, Audience>,
        now: Option<Moment>,
        min_requesters: usize,
        with_extracts: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let tickets = feedback::read(tickets)?;
        let (asker, reader) = (asker.get().0.clone(), reader.get().0.clone());
        let now = now.unwrap_or_else(Moment::now).0;
        let mut options = GapOptions::default();
        options.min_requesters = min_requesters;
        options.with_extracts = with_extracts;
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            gaps(&handle, &tickets, &asker, &reader, now, &options)
        })?;
        plain(py, serde_json::to_string(&report))
    }

    /// Compute what was offered, solved and avoided from the recorded events.
    ///
    /// Args:
    ///     window_hours: The hours after an attempt in which a ticket counts against it.
    ///     by: Dimensions that are reported one value at a time: `day`, `week`, `month`, `locale`, `audience`, `surface`,
    ///         `brand`.
    ///     cost_per_ticket: The least and the greatest cost of a ticket, as you estimate it.
    ///
    /// Returns:
    ///     A dict with `overall`, the figures of all attempts, and `slices`, a list of dicts with `dimension`, `value` and
    ///     `figures`. A rate has its numerator `count`, its denominator `of`, its `value` and its `interval`.
    ///
    /// Raises:
    ///     InvalidInputError: For an unknown dimension.
    ///     DamagedError: When the log is damaged.
    ///     StorageError: When the log cannot be read.
    #[pyo3(signature = (window_hours, *, by = Strings::default(), cost_per_ticket = None), text_signature = "($self, window_hours, *, by=(), cost_per_ticket=None)")]
    fn metrics<'py>(
        &self,
        py: Python<'py>,
        window_hours: u32,
        by: Strings,
        cost_per_ticket: Option<(f64, f64)>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let dimensions = by.0.iter().map(|name| by_name(py, name));
        let options = MetricOptions {
            dimensions: dimensions.collect::<PyResult<_>>()?,
            cost_per_ticket: cost_per_ticket.map(|(low, high)| Range { low, high }),
            ..MetricOptions::of_window(window_hours)
        };
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            metrics(handle.events()?, &options)
        })?;
        plain(py, serde_json::to_string(&report))
    }
}

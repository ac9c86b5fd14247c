//! Methods of `KnowledgeBase` that report on tickets and events.

use std::collections::BTreeMap;

use helpdex_insight::cards::{CardOptions, cards};
use helpdex_insight::gaps::{GapOptions, gaps};
use helpdex_insight::lead_report::{LeadOptions, csv_files, html_page, lead_report};
use helpdex_insight::metrics::{MetricOptions, Range, metrics};
use helpdex_insight::preview::{PreviewOptions, preview};
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

    /// Tell which tickets the gathered changes would answer otherwise, before they are published.
    ///
    /// Change articles first, with `upsert`, `remove` or `sync`. Every ticket is asked as the knowledge base is, and those
    /// whose answer can change are asked again as a publish would make it. Nothing is published.
    ///
    /// Args:
    ///     tickets: An iterable of `FeedbackEvent`: solved tickets that the knowledge base has not learned from; those that it
    ///         has are answered from memory, whatever the articles say.
    ///     asker: The audience of those who wrote the tickets.
    ///     now: The moment; the present unless given.
    ///     ask_all: Whether every ticket is asked again.
    ///
    /// Returns:
    ///     A dict: `right`, `wrong` and `offered` with the counts before and after, `articles` with the effect on each, and
    ///     `changes`, a list of dicts for the tickets whose first article or silence changes, lost right answers first.
    ///
    /// Raises:
    ///     InvalidInputError: For a ticket that cannot be learned, and before the first publish.
    ///     IndexLockedError: When another process is changing it.
    #[pyo3(signature = (tickets, asker, *, now = None, ask_all = false))]
    fn preview<'py>(
        &self,
        py: Python<'py>,
        tickets: &Bound<'py, PyAny>,
        asker: &Bound<'py, Audience>,
        now: Option<Moment>,
        ask_all: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let tickets = feedback::read(tickets)?;
        let asker = asker.get().0.clone();
        let now = now.unwrap_or_else(Moment::now).0;
        let before = self.handle.opened(py)?;
        let after = self.handle.read(py, move |writer| writer.preview(now))?;
        let mut options = PreviewOptions::default();
        options.ask_all = ask_all;
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            preview(&before, &after, &tickets, &asker, now, &options)
        })?;
        plain(py, serde_json::to_string(&report))
    }

    /// Make a report card for each article that the reader may see: how it does, and what to do about it.
    ///
    /// The recorded events tell what visits did with articles. The solved tickets are asked again.
    ///
    /// Args:
    ///     asker: The audience of those who wrote the tickets.
    ///     reader: The audience of those who read the cards; they tell nothing of articles that they may not see.
    ///     tickets: An iterable of `FeedbackEvent`; by default the learned tickets, cleaned and masked.
    ///     now: The moment; the present unless given.
    ///     min_requesters: The least number of distinct requesters who used a word that is shown.
    ///
    /// Returns:
    ///     A dict with the counts `tickets` and `visits`, and the list `cards` of dicts, those with most to do first.
    ///
    /// Raises:
    ///     InvalidInputError: For a ticket that cannot be learned.
    ///     DamagedError: When a log is damaged.
    ///     StorageError: When a log cannot be read.
    #[pyo3(signature = (asker, reader, *, tickets = None, now = None, min_requesters = 3))]
    fn article_cards<'py>(
        &self,
        py: Python<'py>,
        asker: &Bound<'py, Audience>,
        reader: &Bound<'py, Audience>,
        tickets: Option<&Bound<'py, PyAny>>,
        now: Option<Moment>,
        min_requesters: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let tickets = tickets.map(feedback::read).transpose()?;
        let (asker, reader) = (asker.get().0.clone(), reader.get().0.clone());
        let now = now.unwrap_or_else(Moment::now).0;
        let mut options = CardOptions::default();
        options.min_requesters = min_requesters;
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            let tickets = tickets.map_or_else(|| handle.feedback(), Ok)?;
            let events = handle.events()?;
            cards(&handle, events, &tickets, &asker, &reader, now, &options)
        })?;
        plain(py, serde_json::to_string(&report))
    }

    /// Make the report of a support lead: what became of attempts, the articles to write, those to fix, and copies.
    ///
    /// Args:
    ///     asker: The audience of those who wrote the tickets.
    ///     reader: The audience of those who read the report; it tells nothing of articles that they may not see.
    ///     tickets: An iterable of `FeedbackEvent`; by default the learned tickets, cleaned and masked.
    ///     now: The moment; the present unless given.
    ///     window_hours: The hours after an attempt in which a ticket counts against it.
    ///     min_requesters: The least number of distinct requesters who used a word that is shown.
    ///     with_extracts: Whether each gap shows the masked text of one ticket.
    ///
    /// Returns:
    ///     A dict: `html`, the page; `report`, a dict of its parts; and `tables`, the text of each table by its file name.
    ///
    /// Raises:
    ///     InvalidInputError: For a ticket that cannot be learned.
    ///     DamagedError: When a log is damaged.
    ///     StorageError: When a log cannot be read.
    #[pyo3(signature = (asker, reader, *, tickets = None, now = None, window_hours = 72, min_requesters = 3, with_extracts = false))]
    #[expect(
        clippy::too_many_arguments,
        reason = "keyword arguments of Python, a struct in Rust"
    )]
    fn lead_report<'py>(
        &self,
        py: Python<'py>,
        asker: &Bound<'py, Audience>,
        reader: &Bound<'py, Audience>,
        tickets: Option<&Bound<'py, PyAny>>,
        now: Option<Moment>,
        window_hours: u32,
        min_requesters: usize,
        with_extracts: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let tickets = tickets.map(feedback::read).transpose()?;
        let (asker, reader) = (asker.get().0.clone(), reader.get().0.clone());
        let now = now.unwrap_or_else(Moment::now).0;
        let mut options = LeadOptions::of_window(window_hours);
        options.gaps.min_requesters = min_requesters;
        options.gaps.with_extracts = with_extracts;
        options.cards.min_requesters = min_requesters;
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            let tickets = tickets.map_or_else(|| handle.feedback(), Ok)?;
            let events = || handle.events();
            lead_report(&handle, events, &tickets, &asker, &reader, now, &options)
        })?;
        let tables: BTreeMap<&str, String> = csv_files(&report).into_iter().collect();
        let whole =
            serde_json::json!({"html": html_page(&report), "report": report, "tables": tables});
        plain(py, serde_json::to_string(&whole))
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

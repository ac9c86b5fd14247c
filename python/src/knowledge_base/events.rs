//! Methods of `KnowledgeBase` about interaction events, and forgetting.

use std::path::PathBuf;

use helpdex::feedback::Erasure;
use helpdex_import::{create_file, write_events};
use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::error::invalid;
use crate::events;
use crate::interruptible::{OnInterrupt, run};
use crate::moment::Moment;

#[pymethods]
impl KnowledgeBase {
    /// Record what happened after answers: add interaction events to a log. Known events are skipped.
    ///
    /// An event is a dict with `interaction` and `at`; every other key may be left out: `suggestion_id`, `articles`,
    /// `rank`, `reason`, `probability`, `promised_precision`, `held_out`, `surface`, `audience`, `locale`, `brand`,
    /// `requester`, `session`, `ticket_id`, `key`. `at` is a `datetime` with a time zone, or text as `2026-03-01T09:30:00Z`.
    ///
    /// Events that are verdicts on a ticket (`resolved`, `helpful`, `not_helpful`, `agent_linked`, `agent_removed`) are
    /// learned too. When this returns, the events survive a crash and a power cut.
    ///
    /// Returns:
    ///     A dict with the counts `added`, `repeated` and `verdicts`, the new verdicts.
    ///
    /// Raises:
    ///     InvalidInputError: For an event that cannot be recorded, which it names by its number; nothing is recorded.
    ///     DamagedError: When the log is damaged.
    ///     StorageError: When the log cannot be read or written.
    fn record<'py>(
        &self,
        py: Python<'py>,
        events: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let events = events::read(events)?;
        let recorded = self
            .handle
            .change(py, move |handle| handle.record(events))?;
        events::plain(py, serde_json::to_string(&recorded))
    }

    /// The recorded events as dicts, in the order in which they were recorded.
    ///
    /// Raises:
    ///     DamagedError: When the log is damaged.
    ///     StorageError: When the log cannot be read.
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let lines = run(py, None, OnInterrupt::Abandon, move |_| {
            let mut lines = Vec::new();
            write_events(handle.events()?, &mut lines, "events")?;
            Ok(lines)
        })?;
        events::parsed_lines(py, &lines)
    }

    /// Write the recorded events to a file of JSON lines, which `read_events` reads.
    ///
    /// A file that exists is replaced. On Unix only its owner can read the new file.
    ///
    /// Returns:
    ///     The number of events.
    ///
    /// Raises:
    ///     DamagedError: When the log is damaged.
    ///     StorageError: When the log cannot be read, or the file cannot be written.
    fn export_events(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        let handle = self.handle.opened(py)?;
        run(py, None, OnInterrupt::Abandon, move |_| {
            write_events(handle.events()?, create_file(&path)?, &path)
        })
    }

    /// Forget everything in the logs of feedback and of events about a ticket or a requester, or everything before a
    /// moment. Give exactly one of them. The same can be learned and recorded again.
    ///
    /// When this returns, the logs contain no byte of them. After the next publish no file of the folder does, because
    /// it trains again and deletes older generations. Publish afterwards.
    ///
    /// A handle that has an older generation open, also in another process, uses it until `refresh`.
    ///
    /// Args:
    ///     ticket: The id of the ticket.
    ///     requester: The name of the requester, as it was learned.
    ///     events_before: The moment before which events are forgotten.
    ///     feedback_before: The moment before which verdicts are forgotten.
    ///
    /// Returns:
    ///     A dict with the counts `verdicts` and `events`.
    ///
    /// Raises:
    ///     InvalidInputError: When several or none are given, or an empty name.
    ///     DamagedError: When a log is damaged.
    ///     StorageError: When a log cannot be read or written.
    #[pyo3(signature = (*, ticket = None, requester = None, events_before = None, feedback_before = None))]
    fn forget<'py>(
        &self,
        py: Python<'py>,
        ticket: Option<String>,
        requester: Option<String>,
        events_before: Option<Moment>,
        feedback_before: Option<Moment>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let what = match (ticket, requester, events_before, feedback_before) {
            (Some(id), None, None, None) => Erasure::Ticket(id),
            (None, Some(name), None, None) => Erasure::Requester(name),
            (None, None, Some(moment), None) => Erasure::EventsBefore(moment.0),
            (None, None, None, Some(moment)) => Erasure::FeedbackBefore(moment.0),
            _ => {
                return Err(invalid(
                    py,
                    "it is not said what to forget; give one of ticket, requester, events_before and feedback_before",
                ));
            }
        };
        let forgotten = self.handle.change(py, move |handle| handle.forget(&what))?;
        events::plain(py, serde_json::to_string(&forgotten))
    }
}

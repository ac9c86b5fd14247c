//! Methods of `KnowledgeBase` that answer tickets.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::KnowledgeBase;
use crate::answers;
use crate::audience::Audience;
use crate::draft::Draft;
use crate::error::{exception, guarded};
use crate::moment::Moment;
use crate::options::suggest_options;
use crate::suggest_many::Answers;
use crate::ticket::TicketArgument;
use crate::vectors::Vector;

#[pymethods]
impl KnowledgeBase {
    /// Return the articles that answer a ticket for this audience at this moment, or the reason for abstaining.
    ///
    /// Every ticket has an outcome.
    ///
    /// Args:
    ///     ticket: A `Ticket`, or a `str` as one.
    ///     audience: The audience of the answer.
    ///     now: The moment, with a time zone; the present unless given.
    ///     options: The options of the answer; the defaults if not given.
    ///     **keywords: Fields of `SuggestOptions` that replace those of `options`.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (ticket, *, audience, now = None, options = None, **keywords))]
    fn suggest<'py>(
        &self,
        py: Python<'py>,
        ticket: TicketArgument,
        audience: &Bound<'py, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let handle = self.handle.opened(py)?;
        let options = suggest_options(py, options, keywords)?;
        let now = now.unwrap_or_else(Moment::now).0;
        let audience = &audience.get().0;
        guarded(py, || {
            let answer = py
                .detach(|| handle.suggest(&ticket.0, audience, now, &options))
                .map_err(|error| exception(py, &error))?;
            answers::suggestions(py, &answer)
        })
    }

    /// Answer many tickets in their order, on all cores and with bounded memory.
    ///
    /// All answers come from the current generation; articles that are denied meanwhile are not shown. Some tickets are
    /// read ahead of the returned answer: 64, or 16 per core if that is more. When iterating over `tickets` raises, the
    /// earlier tickets are answered first. `options` and `keywords` are those of `suggest`; `now` is one moment for
    /// all.
    ///
    /// Returns:
    ///     An iterator with one answer per ticket.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (tickets, *, audience, now = None, options = None, **keywords))]
    fn suggest_many(
        &self,
        py: Python<'_>,
        tickets: &Bound<'_, PyAny>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Answers> {
        if tickets.is_instance_of::<pyo3::types::PyString>() {
            return Err(PyTypeError::new_err(
                "give a list of tickets, or ask `suggest` with one",
            ));
        }
        let handle = self.handle.opened(py)?;
        let options = suggest_options(py, options, keywords)?;
        let now = now.unwrap_or_else(Moment::now).0;
        let batch = handle
            .batch(&audience.get().0, now, &options)
            .map_err(|error| exception(py, &error))?;
        Ok(Answers::new(
            Arc::clone(&self.handle),
            batch,
            tickets.try_iter()?,
        ))
    }

    /// Return the vector of a ticket by the embedder of this handle, for `vector` of `Ticket`.
    ///
    /// A draft never asks the embedder: call this when the customer pauses, and give the vector with the next texts.
    ///
    /// Args:
    ///     ticket: A `Ticket`, or a `str` as one.
    ///
    /// Returns:
    ///     The vector; None without an embedder, and where it has none for the text.
    ///
    /// Raises:
    ///     InvalidInputError: When the embedder fails, or gives what is no vector.
    fn embed(&self, py: Python<'_>, ticket: TicketArgument) -> PyResult<Option<Vector>> {
        let handle = self.handle.opened(py)?;
        guarded(py, || {
            let vector = py
                .detach(|| handle.embed(&ticket.0))
                .map_err(|error| exception(py, &error))?;
            Ok(vector.map(Vector))
        })
    }

    /// Return the sentence of a text that is nearest to a ticket by the embedder of this handle: of a shown passage, the one for
    /// which it was matched by meaning.
    ///
    /// It embeds each sentence, so no answer does it by itself: call it when a reader asks why.
    ///
    /// Args:
    ///     ticket: A `Ticket`, or a `str` as one.
    ///     text: The text, such as `suggestion.passage.text`.
    ///
    /// Returns:
    ///     The sentence; None without an embedder, and where it has no vector of the ticket or of any sentence.
    ///
    /// Raises:
    ///     InvalidInputError: When the embedder fails, or gives what is no vector.
    #[pyo3(signature = (ticket, text, /))]
    fn nearest_sentence(
        &self,
        py: Python<'_>,
        ticket: TicketArgument,
        text: &str,
    ) -> PyResult<Option<String>> {
        let handle = self.handle.opened(py)?;
        guarded(py, || {
            let range = py
                .detach(|| handle.nearest_sentence(&ticket.0, text))
                .map_err(|error| exception(py, &error))?;
            Ok(range.map(|range| text[range].to_owned()))
        })
    }

    /// Start a draft: suggestions while a customer types a ticket, asked for each longer text.
    ///
    /// `options` and `keywords` are those of `suggest`; `now` is one moment for all texts.
    ///
    /// Raises:
    ///     InvalidInputError: For options out of range.
    #[pyo3(signature = (*, audience, now = None, options = None, **keywords))]
    fn draft(
        &self,
        py: Python<'_>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
        options: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Draft> {
        let handle = self.handle.opened(py)?;
        let options = suggest_options(py, options, keywords)?;
        let now = now.unwrap_or_else(Moment::now).0;
        let draft = handle
            .draft(&audience.get().0, now, &options)
            .map_err(|error| exception(py, &error))?;
        Ok(Draft::new(Arc::clone(&self.handle), draft))
    }

    /// Return the locales of the articles that the audience may see at `now` (by default the present), in order.
    #[pyo3(signature = (audience, now = None))]
    fn locales(
        &self,
        py: Python<'_>,
        audience: &Bound<'_, Audience>,
        now: Option<Moment>,
    ) -> PyResult<Vec<String>> {
        let handle = self.handle.opened(py)?;
        let audience = &audience.get().0;
        let now = now.unwrap_or_else(Moment::now).0;
        guarded(py, || {
            let locales = py.detach(|| handle.locales(audience, now));
            Ok(locales.iter().map(ToString::to_string).collect())
        })
    }
}

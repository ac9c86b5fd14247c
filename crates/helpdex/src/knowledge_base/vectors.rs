//! A knowledge base with the model of the host: given to a handle, used by publishing, training and answering.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use helpdex_text::{Content, clean_ticket, sentences};
use serde::Serialize;

use crate::error::Result;
use crate::feedback_event::clean::CleanFeedback;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::generation::Generation;
use crate::snapshot::vector_file::VectorCounts;
use crate::ticket::Ticket;
use crate::vectors::embedder::{Embedder, TextKind};
use crate::vectors::embedding::{embed_all, ticket_text};
use crate::vectors::vector::{Vector, check_model};

/// The vectors of a publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PublishedVectors {
    /// The name of their model.
    pub model: String,
    /// The number of values of each.
    pub dimension: usize,
    /// Texts that were embedded: those that the generation before had no vector of.
    pub embedded: usize,
    /// Vectors of the generation before.
    pub kept: usize,
    /// Vectors that the host gave.
    pub given: usize,
    /// Articles without any vector: they are found by words.
    pub articles_without: usize,
}

impl PublishedVectors {
    pub(super) fn of(generation: &Generation, counts: Option<VectorCounts>) -> Option<Self> {
        let (model, counts) = generation.vector_model().zip(counts)?;
        Some(Self {
            model: model.name.clone(),
            dimension: model.dimension,
            embedded: counts.embedded,
            kept: counts.kept,
            given: counts.given,
            articles_without: counts.articles_without,
        })
    }
}

impl KnowledgeBase {
    /// Returns a handle that goes by vectors of this model too: its writers embed the articles when they publish, and its
    /// answers embed the tickets.
    ///
    /// A publish asks for vectors of new and changed texts alone, and fails when the embedder fails; with a model of another
    /// name it embeds all of them anew. By a handle without an embedder the vectors of unchanged texts are kept, and new texts
    /// get none. An answer whose ticket has no vector of the model of the articles goes by words, and
    /// [says so](crate::Suggestions::vectors).
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use helpdex::vectors::GivenVectors;
    /// use helpdex::KnowledgeBase;
    ///
    /// let given = GivenVectors::new("my-model", 384)?;
    /// let knowledge_base = KnowledgeBase::in_memory().with_embedder(Arc::new(given))?;
    /// let published = knowledge_base.writer()?.publish("2026-03-01".parse()?)?;
    /// assert_eq!(published.vectors, None);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name of 0 or more than 200 bytes, or a dimension of 0 or more than
    /// 8,192.
    pub fn with_embedder(self, embedder: Arc<dyn Embedder>) -> Result<Self> {
        check_model(embedder.name(), embedder.dimension())?;
        Ok(Self {
            embedder: Some(embedder),
            ..self
        })
    }

    /// Returns the name of the model and the number of values of the vectors of the generation in use; `None` when its
    /// articles have none.
    #[must_use]
    pub fn vector_model(&self) -> Option<(String, usize)> {
        let generation = self.current();
        let model = generation.vector_model()?;
        Some((model.name.clone(), model.dimension))
    }

    /// Returns the vector of a ticket by the embedder of this handle, for [`Ticket::vector`]; `None` without an embedder, and
    /// where it has none for the text. A [draft](crate::Draft) never asks the embedder: the host calls this when its customer
    /// pauses, and gives the vector with the next texts.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the embedder fails, or gives what is no vector.
    pub fn embed(&self, ticket: &Ticket) -> Result<Option<Vector>> {
        let Some(embedder) = &self.embedder else {
            return Ok(None);
        };
        let text = ticket_text(&ticket.clean());
        let vectors = embed_all(&**embedder, &[&text], TextKind::Ticket, &mut |_| {
            ControlFlow::Continue(())
        })?;
        Ok(vectors.into_iter().flatten().next())
    }

    /// Returns the sentence of a text that is nearest to the ticket by the embedder of this handle, as the range of its bytes: of
    /// a shown passage, the sentence for which it was [matched by meaning](crate::Suggestion::matched_by_meaning). `None` without
    /// an embedder, and where it has no vector of the ticket or of any sentence.
    ///
    /// It embeds each sentence, which a large model takes longer for than for the ticket. So no answer does it by itself: call
    /// it when a reader asks why.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the embedder fails, or gives what is no vector.
    pub fn nearest_sentence(&self, ticket: &Ticket, text: &str) -> Result<Option<Range<usize>>> {
        let Some(embedder) = &self.embedder else {
            return Ok(None);
        };
        let given = ticket.vector.as_ref().filter(|vector| {
            vector.model() == embedder.name() && vector.dimension() == embedder.dimension()
        });
        let of_ticket = match given {
            Some(vector) => Some(vector.clone()),
            None => self.embed(ticket)?,
        };
        let Some(of_ticket) = of_ticket else {
            return Ok(None);
        };
        let ranges: Vec<Range<usize>> = sentences(text).collect();
        let texts: Vec<&str> = ranges.iter().map(|range| &text[range.clone()]).collect();
        let vectors = embed_all(&**embedder, &texts, TextKind::Article, &mut |_| {
            ControlFlow::Continue(())
        })?;
        let mut nearest: Option<(f32, Range<usize>)> = None;
        for (vector, range) in vectors.into_iter().zip(ranges) {
            let cosine = vector.map(|vector| vector.cosine(&of_ticket));
            if let Some(cosine) = cosine
                && nearest.as_ref().is_none_or(|(best, _)| cosine > *best)
            {
                nearest = Some((cosine, range));
            }
        }
        Ok(nearest.map(|(_, range)| range))
    }

    /// Gives each verdict without a vector of the embedder's model one.
    pub(super) fn embed_feedback(&self, verdicts: &mut [CleanFeedback]) -> Result<()> {
        let Some(embedder) = &self.embedder else {
            return Ok(());
        };
        let mut lacking: Vec<&mut CleanFeedback> = verdicts
            .iter_mut()
            .filter(|verdict| lacks_vector(verdict, &**embedder))
            .collect();
        let texts: Vec<String> = lacking.iter().map(|verdict| text_of(verdict)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = embed_all(&**embedder, &texts, TextKind::Ticket, &mut |_| {
            ControlFlow::Continue(())
        })?;
        for (verdict, vector) in lacking.iter_mut().zip(vectors) {
            verdict.vector = vector;
        }
        Ok(())
    }
}

/// Returns the text of feedback that is embedded: that of the ticket when it was asked.
fn text_of(verdict: &CleanFeedback) -> String {
    let subject = (!verdict.subject.is_empty()).then_some(&*verdict.subject);
    ticket_text(&clean_ticket(subject, Content::Text(&verdict.text)))
}

/// Returns whether feedback with a text has no vector of the embedder's model.
fn lacks_vector(verdict: &CleanFeedback, embedder: &dyn Embedder) -> bool {
    let has_text = !(verdict.subject.is_empty() && verdict.text.is_empty());
    let vector = verdict.vector.as_ref();
    has_text
        && vector.is_none_or(|vector| {
            vector.model() != embedder.name() || vector.dimension() != embedder.dimension()
        })
}

//! A question: the audience, the options, and the generation that answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use helpdex_text::{CleanTicket, Locale};

use crate::analysed_ticket::AnalysedTicket;
use crate::audience::Audience;
use crate::candidates::past::PastEvidence;
use crate::clock::Deadline;
use crate::confidence::NoThreshold;
use crate::error::Result;
use crate::index::columns::Facets;
use crate::model::ticket_model::Past;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::VectorModel;
use crate::suggest::decide::{self, Case, why_empty};
use crate::suggest::options::SuggestOptions;
use crate::suggest::reason::Reason;
use crate::suggest::ruled_candidates::RuledCandidates;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::vectors::embedder::Embedder;
use crate::vectors::embedding::{embed_ticket, ticket_text};
use crate::vectors::vector::Vector;
use crate::vectors::vector_use::VectorUse;

/// A question to one generation, which can be asked about any ticket: the audience, the moment and the options.
#[derive(Clone)]
pub(crate) struct Question {
    pub generation: Arc<Generation>,
    pub audience: Audience,
    pub now: Timestamp,
    /// The options of the question, whose values are in range.
    pub options: SuggestOptions,
    /// The least probability with which an article is offered, or the reason why there is none.
    pub(super) threshold: std::result::Result<f32, NoThreshold>,
    /// The same for answers by words and vectors.
    pub(super) threshold_with_vectors: std::result::Result<f32, NoThreshold>,
    /// The embedder of the host, if it has one.
    pub(super) embedder: Option<Arc<dyn Embedder>>,
}

impl Question {
    /// # Errors
    /// [`InvalidInput`](crate::error::ErrorKind::InvalidInput) for options out of range.
    pub(crate) fn new(
        generation: Arc<Generation>,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Self> {
        let options = SuggestOptions {
            decision: generation.settings().decide(options.decision),
            ..options.clone()
        };
        options.check()?;
        Ok(Self {
            threshold: decide::threshold(&options, generation.thresholds(audience)),
            threshold_with_vectors: decide::threshold(
                &options,
                generation.thresholds_with_vectors(audience),
            ),
            generation,
            audience: audience.clone(),
            now,
            options,
            embedder,
        })
    }

    /// Returns the same question as an agent would ask it, who sees internal articles too.
    pub(super) fn for_agent(&self) -> Self {
        let audience = Audience::internal();
        let options = SuggestOptions {
            told_to_agent: false,
            ..self.options.clone()
        };
        let generation = &self.generation;
        Self {
            threshold: decide::threshold(&options, generation.thresholds(&audience)),
            threshold_with_vectors: decide::threshold(
                &options,
                generation.thresholds_with_vectors(&audience),
            ),
            generation: Arc::clone(generation),
            audience,
            now: self.now,
            options,
            embedder: self.embedder.clone(),
        }
    }

    /// Returns the articles that may occur in the answer, by locale.
    pub(super) fn views(&self) -> BTreeMap<&Locale, View<'_>> {
        self.generation
            .views(&self.audience, self.now, |facets| self.passes(facets))
    }

    /// Returns the vector of a ticket that the answer can go by, or why there is none. The embedder
    /// is asked if there is a deadline, which a draft does not give.
    pub(super) fn ticket_vector(
        &self,
        ticket: &Ticket,
        clean: &CleanTicket,
        views: &BTreeMap<&Locale, View<'_>>,
        deadline: Option<Deadline>,
    ) -> std::result::Result<Vector, VectorUse> {
        let model = self.generation.vector_model();
        // Vectors of articles that the audience does not see are as if they were not there.
        let model = model.filter(|_| views.values().any(View::has_vectors));
        let model = model.ok_or(VectorUse::NotGiven)?;
        let vector = match (&ticket.vector, &self.embedder) {
            (Some(vector), _) => vector.clone(),
            (None, Some(embedder)) if deadline.is_some() && !clean.is_machine_written() => {
                if VectorModel::of(&**embedder) != *model {
                    return Err(VectorUse::OtherModel);
                }
                let patience = embedder.patience_ms().map(Duration::from_millis);
                let rest = deadline.and_then(Deadline::half_of_rest);
                let patience = rest.into_iter().chain(patience).min();
                embed_ticket(embedder, ticket_text(clean), patience)?
            }
            _ => return Err(VectorUse::NotGiven),
        };
        if !model.is_of(&vector) {
            return Err(VectorUse::OtherModel);
        }
        let learned = self.generation.model(&self.audience);
        if learned.is_some_and(|learned| !learned.knows_vectors_like(&vector)) {
            return Err(VectorUse::NotTrained);
        }
        Ok(vector)
    }

    /// Returns what past tickets say about a ticket; `None` when nothing was learned.
    pub(super) fn past_evidence(
        &self,
        ticket: &Ticket,
        analysed: &mut AnalysedTicket<'_>,
        vector: Option<&Vector>,
    ) -> Option<PastEvidence> {
        let model = self.generation.model(&self.audience)?;
        Some(PastEvidence::of(
            model,
            ticket.locale.as_ref(),
            analysed,
            vector,
        ))
    }

    /// Returns this evidence with the model that it comes from; `None` without evidence.
    pub(super) fn past<'a>(&'a self, evidence: Option<&'a PastEvidence>) -> Option<Past<'a>> {
        let model = self.generation.model(&self.audience);
        let past = model.zip(evidence);
        past.map(|(model, evidence)| Past {
            model,
            logits: &evidence.logits,
            by_vector: evidence.by_vector.as_deref(),
            taught: &evidence.taught,
        })
    }

    /// Returns the facts from which it is decided what is offered of the candidates.
    pub(super) fn case<'a>(
        &'a self,
        candidates: &'a RuledCandidates<'a>,
        shown_before: &'a [String],
        tells_enough: bool,
        goes_by_vectors: bool,
    ) -> Case<'a> {
        Case {
            options: &self.options,
            tells_enough,
            threshold: if goes_by_vectors {
                self.threshold_with_vectors
            } else {
                self.threshold
            },
            candidates,
            shown_before,
        }
    }

    /// Returns the reason why the audience sees no article at all.
    pub(super) fn why_empty(&self) -> Reason {
        why_empty(&self.generation, &self.audience)
    }

    fn passes(&self, facets: &Facets) -> bool {
        self.options.filter.passes(facets)
    }
}

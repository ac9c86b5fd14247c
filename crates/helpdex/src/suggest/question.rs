//! A question: the audience, the options, and the generation that answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use helpdex_text::Locale;

use crate::analysed_ticket::AnalysedTicket;
use crate::audience::Audience;
use crate::candidates::past::past_logits;
use crate::confidence::NoThreshold;
use crate::error::Result;
use crate::index::columns::Facets;
use crate::model::ticket_model::Past;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::suggest::candidate::Candidate;
use crate::suggest::decide::{self, Case, why_empty};
use crate::suggest::options::SuggestOptions;
use crate::suggest::reason::Reason;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

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
}

impl Question {
    /// # Errors
    /// [`InvalidInput`](crate::error::ErrorKind::InvalidInput) for options out of range.
    pub(crate) fn new(
        generation: Arc<Generation>,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Self> {
        let options = SuggestOptions {
            decision: generation.settings().decide(options.decision),
            ..options.clone()
        };
        options.check()?;
        Ok(Self {
            threshold: decide::threshold(&options, &generation, audience),
            generation,
            audience: audience.clone(),
            now,
            options,
        })
    }

    /// Returns the same question as an agent would ask it, who sees internal articles too.
    pub(super) fn for_agent(&self) -> Self {
        let audience = Audience::internal();
        let options = SuggestOptions {
            told_to_agent: false,
            ..self.options.clone()
        };
        Self {
            threshold: decide::threshold(&options, &self.generation, &audience),
            generation: Arc::clone(&self.generation),
            audience,
            now: self.now,
            options,
        }
    }

    /// Returns the articles that may occur in the answer, by locale.
    pub(super) fn views(&self) -> BTreeMap<&Locale, View<'_>> {
        self.generation
            .views(&self.audience, self.now, |facets| self.passes(facets))
    }

    /// Returns what past tickets say about a ticket, as one logit for each class of the model; `None` when nothing was
    /// learned.
    pub(super) fn past_logits(
        &self,
        ticket: &Ticket,
        analysed: &mut AnalysedTicket<'_>,
    ) -> Option<Vec<f32>> {
        let model = self.generation.model(&self.audience)?;
        Some(past_logits(model, ticket.locale.as_ref(), analysed))
    }

    /// Returns these logits together with the model that computed them; `None` without logits.
    pub(super) fn past<'a>(&'a self, logits: Option<&'a [f32]>) -> Option<Past<'a>> {
        let model = self.generation.model(&self.audience);
        let past = model.zip(logits);
        past.map(|(model, logits)| Past { model, logits })
    }

    /// Returns the facts from which it is decided what is offered of a ranking, which is best first.
    pub(super) fn case<'a>(
        &'a self,
        ranking: &'a [Candidate<'a>],
        shown_before: &'a [String],
        tells_enough: bool,
    ) -> Case<'a> {
        Case {
            options: &self.options,
            tells_enough,
            threshold: self.threshold,
            ranking,
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

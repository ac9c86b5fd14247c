//! Asks a model of past tickets about a new ticket.

use helpdex_text::Locale;

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::language::ticket_locales;
use crate::model::taught::TaughtAnswers;
use crate::model::ticket_model::TicketModel;
use crate::model::ticket_terms::TicketTerms;
use crate::vectors::vector::Vector;

/// The evidence of past tickets about a ticket.
pub(crate) struct PastEvidence {
    /// One logit per class of the model.
    pub logits: Vec<f32>,
    /// The same by the vector of the ticket; `None` where it has none that the model knows.
    pub by_vector: Option<Vec<f32>>,
    /// The answers to tickets of the same words.
    pub taught: TaughtAnswers,
}

impl PastEvidence {
    /// Reads the ticket in its own language, whatever the language of the articles.
    pub(crate) fn of(
        model: &TicketModel,
        declared: Option<&Locale>,
        ticket: &mut AnalysedTicket<'_>,
        vector: Option<&Vector>,
    ) -> Self {
        let locales: Vec<Locale> = model
            .head
            .locales
            .iter()
            .filter_map(|tag| tag.parse().ok())
            .collect();
        let terms = ticket_terms(declared, ticket, &locales);
        Self {
            logits: model.score(&terms),
            by_vector: vector.and_then(|vector| model.score_vector(vector)),
            taught: model.taught(&terms),
        }
    }
}

/// Returns the terms of a ticket in the declared language, else in the one of `locales` that the text looks like; no
/// terms if it looks like none of them.
pub(crate) fn ticket_terms(
    declared: Option<&Locale>,
    ticket: &mut AnalysedTicket<'_>,
    locales: &[Locale],
) -> TicketTerms {
    // No articles are asked, so that nothing can fail.
    let locales = ticket_locales(declared, ticket, locales, None, |_, _| Ok(false));
    match locales.unwrap_or_default().first() {
        Some(locale) => TicketTerms::new(ticket.in_locale(locale)),
        None => TicketTerms::default(),
    }
}

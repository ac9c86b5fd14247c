//! Asks a model of past tickets about a new ticket.

use helpdex_text::Locale;

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::language::ticket_locales;
use crate::model::ticket_model::TicketModel;
use crate::model::ticket_terms::TicketTerms;

/// Returns what past tickets say about a ticket: one logit for each class of the model. The ticket is read in its own
/// language, whatever the language of the articles.
pub(crate) fn past_logits(
    model: &TicketModel,
    declared: Option<&Locale>,
    ticket: &mut AnalysedTicket<'_>,
) -> Vec<f32> {
    let locales: Vec<Locale> = model
        .head
        .locales
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    model.score(&ticket_terms(declared, ticket, &locales))
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

//! What past tickets say of a ticket.

use helpdex_text::{Analyzer, CleanTicket, Locale, detect_language};

use crate::model::ticket_model::TicketModel;
use crate::model::ticket_terms::TicketTerms;
use crate::ticket::Ticket;

/// Returns what past tickets say of the ticket: one logit a class of the model. The ticket is read in its own language,
/// whatever the articles are in.
pub(crate) fn past_logits(model: &TicketModel, ticket: &Ticket, clean: &CleanTicket) -> Vec<f32> {
    let locales: Vec<Locale> = model
        .head
        .locales
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    model.score(&ticket_terms(ticket.locale.as_ref(), clean, &locales))
}

/// Returns the terms of a ticket in the declared language, else in the one of `locales` that the text looks like.
pub(crate) fn ticket_terms(
    declared: Option<&Locale>,
    clean: &CleanTicket,
    locales: &[Locale],
) -> TicketTerms {
    let detected = || {
        let text = format!("{}\n{}", clean.subject(), clean.text());
        detect_language(&text, locales, None)
            .locales
            .into_iter()
            .next()
    };
    declared
        .cloned()
        .or_else(detected)
        .map_or_else(TicketTerms::default, |locale| {
            TicketTerms::new(clean, &Analyzer::new(&locale))
        })
}

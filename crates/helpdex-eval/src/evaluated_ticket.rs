//! The tickets of a run in the form in which a report shows them.

use std::collections::BTreeMap;

use helpdex::{Article, Ticket};

use crate::data_set::JudgedQuery;
use crate::extract::ticket_extract;
use crate::metrics::JudgedTicket;
use crate::outcome::{QueryOutcome, Translations};

/// A ticket of a run with its answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EvaluatedTicket {
    /// The ticket, as it is in the data set.
    pub ticket: Ticket,
    /// The answer and the right articles.
    pub judged: JudgedTicket,
}

impl EvaluatedTicket {
    /// Returns the beginning of the cleaned ticket on one line of at most `max_chars` characters, without control
    /// characters and bidirectional marks; empty when cleaning leaves nothing. Linear in the ticket's length.
    #[must_use]
    pub fn extract(&self, max_chars: usize) -> String {
        let ticket = self.ticket.clean();
        ticket_extract(&ticket, max_chars)
    }
}

pub(crate) fn tickets(
    queries: Vec<JudgedQuery>,
    outcomes: &[QueryOutcome],
    translations: &Translations<'_>,
) -> Vec<EvaluatedTicket> {
    queries
        .into_iter()
        .zip(outcomes)
        .map(|(query, outcome)| EvaluatedTicket {
            judged: outcome.judged(&query, translations),
            ticket: query.ticket,
        })
        .collect()
}

pub(crate) fn titles(articles: &[Article]) -> BTreeMap<String, String> {
    articles
        .iter()
        .map(|article| (article.id().to_owned(), article.fields().title.clone()))
        .collect()
}

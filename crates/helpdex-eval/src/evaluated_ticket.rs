//! The tickets of a run, as far as a report shows them.

use std::collections::BTreeMap;

use helpdex::{Article, Ticket};

use crate::data_set::JudgedQuery;
use crate::extract::ticket_extract;
use crate::metrics::JudgedTicket;
use crate::outcome::QueryOutcome;

/// A ticket of a run, and what was answered to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EvaluatedTicket {
    /// The ticket as it stands in the data set.
    pub ticket: Ticket,
    /// The answer, and what would have been right.
    pub judged: JudgedTicket,
}

impl EvaluatedTicket {
    /// The beginning of the ticket after cleaning, on one line of at most `max_chars` characters, without control
    /// characters and marks that reorder text; empty when nothing is left. Linear in the ticket's length.
    #[must_use]
    pub fn extract(&self, max_chars: usize) -> String {
        let ticket = self.ticket.clean();
        ticket_extract(&ticket, max_chars)
    }
}

pub(crate) fn tickets(
    queries: Vec<JudgedQuery>,
    outcomes: &[QueryOutcome],
) -> Vec<EvaluatedTicket> {
    queries
        .into_iter()
        .zip(outcomes)
        .map(|(query, outcome)| EvaluatedTicket {
            judged: outcome.judged(&query),
            ticket: query.ticket,
        })
        .collect()
}

pub(crate) fn titles(articles: &[Article]) -> BTreeMap<String, String> {
    let title = |article: &Article| (article.id().to_owned(), article.fields().title.clone());
    articles.iter().map(title).collect()
}

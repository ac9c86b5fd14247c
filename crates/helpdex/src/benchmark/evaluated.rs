//! The tickets of a run, as far as a report shows them.

use std::collections::BTreeMap;
use std::fmt;

use helpdex_text::Locale;

use super::QueryOutcome;
use super::data_set::JudgedQuery;
use crate::article::Article;
use crate::eval::JudgedTicket;

/// A ticket of a run, and what was answered to it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct EvaluatedTicket {
    /// Its text as it stands in the data set.
    pub text: String,
    /// The locale that the data set declares.
    pub locale: Option<Locale>,
    /// The answer, and what would have been right.
    pub judged: JudgedTicket,
}

impl fmt::Debug for EvaluatedTicket {
    /// Without its text, which is private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvaluatedTicket")
            .field("locale", &self.locale)
            .field("judged", &self.judged)
            .finish_non_exhaustive()
    }
}

pub(super) fn tickets(
    queries: Vec<JudgedQuery>,
    outcomes: &[QueryOutcome],
) -> Vec<EvaluatedTicket> {
    queries
        .into_iter()
        .zip(outcomes)
        .map(|(query, outcome)| EvaluatedTicket {
            judged: outcome.judged(&query),
            locale: query.ticket.locale,
            text: query.text,
        })
        .collect()
}

pub(super) fn titles(articles: &[Article]) -> BTreeMap<String, String> {
    let title = |article: &Article| (article.id().to_owned(), article.fields().title.clone());
    articles.iter().map(title).collect()
}

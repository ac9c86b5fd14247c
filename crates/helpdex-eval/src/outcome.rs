//! The answer to one query of a run.

use helpdex::answer::RankedArticle;
use helpdex::{Reason, Suggestions};
use serde::Serialize;

use crate::data_set::JudgedQuery;
use crate::metrics::JudgedTicket;

/// The answer to one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct QueryOutcome {
    /// The id of the query.
    pub query_id: String,
    /// `offered` or `abstained`.
    pub outcome: &'static str,
    /// The reason for abstaining; `None` when articles were offered.
    pub reason: Option<Reason>,
    /// Ids of the articles that were offered, best first.
    pub offered: Vec<String>,
    /// Up to 10 articles, best first, offered or not.
    pub ranking: Vec<OutcomeArticle>,
    /// The time that the answer took, in microseconds.
    pub elapsed_us: u64,
    /// The probability that any article answers the query. It is not written into the JSON lines, whose form is fixed.
    #[serde(skip)]
    pub answerable_probability: f32,
}

/// An article of [`QueryOutcome::ranking`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutcomeArticle {
    /// The id of the article.
    pub id: String,
    /// The probability that the article answers the query, in (0, 1).
    pub probability: f32,
    /// The probability that this article or one ranked before it answers the query. It is not written into the JSON lines.
    #[serde(skip)]
    pub cumulative_probability: f32,
}

impl QueryOutcome {
    pub(crate) fn new(query_id: &str, answer: Suggestions) -> Self {
        let reason = answer.reason().cloned();
        Self {
            query_id: query_id.to_owned(),
            outcome: answer.outcome.name(),
            reason,
            offered: answer
                .offered()
                .iter()
                .map(|suggestion| suggestion.article_id.clone())
                .collect(),
            ranking: answer
                .ranking
                .into_iter()
                .map(
                    |RankedArticle {
                         article_id,
                         probability,
                         cumulative_probability,
                         ..
                     }| OutcomeArticle {
                        id: article_id,
                        probability,
                        cumulative_probability,
                    },
                )
                .collect(),
            elapsed_us: answer.elapsed_us,
            answerable_probability: answer.answerable_probability,
        }
    }

    /// Returns the probability that any of the first `set_size` articles answers the query, and whether one does.
    pub(crate) fn prediction(&self, query: &JudgedQuery, set_size: usize) -> (f64, bool) {
        let first = &self.ranking[..set_size.min(self.ranking.len())];
        let judged = self.judged(query);
        let probability = first.last().map_or(0.0, |last| last.cumulative_probability);
        let is_right = first
            .iter()
            .any(|article| judged.is_right(Some(&article.id)));
        (probability.into(), is_right)
    }

    pub(crate) fn judged(&self, query: &JudgedQuery) -> JudgedTicket {
        JudgedTicket {
            ranking: self.ranking.iter().map(|a| a.id.clone()).collect(),
            top_probability: self.ranking.first().map_or(0.0, |a| a.probability.into()),
            answerable_probability: self.answerable_probability.into(),
            offered: self.offered.clone(),
            grades: query.grades.clone(),
            unanswerable: query.unanswerable.clone(),
        }
    }
}

//! Which pools are asked, and their answers.

use serde::Serialize;

use crate::suggest::answer::Suggestions;
use crate::suggest::options::SuggestOptions;

/// The pools that are asked, each with its options. By default articles alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PoolOptions {
    /// The options for articles.
    pub articles: SuggestOptions,
    /// The options for ideas; `None`: they are not asked.
    pub ideas: Option<SuggestOptions>,
    /// The options for solved tickets, which only [`Audience::internal`](crate::Audience::internal) may ask; `None`: they
    /// are not asked.
    pub solved_tickets: Option<SuggestOptions>,
}

/// The answers of the pools. Their probabilities cannot be compared with each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PoolAnswers {
    /// The answer from the articles. In the JSON form its fields come first, as if no other pool was asked.
    #[serde(flatten)]
    pub articles: Suggestions,
    /// The answer from the ideas; `None` if they were not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ideas: Option<Suggestions>,
    /// The answer from solved tickets, whose article ids are ids of tickets; `None` if they were not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solved_tickets: Option<Suggestions>,
}

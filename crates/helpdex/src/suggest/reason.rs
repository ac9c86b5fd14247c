//! The reason why nothing is offered, as data and as a sentence.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::confidence::NoThreshold;
use crate::confidence::decision::Promise;
use crate::suggest::applied_rule::AppliedRule;

/// The reason why nothing is offered. [`Display`](fmt::Display) writes it as one sentence.
///
/// The sentence may name an article by its title: [escape](crate::escape_html) it before it goes into HTML.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The best candidate, or with [`Promise::Any`] the best ones together, have a lower probability than is offered.
    BelowThreshold {
        /// Whether the probability is about the first article, or about any of those offered.
        promise: Promise,
        /// The probability, in [0, 1], that the best candidate is right, or that any of the best ones is.
        probability: f32,
        /// The least probability with which an article is offered, in [0, 1].
        threshold: f32,
    },
    /// There are too few solved tickets to choose a threshold that keeps the target precision.
    NotEnoughLabels {
        /// The number of labelled tickets that there are.
        have: usize,
        /// The estimated number of labelled tickets that are needed.
        needed: usize,
    },
    /// No threshold keeps the target precision on the solved tickets.
    NotEnoughPrecision {
        /// The highest target, in whole percent, that the solved tickets allow; 0 if none.
        highest: f64,
    },
    /// No article shares a word, or a part of a word, with the ticket.
    NothingMatched,
    /// Nothing is left of the ticket after quotes and signatures are removed.
    EmptyAfterCleaning,
    /// A machine wrote the ticket: a bounce, an automatic answer, a receipt. An answer to it would only bring another one.
    MachineWritten,
    /// The ticket does not say what it is about: its words are greetings, thanks, or so common that they tell nothing. Ask
    /// the customer what they need.
    NotEnoughSaid,
    /// There is no article in the ticket's language, and none in another language is close enough.
    NoArticleInLanguage,
    /// The knowledge base has no article that is valid now. Only an internal audience, which sees every article, gets
    /// this reason.
    KnowledgeBaseEmpty,
    /// Nothing has been published yet.
    NotPublished,
    /// The audience may see none of the articles, or there is none; the reason does not say which.
    NothingVisible,
    /// A rule blocks the article that would be offered.
    Blocked(AppliedRule),
    /// The time budget ended before the answer was found.
    Deadline,
    /// Nothing is offered to the audience, but an agent would be offered an article that the audience may not see. Only
    /// agents get this reason: see [`told_to_agent`](crate::SuggestOptions::told_to_agent).
    HiddenFromAudience {
        /// The id of the article that the audience may not see.
        article_id: String,
        /// The title of the article that the audience may not see.
        title: String,
    },
}

impl Reason {
    /// Returns the name of the reason, such as `below_threshold`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BelowThreshold { .. } => "below_threshold",
            Self::NotEnoughLabels { .. } => "not_enough_labels",
            Self::NotEnoughPrecision { .. } => "not_enough_precision",
            Self::NothingMatched => "nothing_matched",
            Self::EmptyAfterCleaning => "empty_after_cleaning",
            Self::MachineWritten => "machine_written",
            Self::NotEnoughSaid => "not_enough_said",
            Self::NoArticleInLanguage => "no_article_in_language",
            Self::KnowledgeBaseEmpty => "knowledge_base_empty",
            Self::NotPublished => "not_published",
            Self::NothingVisible => "nothing_visible",
            Self::Blocked(_) => "blocked",
            Self::Deadline => "deadline",
            Self::HiddenFromAudience { .. } => "hidden_from_audience",
        }
    }
}

impl From<NoThreshold> for Reason {
    fn from(missing: NoThreshold) -> Self {
        match missing {
            NoThreshold::NotEnoughLabels { have, needed } => Self::NotEnoughLabels { have, needed },
            NoThreshold::NotEnoughPrecision { highest } => Self::NotEnoughPrecision { highest },
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BelowThreshold {
                promise,
                probability,
                threshold,
            } => {
                let what = match promise {
                    Promise::First => "The best candidate",
                    Promise::Any => "Any of the best candidates",
                };
                write!(
                    f,
                    "{what} is right with probability {probability:.2}, below {threshold:.2}."
                )
            }
            &Self::NotEnoughLabels { have, needed } => {
                sentence(f, NoThreshold::NotEnoughLabels { have, needed })
            }
            &Self::NotEnoughPrecision { highest } => {
                sentence(f, NoThreshold::NotEnoughPrecision { highest })
            }
            Self::NothingMatched => f.write_str("No article shares a word with the ticket."),
            Self::EmptyAfterCleaning => f.write_str("The ticket has no words of its customer."),
            Self::MachineWritten => f.write_str("A machine wrote the ticket."),
            Self::NotEnoughSaid => f.write_str(
                "The ticket does not say what it is about: ask the customer what they need.",
            ),
            Self::NoArticleInLanguage => f.write_str(
                "No article is in the ticket's language, and none of another is close enough.",
            ),
            Self::KnowledgeBaseEmpty => f.write_str("There is no article in the knowledge base."),
            Self::NotPublished => {
                f.write_str("Nothing has been published yet: publish the articles first.")
            }
            Self::NothingVisible => f.write_str("There is no article that this reader may see."),
            Self::Blocked(rule) => {
                write!(f, "The article {} would be shown. {rule}.", rule.article_id)
            }
            Self::Deadline => {
                f.write_str("The time that was given ended before the answer was found.")
            }
            Self::HiddenFromAudience { article_id, title } => write!(
                f,
                "The article \u{201c}{title}\u{201d} ({article_id}) would be shown to an agent; this audience may not see \
                 it."
            ),
        }
    }
}

/// Writes the message of a missing threshold as a sentence: with a capital letter and a full stop.
fn sentence(f: &mut fmt::Formatter<'_>, missing: NoThreshold) -> fmt::Result {
    let text = missing.to_string();
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    write!(f, "{}{rest}.", first.to_uppercase())
}

impl Serialize for Reason {
    /// Serializes the reason as its [name](Self::name).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

//! The JSON form of an answer.

use helpdex::answer::{LocaleMatch, Passage};
use helpdex::vectors::VectorUse;
use helpdex::{Suggestion, Suggestions};
use serde::Serialize;
use utoipa::ToSchema;

use crate::types::article::direction;

/// The answer to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct AnswerBody {
    /// The id of the answer, for events and verdicts about it.
    pub suggestion_id: String,
    /// `offered` or `abstained`.
    #[schema(example = "offered")]
    pub outcome: &'static str,
    /// The reason for abstaining, such as `below_threshold`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "below_threshold")]
    pub reason: Option<&'static str>,
    /// The reason for abstaining, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The suggestions, best first; empty when it abstains.
    pub suggestions: Vec<SuggestionBody>,
    /// The language that the ticket was taken to be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub locale: Option<String>,
    /// Whether the answer went by vectors: `used`, or why not, such as `failed` or `late`; left out without vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "used")]
    pub vectors: Option<&'static str>,
    /// The generation of the knowledge base that answered.
    pub generation: u64,
}

/// An article that is suggested, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub(crate) struct SuggestionBody {
    /// The id of the article.
    #[schema(example = "reset-password")]
    pub article_id: String,
    /// The name by which a draft recognises the suggestion: send it back in `shown`.
    pub shown_as: String,
    /// The locale of the article.
    #[schema(example = "en")]
    pub locale: String,
    /// The direction of the article's text: `ltr` or `rtl`.
    #[schema(example = "ltr")]
    pub direction: &'static str,
    /// Whether the article is in another language than the ticket, because it has no translation.
    pub is_fallback: bool,
    /// The title of the article.
    pub title: String,
    /// The address of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The passage of the article that matches the ticket best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passage: Option<PassageBody>,
    /// Whether a rule of the help center puts the article on top, whatever its probability.
    pub is_pinned: bool,
    /// The probability that the article answers the ticket, in (0, 1).
    pub probability: f32,
    /// The reason for the suggestion in one sentence, for the people of the help center.
    pub explanation: String,
    /// The words of the ticket that the article has, at most 8.
    pub matched_words: Vec<String>,
}

/// A passage of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passage)]
pub(crate) struct PassageBody {
    /// The heading above the passage; "" above the first heading.
    pub heading: String,
    /// The part after `#` of a link to the heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The text of the passage in pieces, in order; they are plain text, not HTML.
    pub pieces: Vec<PieceBody>,
}

/// A piece of a passage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Piece)]
pub(crate) struct PieceBody {
    /// The text of the piece.
    pub text: String,
    /// Whether the piece consists of words of the ticket.
    pub is_marked: bool,
}

/// The most matched words of a suggestion.
const MATCHED_WORDS: usize = 8;

impl AnswerBody {
    pub(crate) fn of(answer: &Suggestions, generation: u64) -> Self {
        let reason = answer.reason();
        Self {
            suggestion_id: answer.suggestion_id.clone(),
            outcome: answer.outcome.name(),
            reason: reason.map(helpdex::Reason::name),
            explanation: reason.map(ToString::to_string),
            suggestions: answer.offered().iter().map(SuggestionBody::of).collect(),
            locale: answer.searched_locales.first().map(ToString::to_string),
            vectors: (answer.vectors != VectorUse::NotGiven).then(|| answer.vectors.name()),
            generation,
        }
    }

    /// Returns the name of the outcome, or of the reason for abstaining.
    pub(crate) fn outcome_or_reason(&self) -> &'static str {
        self.reason.unwrap_or(self.outcome)
    }
}

impl SuggestionBody {
    fn of(suggestion: &Suggestion) -> Self {
        let mut matched_words: Vec<String> = Vec::new();
        for term in &suggestion.matched_terms {
            if matched_words.len() < MATCHED_WORDS && !matched_words.contains(&term.word) {
                matched_words.push(term.word.clone());
            }
        }
        Self {
            article_id: suggestion.article_id.clone(),
            shown_as: suggestion.translation_group.clone(),
            locale: suggestion.locale.to_string(),
            direction: direction(&suggestion.locale),
            is_fallback: suggestion.locale_match == LocaleMatch::Fallback,
            title: suggestion.title.clone(),
            url: suggestion.url.clone(),
            passage: suggestion.passage.as_ref().map(PassageBody::of),
            is_pinned: suggestion.pinned_by.is_some(),
            probability: suggestion.probability,
            explanation: suggestion.explanation(),
            matched_words,
        }
    }
}

impl PassageBody {
    fn of(passage: &Passage) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        for range in &passage.highlights {
            push_piece(&mut pieces, &passage.text[at..range.start], false);
            push_piece(&mut pieces, &passage.text[range.clone()], true);
            at = range.end;
        }
        push_piece(&mut pieces, &passage.text[at..], false);
        Self {
            heading: passage.heading.clone(),
            anchor: passage.anchor.clone(),
            pieces,
        }
    }
}

fn push_piece(pieces: &mut Vec<PieceBody>, text: &str, is_marked: bool) {
    if !text.is_empty() {
        let text = text.to_owned();
        pieces.push(PieceBody { text, is_marked });
    }
}

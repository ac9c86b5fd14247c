//! The answer to a ticket.

use std::ops::Range;

use helpdex_text::{Locale, names};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::candidates::route::LocaleMatch;
use crate::html::escape_html;
use crate::suggest::applied_rule::AppliedRule;
use crate::suggest::reason::Reason;
use crate::vectors::vector_use::VectorUse;

/// The most words that an explanation names.
const EXPLAINED_WORDS: usize = 5;

/// The answer to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Suggestions {
    /// The id of this answer in later feedback: a hash of the articles that the audience can see, the model, the
    /// audience and its options, and the cleaned ticket. Answers to tickets whose time budget ended during cleaning
    /// share one id.
    pub suggestion_id: String,
    /// The articles that are shown, or the reason why none are shown.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The best candidates, shown or not, at most 10 and at most one per translation group: those that a rule pins, then
    /// the rest, best first. Articles that share a group and a locale are not translations of each other, and each counts
    /// separately.
    pub ranking: Vec<RankedArticle>,
    /// The probability that any article that the audience may see, shown or not, answers the ticket, in [0, 1].
    pub answerable_probability: f32,
    /// The locales whose articles were searched: those of the ticket, likeliest first, then the fallback locale.
    pub searched_locales: Vec<Locale>,
    /// The rules that changed the answer, those that pin first, each group in the order of ids; at most 10 pin. It is
    /// usually empty, and then not in the JSON form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applied_rules: Vec<AppliedRule>,
    /// Whether the answer went by vectors, and why not. Not in the JSON form where there are none to go by.
    #[serde(skip_serializing_if = "VectorUse::is_not_given")]
    pub vectors: VectorUse,
    /// The time that the answer took, in microseconds, at least 1. With
    /// [`hide_elapsed`](crate::SuggestOptions::hide_elapsed) it is 0 and not in the JSON form.
    #[serde(skip_serializing_if = "is_hidden")]
    pub elapsed_us: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_hidden(elapsed_us: &u64) -> bool {
    *elapsed_us == 0
}

/// The articles that are shown, or the reason why none are shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// At least one article is shown.
    Offered {
        /// The articles that are shown, best first.
        offered: Vec<Suggestion>,
    },
    /// Nothing is shown.
    Abstained {
        /// The reason for which nothing is shown.
        reason: Reason,
    },
}

/// An article in the ranking of candidates.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RankedArticle {
    /// The id of the article.
    pub article_id: String,
    /// The probability that the article answers the ticket, in (0, 1).
    pub probability: f32,
    /// The probability that this article or one before it answers the ticket, in (0, 1).
    pub cumulative_probability: f32,
    /// The ids of the articles with nearly the same text, of which only this one is ranked, in order. It is usually
    /// empty, and then not in the JSON form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
}

/// An article that is shown, with the reasons.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The id of the article.
    pub article_id: String,
    /// The translation group of the article.
    pub translation_group: String,
    /// The locale of the article.
    pub locale: Locale,
    /// Whether it is the locale of the ticket, or that of a fallback.
    pub locale_match: LocaleMatch,
    /// The title of the article.
    pub title: String,
    /// The address of the article; `None` when it has none.
    pub url: Option<String>,
    /// The state of a known problem or an idea, such as `fixed in 4.2`; `None` for other articles, and then not in the JSON
    /// form.
    pub state: Option<String>,
    /// The passage that answers the ticket; `None` when only the title matched and the article has no text.
    pub passage: Option<Passage>,
    /// The score that the article was ranked by. It has no unit, and only the order within one answer is meaningful.
    pub score: f32,
    /// The probability that the article answers the ticket, in (0, 1).
    pub probability: f32,
    /// The probability that was compared with `threshold`, in (0, 1): the article's own, or, with
    /// [`Promise::Any`](crate::confidence::Promise::Any), the probability that any of the offered articles is right. It
    /// is not part of the JSON form.
    pub compared_probability: f32,
    /// The least probability that is offered: the given minimum, or the one that keeps the target precision; 0 for a
    /// pinned article.
    pub threshold: f32,
    /// The share of the score that comes from tickets that the article solved, in [0, 1]; 0 without such tickets.
    pub past_share: f32,
    /// Whether the article's vectors say more for it than its words; the passage is the nearest one then, where that is known, and
    /// [`KnowledgeBase::nearest_sentence`](crate::KnowledgeBase::nearest_sentence) finds its nearest sentence. Not in the JSON form when `false`.
    pub matched_by_meaning: bool,
    /// The rule that pins the article, which is then shown whatever its probability. It is usually `None`, and then not in
    /// the JSON form.
    pub pinned_by: Option<AppliedRule>,
    /// The ids of the articles with nearly the same text, in order: copies, and other versions of the page. Only this
    /// article of them is shown. It is usually empty, and then not in the JSON form.
    pub same_as: Vec<String>,
    /// The words of the ticket that the article has, in their order in the query; then the words that are only similar.
    pub matched_terms: Vec<MatchedTerm>,
}

/// The part of an article that matches the ticket best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Passage {
    /// The heading above the passage; empty above the first heading.
    pub heading: String,
    /// The anchor of that heading in the article; `None` when it has none.
    pub anchor: Option<String>,
    /// The plain text of the passage. It is not escaped: use [`to_html`](Self::to_html) for HTML.
    pub text: String,
    /// The byte ranges of the ticket's words in `text`, ascending and without overlap.
    pub highlights: Vec<Range<usize>>,
}

/// A word of the ticket, with the places where the article has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatchedTerm {
    /// The word in the form in which the index has it: in lower case, without its ending.
    pub term: String,
    /// The word as it is first spelled in the title or the shown passage; if it is in neither, as the ticket spells it.
    pub word: String,
    /// The phrase of the ticket whose synonym rule added this word; `None` for a word of the ticket itself.
    pub synonym_of: Option<String>,
    /// The word of the ticket that this one resembles, in the form in which the index has it, if the article does not
    /// contain that word itself: a typing error, another form, or a part of a compound. Only the title and the shown
    /// passage are searched for such words.
    pub similar_to: Option<String>,
    /// The places in the article where the word occurs.
    pub places: Vec<Place>,
}

/// A part of an article in which a word may occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The title of the article.
    Title,
    /// A heading of the article.
    Heading,
    /// The text of the article.
    Body,
}

names!(Place, "place" {
    Title => "title",
    Heading => "heading",
    Body => "body",
});

impl Passage {
    /// Returns the text escaped for HTML, as by [`escape_html`](crate::escape_html), with the highlights in `<mark>`
    /// elements and no other element.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = String::with_capacity(self.text.len());
        let mut at = 0;
        for range in &self.highlights {
            html.push_str(&escape_html(&self.text[at..range.start]));
            html.push_str("<mark>");
            html.push_str(&escape_html(&self.text[range.clone()]));
            html.push_str("</mark>");
            at = range.end;
        }
        html.push_str(&escape_html(&self.text[at..]));
        html
    }
}

impl Outcome {
    /// Returns the name of the outcome: `offered` or `abstained`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Offered { .. } => "offered",
            Self::Abstained { .. } => "abstained",
        }
    }
}

impl Suggestions {
    /// Makes the answer that is given when the time ends before anything is known of the ticket.
    pub(super) fn out_of_time() -> Self {
        Self {
            suggestion_id: String::new(),
            outcome: Outcome::Abstained {
                reason: Reason::Deadline,
            },
            ranking: Vec::new(),
            answerable_probability: 0.0,
            searched_locales: Vec::new(),
            applied_rules: Vec::new(),
            vectors: VectorUse::NotGiven,
            elapsed_us: 0,
        }
    }

    /// The articles that are shown, best first; empty when nothing is shown.
    #[must_use]
    pub fn offered(&self) -> &[Suggestion] {
        match &self.outcome {
            Outcome::Offered { offered } => offered,
            Outcome::Abstained { .. } => &[],
        }
    }

    /// Returns the reason for which nothing is shown; `None` when articles are shown.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.outcome {
            Outcome::Offered { .. } => None,
            Outcome::Abstained { reason } => Some(reason),
        }
    }
}

impl Suggestion {
    /// Explains in plain words why the article is shown. The explanation contains words of the article:
    /// [escape](crate::escape_html) them before they go into HTML.
    #[must_use]
    pub fn explanation(&self) -> String {
        let Self {
            probability,
            compared_probability,
            threshold,
            pinned_by,
            ..
        } = self;
        let reached = if compared_probability > probability {
            format!("; that any of those shown is right is {compared_probability:.2}")
        } else {
            String::new()
        };
        let meaning = if self.matched_by_meaning {
            "It is matched by meaning. "
        } else {
            ""
        };
        let (words, similar) = (self.same_words(), self.similar_words());
        let tickets = match 100.0 * self.past_share {
            percent if percent >= 1.0 => {
                format!("; {percent:.0}% of its score comes from tickets that it solved")
            }
            _ => String::new(),
        };
        let chosen = match pinned_by {
            Some(rule) => format!("{rule}. Its probability is {probability:.2}"),
            None => {
                format!("Its probability is {probability:.2}{reached}, at least {threshold:.2}")
            }
        };
        format!("{chosen}. {meaning}{words}{similar}{tickets}.")
    }

    fn same_words(&self) -> String {
        let same: Vec<&str> = self
            .matched_terms
            .iter()
            .filter(|term| term.similar_to.is_none())
            .map(|term| &*term.word)
            .collect();
        let named = same[..EXPLAINED_WORDS.min(same.len())].join(", ");
        match same.len() {
            0 => "No word of the ticket is in it".to_owned(),
            1 => format!("One word of the ticket is in it: {named}"),
            all if all <= EXPLAINED_WORDS => {
                format!("{all} words of the ticket are in it: {named}")
            }
            all => format!("{all} words of the ticket are in it, such as {named}"),
        }
    }

    fn similar_words(&self) -> String {
        let similar: Vec<String> = self
            .matched_terms
            .iter()
            .filter_map(|term| Some(format!("{} like {}", term.word, term.similar_to.as_ref()?)))
            .take(EXPLAINED_WORDS)
            .collect();
        if similar.is_empty() {
            return String::new();
        }
        format!("; similar ones: {}", similar.join(", "))
    }
}

impl Serialize for Outcome {
    /// Writes `outcome`, and either `offered` or `reason` and `explanation`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Offered { offered } => {
                let mut fields = serializer.serialize_struct("Outcome", 2)?;
                fields.serialize_field("outcome", self.name())?;
                fields.serialize_field("offered", offered)?;
                fields.end()
            }
            Self::Abstained { reason } => {
                let mut fields = serializer.serialize_struct("Outcome", 3)?;
                fields.serialize_field("outcome", self.name())?;
                fields.serialize_field("reason", reason)?;
                fields.serialize_field("explanation", &reason.to_string())?;
                fields.end()
            }
        }
    }
}

impl Serialize for Suggestion {
    /// Writes every field except `compared_probability`, and the explanation.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            article_id,
            translation_group,
            locale,
            locale_match,
            title,
            url,
            state,
            passage,
            score,
            probability,
            compared_probability: _,
            threshold,
            past_share,
            matched_by_meaning,
            pinned_by,
            same_as,
            matched_terms,
        } = self;
        let optional = [
            state.is_some(),
            !same_as.is_empty(),
            *matched_by_meaning,
            pinned_by.is_some(),
        ];
        let count = 13 + optional.into_iter().filter(|is_there| *is_there).count();
        let mut fields = serializer.serialize_struct("Suggestion", count)?;
        fields.serialize_field("article_id", article_id)?;
        fields.serialize_field("translation_group", translation_group)?;
        fields.serialize_field("locale", locale)?;
        fields.serialize_field("locale_match", locale_match)?;
        fields.serialize_field("title", title)?;
        fields.serialize_field("url", url)?;
        if let Some(state) = state {
            fields.serialize_field("state", state)?;
        }
        fields.serialize_field("passage", passage)?;
        fields.serialize_field("score", score)?;
        fields.serialize_field("probability", probability)?;
        fields.serialize_field("threshold", threshold)?;
        fields.serialize_field("past_share", past_share)?;
        if *matched_by_meaning {
            fields.serialize_field("matched_by_meaning", matched_by_meaning)?;
        }
        if let Some(rule) = pinned_by {
            fields.serialize_field("pinned_by", rule)?;
        }
        if !same_as.is_empty() {
            fields.serialize_field("same_as", same_as)?;
        }
        fields.serialize_field("explanation", &self.explanation())?;
        fields.serialize_field("matched_terms", matched_terms)?;
        fields.end()
    }
}

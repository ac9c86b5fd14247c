//! The answer to a ticket.

use std::ops::Range;

use helpdex_text::{Locale, names};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::candidates::route::LocaleMatch;
use crate::html::escape_html;
use crate::suggest::reason::Reason;

/// The number of words that an explanation names.
const EXPLAINED_WORDS: usize = 5;

/// The answer to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Suggestions {
    /// The id of this answer in later feedback: a hash of the articles that the audience can see, the model, the
    /// audience and its options, and the cleaned ticket. Answers to tickets whose time budget ended during cleaning
    /// share one id.
    pub suggestion_id: String,
    /// The articles that are shown, or the reason why none is.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The best candidates, shown or not, best first, at most 10 and at most one per translation group. Articles that
    /// share a group and a locale are not translations of each other, and each counts separately.
    pub ranking: Vec<RankedArticle>,
    /// The probability, in [0, 1], that any article that the audience may see answers the ticket, shown or not.
    pub answerable_probability: f32,
    /// The locales whose articles were searched: the ticket's, likeliest first, then the one that fills in.
    pub searched_locales: Vec<Locale>,
    /// The time of the answer in microseconds, at least 1; 0, and not in the JSON form, with
    /// [`hide_elapsed`](crate::SuggestOptions::hide_elapsed).
    #[serde(skip_serializing_if = "is_hidden")]
    pub elapsed_us: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_hidden(elapsed_us: &u64) -> bool {
    *elapsed_us == 0
}

/// Articles, or the reason why nothing is offered.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// At least one article is shown.
    Offered {
        /// Best first.
        offered: Vec<Suggestion>,
    },
    /// Nothing is shown.
    Abstained {
        /// Why.
        reason: Reason,
    },
}

/// A candidate of the ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RankedArticle {
    /// The article's id.
    pub article_id: String,
    /// The probability that the article answers the ticket, in (0, 1).
    pub probability: f32,
    /// The probability that this article or one before it answers the ticket, in (0, 1).
    pub cumulative_probability: f32,
    /// The ids of the articles with nearly the same text that it stands for, in order. Not in the JSON form when empty, as
    /// it is for most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
}

/// An article that is shown, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The article's id.
    pub article_id: String,
    /// The translation group of the article.
    pub translation_group: String,
    /// The article's locale.
    pub locale: Locale,
    /// Whether that is the ticket's.
    pub locale_match: LocaleMatch,
    /// The article's title.
    pub title: String,
    /// The address of the article.
    pub url: Option<String>,
    /// The passage that answers; none when only the title matched an article without text.
    pub passage: Option<Passage>,
    /// The score that the article was ranked by. It has no unit, and only the order within one answer is meaningful.
    pub score: f32,
    /// The probability that the article answers the ticket, in (0, 1).
    pub probability: f32,
    /// The probability that was compared with `threshold`, in (0, 1): the article's own, or with
    /// [`Promise::Any`](crate::confidence::Promise::Any) that any of the offered articles is right. Not part of the JSON form.
    pub compared_probability: f32,
    /// The least probability that is offered: the minimum that was given, or what keeps the target precision.
    pub threshold: f32,
    /// The share of the score that comes from tickets that the article solved, in [0, 1]; 0 without any.
    pub past_share: f32,
    /// The ids of the articles with nearly the same text, in order: copies, and other versions of the page. They are one choice
    /// with this article, which stands for them. Not in the JSON form when empty, as it is for most.
    pub same_as: Vec<String>,
    /// The ticket's words that the article has, in the order of the words; then those that are only similar.
    pub matched_terms: Vec<MatchedTerm>,
}

/// The part of an article that matches best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Passage {
    /// The heading that it stands under; empty above the first one.
    pub heading: String,
    /// The anchor of that heading in the article.
    pub anchor: Option<String>,
    /// The plain text of the passage. It is not escaped: use [`to_html`](Self::to_html) for HTML.
    pub text: String,
    /// The byte ranges of the ticket's words in `text`, ascending and without overlap.
    pub highlights: Vec<Range<usize>>,
}

/// A word of the ticket, and where the article has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatchedTerm {
    /// The word as the index knows it: in lower case, without its ending.
    pub term: String,
    /// The word as the title or the shown passage has it first; elsewhere as the ticket has it.
    pub word: String,
    /// The phrase of the synonym rule that added it; none for a word of the ticket itself.
    pub synonym_of: Option<String>,
    /// The word of the ticket that this one is like, as the index knows it, where the article does not have that word itself:
    /// a typing error, another form, or a part of a compound. Only the title and the passage are looked at.
    pub similar_to: Option<String>,
    /// The places where it occurs.
    pub places: Vec<Place>,
}

/// A part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// The text.
    Body,
}

names!(Place, "place" {
    Title => "title",
    Heading => "heading",
    Body => "body",
});

impl Passage {
    /// The text escaped for HTML as [`escape_html`](crate::escape_html) does, with the highlights in `<mark>`; there is no
    /// other element in it.
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
    /// Returns its name: `offered` or `abstained`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Offered { .. } => "offered",
            Self::Abstained { .. } => "abstained",
        }
    }
}

impl Suggestions {
    /// Makes the answer to a ticket that nothing is known of yet: the one that stays when the time ends.
    pub(super) fn out_of_time() -> Self {
        Self {
            suggestion_id: String::new(),
            outcome: Outcome::Abstained {
                reason: Reason::Deadline,
            },
            ranking: Vec::new(),
            answerable_probability: 0.0,
            searched_locales: Vec::new(),
            elapsed_us: 0,
        }
    }

    /// The articles that are shown, best first; empty when it is silent.
    #[must_use]
    pub fn offered(&self) -> &[Suggestion] {
        match &self.outcome {
            Outcome::Offered { offered } => offered,
            Outcome::Abstained { .. } => &[],
        }
    }

    /// Why it is silent; `None` when articles are shown.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.outcome {
            Outcome::Offered { .. } => None,
            Outcome::Abstained { reason } => Some(reason),
        }
    }
}

impl Suggestion {
    /// Says in plain words why it is shown. The words are those of the article: [escape](crate::escape_html) them before
    /// they go into HTML.
    #[must_use]
    pub fn explanation(&self) -> String {
        let Self {
            probability,
            compared_probability,
            threshold,
            ..
        } = self;
        let reached = if compared_probability > probability {
            format!("; that any of those shown is right is {compared_probability:.2}")
        } else {
            String::new()
        };
        let (words, similar) = (self.same_words(), self.similar_words());
        let tickets = match 100.0 * self.past_share {
            percent if percent >= 1.0 => {
                format!("; {percent:.0}% of its score comes from tickets that it solved")
            }
            _ => String::new(),
        };
        format!(
            "Its probability is {probability:.2}{reached}, at least {threshold:.2}. {words}{similar}{tickets}."
        )
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
    /// Writes every field but `compared_probability`, and `explanation`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            article_id,
            translation_group,
            locale,
            locale_match,
            title,
            url,
            passage,
            score,
            probability,
            compared_probability: _,
            threshold,
            past_share,
            same_as,
            matched_terms,
        } = self;
        let count = 13 + usize::from(!same_as.is_empty());
        let mut fields = serializer.serialize_struct("Suggestion", count)?;
        fields.serialize_field("article_id", article_id)?;
        fields.serialize_field("translation_group", translation_group)?;
        fields.serialize_field("locale", locale)?;
        fields.serialize_field("locale_match", locale_match)?;
        fields.serialize_field("title", title)?;
        fields.serialize_field("url", url)?;
        fields.serialize_field("passage", passage)?;
        fields.serialize_field("score", score)?;
        fields.serialize_field("probability", probability)?;
        fields.serialize_field("threshold", threshold)?;
        fields.serialize_field("past_share", past_share)?;
        if !same_as.is_empty() {
            fields.serialize_field("same_as", same_as)?;
        }
        fields.serialize_field("explanation", &self.explanation())?;
        fields.serialize_field("matched_terms", matched_terms)?;
        fields.end()
    }
}

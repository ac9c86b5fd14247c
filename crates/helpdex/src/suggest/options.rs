//! The options of a question.

use serde::{Deserialize, Serialize};

use crate::confidence::{LabelledPredictions, NoThreshold, Threshold};
use crate::error::{Error, Result};
use crate::index::columns::Facets;
use crate::model::labels::LARGEST_SET;

/// The most candidates that the ranking holds.
pub(super) const RANKING_LIMIT: usize = 10;

/// Options for [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest).
///
/// ```
/// use helpdex::{Decision, SuggestOptions, TargetPrecision};
///
/// let options = SuggestOptions {
///     limit: 1,
///     decision: Decision::TargetPrecision(TargetPrecision::of(0.8)),
///     ..SuggestOptions::default()
/// };
/// assert_eq!(SuggestOptions::default().decision, Decision::MinProbability(0.5));
/// # assert_eq!(options.limit, 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestOptions {
    /// Maximum number of articles to offer, 1 to 10; default 3.
    pub limit: usize,
    /// How it is decided which articles are offered; default: at least probability 0.5.
    pub decision: Decision,
    /// What the decision is about: the first article (default), or any of those offered together.
    pub promise: Promise,
    /// Weight of the popularity prior, in [0, 1]; default 1. At 1, of two articles that match equally well the one that
    /// solved more tickets ranks first, which answers the most tickets correctly. At 0 popularity is removed and only the
    /// match counts, so that rarely used articles get more of their tickets.
    pub popularity: f32,
    /// Time limit in milliseconds; default `None`, no limit. When the time ends, the answer abstains with
    /// [`Deadline`](crate::Reason::Deadline) and an empty ranking, never with a part of one; an answer in time is the same
    /// as without a limit. The time is checked between the steps and within the long ones, decoding and cleaning included, so
    /// an answer may come a few milliseconds late, and as late as it takes to decode one part of a mail.
    pub time_budget_ms: Option<u64>,
    /// Whether the reason for abstaining is read by an agent, and by nobody else; default `false`. Then it also tells when
    /// an article that the audience may not see would be offered to the agent.
    pub told_to_agent: bool,
    /// Whether the answer leaves out the time that it took; default `false`. That time tells a little about how many articles
    /// there are that the reader may not see: leave it out where answers are handed to customers as they are.
    pub hide_elapsed: bool,
    /// Restricts the articles that are considered; default: all.
    pub filter: Filter,
}

/// How it is decided which articles are offered.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Decision {
    /// Offers articles with at least this probability, in [0, 1].
    MinProbability(f32),
    /// Offers only as much as keeps a share of the offers right, judged by solved tickets.
    TargetPrecision(TargetPrecision),
    /// Offers articles that reach a threshold which the host chose from labels of its own, or abstains because there is
    /// none: see [`TargetPrecision::chosen`].
    Chosen(Result<f32, NoThreshold>),
}

/// A precision to keep.
///
/// The threshold is the lowest probability that keeps it on held-out solved tickets: see
/// [`LabelledPredictions`]. An article after the first is offered when its own probability reaches the threshold too.
///
/// Solved tickets are judged without a filter and without user segments. With those the threshold is the same, and the
/// precision is not guaranteed. A target cannot be combined with a [`popularity`](SuggestOptions::popularity) other
/// than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetPrecision {
    /// Minimum fraction of tickets with an offer whose first offered article is right, in (0, 1).
    pub precision: f64,
    /// Confidence that the precision holds, in (0, 1); default 0.95.
    pub confidence_level: f64,
    /// What happens when no threshold keeps the precision; default: abstain.
    pub when_unmet: WhenUnmet,
}

/// What is offered when no threshold keeps the target precision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WhenUnmet {
    /// Nothing.
    #[default]
    Abstain,
    /// Articles with at least this probability, without a guarantee.
    MinProbability(f32),
}

/// What a probability or a target precision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// The first article is right: each article is offered when its own probability is high enough.
    #[default]
    First,
    /// Any of the offered articles is right: the `limit` best are offered together when it is probable enough that one of
    /// them is right. With a target precision `limit` is at most 3.
    Any,
}

/// Restricts the articles that are considered; a field that is `None` lets every article pass. The others are never in an
/// answer.
///
/// A filter narrows an answer and is no border, as an [`Audience`](crate::Audience) is: a model is trained on all articles
/// that the audience sees, so that tickets of another brand move the probabilities of this one. Where nothing was learned,
/// the others change nothing of the answer, not even a score: for that the first question with a filter takes as long as a
/// few hundred others. Brands that must not influence each other need a knowledge base each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Articles of this brand, and those of no brand.
    pub brand: Option<String>,
    /// Articles that have this label.
    pub label: Option<String>,
    /// Articles about this product, and those that name none.
    pub product: Option<String>,
}

impl Default for SuggestOptions {
    fn default() -> Self {
        Self {
            limit: 3,
            decision: Decision::default(),
            promise: Promise::First,
            popularity: 1.0,
            time_budget_ms: None,
            told_to_agent: false,
            hide_elapsed: false,
            filter: Filter::default(),
        }
    }
}

impl Decision {
    /// The least probability that is offered by default: an article is more probably right than wrong.
    pub const DEFAULT_MIN_PROBABILITY: f32 = 0.5;
}

impl Default for Decision {
    /// At least probability 0.5.
    fn default() -> Self {
        Self::MinProbability(Self::DEFAULT_MIN_PROBABILITY)
    }
}

impl TargetPrecision {
    /// The confidence level by default, as intervals have it by custom.
    pub const DEFAULT_CONFIDENCE_LEVEL: f64 = 0.95;

    /// Keeps this precision with a confidence level of 0.95, or abstains.
    #[must_use]
    pub fn of(precision: f64) -> Self {
        Self {
            precision,
            confidence_level: Self::DEFAULT_CONFIDENCE_LEVEL,
            when_unmet: WhenUnmet::Abstain,
        }
    }

    /// Returns the threshold that keeps the precision on these labels, or why there is none.
    ///
    /// # Errors
    /// As [`LabelledPredictions::threshold`].
    pub fn threshold(&self, labelled: &LabelledPredictions) -> Result<Threshold, NoThreshold> {
        labelled.threshold(self.precision, self.confidence_level)
    }

    /// Returns the decision for a threshold that was chosen from labels of the host's own.
    ///
    /// ```
    /// use helpdex::confidence::LabelledPredictions;
    /// use helpdex::{Decision, TargetPrecision};
    ///
    /// let target = TargetPrecision::of(0.8);
    /// let labelled = LabelledPredictions::new((0..40).map(|n| (0.99 - f64::from(n) / 100.0, true)));
    /// let decision = target.chosen(target.threshold(&labelled));
    /// assert_eq!(decision, Decision::Chosen(Ok(0.6)));
    /// ```
    #[must_use]
    pub fn chosen(&self, found: Result<Threshold, NoThreshold>) -> Decision {
        Decision::Chosen(self.least_probability(found))
    }

    /// Returns the least probability that is offered when this threshold was found.
    pub(super) fn least_probability(
        &self,
        found: Result<Threshold, NoThreshold>,
    ) -> Result<f32, NoThreshold> {
        match (found, self.when_unmet) {
            // It is the probability of a label, which had 32 bits.
            #[expect(clippy::cast_possible_truncation)]
            (Ok(found), _) => Ok(found.threshold as f32),
            (Err(_), WhenUnmet::MinProbability(least)) => Ok(least),
            (Err(missing), WhenUnmet::Abstain) => Err(missing),
        }
    }
}

impl Promise {
    /// Returns its name: `first` or `any`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Any => "any",
        }
    }
}

impl SuggestOptions {
    /// Returns how many of the first articles are judged together: 1, or `limit` with [`Promise::Any`].
    #[must_use]
    pub fn set_size(&self) -> usize {
        match self.promise {
            Promise::First => 1,
            Promise::Any => self.limit,
        }
    }

    /// Checks the ranges, as every question does.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the value and its range.
    pub fn check(&self) -> Result<()> {
        if !(1..=RANKING_LIMIT).contains(&self.limit) {
            return Err(Error::invalid(format!(
                "limit {} is out of range; give 1 to {RANKING_LIMIT}",
                self.limit
            )));
        }
        check_probability("popularity", self.popularity)?;
        match self.decision {
            Decision::MinProbability(least) => check_probability("min_probability", least),
            Decision::Chosen(Ok(threshold)) => check_probability("threshold", threshold),
            Decision::Chosen(Err(_)) => Ok(()),
            Decision::TargetPrecision(target) => self.check_target(&target),
        }
    }

    fn check_target(&self, target: &TargetPrecision) -> Result<()> {
        for (name, share) in [
            ("target_precision", target.precision),
            ("confidence_level", target.confidence_level),
        ] {
            if !(share > 0.0 && share < 1.0) {
                return Err(Error::invalid(format!(
                    "{name} {share} is out of range; give a share above 0 and below 1, such as 0.8"
                )));
            }
        }
        if let WhenUnmet::MinProbability(least) = target.when_unmet {
            check_probability("min_probability", least)?;
        }
        if self.promise == Promise::Any && self.limit > LARGEST_SET {
            return Err(Error::invalid(format!(
                "limit {} is too large for a target precision of any article shown; give 1 to {LARGEST_SET}",
                self.limit
            )));
        }
        #[expect(clippy::float_cmp, reason = "1 is what was not set")]
        if self.popularity != 1.0 {
            return Err(Error::invalid(format!(
                "popularity {} cannot be combined with a target precision, whose threshold is chosen for popularity 1; \
                 give one of the two",
                self.popularity
            )));
        }
        Ok(())
    }
}

impl Filter {
    pub(super) fn passes(&self, facets: &Facets) -> bool {
        is_of(self.brand.as_ref(), facets.brand.as_ref())
            && is_among(self.label.as_ref(), &facets.labels)
            && (facets.products.is_empty() || is_among(self.product.as_ref(), &facets.products))
    }
}

/// Returns whether an article of this brand passes; one of no brand always does.
fn is_of(asked: Option<&String>, has: Option<&String>) -> bool {
    asked.is_none() || has.is_none() || asked == has
}

fn is_among(asked: Option<&String>, has: &[String]) -> bool {
    asked.is_none_or(|asked| has.contains(asked))
}

fn check_probability(name: &str, probability: f32) -> Result<()> {
    if (0.0..=1.0).contains(&probability) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{name} {probability} is out of range; give 0 to 1"
    )))
}

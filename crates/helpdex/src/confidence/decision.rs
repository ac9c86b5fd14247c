//! The rule that decides which articles are offered.

use helpdex_text::names;

use crate::confidence::incoming::Incoming;
use crate::confidence::labelled::LabelledPredictions;
use crate::confidence::threshold::{NoThreshold, Threshold};
use crate::error::{Error, Result};

/// The rule that decides which articles are offered.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Decision {
    /// Decides by the [settings](crate::Settings::decision) of the knowledge base. By default these offer articles with
    /// a probability of at least 0.5.
    #[default]
    AsConfigured,
    /// Offers articles with at least this probability, in [0, 1].
    MinProbability(f32),
    /// Offers articles above a threshold that keeps the precision of the offers at a target, judged by solved tickets.
    TargetPrecision(TargetPrecision),
    /// Offers articles that reach a threshold which the host chose from labels of its own, or abstains because there is
    /// none: see [`TargetPrecision::chosen`].
    Chosen(Result<f32, NoThreshold>),
}

/// A target precision: the least share of tickets with an offer whose offer must be right.
///
/// The threshold is the lowest probability that keeps this precision on held-out solved tickets: see
/// [`LabelledPredictions`]. Articles after the first are offered if their own probability reaches the threshold too.
///
/// Solved tickets are judged without a filter and without user segments. An answer with these uses the same threshold,
/// and its precision is not guaranteed. A target cannot be combined with a
/// [`popularity`](crate::SuggestOptions::popularity) other than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetPrecision {
    /// The least share of tickets with an offer whose first offered article is right, in (0, 1).
    pub precision: f64,
    /// The confidence with which the precision holds, in (0, 1); 0.95 by default.
    pub confidence_level: f64,
    /// The assumptions about incoming tickets that nobody decides on. By default half of the tickets have an article,
    /// and an unlinked ticket that is shown something counts as answered wrongly.
    pub incoming: Incoming,
    /// What is offered when no threshold keeps the precision; nothing by default.
    pub when_unmet: WhenUnmet,
}

/// What is offered when no threshold keeps the target precision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WhenUnmet {
    /// Offers nothing.
    #[default]
    Abstain,
    /// Offers articles with at least this probability, without a guarantee.
    MinProbability(f32),
}

/// The articles that a minimum probability or a target precision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Promise {
    /// The first article is right. Each article is offered when its own probability is high enough.
    #[default]
    First,
    /// At least one of the offered articles is right. The `limit` best articles are offered together when it is
    /// probable enough that one of them is right. With a target precision `limit` is at most 3.
    Any,
}

names!(Promise, "promise" {
    First => "first",
    Any => "any",
});

impl Decision {
    /// The default for the least probability that is offered: above it an article is more probably right than wrong.
    pub const DEFAULT_MIN_PROBABILITY: f32 = 0.5;

    /// Returns the name of the decision: `as_configured`, `min_probability`, `target_precision` or `chosen`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AsConfigured => "as_configured",
            Self::MinProbability(_) => "min_probability",
            Self::TargetPrecision(_) => "target_precision",
            Self::Chosen(_) => "chosen",
        }
    }

    /// Checks that every value is in its range.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the value and its range.
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::AsConfigured | Self::Chosen(Err(_)) => Ok(()),
            Self::MinProbability(least) => check_probability("min_probability", least),
            Self::Chosen(Ok(threshold)) => check_probability("threshold", threshold),
            Self::TargetPrecision(target) => target.check(),
        }
    }
}

impl WhenUnmet {
    /// Returns the name of the fallback: `abstain` or `min_probability`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Abstain => "abstain",
            Self::MinProbability(_) => "min_probability",
        }
    }
}

impl TargetPrecision {
    /// The default confidence level, which is customary for intervals.
    pub const DEFAULT_CONFIDENCE_LEVEL: f64 = 0.95;

    /// Makes a target for this precision with a confidence level of 0.95, which abstains when it cannot be met.
    #[must_use]
    pub fn of(precision: f64) -> Self {
        Self {
            precision,
            confidence_level: Self::DEFAULT_CONFIDENCE_LEVEL,
            incoming: Incoming::default(),
            when_unmet: WhenUnmet::Abstain,
        }
    }

    /// Returns the threshold that keeps the precision on these labels, or the reason for which there is none.
    ///
    /// # Errors
    /// As [`LabelledPredictions::threshold`].
    pub fn threshold(&self, labelled: &LabelledPredictions) -> Result<Threshold, NoThreshold> {
        labelled.threshold(self.precision, self.confidence_level, &self.incoming)
    }

    /// Returns the decision for a threshold that the host chose from labels of its own.
    ///
    /// ```
    /// use helpdex::confidence::{LabelledPredictions, TargetPrecision};
    /// use helpdex::Decision;
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

    fn check(&self) -> Result<()> {
        for (name, share) in [
            ("target_precision", self.precision),
            ("confidence_level", self.confidence_level),
        ] {
            if !(share > 0.0 && share < 1.0) {
                return Err(Error::invalid(format!(
                    "{name} {share} is out of range; give a share above 0 and below 1, such as 0.8"
                )));
            }
        }
        let share = self.incoming.answerable_share;
        if !(share > 0.0 && share <= 1.0) {
            return Err(Error::invalid(format!(
                "answerable_share {share} is out of range; give a share above 0 and at most 1, such as 0.5"
            )));
        }
        match self.when_unmet {
            WhenUnmet::Abstain => Ok(()),
            WhenUnmet::MinProbability(least) => check_probability("min_probability", least),
        }
    }

    /// Returns the least probability that is offered with this result of the search for a threshold; the reason if
    /// nothing may be offered.
    pub(crate) fn least_probability(
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

/// Checks that a probability is in [0, 1].
pub(crate) fn check_probability(name: &str, probability: f32) -> Result<()> {
    if (0.0..=1.0).contains(&probability) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{name} {probability} is out of range; give 0 to 1"
    )))
}

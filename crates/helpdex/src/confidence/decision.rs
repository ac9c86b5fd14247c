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
    /// Decides as the [settings](crate::Settings::decision) of the knowledge base say; by default it offers articles with at
    /// least probability 0.5.
    #[default]
    AsConfigured,
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
/// precision is not guaranteed. A target cannot be combined with a [`popularity`](crate::SuggestOptions::popularity) other
/// than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetPrecision {
    /// Minimum fraction of tickets with an offer whose first offered article is right, in (0, 1).
    pub precision: f64,
    /// Confidence that the precision holds, in (0, 1); default 0.95.
    pub confidence_level: f64,
    /// The assumptions about tickets that come in and that nobody decides on. By default half of the tickets have an article,
    /// and an unlinked one that is shown something is answered wrongly.
    pub incoming: Incoming,
    /// The fallback when no threshold meets the precision; abstains by default.
    pub when_unmet: WhenUnmet,
}

/// The fallback when no threshold meets the target precision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WhenUnmet {
    /// Nothing.
    #[default]
    Abstain,
    /// Articles with at least this probability, without a guarantee.
    MinProbability(f32),
}

/// The articles that a probability or a target precision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Promise {
    /// The first article is right: each article is offered when its own probability is high enough.
    #[default]
    First,
    /// Any of the offered articles is right: the `limit` best are offered together when it is probable enough that one of
    /// them is right. With a target precision `limit` is at most 3.
    Any,
}

names!(Promise, "promise" {
    First => "first",
    Any => "any",
});

impl Decision {
    /// The least probability that is offered by default: an article is more probably right than wrong.
    pub const DEFAULT_MIN_PROBABILITY: f32 = 0.5;

    /// Returns its name: `as_configured`, `min_probability`, `target_precision` or `chosen`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AsConfigured => "as_configured",
            Self::MinProbability(_) => "min_probability",
            Self::TargetPrecision(_) => "target_precision",
            Self::Chosen(_) => "chosen",
        }
    }

    /// Checks the ranges.
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
    /// Returns its name: `abstain` or `min_probability`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Abstain => "abstain",
            Self::MinProbability(_) => "min_probability",
        }
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
            incoming: Incoming::default(),
            when_unmet: WhenUnmet::Abstain,
        }
    }

    /// Returns the threshold that keeps the precision on these labels, or why there is none.
    ///
    /// # Errors
    /// As [`LabelledPredictions::threshold`].
    pub fn threshold(&self, labelled: &LabelledPredictions) -> Result<Threshold, NoThreshold> {
        labelled.threshold(self.precision, self.confidence_level, &self.incoming)
    }

    /// Returns the decision for a threshold that was chosen from labels of the host's own.
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

    /// Returns the least probability that is offered when this threshold was found.
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

/// Refuses a value outside of [0, 1].
pub(crate) fn check_probability(name: &str, probability: f32) -> Result<()> {
    if (0.0..=1.0).contains(&probability) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{name} {probability} is out of range; give 0 to 1"
    )))
}

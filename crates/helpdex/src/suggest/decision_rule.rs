//! What is shown at all: by a probability that was given, or by one that keeps a precision.

use super::{Fallback, Reason, SuggestOptions};
use crate::confidence::{NoThreshold, Threshold};

/// Which of the candidates are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DecisionRule {
    /// Those with at least this probability.
    MinProbability(f32),
    /// None: the target precision cannot be kept.
    Silence(NoThreshold),
}

impl DecisionRule {
    /// What the options ask for, which are in range. `threshold` is asked for a target precision and a confidence level.
    pub fn new(
        options: &SuggestOptions,
        threshold: impl FnOnce(f64, f64) -> Result<Threshold, NoThreshold>,
    ) -> Self {
        let Some(target_precision) = options.target_precision else {
            return Self::MinProbability(options.min_probability);
        };
        match threshold(decimal(target_precision), decimal(options.confidence_level)) {
            // It is the probability of a label, which had 32 bits.
            #[expect(clippy::cast_possible_truncation)]
            Ok(found) => Self::MinProbability(found.threshold as f32),
            Err(_) if options.fallback == Fallback::BestGuess => {
                Self::MinProbability(options.min_probability)
            }
            Err(missing) => Self::Silence(missing),
        }
    }

    /// The least probability that is shown; `None` when nothing is.
    pub(super) fn threshold(&self) -> Option<f32> {
        match self {
            Self::MinProbability(least) => Some(*least),
            Self::Silence(_) => None,
        }
    }

    /// Why what has this probability is not shown, and the same in one sentence.
    pub(super) fn reason(&self, what: &str, probability: f32) -> (Reason, String) {
        match self {
            Self::MinProbability(least) => (
                Reason::BelowThreshold,
                format!("{what} is right with probability {probability:.2}, below {least:.2}."),
            ),
            Self::Silence(missing @ NoThreshold::NotEnoughLabels { .. }) => {
                (Reason::NotEnoughLabels, sentence(missing))
            }
            Self::Silence(missing @ NoThreshold::NotEnoughPrecision { .. }) => {
                (Reason::NotEnoughPrecision, sentence(missing))
            }
        }
    }
}

fn sentence(missing: &NoThreshold) -> String {
    let text = missing.to_string();
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}.", first.to_uppercase())
}

/// The number that its shortest decimal form names: 0.8 for the 32-bit 0.8, where widening gives 0.800000012.
fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(number.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::LabelledPredictions;

    /// 80 labels: the first `right` of them are right.
    fn rule(options: &SuggestOptions, labels: u8, right: u8) -> DecisionRule {
        let probability = |n: u8| f64::from(f32::from(100 - n) / 100.0);
        let labelled = LabelledPredictions::new((0..labels).map(|n| (probability(n), n < right)));
        DecisionRule::new(options, |target, level| labelled.threshold(target, level))
    }

    fn options(target_precision: f32) -> SuggestOptions {
        SuggestOptions {
            target_precision: Some(target_precision),
            ..SuggestOptions::default()
        }
    }

    #[test]
    fn without_a_target_the_probability_that_was_given_decides() {
        let options = SuggestOptions {
            min_probability: 0.3,
            ..SuggestOptions::default()
        };
        assert_eq!(rule(&options, 80, 80), DecisionRule::MinProbability(0.3));
    }

    #[test]
    fn with_a_target_the_labels_decide_whatever_else_was_given() {
        for min_probability in [0.0, 0.99] {
            let options = SuggestOptions {
                min_probability,
                ..options(0.8)
            };
            // All 40 are right: the least probable of them is the 40th.
            assert_eq!(rule(&options, 40, 40), DecisionRule::MinProbability(0.61));
        }
        let strict = rule(&options(0.9), 80, 50);
        let lax = rule(&options(0.7), 80, 50);
        let (DecisionRule::MinProbability(strict), DecisionRule::MinProbability(lax)) =
            (strict, lax)
        else {
            panic!("{strict:?} {lax:?}");
        };
        assert!(strict > lax, "{strict} {lax}");
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_is_shown() {
        let too_few = rule(&options(0.8), 13, 13);
        assert_eq!(too_few.threshold(), None);
        let (reason, explanation) = too_few.reason("It", 0.9);
        assert_eq!(reason, Reason::NotEnoughLabels);
        assert_eq!(
            explanation,
            "Not enough data: 13 labelled tickets, at least about 14 needed."
        );
        let too_wrong = rule(&options(0.8), 80, 0);
        assert_eq!(too_wrong.threshold(), None);
        let (reason, explanation) = too_wrong.reason("It", 0.9);
        assert_eq!(reason, Reason::NotEnoughPrecision);
        assert_eq!(
            explanation,
            "No threshold keeps any precision on the labelled tickets."
        );
    }

    #[test]
    fn a_best_guess_goes_by_the_probability_that_was_given() {
        let options = SuggestOptions {
            fallback: Fallback::BestGuess,
            ..options(0.8)
        };
        assert_eq!(rule(&options, 13, 13), DecisionRule::MinProbability(0.5));
        // One that can be kept is kept.
        assert_eq!(rule(&options, 40, 40), DecisionRule::MinProbability(0.61));
    }
}

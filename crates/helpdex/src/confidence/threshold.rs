//! Chooses the threshold that keeps a target precision, from labelled predictions.
//!
//! Whoever looks at many thresholds and takes the lowest that seems good enough relies on luck: with a plain 95% bound
//! at each, up to a quarter of the choices miss the precision. So the thresholds are tested in one order, from the
//! strictest down, and the permitted error is spent once (learn then test: Angelopoulos et al. 2021, with the fallback
//! procedure of Wiens 2003). A test that passes hands its error on to the next. A test that fails loses it, and testing
//! goes on at the next of four starting points, each of which has a quarter of the error.

use std::fmt;

use serde::Serialize;

use super::binomial::{lower_bound, upper_tail};
use super::count::count;
use super::incoming::{Counting, Incoming};
use super::labelled::{LabelledPredictions, ShownSet};

/// The number of starting points of the tests, among which the permitted error is split evenly.
///
/// In simulations of 14 kinds of predictions with targets 0.7 to 0.9, four starts gave a mean coverage of 0.16 with 200
/// labels and 0.29 with 2,000. One start gave 0.12 and 0.23, ten thresholds with a tenth of the error each 0.13 and
/// 0.25, and five starts gained nothing below 500 labels.
const STARTS: usize = 4;

/// The growth from one tested set to the next, in percent of its size: in the same simulations steps of a quarter lost
/// 0.01 of coverage, and steps of a twentieth gained nothing.
const GROWTH_PERCENT: usize = 10;

/// The smallest set that the estimate of the needed labels uses: shares in smaller sets say too little.
const SMALLEST_ESTIMATE: usize = 10;

/// The most labels that are asked for, as a multiple of those there are. If more would be needed, the reason is missing
/// precision, not missing labels.
const MOST_LABELS_FACTOR: usize = 10;

/// A threshold that keeps a precision, with the confidence that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Threshold {
    /// The threshold: answers with at least this probability are shown. It is one of the labelled probabilities.
    pub threshold: f64,
    /// The number of labelled tickets with at least this probability that count; withheld tickets count when the
    /// answerable share is assumed, unlinked ones unless they are ignored.
    pub shown: usize,
    /// The number of the `shown` tickets whose first article is right.
    pub right: usize,
    /// The lower bound of the precision (Clopper and Pearson 1934) at the error that this set was tested with. The
    /// confidence level promises that it is at least the target.
    pub lower_bound: f64,
    /// The share of incoming tickets that are shown something, in (0, 1].
    pub coverage: f64,
}

/// The reason for which no threshold keeps a precision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoThreshold {
    /// The labels are too few to show whether a threshold keeps the precision; with more labels one might.
    NotEnoughLabels {
        /// The number of labelled predictions.
        have: usize,
        /// A rough estimate of how many labels would do, at most ten times as many as there are: the fewest labels with
        /// which a threshold exists if more labels of the same kind come, by scaling the sets of 10 labels and more;
        /// their shares of right answers are drawn towards that of all labels, since the best of a few small sets looks
        /// better than it is. Where the scaling gives nothing, as many as would do if all were right, at least 10.
        needed: usize,
    },
    /// The labels show no set of answers with that precision.
    NotEnoughPrecision {
        /// The highest precision, in whole percent, that these labels allow; 0 if none. It is a hint only: whoever
        /// picks this target reuses the labels, so that the confidence level no longer holds.
        highest: f64,
    },
}

impl NoThreshold {
    /// Returns the name of the reason: `not_enough_labels` or `not_enough_precision`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotEnoughLabels { .. } => "not_enough_labels",
            Self::NotEnoughPrecision { .. } => "not_enough_precision",
        }
    }
}

impl fmt::Display for NoThreshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotEnoughLabels { have, needed } => write!(
                f,
                "not enough data: {have} labelled tickets, at least about {} needed; link an article to more tickets, or mark \
                 those that have none",
                rounded_up(needed)
            ),
            Self::NotEnoughPrecision { highest } if highest > 0.0 => write!(
                f,
                "no threshold keeps this precision; the highest target that the labelled tickets allow is {highest:.2}: ask \
                 for that, or that any of three articles is right"
            ),
            Self::NotEnoughPrecision { .. } => {
                f.write_str("no threshold keeps any precision on the labelled tickets")
            }
        }
    }
}

impl LabelledPredictions {
    /// Returns the lowest threshold whose precision is at least `target_precision` with confidence `confidence_level`.
    /// With 0.95, which is usual, at most 5 of 100 label sets lead to a threshold with a lower precision.
    ///
    /// The precision is the share of right first answers among the incoming tickets that are shown something, on the
    /// [grounds](Self::grounds) that the labels and `incoming` give; equal probabilities are shown together or not at
    /// all. Where all of them may be shown, the threshold is the target precision if that is lower than their probabilities.
    /// A target or a level of 1 and above, or NaN, is never met. A target of 0 and below is always met, by showing
    /// everything, if there are labels.
    ///
    /// The cost is some 50 binomial tails, whatever the number of labels; the explanation of a missing threshold costs
    /// a hundred times as much.
    ///
    /// # Errors
    /// The reason why there is none, and what would help.
    pub fn threshold(
        &self,
        target_precision: f64,
        confidence_level: f64,
        incoming: &Incoming,
    ) -> Result<Threshold, NoThreshold> {
        let counting = Counting::new(self, incoming);
        let error = if confidence_level < 1.0 {
            // The other half is spent on the link rate.
            let spent = if counting.is_estimated() { 0.5 } else { 1.0 };
            spent * (1.0 - confidence_level).min(1.0)
        } else {
            0.0
        };
        let search = Search {
            labelled: self,
            counting,
            error,
        };
        search
            .lowest(target_precision)
            .ok_or_else(|| search.what_is_missing(target_precision))
    }
}

/// The search for the lowest threshold that the labels prove to keep a target precision.
struct Search<'a> {
    labelled: &'a LabelledPredictions,
    counting: Counting,
    /// The permitted probability that the chosen threshold misses the target precision, in [0, 1].
    error: f64,
}

impl Search<'_> {
    fn lowest(&self, target: f64) -> Option<Threshold> {
        let all = self.labelled.all();
        if self.counting.lacks_unanswered(&all) {
            return None;
        }
        let mut lowest = None;
        let mut handed_on = 0.0;
        for (set, start) in self.sequence(target) {
            let error = start + handed_on;
            let tested = self.counting.tested(&set, target);
            let is_shown_right =
                target <= 0.0 || upper_tail(tested.right, tested.shown, target) <= error;
            let holds = error > 0.0 && is_shown_right;
            handed_on = if holds { error } else { 0.0 };
            if holds {
                lowest = Some((set, lower_bound(tested.right, tested.shown, error)));
            }
        }
        lowest.map(|(set, bound)| Threshold {
            // All labels are those of any lower threshold too.
            threshold: if set.threshold > all.threshold {
                set.threshold
            } else {
                set.threshold.min(target.max(0.0))
            },
            shown: self.counting.size(&set),
            right: set.right,
            lower_bound: bound.max(target),
            coverage: self.counting.coverage(&set, &all),
        })
    }

    /// Returns the number of labels that are counted.
    fn len(&self) -> usize {
        self.counting.size(&self.labelled.all())
    }

    /// Returns the sets in the order of their tests, each with the error that becomes available there. The order
    /// depends only on the probabilities, never on which answers were right. Sets are chosen by their size, so
    /// thresholds depend on the sample; the simulation in the tests checks that this does not break the promise.
    fn sequence(&self, target: f64) -> Vec<(ShownSet, f64)> {
        let smallest = (1..=STARTS).rev().find_map(|starts| {
            let smallest = fewest_all_right(target, self.error / count(starts))?;
            (smallest <= self.len()).then_some((smallest, starts))
        });
        let Some((smallest, starts)) = smallest else {
            return Vec::new();
        };
        let sizes = sizes(smallest, self.len());
        let mut starting = vec![0.0; sizes.len()];
        for start in 0..starts {
            let index = start * (sizes.len() - 1) / (starts - 1).max(1);
            starting[index] += self.error / count(starts);
        }
        let mut sequence: Vec<(ShownSet, f64)> = Vec::new();
        for (size, start) in sizes.into_iter().zip(starting) {
            let set = self.set_of(size);
            match sequence.last_mut() {
                Some((before, error)) if before.threshold.total_cmp(&set.threshold).is_eq() => {
                    *error += start;
                }
                _ => sequence.push((set, start)),
            }
        }
        sequence
    }

    /// Returns the smallest set with at least `size` counted labels; there must be as many.
    fn set_of(&self, size: usize) -> ShownSet {
        let sets = &self.labelled.sets;
        sets[sets.partition_point(|set| self.counting.size(set) < size)]
    }

    fn what_is_missing(&self, target: f64) -> NoThreshold {
        let have = self.labelled.len();
        let Some(all_right) = fewest_all_right(target, self.error) else {
            return self.not_enough_precision(target);
        };
        let least = all_right.max(SMALLEST_ESTIMATE);
        match self.needed(target) {
            Some(needed) => NoThreshold::NotEnoughLabels { have, needed },
            None if have < least => NoThreshold::NotEnoughLabels {
                have,
                needed: least,
            },
            None => self.not_enough_precision(target),
        }
    }

    /// Returns the fewest labels with which a threshold would exist if more of the same kind came; `None` if no allowed
    /// number would do.
    fn needed(&self, target: f64) -> Option<usize> {
        let have = self.labelled.len();
        let most = have.saturating_mul(MOST_LABELS_FACTOR);
        let has_threshold = |labels| {
            let scaled = Search {
                labelled: &self.labelled.scaled(labels),
                ..*self
            };
            scaled.lowest(target).is_some()
        };
        (have > 0).then(|| first_from(have + 1, most, has_threshold))?
    }

    fn not_enough_precision(&self, target: f64) -> NoThreshold {
        let highest = (1..100_u32)
            .rev()
            .map(|percent| f64::from(percent) / 100.0)
            .skip_while(|lower| *lower >= target)
            .find(|lower| self.lowest(*lower).is_some());
        NoThreshold::NotEnoughPrecision {
            highest: highest.unwrap_or(0.0),
        }
    }
}

impl LabelledPredictions {
    /// Returns these sets with their counts scaled to so many labels, without sets that are too small for an estimate.
    fn scaled(&self, labels: usize) -> Self {
        let large = self
            .sets
            .iter()
            .filter(|set| set.decided() >= SMALLEST_ESTIMATE);
        Self {
            sets: large.map(|set| set.scaled(labels, &self.all())).collect(),
            is_complete: self.is_complete,
        }
    }
}

/// Rounds an estimate up to two significant digits: 1,234 becomes 1,300.
#[must_use]
pub fn rounded_up(n: usize) -> usize {
    let unit = std::iter::successors(Some(1), |unit| Some(unit * 10)).find(|unit| n / unit < 100);
    unit.map_or(n, |unit| n.div_ceil(unit) * unit)
}

/// Returns the lowest number of predictions that, if all are right, prove the target with this error; `None` when no
/// number does.
fn fewest_all_right(target: f64, error: f64) -> Option<usize> {
    if !(target < 1.0 && error > 0.0) {
        return None;
    }
    first_from(1, usize::MAX, |n| upper_tail(n, n, target) <= error)
}

/// Returns the first number from `low` to `most` that passes; `passes` must hold for all numbers above one for which it
/// holds.
fn first_from(low: usize, most: usize, passes: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut fails, mut holds) = (low.saturating_sub(1), low);
    while !passes(holds) {
        if holds == most {
            return None;
        }
        fails = holds;
        holds = holds.saturating_mul(2).min(most);
    }
    while holds - fails > 1 {
        let middle = usize::midpoint(fails, holds);
        if passes(middle) {
            holds = middle;
        } else {
            fails = middle;
        }
    }
    Some(holds)
}

/// Returns set sizes from `smallest` to `all`, each a tenth larger than the one before.
fn sizes(smallest: usize, all: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut size = smallest;
    while size < all {
        sizes.push(size);
        size += (size * GROWTH_PERCENT / 100).max(1);
    }
    sizes.push(all);
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use oorandom::Rand64;

    /// Makes labelled predictions with falling probabilities from 1: `runs[0]` right ones, `runs[1]` wrong ones,
    /// `runs[2]` right ones, and so on.
    fn labelled(runs: &[usize]) -> LabelledPredictions {
        let all: usize = runs.iter().sum();
        let is_right = runs
            .iter()
            .enumerate()
            .flat_map(|(index, length)| std::iter::repeat_n(index % 2 == 0, *length));
        let probabilities = (0..all).map(|i| 1.0 - count(i) / count(all));
        LabelledPredictions::new(probabilities.zip(is_right))
    }

    #[track_caller]
    fn check(runs: &[usize], target: f64, expected: Result<(usize, usize), NoThreshold>) {
        let found = labelled(runs).threshold(target, 0.95, &Incoming::default());
        assert_eq!(found.map(|t| (t.shown, t.right)), expected, "{found:?}");
    }

    fn needs(have: usize, needed: usize) -> NoThreshold {
        NoThreshold::NotEnoughLabels { have, needed }
    }

    #[test]
    fn of_all_right_labels_as_many_are_enough_as_the_error_asks_for() {
        // 0.8^14 is below 0.05 and 0.8^13 above it; 0.9^29 and 0.9^28.
        check(&[14], 0.8, Ok((14, 14)));
        check(&[13], 0.8, Err(needs(13, 14)));
        check(&[29], 0.9, Ok((29, 29)));
        check(&[], 0.8, Err(needs(0, 14)));
    }

    #[test]
    fn the_lowest_threshold_goes_as_far_down_as_the_precision_does() {
        // The probability of 100 of 113 at 0.8 is 0.012, and that of 100 of 124, the next size, 0.48.
        check(&[100, 100], 0.8, Ok((113, 100)));
        // A wrong one on top does not end the search.
        check(&[0, 1, 99, 100], 0.8, Ok((113, 99)));
        // Nor does a whole bad top: a later start begins again.
        check(&[0, 30, 1_000, 500], 0.8, Ok((1_175, 1_000)));
    }

    #[test]
    fn equal_probabilities_are_shown_together() {
        let predictions = (0..100).map(|i| (if i < 40 { 0.9 } else { 0.3 }, i < 40));
        let found =
            LabelledPredictions::new(predictions).threshold(0.8, 0.95, &Incoming::default());
        let found = found.unwrap();
        assert_eq!((found.shown, found.right), (40, 40));
        assert!((found.threshold - 0.9).abs() < 1e-12);
        let ties = LabelledPredictions::new((0..100).map(|i| (0.5, i < 40)));
        let highest = 0.31;
        assert_eq!(
            ties.threshold(0.8, 0.95, &Incoming::default()),
            Err(NoThreshold::NotEnoughPrecision { highest })
        );
        assert_eq!(
            ties.threshold(highest, 0.95, &Incoming::default())
                .unwrap()
                .shown,
            100
        );
    }

    #[test]
    fn what_is_missing_is_told_in_words() {
        let missing = |have, needed| NoThreshold::NotEnoughLabels { have, needed }.to_string();
        assert_eq!(
            missing(37, 114),
            "not enough data: 37 labelled tickets, at least about 120 needed; link an article to more tickets, or mark those that \
             have none"
        );
        assert!(missing(5, 14).contains("about 14"));
        let highest = 0.62;
        assert_eq!(
            NoThreshold::NotEnoughPrecision { highest }.to_string(),
            "no threshold keeps this precision; the highest target that the labelled tickets allow is 0.62: ask for that, or that \
             any of three articles is right"
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        // Half of the labels are 9 of 10 right: more of them would show 0.8.
        let nine_of_ten = [9, 1, 9, 1, 9, 1, 0, 30];
        let missing = labelled(&nine_of_ten).threshold(0.8, 0.95, &Incoming::default());
        let Err(NoThreshold::NotEnoughLabels { have: 60, needed }) = missing else {
            panic!("{missing:?}");
        };
        // Without drawing it would be 152.
        assert!((152..=600).contains(&needed), "{needed}");
    }

    #[test]
    fn odd_targets_and_levels_are_met_by_all_or_by_nothing() {
        let labelled = labelled(&[0, 20, 20]);
        for target in [0.0, -1.0, f64::NEG_INFINITY] {
            assert_eq!(
                labelled
                    .threshold(target, 0.95, &Incoming::default())
                    .unwrap()
                    .shown,
                40
            );
        }
        for (target, level) in [
            (1.0, 0.95),
            (f64::INFINITY, 0.95),
            (f64::NAN, 0.95),
            (0.5, 1.0),
            (0.5, f64::NAN),
        ] {
            let found = labelled.threshold(target, level, &Incoming::default());
            assert!(
                matches!(found, Err(NoThreshold::NotEnoughPrecision { highest }) if highest < 0.5),
                "{target} {level}: {found:?}"
            );
        }
    }

    /// A kind of help center: how probabilities are spread, and how often an answer of such a probability is right.
    struct Kind {
        name: &'static str,
        probability: fn(&mut Rand64) -> f64,
        share_right: fn(f64) -> f64,
    }

    /// Returns a random number with the distribution Beta(2, 2): the median of three uniform ones.
    fn middling(random: &mut Rand64) -> f64 {
        let mut three = [
            random.rand_float(),
            random.rand_float(),
            random.rand_float(),
        ];
        three.sort_by(f64::total_cmp);
        three[1]
    }

    const KINDS: [Kind; 10] = [
        Kind {
            name: "calibrated",
            probability: middling,
            share_right: |p| p,
        },
        Kind {
            name: "certain of much",
            probability: |random| libm::cbrt(random.rand_float()),
            share_right: |p| p,
        },
        Kind {
            name: "too sure",
            probability: middling,
            share_right: |p| 0.7 * p,
        },
        Kind {
            name: "too modest",
            probability: middling,
            share_right: |p| libm::pow(p, 0.4),
        },
        Kind {
            name: "always just below 0.8",
            probability: middling,
            share_right: |_| 0.795,
        },
        Kind {
            name: "ties",
            probability: |random| libm::round(middling(random) * 10.0) / 10.0,
            share_right: |p| libm::sqrt(p),
        },
        Kind {
            name: "wrong at the top",
            probability: Rand64::rand_float,
            share_right: |p| match p {
                0.95.. => 0.5,
                0.5.. => 0.92,
                _ => 0.2,
            },
        },
        Kind {
            name: "a cliff",
            probability: Rand64::rand_float,
            share_right: |p| if p > 0.7 { 0.82 } else { 0.5 },
        },
        Kind {
            name: "waves",
            probability: Rand64::rand_float,
            share_right: |p| (0.5 + 0.3 * p + 0.25 * libm::sin(p * 40.0)).clamp(0.0, 1.0),
        },
        Kind {
            name: "squeezed",
            probability: |random| 0.4 + 0.05 * middling(random),
            share_right: |p| libm::sqrt(((p - 0.4) * 20.0).clamp(0.0, 1.0)),
        },
    ];

    const TARGETS: [f64; 3] = [0.7, 0.8, 0.9];
    const DRAWS: usize = 200;

    impl Kind {
        /// Returns for each target the share of label sets whose threshold has a lower precision. The true precision is
        /// known from many tickets.
        fn missed(
            &self,
            labels: usize,
            choose: fn(&LabelledPredictions, f64) -> Option<f64>,
        ) -> [f64; TARGETS.len()] {
            let mut random = Rand64::new(17);
            let mut tickets: Vec<f64> = (0..20_000)
                .map(|_| (self.probability)(&mut random))
                .collect();
            tickets.sort_by(|a, b| b.total_cmp(a));
            let mut right = 0.0;
            let right_above: Vec<f64> = tickets
                .iter()
                .map(|probability| {
                    right += (self.share_right)(*probability);
                    right
                })
                .collect();
            let mut missed = [0.0; TARGETS.len()];
            for _ in 0..DRAWS {
                let labelled = LabelledPredictions::new((0..labels).map(|_| {
                    let probability = (self.probability)(&mut random);
                    let is_right = random.rand_float() < (self.share_right)(probability);
                    (probability, is_right)
                }));
                for (missed, target) in missed.iter_mut().zip(TARGETS) {
                    if let Some(threshold) = choose(&labelled, target) {
                        let shown = tickets.partition_point(|p| *p >= threshold).max(1);
                        let precision = right_above[shown - 1] / count(shown);
                        *missed += f64::from(u8::from(precision < target)) / count(DRAWS);
                    }
                }
            }
            missed
        }
    }

    #[test]
    fn at_most_5_of_100_label_sets_lead_to_less_than_the_target() {
        let choose = |labelled: &LabelledPredictions, target| {
            let found = labelled.threshold(target, 0.95, &Incoming::default());
            found.ok().map(|found| found.threshold)
        };
        // Four standard deviations of a share that is 0.05.
        let most = 0.05 + 4.0 * libm::sqrt(0.05 * 0.95 / count(DRAWS));
        for kind in &KINDS {
            for labels in [50, 200, 1_000] {
                let missed = kind.missed(labels, choose);
                assert!(
                    missed.iter().all(|missed| *missed <= most),
                    "{}, {labels} labels: {missed:?}",
                    kind.name
                );
            }
        }
    }

    #[test]
    fn a_plain_bound_at_each_threshold_would_lead_to_less_far_more_often() {
        let choose = |labelled: &LabelledPredictions, target| {
            let passes = |set: &&ShownSet| upper_tail(set.right, set.decided(), target) <= 0.05;
            let lowest = labelled.sets.iter().rev().find(passes);
            lowest.map(|set| set.threshold)
        };
        let kind = KINDS
            .iter()
            .find(|kind| kind.name == "always just below 0.8");
        let [_, missed, _] = kind.unwrap().missed(1_000, choose);
        assert!(missed > 0.15, "{missed}");
    }
}

//! Measures whether tickets have changed since a threshold was chosen.

use serde::Serialize;

use super::count::count;
use crate::timestamp::Timestamp;

/// The distance between the distributions of two samples of top probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The largest distance of the two distribution functions, in [0, 1] (Kolmogorov and Smirnov).
    pub distance: f64,
    /// The probability of such a distance or a larger one if nothing changed, in [0, 1]. It is asymptotic, with the
    /// correction of Stephens (1970) for small samples. Equal probabilities in a sample make it too high, never too
    /// low.
    pub p_value: f64,
}

/// Compares the top probabilities of recent tickets with those that the threshold was chosen on (two-sample test of
/// Smirnov 1948). Returns `None` if either sample is empty.
///
/// A `p_value` below 0.01 says that the tickets changed, so that the promised precision may no longer hold: label
/// recent tickets and choose the threshold again. A change that leaves the probabilities as they are, such as an
/// article that became wrong, is not noticed. O(n log n).
///
/// ```
/// use helpdex::confidence::drift;
///
/// let reference: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
/// assert!(drift(&reference, &reference).unwrap().p_value > 0.99);
/// assert!(drift(&reference, &[0.1; 20]).unwrap().p_value < 0.01);
/// ```
#[must_use]
pub fn drift(reference: &[f64], recent: &[f64]) -> Option<Drift> {
    if reference.is_empty() || recent.is_empty() {
        return None;
    }
    let mut values: Vec<(f64, bool)> = reference
        .iter()
        .map(|value| (*value, false))
        .chain(recent.iter().map(|value| (*value, true)))
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut reference_below, mut recent_below, mut distance) = (0, 0, 0.0_f64);
    for ties in values.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let of_recent = ties.iter().filter(|(_, is_recent)| *is_recent).count();
        recent_below += of_recent;
        reference_below += ties.len() - of_recent;
        let apart = count(reference_below) / count(reference.len())
            - count(recent_below) / count(recent.len());
        distance = distance.max(apart.abs());
    }
    let (m, n) = (count(reference.len()), count(recent.len()));
    let root = libm::sqrt(m * n / (m + n));
    Some(Drift {
        distance,
        p_value: kolmogorov_tail((root + 0.12 + 0.11 / root) * distance),
    })
}

/// A p-value below this says that something changed.
const SURPRISING: f64 = 0.01;
/// The newest labels are one in this many. They are compared with the others if there are at least [`LEAST_RECENT`].
const RECENT_SHARE: usize = 5;
/// The fewest recent labels that are compared.
const LEAST_RECENT: usize = 30;

/// A prediction by a model that was not trained on the ticket, with the decision of people on the ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelledPrediction {
    /// The probability of the first article, in [0, 1].
    pub probability: f64,
    /// Whether the first article is right.
    pub is_right: bool,
    /// The time of the decision of people.
    pub at: Timestamp,
}

/// The comparison of the newest labels with the older ones: see [`recent_drift`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecentDrift {
    /// The moment from which labels count as recent.
    pub since: Timestamp,
    /// The number of recent labels.
    pub recent: usize,
    /// The comparison of the probabilities of recent labels with those of older ones.
    pub probabilities: Drift,
    /// The number of recent labels whose first article is right.
    pub right: usize,
    /// The number of right first articles that the probabilities of the recent labels predict.
    pub expected_right: f64,
    /// The probability that so few or fewer first articles are right if the probabilities are right, in [0, 1].
    pub right_p_value: f64,
    /// Whether recent tickets differ from older ones, or are answered worse than their probabilities promise, at a
    /// significance level of 0.01 for both together.
    pub is_warning: bool,
}

/// Compares the newest fifth of the labels with the older ones in two ways: the probabilities of their first articles,
/// by [`drift`], and the number of right ones against the number that the probabilities predict (by the exact
/// distribution of a sum of unequal Bernoulli variables). Labels of one moment stay together. Returns `None` with fewer
/// than 30 recent labels, or when all are of one moment. O(n^2) in the number of recent labels.
#[must_use]
pub fn recent_drift(labels: &[LabelledPrediction]) -> Option<RecentDrift> {
    let mut labels = labels.to_vec();
    labels.sort_by_key(|label| label.at);
    let cut = labels.len() - labels.len() / RECENT_SHARE;
    let before = labels.get(cut.checked_sub(1)?)?.at;
    let cut = labels.partition_point(|label| label.at <= before);
    let (older, recent) = labels.split_at(cut);
    if recent.len() < LEAST_RECENT {
        return None;
    }
    let promised = probabilities(recent);
    let right = recent.iter().filter(|label| label.is_right).count();
    let probabilities = drift(&probabilities(older), &promised)?;
    let right_p_value = probability_of_at_most(right, &promised);
    Some(RecentDrift {
        since: recent[0].at,
        recent: recent.len(),
        probabilities,
        right,
        expected_right: promised.iter().sum(),
        right_p_value,
        is_warning: probabilities.p_value.min(right_p_value) < SURPRISING / 2.0,
    })
}

fn probabilities(labels: &[LabelledPrediction]) -> Vec<f64> {
    labels.iter().map(|label| label.probability).collect()
}

/// Returns the probability that at most `most` of several independent events with these probabilities happen.
fn probability_of_at_most(most: usize, probabilities: &[f64]) -> f64 {
    // That exactly so many of the events so far happened, by their number.
    let mut exactly = vec![1.0];
    for p in probabilities {
        exactly.push(0.0);
        for happened in (0..exactly.len()).rev() {
            let one_less = happened.checked_sub(1).map_or(0.0, |less| exactly[less]);
            exactly[happened] = exactly[happened] * (1.0 - p) + one_less * p;
        }
    }
    exactly.iter().take(most + 1).sum::<f64>().min(1.0)
}

/// Returns the probability that Kolmogorov's statistic is `x` or more: `2 * sum of (-1)^(j - 1) e^(-2 j^2 x^2)`.
fn kolmogorov_tail(x: f64) -> f64 {
    /// Below this the probability is 1 to 12 digits, and the series converges slowly.
    const SURELY: f64 = 0.2;
    /// The number of terms of the series: at `SURELY` further ones add nothing.
    const TERMS: u32 = 20;
    if x < SURELY {
        return 1.0;
    }
    let sum: f64 = (1..=TERMS)
        .map(|j| {
            let sign = if j % 2 == 1 { 1.0 } else { -1.0 };
            sign * libm::exp(-2.0 * f64::from(j * j) * x * x)
        })
        .sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oorandom::Rand64;

    #[test]
    fn the_distance_equals_that_computed_by_hand() {
        // Below 0.3 lie 3 of 4 and 1 of 5.
        let found = drift(&[0.1, 0.2, 0.3, 0.9], &[0.3, 0.5, 0.6, 0.7, 0.8]).unwrap();
        assert!((found.distance - (0.75 - 0.2)).abs() < 1e-12, "{found:?}");
        assert_eq!(drift(&[], &[0.5]), None);
        assert_eq!(drift(&[0.5], &[]), None);
    }

    /// Returns one label a day for 300 days. The first 240 have the probability 0.5 and are right half the time; the
    /// last 60 have `recent_probability`, and `right_of_ten` of ten are right.
    fn labels(recent_probability: f64, right_of_ten: i64) -> Vec<LabelledPrediction> {
        (0..300)
            .map(|day| {
                let is_recent = day >= 240;
                LabelledPrediction {
                    probability: if is_recent { recent_probability } else { 0.5 },
                    is_right: day % 10 < if is_recent { right_of_ten } else { 5 },
                    at: Timestamp::from_unix_seconds(86_400 * day),
                }
            })
            .collect()
    }

    #[test]
    fn recent_tickets_that_are_answered_worse_are_a_warning() {
        let same = recent_drift(&labels(0.5, 5)).unwrap();
        assert!(!same.is_warning, "{same:?}");
        assert_eq!((same.recent, same.right), (60, 30));
        assert_eq!(same.since, Timestamp::from_unix_seconds(86_400 * 240));
        assert!((same.expected_right - 30.0).abs() < 1e-9);
        let worse = recent_drift(&labels(0.5, 2)).unwrap();
        assert!(
            worse.is_warning && worse.probabilities.p_value > 0.5,
            "{worse:?}"
        );
        let better = recent_drift(&labels(0.5, 8)).unwrap();
        assert!(!better.is_warning, "{better:?}");
        let other = recent_drift(&labels(0.2, 2)).unwrap();
        assert!(other.is_warning && other.right_p_value > 0.3, "{other:?}");
    }

    #[test]
    fn a_few_labels_or_those_of_one_moment_tell_nothing() {
        assert_eq!(recent_drift(&[]), None);
        assert_eq!(recent_drift(&labels(0.5, 5)[..100]), None);
        let mut at_once = labels(0.5, 2);
        for label in &mut at_once {
            label.at = Timestamp::from_unix_seconds(0);
        }
        assert_eq!(recent_drift(&at_once), None);
    }

    #[test]
    fn a_sum_of_unequal_chances_is_computed_exactly() {
        // None of two: 0.75 x 0.5; at most one: 1 - 0.25 x 0.5.
        assert!((probability_of_at_most(0, &[0.25, 0.5]) - 0.375).abs() < 1e-12);
        assert!((probability_of_at_most(1, &[0.25, 0.5]) - 0.875).abs() < 1e-12);
        assert!((probability_of_at_most(2, &[0.25, 0.5]) - 1.0).abs() < 1e-12);
        assert!((probability_of_at_most(0, &[]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_tail_equals_the_published_values() {
        // Smirnov's table of 1948: 1.36 is the 5% point, 1.63 the 1% point.
        for (x, tail) in [(1.36, 0.0495), (1.63, 0.0098), (0.5, 0.9639)] {
            let found = kolmogorov_tail(x);
            assert!((found - tail).abs() < 5e-5, "{x}: {found}");
        }
    }

    #[test]
    fn unchanged_tickets_seldom_seem_changed_and_changed_ones_do() {
        let mut random = Rand64::new(5);
        let mut sample = |size: usize, power: f64| -> Vec<f64> {
            (0..size)
                .map(|_| libm::pow(random.rand_float(), power))
                .collect()
        };
        let mut share_below = |power: f64| {
            let warned = (0..500)
                .filter(|_| {
                    let found = drift(&sample(300, 1.0), &sample(100, power)).unwrap();
                    found.p_value < 0.05
                })
                .count();
            count(warned) / 500.0
        };
        let unchanged = share_below(1.0);
        // Four standard deviations of a share that is 0.05.
        assert!(unchanged < 0.05 + 0.039, "{unchanged}");
        let changed = share_below(2.0);
        assert!(changed > 0.95, "{changed}");
    }
}

//! Whether the tickets of today are still like those that a threshold was chosen on.

use serde::Serialize;

use super::count;

/// How far two samples of top probabilities lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The largest distance of their distribution functions, in [0, 1] (Kolmogorov and Smirnov).
    pub distance: f64,
    /// The probability of such a distance or a larger one when nothing changed, in [0, 1]: asymptotic, with the
    /// correction of Stephens (1970) for small samples. Equal probabilities make it too high, never too low.
    pub p_value: f64,
}

/// Compares the top probabilities of recent tickets with those that the threshold was chosen on (two-sample test of
/// Smirnov 1948). `None` unless there are both.
///
/// A `p_value` below 0.01 says that the tickets changed, so that the precision that was promised may no longer hold:
/// label recent tickets and choose again. Nothing is seen of a change that leaves the probabilities as they are, such as
/// an article that became wrong. O(n log n).
///
/// ```
/// use helpdex::eval::drift;
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

/// The probability that Kolmogorov's statistic is `x` or more: `2 * sum of (-1)^(j - 1) e^(-2 j^2 x^2)`.
fn kolmogorov_tail(x: f64) -> f64 {
    /// Below this it is 1 to 12 digits, and the sum ends late.
    const SURELY: f64 = 0.2;
    /// Terms until they add nothing at `SURELY`.
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
    use super::super::interval::SplitMix64;
    use super::*;

    #[test]
    fn the_distance_equals_that_computed_by_hand() {
        // Below 0.3 lie 3 of 4 and 1 of 5.
        let found = drift(&[0.1, 0.2, 0.3, 0.9], &[0.3, 0.5, 0.6, 0.7, 0.8]).unwrap();
        assert!((found.distance - (0.75 - 0.2)).abs() < 1e-12, "{found:?}");
        assert_eq!(drift(&[], &[0.5]), None);
        assert_eq!(drift(&[0.5], &[]), None);
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
        let mut random = SplitMix64::new(5);
        let mut sample = |size: usize, power: f64| -> Vec<f64> {
            (0..size)
                .map(|_| libm::pow(random.next_unit(), power))
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

//! Intervals of differences between shares.

use helpdex::confidence::Interval;

/// The quantile of the normal distribution for 95% in the middle.
const Z: f64 = 1.959_963_984_540_054;

/// Returns the difference of two shares with its 95% interval: the hybrid score interval, method 10 of Newcombe, "Interval
/// estimation for the difference between independent proportions", 1998. `None` when one of them has no denominator.
#[expect(clippy::cast_precision_loss, reason = "counts of requesters")]
pub(crate) fn difference(one: (usize, usize), other: (usize, usize)) -> Option<Interval> {
    if one.1 == 0 || other.1 == 0 {
        return None;
    }
    let (p1, p2) = (one.0 as f64 / one.1 as f64, other.0 as f64 / other.1 as f64);
    let (low1, high1) = wilson(p1, one.1 as f64);
    let (low2, high2) = wilson(p2, other.1 as f64);
    let value = p1 - p2;
    Some(Interval {
        value,
        low: value - ((p1 - low1).powi(2) + (high2 - p2).powi(2)).sqrt(),
        high: value + ((high1 - p1).powi(2) + (p2 - low2).powi(2)).sqrt(),
    })
}

/// Returns the difference that a change makes to a share, with its 95% interval, where the same `all` cases are counted before
/// and after: `lost` counted before only, `won` after only. It is the adjusted Wald interval of Agresti and Min, "Simple
/// improved confidence intervals for comparing matched proportions", 2005, which adds half a case to each of four cells.
/// `None` without cases.
#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
pub(crate) fn paired_difference(lost: usize, won: usize, all: usize) -> Option<Interval> {
    if all == 0 {
        return None;
    }
    let (b, c, n) = (lost as f64 + 0.5, won as f64 + 0.5, all as f64 + 2.0);
    let middle = (c - b) / n;
    let half = Z * (b + c - (c - b).powi(2) / n).sqrt() / n;
    Some(Interval {
        value: (won as f64 - lost as f64) / all as f64,
        low: (middle - half).max(-1.0),
        high: (middle + half).min(1.0),
    })
}

/// Returns the score interval of a share (Wilson 1927).
fn wilson(p: f64, n: f64) -> (f64, f64) {
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    ((middle - half) / whole, (middle + half) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_difference_is_that_of_the_paper() {
        // Newcombe 1998, table II, (a): 56/70 and 48/80 give 0.2000, 0.0524 to 0.3339.
        let found = difference((56, 70), (48, 80)).unwrap();
        for (found, expected) in [
            (found.value, 0.2),
            (found.low, 0.0524),
            (found.high, 0.3339),
        ] {
            assert!(
                (found - expected).abs() < 0.000_05,
                "{found} is not {expected}"
            );
        }
        assert_eq!(difference((0, 0), (1, 2)), None);
    }
    #[test]
    fn the_interval_of_a_paired_difference_is_computed_by_hand() {
        // b = 3.5, c = 8.5, n = 102: middle 5/102 = 0.04902; half 1.95996 * sqrt(12 - 25/102) / 102 = 0.06588.
        let found = paired_difference(3, 8, 100).unwrap();
        for (found, expected) in [
            (found.value, 0.05),
            (found.low, -0.016_86),
            (found.high, 0.114_90),
        ] {
            assert!(
                (found - expected).abs() < 0.000_05,
                "{found} is not {expected}"
            );
        }
        assert_eq!(paired_difference(0, 0, 0), None);
    }
}

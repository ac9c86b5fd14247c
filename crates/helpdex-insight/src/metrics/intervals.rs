//! Intervals of differences.

use helpdex::confidence::Interval;

/// The quantile of the normal distribution for 95% in the middle.
const Z: f64 = 1.959_963_984_540_054;

/// Returns the difference of two shares with its 95% interval: the hybrid score interval, method 10 of Newcombe, "Interval
/// estimation for the difference between independent proportions", 1998. `None` when one of them has no denominator.
#[expect(clippy::cast_precision_loss, reason = "counts of requesters")]
pub(super) fn difference(one: (usize, usize), other: (usize, usize)) -> Option<Interval> {
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
}

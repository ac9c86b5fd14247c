//! Intervals, which say how far a share may be off by chance.

use serde::Serialize;

use super::binomial::lower_bound;
use super::count::count;

/// A figure with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The figure itself.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// Returns the share `hits` of `all` with its exact 95% interval (Clopper and Pearson 1934); `None` when `all` is 0.
///
/// # Panics
/// When `hits` is more than `all`.
#[must_use]
pub fn clopper_pearson(hits: usize, all: usize) -> Option<Interval> {
    assert!(hits <= all, "a part is not larger than its whole");
    (all > 0).then(|| Interval {
        value: count(hits) / count(all),
        low: lower_bound(hits, all, TAIL),
        high: 1.0 - lower_bound(all - hits, all, TAIL),
    })
}

/// The probability beyond each end of the interval.
const TAIL: f64 = 0.025;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(interval: Option<Interval>, low: f64, high: f64) {
        let interval = interval.unwrap();
        assert!((interval.low - low).abs() < 5e-5, "{interval:?}");
        assert!((interval.high - high).abs() < 5e-5, "{interval:?}");
    }

    #[test]
    fn exact_intervals_equal_the_published_ones() {
        // 0 of n has the upper end 1 - 0.025^(1/n); n of n the mirror image.
        check(clopper_pearson(0, 10), 0.0, 1.0 - 0.025_f64.powf(0.1));
        check(clopper_pearson(10, 10), 0.025_f64.powf(0.1), 1.0);
        // Standard table: 5 of 10.
        check(clopper_pearson(5, 10), 0.18709, 0.81291);
        assert_eq!(clopper_pearson(0, 0), None);
    }
}

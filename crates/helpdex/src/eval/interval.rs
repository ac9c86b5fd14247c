//! Intervals: how far a figure could lie elsewhere by chance.

use serde::Serialize;

use super::binomial::lower_bound;
use super::count;
use crate::{Error, Result};

/// Resamples of a bootstrap; the ends of a 95% interval move by about 1% of its width with another seed.
const RESAMPLES: usize = 2_000;

/// A figure with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The mean with the 2.5% and 97.5% quantiles of the means of 2,000 resamples (Efron 1979, percentile method).
/// `None` without a value.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a value that is not finite.
pub fn bootstrap_mean(values: &[f64], seed: u64) -> Result<Option<Interval>> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::invalid(format!(
            "there is {value} among the values; give finite ones, and leave out tickets without one"
        ))),
        None => Ok(mean_of_finite(values, seed)),
    }
}

/// As [`bootstrap_mean`], of values that are finite.
pub(super) fn mean_of_finite(values: &[f64], seed: u64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    let mut random = SplitMix64::new(seed);
    let size = count(values.len());
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = (0..values.len())
                .map(|_| values[random.next_below(values.len())])
                .sum();
            sum / size
        })
        .collect();
    means.sort_by(f64::total_cmp);
    Some(Interval {
        value: values.iter().sum::<f64>() / size,
        low: means[RESAMPLES / 40],
        high: means[RESAMPLES - 1 - RESAMPLES / 40],
    })
}

/// The share `hits` of `all` with its exact 95% interval (Clopper and Pearson 1934). `None` when `all` is 0.
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

/// What lies beyond either end of the interval.
const TAIL: f64 = 0.025;

/// A small generator of pseudo-random numbers (Steele, Lea and Flood 2014), the same everywhere for a seed.
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub(crate) fn next_unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss)]
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }

    /// In 0 to `bound` - 1.
    pub(crate) fn next_below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        usize::try_from(wide >> 64).expect("the product's upper half is below the bound")
    }
}

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

    #[test]
    fn a_bootstrap_interval_holds_the_mean_and_repeats_with_its_seed() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i % 2)).collect();
        let interval = bootstrap_mean(&values, 1).unwrap().unwrap();
        assert!((interval.value - 0.5).abs() < 1e-12);
        // The normal approximation has 0.5 -+ 0.098.
        assert!((interval.low - 0.402).abs() < 0.02, "{interval:?}");
        assert!((interval.high - 0.598).abs() < 0.02, "{interval:?}");
        assert_eq!(bootstrap_mean(&values, 1).unwrap(), Some(interval));
        assert_eq!(bootstrap_mean(&[], 1).unwrap(), None);
    }

    #[test]
    fn a_value_that_is_not_finite_has_no_mean() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = bootstrap_mean(&[0.5, value], 1).unwrap_err().to_string();
            assert!(error.contains("give finite ones"), "{error}");
        }
    }
}

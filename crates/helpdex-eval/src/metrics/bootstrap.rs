//! The bootstrap: an interval for a mean, computed from resamples of its values.

use helpdex::confidence::Interval;
use helpdex::{Error, Result};
use oorandom::Rand64;

use super::count::count;

/// The number of resamples. With another seed, the ends of a 95% interval move by about 1% of its width.
const RESAMPLES: usize = 2_000;

/// Returns the mean with the 2.5% and 97.5% quantiles of the means of 2,000 resamples (Efron 1979, percentile method);
/// `None` without a value.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a value that is not finite.
pub fn bootstrap_mean(values: &[f64], seed: u64) -> Result<Option<Interval>> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::invalid(format!(
            "there is {value} among the values; give finite ones, and leave out tickets without one"
        ))),
        None => Ok(mean_of_finite(values, seed)),
    }
}

/// Returns the mean and interval of [`bootstrap_mean`], for values that are known to be finite.
pub(super) fn mean_of_finite(values: &[f64], seed: u64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    let mut random = Rand64::new(seed.into());
    let size = count(values.len());
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = (0..values.len())
                .map(|_| values[below(&mut random, values.len())])
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

/// Returns a number from 0 to `bound` - 1.
fn below(random: &mut Rand64, bound: usize) -> usize {
    let drawn = random.rand_range(0..bound as u64);
    usize::try_from(drawn).expect("it is below the bound, which is a usize")
}

#[cfg(test)]
mod tests {
    use super::*;

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

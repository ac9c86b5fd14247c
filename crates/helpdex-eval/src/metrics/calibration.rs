//! Figures of probabilities: how well they separate right from wrong predictions, and how often they come true.

use serde::Serialize;

use helpdex::confidence::clopper_pearson;
use oorandom::Rand64;

use super::count::count;

/// The number of bins of equal size in the calibration error.
const BINS: usize = 10;

/// Returns the area under the ROC curve: the probability that a positive has a higher value than a negative, ties
/// counting half (Hanley and `McNeil` 1982). `None` unless there are both.
#[must_use]
pub fn auroc(positives: &[f64], negatives: &[f64]) -> Option<f64> {
    if positives.is_empty() || negatives.is_empty() {
        return None;
    }
    let mut values: Vec<(f64, bool)> = positives
        .iter()
        .map(|value| (*value, true))
        .chain(negatives.iter().map(|value| (*value, false)))
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wins, mut negatives_below) = (0.0, 0.0);
    for ties in values.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let tied_positives = count(ties.iter().filter(|(_, positive)| *positive).count());
        let tied_negatives = count(ties.len()) - tied_positives;
        wins += tied_positives * (negatives_below + tied_negatives / 2.0);
        negatives_below += tied_negatives;
    }
    Some(wins / (count(positives.len()) * count(negatives.len())))
}

/// Returns the Brier score, the mean of `(probability - outcome)^2` (Brier 1950); 0 is best. `None` without a prediction.
#[must_use]
pub fn brier_score(predictions: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = predictions
        .iter()
        .map(|(probability, is_right)| {
            let error = probability - f64::from(u8::from(*is_right));
            error * error
        })
        .sum();
    (!predictions.is_empty()).then(|| sum / count(predictions.len()))
}

/// Returns the expected calibration error: the mean distance between probability and share of right predictions over 10
/// bins of equal mass, weighted by size (Naeini et al. 2015, with the bins of Nixon et al. 2019). `None` without a
/// prediction.
#[must_use]
pub fn calibration_error(predictions: &[(f64, bool)]) -> Option<f64> {
    let sorted = sorted(predictions);
    let distances = bins(&sorted).map(|bin| (sum_of(bin) - count(right_of(bin))).abs());
    let sum = distances.fold(0.0, |sum, distance| sum + distance);
    (!predictions.is_empty()).then(|| sum / count(predictions.len()))
}

/// The predictions of one bin of probabilities, and how many came true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReliabilityBin {
    /// The number of predictions in the bin.
    pub tickets: usize,
    /// The mean probability of the predictions, in [0, 1].
    pub probability: f64,
    /// The share of right predictions, in [0, 1].
    pub right: f64,
    /// The lower end of the 95% interval of the share of right predictions (Clopper and Pearson 1934).
    pub low: f64,
    /// The upper end of the 95% interval of the share of right predictions.
    pub high: f64,
}

/// Returns the bins of [`calibration_error`], lowest probabilities first: at most 10, and none without a prediction.
#[must_use]
pub fn reliability(predictions: &[(f64, bool)]) -> Vec<ReliabilityBin> {
    let sorted = sorted(predictions);
    bins(&sorted)
        .filter_map(|bin| {
            let right = clopper_pearson(right_of(bin), bin.len())?;
            Some(ReliabilityBin {
                tickets: bin.len(),
                probability: sum_of(bin) / count(bin.len()),
                right: right.value,
                low: right.low,
                high: right.high,
            })
        })
        .collect()
}

/// Returns the predictions ordered by probability, lowest first.
fn sorted(predictions: &[(f64, bool)]) -> Vec<(f64, bool)> {
    let mut sorted = predictions.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    sorted
}

/// Divides sorted predictions into at most 10 bins of equal size; no bin is empty.
fn bins(sorted: &[(f64, bool)]) -> impl Iterator<Item = &[(f64, bool)]> {
    let bins = BINS.min(sorted.len());
    (0..bins).map(move |bin| &sorted[bin * sorted.len() / bins..(bin + 1) * sorted.len() / bins])
}

/// Returns the sum of the probabilities of a bin.
fn sum_of(bin: &[(f64, bool)]) -> f64 {
    bin.iter().map(|(probability, _)| probability).sum()
}

/// Returns the number of right predictions in a bin.
fn right_of(bin: &[(f64, bool)]) -> usize {
    bin.iter().filter(|(_, is_right)| *is_right).count()
}

/// Returns the calibration error that a perfectly calibrated model with these probabilities would show by chance: the
/// mean over 200 draws of the outcomes. `None` without a prediction.
#[must_use]
pub fn expected_calibration_error(probabilities: &[f64], seed: u64) -> Option<f64> {
    const DRAWS: usize = 200;
    let mut random = Rand64::new(seed.into());
    let mut sum = 0.0;
    for _ in 0..DRAWS {
        let drawn: Vec<(f64, bool)> = probabilities
            .iter()
            .map(|probability| (*probability, random.rand_float() < *probability))
            .collect();
        sum += calibration_error(&drawn)?;
    }
    Some(sum / count(DRAWS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::count::check;

    #[test]
    fn auroc_counts_the_pairs_in_the_right_order() {
        // Pairs: 0.9 wins over both; 0.4 ties with 0.4 and wins over 0.1: (2 + 1.5) / 4.
        check(auroc(&[0.9, 0.4], &[0.4, 0.1]), 3.5 / 4.0);
        assert_eq!(auroc(&[], &[0.4]), None);
    }

    #[test]
    fn brier_score_is_the_mean_squared_error() {
        // (0.2^2 + 0.6^2) / 2
        check(brier_score(&[(0.8, true), (0.6, false)]), 0.2);
        assert_eq!(brier_score(&[]), None);
    }

    #[test]
    fn calibration_error_compares_each_bin() {
        // Twenty predictions, ten bins of two: 0.25 with one right of two in each: |0.5 - 1| / 2 a bin.
        let predictions: Vec<(f64, bool)> = (0..20).map(|i| (0.25, i % 2 == 0)).collect();
        // Equal probabilities sort wrong before right: the bins are all wrong or all right.
        check(calibration_error(&predictions), 0.5 * 0.25 + 0.5 * 0.75);
        check(calibration_error(&[(1.0, true), (0.0, false)]), 0.0);
    }

    #[test]
    fn bins_hold_the_mean_probability_and_the_share_of_right_ones() {
        // Ten bins of two; the lowest has 0.00 and 0.05, both wrong, the highest 0.90 and 0.95, both right.
        let predictions: Vec<(f64, bool)> =
            (0..20).map(|i| (f64::from(i) / 20.0, i >= 10)).collect();
        let bins = reliability(&predictions);
        assert_eq!(bins.len(), 10);
        check(Some(bins[0].probability), 0.025);
        check(Some(bins[0].right), 0.0);
        check(Some(bins[9].probability), 0.925);
        check(Some(bins[9].right), 1.0);
        // Two of two: the root of 0.025.
        check(Some(bins[9].low), libm::sqrt(0.025));
        assert_eq!(reliability(&[]), []);
    }

    #[test]
    fn a_certain_model_is_expected_to_show_no_error_and_a_torn_one_some() {
        check(expected_calibration_error(&[0.0, 1.0], 7), 0.0);
        let torn = expected_calibration_error(&[0.5; 100], 7).unwrap();
        assert!((0.05..0.5).contains(&torn), "{torn}");
    }
}

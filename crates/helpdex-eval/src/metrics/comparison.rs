//! Compares two runs over the same tickets, and decides whether one is better or only luckier.

use std::collections::BTreeMap;

use serde::Serialize;

use helpdex::confidence::Interval;
use helpdex::{Error, Result};
use oorandom::Rand64;

use super::bootstrap::mean_of_finite;
use super::count::count;

/// The most sign assignments that are tried. Up to 13 differing tickets all of them are tried. With more tickets they
/// are drawn at random, and a p-value of 0.05 then has a standard error of 0.002.
const MAX_ASSIGNMENTS: u32 = 10_000;

/// The share of the sum of all absolute differences below which two sums count as equal, because only rounding makes
/// them differ.
const ROUNDING: f64 = 1e-9;

/// Two runs over the same tickets, compared by one figure per ticket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The number of tickets in each run.
    pub tickets: usize,
    /// The mean of the figure in the baseline run.
    pub baseline: f64,
    /// The mean of the figure in the run that is compared.
    pub run: f64,
    /// The mean of run minus baseline over the tickets, with its 95% interval by bootstrap over the pairs.
    pub difference: Interval,
    /// The two-sided p-value: the probability of a difference at least as large by chance alone, in (0, 1]; 1 when no ticket
    /// differs.
    pub p_value: f64,
}

/// Compares a run with a baseline by a figure of each ticket, such as nDCG@10 by query id. The tickets are paired, because
/// a hard ticket is hard for both runs.
///
/// The p-value is that of the two-sided randomization test, which swaps the runs of each ticket at random (Smucker, Allan
/// and Carterette 2007). It is exact up to 13 differing tickets; with more it uses 10,000 draws and counts the observed
/// assignment as one more (Phipson and Smyth 2010). `seed` drives the draws and the bootstrap. Returns `None` without
/// tickets. Linear in the number of tickets.
///
/// ```
/// use helpdex_eval::metrics::compare;
///
/// let baseline = [("t1", 0.5), ("t2", 0.0), ("t3", 0.2)].map(|(id, ndcg)| (id.to_owned(), ndcg)).into();
/// let run = [("t1", 0.6), ("t2", 0.4), ("t3", 0.3)].map(|(id, ndcg)| (id.to_owned(), ndcg)).into();
/// let found = compare(&baseline, &run, 1)?.expect("there are tickets");
/// assert!((found.difference.value - 0.2).abs() < 1e-12);
/// // All three are better. Two of the eight sign assignments are as extreme: all better, and all worse.
/// assert!((found.p_value - 0.25).abs() < 1e-12);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when the runs have different tickets, or a figure is not finite.
pub fn compare(
    baseline: &BTreeMap<String, f64>,
    run: &BTreeMap<String, f64>,
    seed: u64,
) -> Result<Option<Comparison>> {
    check_run("the baseline", baseline, run)?;
    check_run("the run", run, baseline)?;
    let differences: Vec<f64> = run
        .values()
        .zip(baseline.values())
        .map(|(run, baseline)| run - baseline)
        .collect();
    Ok(
        mean_of_finite(&differences, seed).map(|difference| Comparison {
            tickets: differences.len(),
            baseline: mean(baseline),
            run: mean(run),
            difference,
            p_value: sign_flip_p_value(&differences, seed),
        }),
    )
}

fn mean(values: &BTreeMap<String, f64>) -> f64 {
    values.values().sum::<f64>() / count(values.len())
}

/// Refuses figures that are not finite, and tickets that the other run does not have.
fn check_run(name: &str, run: &BTreeMap<String, f64>, other: &BTreeMap<String, f64>) -> Result<()> {
    for (id, value) in run {
        if !value.is_finite() {
            return Err(Error::invalid(format!(
                "{name} has {value} for ticket {id:?}; give finite figures, and leave out tickets without one"
            )));
        }
        if !other.contains_key(id) {
            return Err(Error::invalid(format!(
                "only {name} has ticket {id:?}; give figures of the same tickets"
            )));
        }
    }
    Ok(())
}

/// Returns the share of sign assignments that give a sum at least as far from 0 as the observed sum.
fn sign_flip_p_value(differences: &[f64], seed: u64) -> f64 {
    // A ticket that does not differ gives the same sum with either sign.
    let differing: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    let rounding = ROUNDING * differing.iter().map(|d| d.abs()).sum::<f64>();
    let observed = differing.iter().sum::<f64>().abs() - rounding;
    let all = u32::try_from(differing.len())
        .ok()
        .and_then(|size| 1_u32.checked_shl(size))
        .filter(|all| *all <= MAX_ASSIGNMENTS);
    if let Some(all) = all {
        let as_far = (0..all).filter(|signs| {
            let sum = signed_sum(&differing, &mut || u64::from(*signs));
            sum.abs() >= observed
        });
        return count(as_far.count()) / f64::from(all);
    }
    let mut random = Rand64::new(seed.into());
    let draws = (0..MAX_ASSIGNMENTS).filter(|_| {
        let sum = signed_sum(&differing, &mut || random.rand_u64());
        sum.abs() >= observed
    });
    (count(draws.count()) + 1.0) / (f64::from(MAX_ASSIGNMENTS) + 1.0)
}

/// Returns the sum of the values, each with its sign from one bit; `next_signs` returns the bits for the next 64
/// values.
fn signed_sum(values: &[f64], next_signs: &mut dyn FnMut() -> u64) -> f64 {
    let mut sum = 0.0;
    for chunk in values.chunks(64) {
        let mut signs = next_signs();
        for value in chunk {
            sum += if signs & 1 == 0 { *value } else { -value };
            signs >>= 1;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use helpdex::ErrorKind;

    fn run(values: &[f64]) -> BTreeMap<String, f64> {
        (0..)
            .zip(values)
            .map(|(number, value)| (format!("t{number:05}"), *value))
            .collect()
    }

    /// Against a baseline of zeros, so that the differences are the values.
    #[track_caller]
    fn check_p_value(differences: &[f64], expected: f64) {
        let baseline = run(&vec![0.0; differences.len()]);
        let found = compare(&baseline, &run(differences), 1).unwrap().unwrap();
        assert!((found.p_value - expected).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn p_values_of_few_tickets_equal_those_counted_by_hand() {
        // One ticket: either sign is as far from 0.
        check_p_value(&[0.4], 1.0);
        // Three alike: only +++ and --- of eight reach 3.
        check_p_value(&[1.0, 1.0, 1.0], 2.0 / 8.0);
        // 3 + 2 - 1 = 4; of 6, 4, 2, 0 and their negatives those of 6 and 4 are as far: four of eight.
        check_p_value(&[3.0, 2.0, -1.0], 4.0 / 8.0);
        // 1 + 1 + 1 - 1 = 2; sums of four ones: 4 once, 2 four times, 0 six times, and the mirror image: ten of 16.
        check_p_value(&[1.0, 1.0, 1.0, -1.0], 10.0 / 16.0);
        // Ten alike, of 2^10; the zero changes nothing.
        check_p_value(&[[0.1; 10].as_slice(), &[0.0]].concat(), 2.0 / 1024.0);
        // Opposite ones: the observed sum is 0, up to rounding.
        check_p_value(&[0.1, 0.2, -0.3], 1.0);
    }

    #[test]
    fn drawn_p_values_are_near_those_of_the_normal_approximation() {
        // 60 better and 40 worse by 1: z = 19.5 / 10 with the correction for continuity, two-sided 0.0512; the exact
        // binomial has 0.0569.
        let values: Vec<f64> = (0..100)
            .map(|n| if n % 5 < 3 { 1.0 } else { -1.0 })
            .collect();
        let found = compare(&run(&[0.0; 100]), &run(&values), 1)
            .unwrap()
            .unwrap();
        assert!((found.p_value - 0.0569).abs() < 0.008, "{found:?}");
        // 100 better and none worse: nothing that is drawn reaches it.
        let found = compare(&run(&[0.0; 100]), &run(&[1.0; 100]), 1)
            .unwrap()
            .unwrap();
        assert!((found.p_value - 1.0 / 10_001.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn the_difference_has_its_sign_its_means_and_a_paired_interval() {
        // Tickets differ much, runs by 0.1 in every one: an interval over pairs has no width.
        let baseline: Vec<f64> = (0..50).map(|n| f64::from(n % 5) / 8.0).collect();
        let better: Vec<f64> = baseline.iter().map(|value| value + 0.125).collect();
        let found = compare(&run(&baseline), &run(&better), 1).unwrap().unwrap();
        // The mean of 0, 1, 2, 3 and 4 eighths.
        assert!((found.baseline - 0.25).abs() < 1e-12 && (found.run - 0.375).abs() < 1e-12);
        let Interval { value, low, high } = found.difference;
        for end in [value, low, high] {
            assert!((end - 0.125).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(
            compare(&run(&baseline), &run(&better), 1).unwrap(),
            Some(found)
        );
        let worse = compare(&run(&better), &run(&baseline), 1).unwrap().unwrap();
        assert!((worse.difference.value + 0.125).abs() < 1e-12);
        assert!((worse.p_value - found.p_value).abs() < 1e-12);
    }

    #[test]
    fn runs_that_are_equal_differ_by_nothing() {
        let same = run(&[0.5, 0.0, 1.0]);
        let found = compare(&same, &same, 1).unwrap().unwrap();
        let nothing = Interval {
            value: 0.0,
            low: 0.0,
            high: 0.0,
        };
        assert_eq!((found.tickets, found.difference), (3, nothing));
        assert!((found.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn runs_without_tickets_have_no_comparison_and_those_of_other_tickets_are_refused() {
        assert_eq!(compare(&run(&[]), &run(&[]), 1).unwrap(), None);
        for (baseline, other, named) in [
            (
                run(&[0.5, 0.5]),
                run(&[0.5]),
                "only the baseline has ticket \"t00001\"",
            ),
            (run(&[]), run(&[0.5]), "only the run has ticket \"t00000\""),
            (
                run(&[f64::NAN]),
                run(&[0.5]),
                "the baseline has NaN for ticket \"t00000\"",
            ),
        ] {
            let error = compare(&baseline, &other, 1).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}

//! The binomial distribution, computed with `libm` alone, so that every machine gives the same bits.

use super::count::count;

/// The number of times that [0, 1] is halved in a search; more change nothing.
const HALVINGS: usize = 60;

/// Returns the probability of at least `hits` hits in `all` trials, each with the probability `p` of a hit.
pub(super) fn upper_tail(hits: usize, all: usize, p: f64) -> f64 {
    if hits == 0 || p >= 1.0 {
        return 1.0;
    }
    if hits > all || p <= 0.0 {
        return 0.0;
    }
    // The terms shrink away from the mode, so that the sum begins at its largest term and soon ends.
    let odds = p / (1.0 - p);
    if count(hits) > count(all) * p {
        sum_of_terms(mass(hits, all, p), hits..all, |k| {
            count(all - k) / count(k + 1) * odds
        })
    } else {
        1.0 - sum_of_terms(mass(hits - 1, all, p), (1..hits).rev(), |k| {
            count(k) / count(all - k + 1) / odds
        })
    }
}

/// Returns an exact lower bound for the share that `hits` of `all` were drawn from; it is too high with probability
/// `error` at most (Clopper and Pearson 1934). It is the lowest share for which at least `hits` hits have the
/// probability `error`; 0 when `hits` is 0.
pub(super) fn lower_bound(hits: usize, all: usize, error: f64) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if upper_tail(hits, all, middle) <= error {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns the probability of exactly `hits` hits in `all` trials; the probability `p` of a hit is in (0, 1).
fn mass(hits: usize, all: usize, p: f64) -> f64 {
    let misses = all - hits;
    let log_choices = libm::lgamma(count(all + 1))
        - libm::lgamma(count(hits + 1))
        - libm::lgamma(count(misses + 1));
    libm::exp(log_choices + count(hits) * libm::log(p) + count(misses) * libm::log1p(-p))
}

/// Returns the sum of a series: the first term, and those that follow, each by its factor from the one before, until
/// they add nothing.
fn sum_of_terms(
    first: f64,
    steps: impl Iterator<Item = usize>,
    factor: impl Fn(usize) -> f64,
) -> f64 {
    let (mut term, mut sum) = (first, first);
    for step in steps {
        term *= factor(step);
        if term <= sum * f64::EPSILON / 2.0 {
            break;
        }
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, expected: f64) {
        assert!(
            (value - expected).abs() < 1e-12,
            "{value} is not {expected}"
        );
    }

    #[test]
    fn tails_equal_those_computed_by_hand() {
        // 4 of 5 or 5 of 5 by halves: (5 + 1) / 32.
        check(upper_tail(4, 5, 0.5), 6.0 / 32.0);
        // All but none of 5.
        check(upper_tail(1, 5, 0.5), 31.0 / 32.0);
        check(upper_tail(3, 3, 0.9), 0.729);
        check(upper_tail(0, 5, 0.5), 1.0);
        check(upper_tail(6, 5, 0.5), 0.0);
        check(upper_tail(1, 5, 0.0), 0.0);
        check(upper_tail(5, 5, 1.0), 1.0);
    }

    #[test]
    fn both_ways_of_adding_meet() {
        for (all, p) in [(7, 0.3), (50, 0.8), (3_000, 0.5), (100_000, 0.9)] {
            for hits in (1..=all).step_by(all / 7) {
                let at_least = upper_tail(hits, all, p);
                let at_most = upper_tail(all - hits + 1, all, 1.0 - p);
                assert!(
                    (at_least + at_most - 1.0).abs() < 1e-8,
                    "{hits} of {all}: {at_least} and {at_most}"
                );
            }
        }
    }

    #[test]
    fn all_of_n_has_the_lower_bound_that_the_root_gives() {
        check(lower_bound(14, 14, 0.05), 0.05_f64.powf(1.0 / 14.0));
        check(lower_bound(0, 14, 0.05), 0.0);
    }
}

//! Fits the recalibration of probabilities to held-out tickets.

use std::collections::BTreeMap;

use crate::model::recalibration::{Recalibration, logistic, logit};
use crate::train::blend_fit::solve;

/// The strength of the prior towards no change of bias and slope, in tickets: 1 and 30 gave the same results on four of
/// five sets, and a handful of tickets has little effect.
const PRIOR_STRENGTH: f64 = 10.0;
/// The fewest tickets of a locale that gets a constant of its own.
const LEAST_TICKETS: usize = 50;
/// The most rounds of Newton's method in which the recalibration is fitted.
const ROUNDS: usize = 25;

/// The probability of a held-out ticket's first article, with the decision on whether it is right.
pub(super) struct Prediction<'a> {
    pub probability: f64,
    pub is_right: bool,
    /// The locale that is searched first for the ticket.
    pub locale: Option<&'a str>,
    /// The weight of the ticket, in (0, 1].
    pub weight: f64,
}

/// Returns the recalibration that makes the decisions of people most likely; one that changes nothing without
/// predictions.
pub(super) fn fit(predictions: &[Prediction<'_>]) -> Recalibration {
    let locales = locales(predictions);
    let examples: Vec<Example> = predictions
        .iter()
        .map(|prediction| Example {
            logit: logit(prediction.probability),
            locale: prediction.locale.and_then(|tag| locales.get(tag).copied()),
            is_right: prediction.is_right,
            weight: prediction.weight,
        })
        .collect();
    // Bias, slope, and a constant for each locale.
    let mut first = vec![0.0; 2 + locales.len()];
    first[1] = 1.0;
    let mut weights = first.clone();
    for _ in 0..ROUNDS {
        let Some(step) = newton_step(&weights, &first, &examples) else {
            break;
        };
        for (weight, step) in weights.iter_mut().zip(&step) {
            *weight += step;
        }
        if step.iter().all(|step| step.abs() < 1e-10) {
            break;
        }
    }
    let is_sound = weights.iter().all(|weight| weight.is_finite()) && weights[1] > 0.0;
    if !is_sound {
        return Recalibration::default();
    }
    Recalibration {
        bias: weights[0],
        slope: weights[1],
        locales: locales
            .into_iter()
            .map(|(tag, index)| (tag.to_owned(), weights[index]))
            .collect(),
    }
}

/// Returns the locales with enough tickets, each with the index of its constant.
fn locales<'a>(predictions: &[Prediction<'a>]) -> BTreeMap<&'a str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for prediction in predictions {
        if let Some(locale) = prediction.locale {
            *counts.entry(locale).or_default() += 1;
        }
    }
    // One locale alone is what the bias is for.
    if counts.len() < 2 {
        return BTreeMap::new();
    }
    let enough = counts.into_iter().filter(|(_, n)| *n >= LEAST_TICKETS);
    enough.map(|(tag, _)| tag).zip(2..).collect()
}

struct Example {
    logit: f64,
    locale: Option<usize>,
    is_right: bool,
    weight: f64,
}

/// Takes a Newton step on the loss, which is convex: `PRIOR_STRENGTH / 2` times the squared distance from `first`, plus the
/// weighted logarithms.
fn newton_step(weights: &[f64], first: &[f64], examples: &[Example]) -> Option<Vec<f64>> {
    let size = weights.len();
    let mut downhill: Vec<f64> = weights
        .iter()
        .zip(first)
        .map(|(weight, first)| PRIOR_STRENGTH * (first - weight))
        .collect();
    let mut hessian = vec![vec![0.0; size]; size];
    for (index, row) in hessian.iter_mut().enumerate() {
        row[index] = PRIOR_STRENGTH;
    }
    for example in examples {
        let features = [
            Some((0, 1.0)),
            Some((1, example.logit)),
            example.locale.map(|l| (l, 1.0)),
        ];
        let features = features.into_iter().flatten();
        let score: f64 = features.clone().map(|(index, x)| weights[index] * x).sum();
        let p = logistic(score);
        let error = f64::from(u8::from(example.is_right)) - p;
        for (a, x) in features.clone() {
            downhill[a] += example.weight * error * x;
            for (b, y) in features.clone() {
                hessian[a][b] += example.weight * p * (1.0 - p) * x * y;
            }
        }
    }
    solve(hessian, downhill)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(
        probability: f64,
        right: usize,
        all: usize,
        locale: &str,
    ) -> Vec<Prediction<'_>> {
        (0..all)
            .map(|n| Prediction {
                probability,
                is_right: n < right,
                locale: Some(locale),
                weight: 1.0,
            })
            .collect()
    }

    #[test]
    fn what_was_right_more_often_than_said_becomes_more_probable() {
        let mut all = predictions(0.3, 500, 1_000, "en");
        all.extend(predictions(0.8, 900, 1_000, "en"));
        let fitted = fit(&all);
        assert!((fitted.apply(0.3, None) - 0.5).abs() < 0.02, "{fitted:?}");
        assert!((fitted.apply(0.8, None) - 0.9).abs() < 0.02, "{fitted:?}");
        assert!(fitted.locales.is_empty());
    }

    #[test]
    fn a_locale_with_enough_tickets_has_its_own_constant() {
        let mut all = predictions(0.5, 500, 1_000, "en");
        all.extend(predictions(0.5, 200, 1_000, "th"));
        all.extend(predictions(0.5, 0, LEAST_TICKETS - 1, "tr"));
        let fitted = fit(&all);
        assert!(
            (fitted.apply(0.5, Some("en")) - 0.5).abs() < 0.02,
            "{fitted:?}"
        );
        assert!(
            (fitted.apply(0.5, Some("th")) - 0.2).abs() < 0.02,
            "{fitted:?}"
        );
        assert!(!fitted.locales.contains_key("tr"));
    }

    #[test]
    fn few_tickets_change_little_and_none_nothing() {
        assert_eq!(fit(&[]), Recalibration::default());
        let fitted = fit(&predictions(0.5, 0, 3, "en"));
        assert!(fitted.apply(0.5, None) > 0.4, "{fitted:?}");
        // Where better ones are wrong and worse ones right, the order stays all the same.
        let mut upside_down = predictions(0.9, 0, 2_000, "en");
        upside_down.extend(predictions(0.1, 2_000, 2_000, "en"));
        assert_eq!(fit(&upside_down), Recalibration::default());
    }
}

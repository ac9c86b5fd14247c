//! Recalibration: the last step to a probability, which is fitted to past tickets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A straight line over the logit of a probability (Platt 1999), with a constant for each locale that has enough
/// tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recalibration {
    pub bias: f64,
    /// The slope of the line, above 0, so that the order of probabilities stays.
    pub slope: f64,
    /// The constant that is added for tickets of a locale, by the tag of the locale.
    pub locales: BTreeMap<String, f64>,
}

/// The least probability that is used, so that logits stay finite; the largest is as far from 1.
const LEAST: f64 = 1e-9;

impl Recalibration {
    /// Returns the recalibrated probability for a ticket; `locale` is the locale that is searched first.
    pub(crate) fn apply(&self, probability: f64, locale: Option<&str>) -> f64 {
        let of_locale = locale.and_then(|locale| self.locales.get(locale));
        let score = self.bias + of_locale.unwrap_or(&0.0) + self.slope * logit(probability);
        logistic(score)
    }
}

impl Default for Recalibration {
    /// Makes the recalibration that changes nothing.
    fn default() -> Self {
        Self {
            bias: 0.0,
            slope: 1.0,
            locales: BTreeMap::new(),
        }
    }
}

pub(crate) fn logit(probability: f64) -> f64 {
    let p = probability.clamp(LEAST, 1.0 - LEAST);
    libm::log(p) - libm::log1p(-p)
}

/// Returns the probability of a logit.
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_known_nothing_changes() {
        for p in [0.01, 0.5, 0.99] {
            assert!((Recalibration::default().apply(p, Some("en")) - p).abs() < 1e-12);
        }
        assert!(Recalibration::default().apply(0.0, None) > 0.0);
    }

    #[test]
    fn a_locale_has_its_own_constant() {
        let recalibration = Recalibration {
            bias: 0.5,
            slope: 2.0,
            locales: [("th".to_owned(), -0.5)].into(),
        };
        assert!((recalibration.apply(0.5, Some("th")) - 0.5).abs() < 1e-12);
        // 1 / (1 + e^-0.5)
        assert!((recalibration.apply(0.5, Some("en")) - 0.622_459_331_201_854_6).abs() < 1e-12);
    }
}

//! Labelled predictions of a model, and the thresholds that are chosen from them.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::eval::{LabelledPrediction, LabelledPredictions, NoThreshold, Threshold};

/// How many chosen thresholds are kept; a host asks for one or two.
const KEPT_THRESHOLDS: usize = 16;

/// What a model that did not know a solved ticket would have answered to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Label {
    /// Of the first candidate; 0 without any.
    pub probability: f32,
    /// Whether people decided that this candidate is right.
    pub is_right: bool,
    /// When they did, in seconds since the beginning of 1970.
    pub at: i64,
}

impl From<&Label> for LabelledPrediction {
    fn from(label: &Label) -> Self {
        Self {
            probability: label.probability.into(),
            is_right: label.is_right,
            at: Timestamp::from_unix_seconds(label.at),
        }
    }
}

/// Labels, sorted once, and the thresholds that were asked for, each chosen once.
#[derive(Default)]
pub(crate) struct Thresholds {
    labelled: LabelledPredictions,
    chosen: Mutex<Vec<Chosen>>,
}

struct Chosen {
    target_precision: f64,
    confidence_level: f64,
    found: Result<Threshold, NoThreshold>,
}

impl Thresholds {
    pub(crate) fn new(labels: &[Label]) -> Self {
        let predictions = labels
            .iter()
            .map(|label| (label.probability.into(), label.is_right));
        Self {
            labelled: LabelledPredictions::new(predictions),
            chosen: Mutex::default(),
        }
    }

    pub(crate) fn labelled(&self) -> &LabelledPredictions {
        &self.labelled
    }

    /// As [`LabelledPredictions::threshold`].
    pub(crate) fn threshold(
        &self,
        target_precision: f64,
        confidence_level: f64,
    ) -> Result<Threshold, NoThreshold> {
        let asked = [target_precision, confidence_level].map(f64::to_bits);
        // What a thread that panicked left is whole: a threshold is chosen before it is kept.
        let mut kept = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|chosen| {
            [chosen.target_precision, chosen.confidence_level].map(f64::to_bits) == asked
        });
        if let Some(chosen) = known {
            return chosen.found;
        }
        let found = self.labelled.threshold(target_precision, confidence_level);
        if kept.len() == KEPT_THRESHOLDS {
            kept.remove(0);
        }
        kept.push(Chosen {
            target_precision,
            confidence_level,
            found,
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_the_same_each_time_it_is_asked_for() {
        let labels: Vec<Label> = (0_u8..100)
            .map(|n| Label {
                probability: f32::from(n) / 100.0,
                is_right: n >= 40,
                at: 0,
            })
            .collect();
        let thresholds = Thresholds::new(&labels);
        let first = thresholds.threshold(0.8, 0.95);
        assert_eq!(first, thresholds.labelled().threshold(0.8, 0.95));
        for n in 0..40 {
            let target = f64::from(n) / 40.0;
            let other = thresholds.threshold(target, 0.95);
            assert_eq!(other, thresholds.labelled().threshold(target, 0.95));
        }
        assert_eq!(thresholds.threshold(0.8, 0.95), first);
        assert!(thresholds.chosen.into_inner().unwrap().len() <= KEPT_THRESHOLDS);
    }
}

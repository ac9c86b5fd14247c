//! Labelled predictions of a model, and the thresholds that are chosen from them.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::confidence::{
    Incoming, LabelKind, Labelled, LabelledPrediction, LabelledPredictions, NoThreshold, Threshold,
};
use crate::timestamp::Timestamp;

/// The number of chosen thresholds that are kept in memory; a host uses one or two.
const KEPT_THRESHOLDS: usize = 16;

/// The most articles that a target precision with [`Promise::Any`](crate::confidence::Promise::Any) may be about.
pub(crate) const LARGEST_SET: usize = 3;

/// The prediction for a solved ticket by a model that was not trained on it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Label {
    /// The probabilities that one of the first one, two and three candidates is right; 0 without candidates.
    pub probabilities: [f32; LARGEST_SET],
    /// The first place in the ranking, from 0, with a right candidate by the decision of people; `None` when the first
    /// [`LARGEST_SET`] are not right.
    pub right_place: Option<usize>,
    /// The kind of the ticket.
    pub kind: LabelKind,
    /// The time of the decision, in Unix seconds.
    pub at: i64,
}

impl Label {
    /// Returns the label of the first `set_size` candidates as a set, which is right if any of them is.
    fn labelled(&self, set_size: usize) -> Labelled {
        Labelled {
            probability: self.probabilities[set_size - 1].into(),
            kind: self.kind,
            is_right: self.right_place.is_some_and(|place| place < set_size),
        }
    }

    /// Returns the label of the first candidate with the time of the decision; `None` for a ticket on which people did
    /// not decide.
    pub(crate) fn decided(&self) -> Option<LabelledPrediction> {
        let Labelled {
            probability,
            kind,
            is_right,
        } = self.labelled(1);
        matches!(kind, LabelKind::Linked | LabelKind::NoArticle).then(|| LabelledPrediction {
            probability,
            is_right,
            at: Timestamp::from_unix_seconds(self.at),
        })
    }
}

/// Labels, sorted once, and the thresholds that were asked for, each chosen only once.
#[derive(Default)]
pub(crate) struct Thresholds {
    /// The predictions for sets of one, two and three candidates.
    labelled: [LabelledPredictions; LARGEST_SET],
    chosen: Mutex<Vec<Chosen>>,
}

struct Chosen {
    set_size: usize,
    target_precision: f64,
    confidence_level: f64,
    incoming: Incoming,
    found: Result<Threshold, NoThreshold>,
}

impl Thresholds {
    pub(crate) fn new(labels: &[Label]) -> Self {
        let of_size = |set_size| {
            LabelledPredictions::of_tickets(labels.iter().map(|label| label.labelled(set_size)))
        };
        Self {
            labelled: std::array::from_fn(|index| of_size(index + 1)),
            chosen: Mutex::default(),
        }
    }

    /// Returns the predictions for the first `set_size` candidates as a set, 1 to [`LARGEST_SET`].
    pub(crate) fn labelled(&self, set_size: usize) -> &LabelledPredictions {
        &self.labelled[set_size - 1]
    }

    /// Returns the threshold for the first `set_size` candidates as a set, 1 to [`LARGEST_SET`], as
    /// [`LabelledPredictions::threshold`] does.
    pub(crate) fn threshold(
        &self,
        set_size: usize,
        target_precision: f64,
        confidence_level: f64,
        incoming: &Incoming,
    ) -> Result<Threshold, NoThreshold> {
        let bits = |target: f64, level: f64, incoming: &Incoming| {
            [target, level, incoming.answerable_share].map(f64::to_bits)
        };
        let asked = bits(target_precision, confidence_level, incoming);
        // What a thread that panicked left is whole: a threshold is chosen before it is kept.
        let mut kept = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|chosen| {
            let of = bits(
                chosen.target_precision,
                chosen.confidence_level,
                &chosen.incoming,
            );
            let is_same = chosen.incoming.unlinked == incoming.unlinked;
            chosen.set_size == set_size && of == asked && is_same
        });
        if let Some(chosen) = known {
            return chosen.found;
        }
        let found = self
            .labelled(set_size)
            .threshold(target_precision, confidence_level, incoming);
        if kept.len() == KEPT_THRESHOLDS {
            kept.remove(0);
        }
        kept.push(Chosen {
            set_size,
            target_precision,
            confidence_level,
            incoming: *incoming,
            found,
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::UnlinkedTickets;

    const AS_LABELLED: Incoming = Incoming {
        answerable_share: 1.0,
        unlinked: UnlinkedTickets::Wrong,
    };

    #[test]
    fn a_threshold_is_the_same_each_time_it_is_asked_for() {
        let labels: Vec<Label> = (0_u8..100)
            .map(|n| Label {
                probabilities: [0.8, 0.9, 1.0].map(|part| part * f32::from(n) / 100.0),
                right_place: (n >= 20).then(|| usize::from(2 - (n / 20 - 1).min(2))),
                kind: LabelKind::Linked,
                at: 0,
            })
            .collect();
        let thresholds = Thresholds::new(&labels);
        let of_sets = || [1, 2, 3].map(|size| thresholds.threshold(size, 0.8, 0.95, &AS_LABELLED));
        let first = of_sets();
        for n in 0..40 {
            let (size, target) = (1 + n % 3, f64::from(u8::try_from(n).unwrap()) / 40.0);
            let other = thresholds.threshold(size, target, 0.95, &AS_LABELLED);
            assert_eq!(
                other,
                thresholds
                    .labelled(size)
                    .threshold(target, 0.95, &AS_LABELLED)
            );
        }
        assert_eq!(of_sets(), first);
        let [one, two, three] = first.map(|found| found.unwrap().shown);
        assert!(one < two && two < three, "{one} {two} {three}");
        assert!(thresholds.chosen.into_inner().unwrap().len() <= KEPT_THRESHOLDS);
    }
}

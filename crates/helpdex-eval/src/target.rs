//! The threshold that meets a target precision in a run, and the labels that it is chosen from.

use helpdex::confidence::{LabelledPredictions, NoThreshold, Threshold};
use helpdex::confidence::{Promise, TargetPrecision};
use helpdex::{Decision, SuggestOptions};
use helpdex_text::names;
use serde::Serialize;

use crate::data_set::{DataSet, JudgedQuery};
use crate::options::{EvaluationOptions, Learning};

/// The thresholds that a run chose for its target precision.
///
/// The result is in [`coverage`](crate::metrics::Figures::coverage), and in
/// [`selective_precision`](crate::metrics::Figures::selective_precision) or
/// [`any_right_precision`](crate::metrics::Figures::any_right_precision).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TargetReport {
    /// The share of answers that must be right, at least.
    pub target_precision: f64,
    /// Whether an answer is right by its first article or by any of its articles.
    pub promise: Promise,
    /// The confidence with which the target is met, in (0, 1).
    pub confidence_level: f64,
    /// The tickets that the thresholds are chosen from.
    pub labels_from: LabelSource,
    /// One entry per training: one, five when the train split itself is answered, or one per period of a back-test.
    pub chosen: Vec<ChosenThreshold>,
}

/// The tickets that a threshold is chosen from. They are never the tickets that are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelSource {
    /// The queries of the dev split.
    Dev,
    /// The queries of the dev split and the learned tickets.
    DevAndLearned,
    /// The learned tickets, each predicted by a model that was not trained on it.
    Learned,
}

names!(LabelSource, "source of labels" {
    Dev => "dev",
    DevAndLearned => "dev_and_learned",
    Learned => "learned",
});

/// A chosen threshold, or the reason why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChosenThreshold {
    /// The number of labelled tickets that it was chosen from.
    pub labels: usize,
    /// The threshold; `None` when no threshold meets the target.
    pub threshold: Option<Threshold>,
    /// The reason when there is no threshold.
    pub missing: Option<NoThreshold>,
}

/// Returns the source of labels for this data set: the dev split and the learned tickets together, where it has both.
///
/// With 188 dev queries alone nothing could be shown at a target of 0.4 on real tickets; with both together 25% of the
/// test split was shown, 44% of it right. The dev split is used alone when only it has unanswerable tickets: on a set
/// without any in the train split, a threshold from learned tickets for 0.9 led to 0.87.
pub(crate) fn label_source(data_set: &DataSet, options: &EvaluationOptions) -> LabelSource {
    let DataSet { dev, train, .. } = data_set;
    if options.learning == Learning::Nothing || dev.is_empty() {
        LabelSource::Learned
    } else if train.is_empty() || (has_unanswerable(dev) && !has_unanswerable(train)) {
        LabelSource::Dev
    } else {
        LabelSource::DevAndLearned
    }
}

fn has_unanswerable(queries: &[JudgedQuery]) -> bool {
    queries.iter().any(|query| query.unanswerable.is_some())
}

impl TargetReport {
    /// Returns the report of a run that has not chosen a threshold yet; `None` without a target.
    pub(crate) fn new(options: &SuggestOptions, labels_from: LabelSource) -> Option<Self> {
        let Decision::TargetPrecision(target) = options.decision else {
            return None;
        };
        Some(Self {
            target_precision: target.precision,
            promise: options.promise,
            confidence_level: target.confidence_level,
            labels_from,
            chosen: Vec::new(),
        })
    }

    /// Chooses the threshold that these labels allow, adds it to the report, and returns the decision to answer by.
    pub(crate) fn decide(
        &mut self,
        labelled: &LabelledPredictions,
        target: &TargetPrecision,
    ) -> Decision {
        let found = target.threshold(labelled);
        self.chosen.push(ChosenThreshold {
            labels: labelled.len(),
            threshold: found.ok(),
            missing: found.err(),
        });
        target.chosen(found)
    }
}

//! The threshold that keeps a target precision in a run, and from which labels it is chosen.

use helpdex::confidence::{LabelledPredictions, NoThreshold, Threshold};
use helpdex::{
    Audience, Decision, KnowledgeBase, Promise, Result, SuggestOptions, TargetPrecision,
};
use serde::Serialize;

use crate::data_set::{DataSet, JudgedQuery};
use crate::options::{EvaluationOptions, Learning};
use crate::outcome::QueryOutcome;

/// How a target precision was kept in a run; what it led to is [`coverage`](crate::metrics::Figures::coverage) and
/// [`selective_precision`](crate::metrics::Figures::selective_precision), or
/// [`any_right_precision`](crate::metrics::Figures::any_right_precision).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TargetReport {
    /// At least this share of what is shown is to be right.
    pub target_precision: f64,
    /// Of the first article, or any.
    pub promise: Promise,
    /// How sure that is to be.
    pub confidence_level: f64,
    /// Which tickets the thresholds are chosen from.
    pub labels_from: LabelSource,
    /// One entry for each time that something was learned: one, or five when the train split is what is answered.
    pub chosen: Vec<ChosenThreshold>,
}

/// Which tickets a threshold is chosen from; never those that are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelSource {
    /// The queries of the dev split.
    Dev,
    /// Those and the learned tickets.
    DevAndLearned,
    /// The learned tickets, each as it looked to a model that did not know it.
    Learned,
}

/// A threshold, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChosenThreshold {
    /// How many labelled tickets it was chosen from.
    pub labels: usize,
    /// What was chosen.
    pub threshold: Option<Threshold>,
    /// Why nothing could be.
    pub missing: Option<NoThreshold>,
}

/// From dev and what is learned together, where there is both: with 188 dev queries alone nothing could be shown at a
/// target of 0.4 on real tickets, where both together showed 25% of the test split, 44% of it rightly. But dev alone when
/// only it tells how unanswerable tickets look: on a set without any in the train split a threshold from learned tickets
/// for 0.9 led to 0.87.
pub(crate) fn label_source(data_set: &DataSet, options: &EvaluationOptions) -> LabelSource {
    let DataSet { dev, train, .. } = data_set;
    let has_unanswerable =
        |queries: &[JudgedQuery]| queries.iter().any(|query| query.unanswerable.is_some());
    if options.learning == Learning::Nothing || dev.is_empty() {
        LabelSource::Learned
    } else if train.is_empty() || (has_unanswerable(dev) && !has_unanswerable(train)) {
        LabelSource::Dev
    } else {
        LabelSource::DevAndLearned
    }
}

impl LabelSource {
    /// The labels. `answer` answers the dev queries by what was learned.
    pub(crate) fn labelled_predictions(
        self,
        knowledge_base: &KnowledgeBase,
        dev: &[JudgedQuery],
        set_size: usize,
        answer: impl FnOnce(&[&JudgedQuery]) -> Result<Vec<QueryOutcome>>,
    ) -> Result<LabelledPredictions> {
        let learned = knowledge_base.labelled_predictions(&Audience::public(), set_size)?;
        if self == Self::Learned {
            return Ok(learned);
        }
        let queries: Vec<&JudgedQuery> = dev.iter().collect();
        let outcomes = answer(&queries)?;
        let of_dev = outcomes
            .iter()
            .zip(&queries)
            .map(|(outcome, query)| outcome.prediction(query, set_size));
        let learned = learned.predictions().filter(|_| self != Self::Dev);
        Ok(LabelledPredictions::new(of_dev.chain(learned)))
    }
}

impl TargetReport {
    /// Returns the report of a run in which nothing was chosen yet; `None` without a target.
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

    /// Chooses the threshold that these labels allow, and notes it.
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

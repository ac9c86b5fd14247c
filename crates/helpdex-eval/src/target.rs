//! Chooses the threshold that meets a target precision in a run, and the labels that it is chosen from.

use helpdex::confidence::{
    Grounds, Incoming, LabelKind, LabelledPredictions, NoThreshold, Promise, TargetPrecision,
    Threshold, UnlinkedTickets,
};
use helpdex::{Decision, SuggestOptions};
use helpdex_text::names;
use serde::Serialize;

use crate::data_set::{DataSet, JudgedQuery};
use crate::options::{EvaluationOptions, Learning};

/// The thresholds that a run chose for its target precision.
///
/// The precision and coverage that they led to are in [`coverage`](crate::metrics::Figures::coverage), and in
/// [`selective_precision`](crate::metrics::Figures::selective_precision) or
/// [`any_right_precision`](crate::metrics::Figures::any_right_precision).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TargetReport {
    /// The least share of answers that must be right, in (0, 1).
    pub target_precision: f64,
    /// Whether an answer is right by its first article or by any of its articles.
    pub promise: Promise,
    /// The confidence with which the target is met, in (0, 1).
    pub confidence_level: f64,
    /// The assumptions about tickets that nobody decided on.
    #[serde(flatten)]
    pub incoming: Incoming,
    /// The tickets that the thresholds are chosen from.
    pub labels_from: LabelSource,
    /// The chosen thresholds, one for each training: a single one, five when the train split itself is answered, or one
    /// per period of a back-test.
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
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChosenThreshold {
    /// The number of tickets, with a decision by people, that the threshold was chosen from.
    pub labels: usize,
    /// The number of unlinked tickets that it was chosen from besides.
    pub unlinked: usize,
    /// The grounds on which the target precision is promised.
    #[serde(flatten)]
    pub grounds: Grounds,
    /// The threshold; `None` when no threshold meets the target.
    pub threshold: Option<Threshold>,
    /// The reason for which there is no threshold; `None` when there is one.
    pub missing: Option<NoThreshold>,
    /// The choices for each way to count unlinked tickets, including the way that was used; empty without unlinked
    /// tickets.
    pub by_unlinked: Vec<UnlinkedChoice>,
    /// The precision of the threshold on the labels, for several shares of incoming tickets that an article answers;
    /// empty when the labels do not show how other tickets look.
    pub by_share: Vec<SharePrecision>,
}

/// The choice that one way to count unlinked tickets leads to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnlinkedChoice {
    /// The way to count unlinked tickets.
    pub unlinked: UnlinkedTickets,
    /// The grounds on which the precision would be promised.
    #[serde(flatten)]
    pub grounds: Grounds,
    /// The threshold that would be chosen; `None` when no threshold meets the target.
    pub threshold: Option<Threshold>,
    /// The reason for which no threshold meets the target; `None` when one does.
    pub missing: Option<NoThreshold>,
}

/// The precision of a threshold for an assumed share of incoming tickets that an article answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SharePrecision {
    /// The assumed share of incoming tickets that an article answers, in (0, 1).
    pub answerable_share: f64,
    /// The share of right first articles among the tickets that are shown something, computed from the labels, in [0,
    /// 1].
    pub precision: f64,
}

/// The assumed shares for which a report gives the precision.
const SHARES: [f64; 5] = [0.2, 0.35, 0.5, 0.65, 0.8];

/// Returns the source of labels for this data set: the dev split and the learned tickets together, if it has both.
///
/// With 188 dev queries alone, no threshold met a target of 0.4 on real tickets; with both together 25% of the test
/// split was shown, 44% of it right. The dev split is used alone when only it has unanswerable tickets: on a set
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
            incoming: target.incoming,
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
        let by_share = found.map_or_else(|_| Vec::new(), |found| by_share(labelled, &found));
        self.chosen.push(ChosenThreshold {
            labels: labelled.len(),
            unlinked: labelled.count_of(LabelKind::Unlinked),
            grounds: labelled.grounds(&target.incoming),
            threshold: found.ok(),
            missing: found.err(),
            by_unlinked: by_unlinked(labelled, target),
            by_share,
        });
        target.chosen(found)
    }
}

fn by_unlinked(labelled: &LabelledPredictions, target: &TargetPrecision) -> Vec<UnlinkedChoice> {
    if labelled.count_of(LabelKind::Unlinked) == 0 {
        return Vec::new();
    }
    let choices = UnlinkedTickets::ALL.into_iter();
    choices
        .map(|unlinked| UnlinkedChoice::new(labelled, target, unlinked))
        .collect()
}

impl UnlinkedChoice {
    fn new(
        labelled: &LabelledPredictions,
        target: &TargetPrecision,
        unlinked: UnlinkedTickets,
    ) -> Self {
        let incoming = Incoming {
            unlinked,
            ..target.incoming
        };
        let other = TargetPrecision {
            incoming,
            ..*target
        };
        let found = other.threshold(labelled);
        Self {
            unlinked,
            grounds: labelled.grounds(&incoming),
            threshold: found.ok(),
            missing: found.err(),
        }
    }
}

fn by_share(labelled: &LabelledPredictions, found: &Threshold) -> Vec<SharePrecision> {
    let shares = SHARES.into_iter();
    shares
        .filter_map(|answerable_share| {
            Some(SharePrecision {
                answerable_share,
                precision: labelled.precision_at(found.threshold, answerable_share)?,
            })
        })
        .collect()
}

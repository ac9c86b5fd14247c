//! Labelled predictions: the probability of a first answer, and what people decided on the ticket.

use serde::{Deserialize, Serialize};

use crate::confidence::count::count;

/// The kind of a labelled ticket: who decided, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LabelKind {
    /// People decided which article answers the ticket.
    Linked,
    /// Somebody said that no article answers the ticket.
    NoArticle,
    /// The ticket was closed, and nobody linked an article.
    Unlinked,
    /// A linked ticket that was predicted without the articles that solved it, so that no article can answer it.
    Withheld,
}

/// A labelled ticket: the probability of its first answer, and whether that answer was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled {
    /// The probability of the first answer, in [0, 1]; NaN counts as 0.
    pub probability: f64,
    /// The kind of the ticket.
    pub kind: LabelKind,
    /// Whether the first answer is right; always false if the ticket is not [linked](LabelKind::Linked).
    pub is_right: bool,
}

/// Predictions of tickets that people decided on, sorted once, from which thresholds are chosen.
///
/// A prediction is the probability of a ticket's first answer and whether that answer was right. The probabilities must
/// not have been fitted on these tickets, and the tickets must be like those that will come in:
/// [`drift`](super::drift()) shows when they no longer are.
///
/// ```
/// use helpdex::confidence::{Incoming, LabelledPredictions};
///
/// // The upper half is always right, the lower half never.
/// let labelled = LabelledPredictions::new((0..100).map(|i| (f64::from(i) / 100.0, i >= 50)));
/// let threshold = labelled.threshold(0.8, 0.95, &Incoming::default()).unwrap();
/// assert!(threshold.lower_bound >= 0.8);
/// assert!((0.4..=0.5).contains(&threshold.threshold));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelledPredictions {
    /// The tickets that each threshold would show: one set for each distinct probability, the strictest first.
    pub(super) sets: Vec<ShownSet>,
    /// Whether the labels are a representative sample of the incoming tickets, including those without an answer.
    pub(super) is_complete: bool,
}

/// The numbers, by kind, of the labelled tickets whose probability is at least `threshold`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct ShownSet {
    pub threshold: f64,
    pub linked: usize,
    /// The number of linked tickets whose first answer is right.
    pub right: usize,
    pub no_article: usize,
    pub unlinked: usize,
    pub withheld: usize,
}

/// The least number of tickets without an article from which their share among incoming tickets is estimated. Fewer may
/// have been marked by chance.
const LEAST_UNANSWERED: usize = 10;
/// The least share of tickets without an article among the labels from which their share among incoming tickets is
/// estimated. Below it, only some of these tickets were marked: of 15,000 labels of one data set, 100 are marked, while
/// a sixth of the incoming tickets has no article.
const LEAST_UNANSWERED_SHARE: f64 = 0.05;

/// The weight, in tickets, with which an estimate moves the share of right answers in a set towards that of all labels.
const DRAWN: f64 = 2.0;

impl LabelledPredictions {
    /// Sorts predictions in O(n log n). A prediction is the probability of the first answer, where NaN counts as 0, and
    /// whether that answer was right. The predictions are assumed to be a representative sample of the incoming
    /// tickets.
    #[must_use]
    pub fn new(predictions: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let labels = predictions
            .into_iter()
            .map(|(probability, is_right)| Labelled {
                probability,
                kind: LabelKind::Linked,
                is_right,
            });
        Self {
            is_complete: true,
            ..Self::of_tickets(labels)
        }
    }

    /// Sorts labelled tickets in O(n log n). They may lack some of the incoming tickets that no article answers.
    #[must_use]
    pub fn of_tickets(labels: impl IntoIterator<Item = Labelled>) -> Self {
        let mut sorted: Vec<Labelled> = labels
            .into_iter()
            .map(|label| Labelled {
                probability: label.probability.max(0.0),
                ..label
            })
            .collect();
        sorted.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut shown = ShownSet::default();
        let sets = sorted
            .chunk_by(|a, b| a.probability.total_cmp(&b.probability).is_eq())
            .map(|ties| {
                shown.threshold = ties[0].probability;
                for label in ties {
                    shown.add(label);
                }
                shown
            })
            .collect();
        Self {
            sets,
            is_complete: false,
        }
    }

    /// Returns the labelled tickets, highest probability first; of equal ones the linked come first, and of these the
    /// right ones.
    pub fn labels(&self) -> impl Iterator<Item = Labelled> {
        let mut before = ShownSet::default();
        self.sets.iter().flat_map(move |set| {
            let right = set.right - before.right;
            let counts = [
                (LabelKind::Linked, right, true),
                (LabelKind::Linked, set.linked - before.linked - right, false),
                (
                    LabelKind::NoArticle,
                    set.no_article - before.no_article,
                    false,
                ),
                (LabelKind::Unlinked, set.unlinked - before.unlinked, false),
                (LabelKind::Withheld, set.withheld - before.withheld, false),
            ];
            before = *set;
            counts.into_iter().flat_map(|(kind, n, is_right)| {
                let label = Labelled {
                    probability: set.threshold,
                    kind,
                    is_right,
                };
                std::iter::repeat_n(label, n)
            })
        })
    }

    /// Returns the number of tickets that people decided on: linked tickets, and those that no article answers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().decided()
    }

    /// Whether there is no ticket that people decided on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of tickets of this kind.
    #[must_use]
    pub fn count_of(&self, kind: LabelKind) -> usize {
        self.all().of_kind(kind)
    }

    /// Returns the set of all labelled tickets.
    pub(super) fn all(&self) -> ShownSet {
        self.sets.last().copied().unwrap_or_default()
    }

    /// Whether `without_article` tickets among these labels are enough to estimate how often such tickets come in.
    pub(super) fn tells_share(&self, without_article: usize) -> bool {
        self.is_complete || tells_answerable_share(self.all().linked, without_article)
    }

    /// Returns the smallest set with at least `size` decided tickets. `size` must not exceed the number of decided
    /// tickets.
    pub(super) fn set_of(&self, size: usize) -> ShownSet {
        self.sets[self.sets.partition_point(|set| set.decided() < size)]
    }
}

/// Whether `without_article` tickets beside `linked` ones are enough to estimate how often tickets without an article
/// come in.
pub(crate) fn tells_answerable_share(linked: usize, without_article: usize) -> bool {
    let share = count(without_article) / count((linked + without_article).max(1));
    without_article >= LEAST_UNANSWERED && share >= LEAST_UNANSWERED_SHARE
}

impl ShownSet {
    pub(super) fn decided(&self) -> usize {
        self.linked + self.no_article
    }

    /// Returns the number of tickets that came in: the decided ones and the unlinked ones.
    pub(super) fn asked(&self) -> usize {
        self.decided() + self.unlinked
    }

    /// Returns the number of tickets that are known to have no right article: those marked so, and the withheld ones.
    pub(super) fn unanswered(&self) -> usize {
        self.no_article + self.withheld
    }

    /// Returns the set scaled to `labels` decided tickets in total. The share of right answers moves towards that of
    /// `all`, as if the set had [`DRAWN`] more tickets with the share of `all`.
    pub(super) fn scaled(&self, labels: usize, all: &Self) -> Self {
        let today = all.decided().max(1);
        let usual = count(all.right) / count(all.linked.max(1));
        let right = (count(self.right) + DRAWN * usual) / (count(self.linked) + DRAWN);
        let linked = scaled_count(self.linked, labels, today);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of them"
        )]
        let right = (right * count(linked) + 1e-9) as usize;
        Self {
            threshold: self.threshold,
            linked,
            right,
            no_article: scaled_count(self.no_article, labels, today),
            unlinked: scaled_count(self.unlinked, labels, today),
            withheld: scaled_count(self.withheld, labels, today),
        }
    }

    fn of_kind(&self, kind: LabelKind) -> usize {
        match kind {
            LabelKind::Linked => self.linked,
            LabelKind::NoArticle => self.no_article,
            LabelKind::Unlinked => self.unlinked,
            LabelKind::Withheld => self.withheld,
        }
    }

    fn add(&mut self, label: &Labelled) {
        match label.kind {
            LabelKind::Linked => self.linked += 1,
            LabelKind::NoArticle => self.no_article += 1,
            LabelKind::Unlinked => self.unlinked += 1,
            LabelKind::Withheld => self.withheld += 1,
        }
        self.right += usize::from(label.kind == LabelKind::Linked && label.is_right);
    }
}

/// Returns the number among `labels` tickets that has the same share as `of_today` among `today` tickets.
fn scaled_count(of_today: usize, labels: usize, today: usize) -> usize {
    of_today.saturating_mul(labels) / today
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_given_back_surest_first() {
        let label = |probability, kind, is_right| Labelled {
            probability,
            kind,
            is_right,
        };
        let given = [
            label(0.2, LabelKind::Linked, true),
            label(0.9, LabelKind::Unlinked, false),
            label(0.5, LabelKind::Withheld, false),
            label(0.5, LabelKind::NoArticle, false),
            label(0.5, LabelKind::Linked, false),
            label(0.5, LabelKind::Linked, true),
        ];
        let labelled = LabelledPredictions::of_tickets(given);
        let sorted = [given[1], given[5], given[4], given[3], given[2], given[0]];
        assert_eq!(labelled.labels().collect::<Vec<_>>(), sorted);
        assert_eq!(LabelledPredictions::of_tickets(labelled.labels()), labelled);
        assert_eq!(labelled.len(), 4);
        assert_eq!(labelled.count_of(LabelKind::Withheld), 1);
    }

    #[test]
    fn a_probability_that_is_no_number_counts_as_0() {
        let odd = LabelledPredictions::new([(f64::NAN, true), (-1.0, false), (0.0, true)]);
        assert_eq!(odd.sets.len(), 1);
    }
}

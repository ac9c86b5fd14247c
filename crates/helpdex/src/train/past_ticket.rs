//! Past tickets: the articles that are right and wrong for each, and its weight.

use std::collections::{BTreeMap, BTreeSet};

use crate::confidence::LabelKind;
use crate::feedback_event::clean::CleanFeedback;
use crate::feedback_event::verdict::{Rejection, Verdict};

/// The weight of a verdict by which people decided. A click weighs less, because it says little about whether the
/// article helped.
const DECIDED_WEIGHT: f32 = 1.0;
/// The weight of a click.
const CLICK_WEIGHT: f32 = 0.2;
/// The weight of an unlinked ticket as a ticket without an article: agents leave out many links.
const UNLINKED_WEIGHT: f32 = 0.25;
/// The weight of a rejection, by its reason.
const REJECTION_WEIGHTS: [(Rejection, f32); 3] = [
    (Rejection::NotRelated, 1.0),
    (Rejection::RelatedButDidNotAnswer, 0.5),
    (Rejection::Unknown, 0.25),
];

/// The most tickets with the same text and the same answer that count: a form letter or a flood is not many opinions.
pub(super) const MAX_REPETITIONS: usize = 10;

/// A ticket with its combined verdicts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PastTicket<'a> {
    /// The newest verdict that counts, which has the text of the ticket.
    pub solved: &'a CleanFeedback,
    /// The keys of the right articles, usually of their translation groups, with their shares, which sum to 1.
    pub right: BTreeMap<u64, f32>,
    pub rejected: BTreeSet<u64>,
    /// Whether people said that no article helps, or the ticket was closed without a link.
    pub has_no_article: bool,
    /// Whether it is only known that the ticket was closed without a link.
    pub is_unlinked: bool,
    /// The weight of the ticket, in (0, 1].
    pub weight: f32,
    /// The tickets with the same text and the same answer, which are one example.
    pub repetitions: Repetitions<'a>,
}

/// Tickets with the same text and the same answer. One more of them that is newer changes nothing but these numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Repetitions<'a> {
    /// The oldest of them.
    pub oldest: &'a CleanFeedback,
    /// The weight of all of them, at most of [`MAX_REPETITIONS`].
    pub weight: f32,
    /// The requesters of all of them; for a ticket without a requester, its id.
    pub requesters: BTreeSet<&'a str>,
    /// The time of each in Unix seconds, newest first, at most [`MAX_REPETITIONS`].
    pub times: Vec<i64>,
}

/// The combined verdicts on one ticket, before weighting.
#[derive(Default)]
pub(super) struct Opinion {
    right: BTreeMap<u64, f32>,
    rejected: BTreeMap<u64, f32>,
    has_no_article: bool,
    is_unlinked: bool,
    /// The index of the newest verdict that counts.
    pub newest: Option<usize>,
}

impl Opinion {
    pub(super) fn add(&mut self, verdict: Verdict, groups: &[u64]) {
        match verdict {
            Verdict::Linked | Verdict::Resolved => {
                self.has_no_article = false;
                for group in groups {
                    self.rejected.remove(group);
                    self.right.insert(*group, DECIDED_WEIGHT);
                }
            }
            // A click takes nothing back that somebody said.
            Verdict::Clicked => {
                for group in groups {
                    if !self.rejected.contains_key(group) {
                        self.right.entry(*group).or_insert(CLICK_WEIGHT);
                    }
                }
            }
            Verdict::Rejected(reason) => {
                let weight = REJECTION_WEIGHTS
                    .iter()
                    .find(|(other, _)| *other == reason)
                    .map_or(0.0, |(_, weight)| *weight);
                for group in groups {
                    self.right.remove(group);
                    self.rejected.insert(*group, weight);
                }
            }
            Verdict::NoArticle => {
                self.has_no_article = true;
                self.right.clear();
            }
            Verdict::Unlinked => self.is_unlinked = true,
        }
    }

    /// Returns the past ticket with its weight; `None` when no article is left that is right or wrong.
    pub(super) fn weigh(self, solved: &CleanFeedback, ageing: f32) -> Option<PastTicket<'_>> {
        let Self {
            right,
            rejected,
            has_no_article,
            is_unlinked,
            ..
        } = self;
        // Whatever else is known of the ticket takes its place.
        let is_unlinked = is_unlinked && !has_no_article && right.is_empty() && rejected.is_empty();
        // Whoever opened an article although none helps was not helped by it.
        let has_no_article =
            has_no_article && right.values().all(|weight| *weight < DECIDED_WEIGHT);
        let right = if has_no_article {
            BTreeMap::new()
        } else {
            right
        };
        let sum: f32 = right.values().sum();
        let most = |weights: &BTreeMap<u64, f32>| weights.values().copied().fold(0.0, f32::max);
        let weight = if has_no_article {
            DECIDED_WEIGHT
        } else if is_unlinked {
            UNLINKED_WEIGHT
        } else if right.is_empty() {
            most(&rejected)
        } else {
            most(&right)
        };
        (weight > 0.0).then(|| PastTicket {
            solved,
            right: right
                .into_iter()
                .map(|(group, w)| (group, w / sum))
                .collect(),
            rejected: rejected.into_keys().collect(),
            has_no_article: has_no_article || is_unlinked,
            is_unlinked,
            weight: weight * ageing,
            repetitions: Repetitions {
                oldest: solved,
                weight: weight * ageing,
                requesters: [requester(solved)].into(),
                times: vec![solved.at.unix_seconds()],
            },
        })
    }
}

impl PastTicket<'_> {
    /// Returns the requester of the oldest repetition; a ticket without one counts as its own requester.
    pub(super) fn requester(&self) -> &str {
        requester(self.repetitions.oldest)
    }

    /// Returns the keys of the articles that people decided to be right, without those that customers merely opened;
    /// `None` when nobody decided which articles are right, or that none is.
    pub(super) fn decided(&self) -> Option<BTreeSet<u64>> {
        if self.is_click() || (self.right.is_empty() && !self.has_no_article) {
            return None;
        }
        let most = self.right.values().copied().fold(0.0, f32::max);
        let decided = self.right.iter().filter(|(_, share)| **share >= most);
        Some(decided.map(|(group, _)| *group).collect())
    }

    /// Returns the kind of a ticket on which people decided.
    pub(super) fn kind(&self) -> LabelKind {
        if self.is_unlinked {
            LabelKind::Unlinked
        } else if self.has_no_article {
            LabelKind::NoArticle
        } else {
            LabelKind::Linked
        }
    }

    pub(super) fn is_click(&self) -> bool {
        !self.right.is_empty() && self.weight <= CLICK_WEIGHT
    }
}

/// Returns the requester; a ticket without one counts as its own requester.
pub(super) fn requester(solved: &CleanFeedback) -> &str {
    solved.requester.as_deref().unwrap_or(&solved.ticket_id)
}

//! The classes of a model of past tickets.

use std::collections::BTreeSet;

use crate::train::training_ticket::TrainingTicket;

/// The classes of a model: the groups, then one for tickets without an article if there are any.
pub(super) struct Classes {
    /// The keys of the translation groups that solved tickets, ascending.
    pub groups: Vec<u64>,
    pub has_no_article: bool,
}

impl Classes {
    pub(super) fn of(training_tickets: &[&TrainingTicket<'_>]) -> Self {
        let mut groups: BTreeSet<u64> = BTreeSet::new();
        for training_ticket in training_tickets {
            groups.extend(training_ticket.past.right.keys());
            groups.extend(&training_ticket.past.rejected);
        }
        Self {
            groups: groups.into_iter().collect(),
            has_no_article: training_tickets
                .iter()
                .any(|training_ticket| training_ticket.past.has_no_article),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.groups.len() + usize::from(self.has_no_article)
    }

    pub(super) fn of_group(&self, group: u64) -> usize {
        self.groups
            .binary_search(&group)
            .unwrap_or(self.groups.len())
    }

    /// Returns the classes that are right for a ticket, with their shares.
    pub(super) fn right(&self, training_ticket: &TrainingTicket<'_>) -> Vec<(usize, f32)> {
        let of_groups = training_ticket.past.right.iter();
        let mut right: Vec<(usize, f32)> = of_groups
            .map(|(group, share)| (self.of_group(*group), *share))
            .collect();
        if training_ticket.past.has_no_article {
            right.push((self.groups.len(), 1.0));
        }
        right
    }

    /// Returns the weighted number of tickets that each group solved.
    pub(super) fn solved(&self, training_tickets: &[&TrainingTicket<'_>]) -> Vec<f32> {
        let mut solved = vec![0.0; self.groups.len()];
        for training_ticket in training_tickets {
            for (class, share) in self.right(training_ticket) {
                if let Some(solved) = solved.get_mut(class) {
                    *solved += share * training_ticket.past.repetitions.weight;
                }
            }
        }
        solved
    }
}

/// Converts the number of a class to 32 bits. There are at most as many classes as tickets have links, which the limits
/// on a verdict bound.
pub(super) fn class_number(class: usize) -> u32 {
    u32::try_from(class).unwrap_or(u32::MAX)
}

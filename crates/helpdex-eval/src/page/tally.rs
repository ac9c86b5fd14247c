//! Counts the tickets of a run by their outcome.

use helpdex::confidence::{Interval, clopper_pearson};

use crate::evaluated_ticket::EvaluatedTicket;

/// The numbers of tickets of a run by their outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub tickets: usize,
    pub offered: usize,
    /// The number of tickets whose first offered article is right.
    pub right: usize,
    /// The number of tickets with a right article in the help center.
    pub answerable: usize,
    /// The number of answerable tickets that got no offer.
    pub silent_answerable: usize,
    /// The number of answerable tickets with a right article among the first three candidates, shown or not.
    pub in_first_three: usize,
    /// The number of tickets that people marked as having no answer.
    pub unanswerable: usize,
    /// The number of unanswerable tickets that got an offer.
    pub false_offers: usize,
}

impl Tally {
    pub(super) fn new(tickets: &[EvaluatedTicket]) -> Self {
        let mut tally = Self::default();
        for EvaluatedTicket { judged, .. } in tickets {
            let is_offered = !judged.offered.is_empty();
            let is_answerable = judged.is_answerable();
            let is_unanswerable = judged.unanswerable.is_some();
            let mut first_three = judged.ranking.iter().take(3);
            tally.tickets += 1;
            tally.offered += usize::from(is_offered);
            tally.right += usize::from(judged.is_right(judged.first_offered()));
            tally.answerable += usize::from(is_answerable);
            tally.silent_answerable += usize::from(is_answerable && !is_offered);
            tally.in_first_three += usize::from(first_three.any(|id| judged.is_right(Some(id))));
            tally.unanswerable += usize::from(is_unanswerable);
            tally.false_offers += usize::from(is_unanswerable && is_offered);
        }
        tally
    }

    pub(super) fn silent_unanswerable(&self) -> usize {
        self.tickets - self.offered - self.silent_answerable
    }

    pub(super) fn coverage(&self) -> Option<Interval> {
        clopper_pearson(self.offered, self.tickets)
    }

    pub(super) fn precision(&self) -> Option<Interval> {
        clopper_pearson(self.right, self.offered)
    }
}

//! What visits did with the articles that they were shown, from events.

use std::collections::BTreeMap;

use helpdex::Timestamp;
use helpdex::events::{Interaction, InteractionEvent};
use helpdex::feedback::Rejection;

use super::report::{EventCounts, SinceChange};
use crate::intervals::difference;
use crate::metrics::Rate;
use crate::visit::visit_hash;

/// The ranks that are told apart; lower ones count as the last.
const MAX_RANK: usize = 10;

/// Something that a visit did with an article, as a bit.
const CLICKED: u8 = 1;
const HELPFUL: u8 = 1 << 1;
const RESOLVED: u8 = 1 << 2;
const LINKED: u8 = 1 << 3;
const REJECTED: [u8; 3] = [1 << 4, 1 << 5, 1 << 6];
/// The interactions that say that an article was right.
const RIGHT: u8 = HELPFUL | RESOLVED | LINKED;
const WRONG: u8 = REJECTED[0] | REJECTED[1] | REJECTED[2];

/// What all visits did. The order of the events and repetitions change nothing.
#[derive(Default)]
pub(super) struct ShownArticles {
    numbers: BTreeMap<String, u32>,
    visits: BTreeMap<u64, Visit>,
}

#[derive(Default)]
struct Visit {
    /// The first event.
    at: Option<i64>,
    has_ticket: bool,
    articles: Vec<Seen>,
}

/// An article of a visit.
#[derive(Clone, Copy)]
struct Seen {
    article: u32,
    /// The best rank at which it was shown, from 1; 0 for one that was not shown.
    rank: usize,
    did: u8,
}

impl ShownArticles {
    pub(super) fn add(&mut self, event: &InteractionEvent) {
        let visit = self.visits.entry(visit_hash(event)).or_default();
        let at = event.at.unix_seconds();
        visit.at = Some(visit.at.map_or(at, |first| first.min(at)));
        visit.has_ticket |= event.interaction == Interaction::TicketCreated;
        let is_shown = event.interaction == Interaction::Offered && !event.held_out;
        let did = did(event);
        if !is_shown && did == 0 {
            return;
        }
        for (index, id) in event.articles.iter().enumerate() {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            let article = match self.numbers.get(id) {
                Some(number) => *number,
                None => *self.numbers.entry(id.clone()).or_insert(next),
            };
            let rank = if is_shown {
                (index + 1).min(MAX_RANK)
            } else {
                0
            };
            visit.take(Seen { article, rank, did });
        }
    }

    /// Returns the counts of these articles, and the number of visits that one of them is in.
    pub(super) fn counts(
        &self,
        changed_at: &BTreeMap<String, Timestamp>,
        is_known: impl Fn(&str) -> bool,
    ) -> (BTreeMap<&str, (EventCounts, Option<SinceChange>)>, usize) {
        let rates = self.click_rates();
        let mut names: Vec<Option<&str>> = vec![None; self.numbers.len()];
        for (id, number) in &self.numbers {
            names[*number as usize] = is_known(id).then_some(id);
        }
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        let mut visits = 0;
        for visit in self.visits.values() {
            let mut is_in_any = false;
            for seen in &visit.articles {
                if let Some(id) = names[seen.article as usize] {
                    is_in_any = true;
                    let changed = changed_at.get(id).map(|at| at.unix_seconds());
                    let tally = tallies.entry(id).or_default();
                    tally.add(visit, *seen, &rates, changed);
                }
            }
            visits += usize::from(is_in_any);
        }
        let counts = tallies.into_iter();
        (
            counts.map(|(id, tally)| (id, tally.finish())).collect(),
            visits,
        )
    }

    /// Returns the share of articles shown at each rank that were opened.
    #[expect(clippy::cast_precision_loss, reason = "counts of visits")]
    fn click_rates(&self) -> [f64; MAX_RANK + 1] {
        let mut counts = [(0_usize, 0_usize); MAX_RANK + 1];
        for seen in self.visits.values().flat_map(|visit| &visit.articles) {
            counts[seen.rank].0 += usize::from(seen.did & CLICKED != 0);
            counts[seen.rank].1 += 1;
        }
        counts.map(|(clicked, shown)| clicked as f64 / (shown as f64).max(1.0))
    }
}

fn did(event: &InteractionEvent) -> u8 {
    match event.interaction {
        Interaction::Clicked => CLICKED,
        Interaction::Helpful => HELPFUL,
        Interaction::Resolved => RESOLVED,
        Interaction::AgentLinked => LINKED,
        Interaction::NotHelpful | Interaction::AgentRemoved => match event.reason {
            None | Some(Rejection::Unknown) => REJECTED[0],
            Some(Rejection::NotRelated) => REJECTED[1],
            Some(Rejection::RelatedButDidNotAnswer) => REJECTED[2],
        },
        _ => 0,
    }
}

impl Visit {
    fn take(&mut self, new: Seen) {
        let known = self.articles.iter_mut();
        let Some(seen) = known.into_iter().find(|seen| seen.article == new.article) else {
            self.articles.push(new);
            return;
        };
        seen.did |= new.did;
        if new.rank > 0 && (seen.rank == 0 || new.rank < seen.rank) {
            seen.rank = new.rank;
        }
    }

    /// Tells whether the first article is right, as far as anybody said.
    fn first_is_right(&self, first: Seen) -> Option<bool> {
        if first.did & RIGHT != 0 {
            return Some(true);
        }
        let others = self.articles.iter();
        let is_other_right = others
            .filter(|seen| seen.article != first.article)
            .any(|seen| seen.did & (RESOLVED | LINKED) != 0);
        (is_other_right || first.did & WRONG != 0).then_some(false)
    }
}

/// The counts of one article so far.
#[derive(Default)]
struct Tally {
    counts: EventCounts,
    clicked_at_rank: usize,
    /// Right first answers and judged ones: all, those before the last change, and those since.
    judged: [(usize, usize); 3],
}

impl Tally {
    fn add(&mut self, visit: &Visit, seen: Seen, rates: &[f64], changed: Option<i64>) {
        let counts = &mut self.counts;
        let is_clicked = seen.did & CLICKED != 0;
        let is_linked = seen.did & LINKED != 0;
        counts.clicked += usize::from(is_clicked);
        counts.helpful += usize::from(seen.did & HELPFUL != 0);
        counts.resolved += usize::from(seen.did & RESOLVED != 0);
        counts.linked += usize::from(is_linked);
        counts.linked_not_offered += usize::from(is_linked && seen.rank == 0);
        let rejected = &mut counts.rejected;
        rejected.unknown += usize::from(seen.did & REJECTED[0] != 0);
        rejected.not_related += usize::from(seen.did & REJECTED[1] != 0);
        rejected.related_but_did_not_answer += usize::from(seen.did & REJECTED[2] != 0);
        let opened = visit.articles.iter().filter(|seen| seen.did & CLICKED != 0);
        let is_in_vain = visit.has_ticket && is_clicked && seen.did & RIGHT == 0;
        counts.opened_and_ticket += usize::from(is_in_vain && opened.count() == 1);
        if seen.rank == 0 {
            return;
        }
        counts.offered += 1;
        counts.expected_clicks += rates[seen.rank];
        self.clicked_at_rank += usize::from(is_clicked);
        if seen.rank > 1 {
            return;
        }
        counts.first += 1;
        let Some(is_right) = visit.first_is_right(seen) else {
            return;
        };
        let part = match (changed, visit.at) {
            (Some(changed), Some(at)) => 1 + usize::from(at >= changed),
            _ => 0,
        };
        self.judged[part].0 += usize::from(is_right);
        self.judged[part].1 += 1;
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of visits")]
    fn finish(self) -> (EventCounts, Option<SinceChange>) {
        let mut counts = self.counts;
        let expected = counts.expected_clicks;
        counts.click_ratio = (expected > 0.0).then(|| self.clicked_at_rank as f64 / expected);
        let [undated, before, after] = self.judged;
        counts.precision = Rate::new(
            undated.0 + before.0 + after.0,
            undated.1 + before.1 + after.1,
        );
        let since = difference(after, before).map(|change| SinceChange {
            before: Rate::new(before.0, before.1),
            after: Rate::new(after.0, after.1),
            is_worse: change.high < 0.0,
        });
        (counts, since)
    }
}

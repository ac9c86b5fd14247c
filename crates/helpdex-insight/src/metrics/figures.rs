//! The figures, and how attempts are counted for them.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::confidence::{Interval, clopper_pearson};
use helpdex::events::Interaction;
use helpdex::feedback::Rejection;
use serde::Serialize;

use super::attempt::Attempt;
use super::options::{MetricOptions, Range};
use crate::intervals::difference;

/// The figures of some attempts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Attempts that were shown articles, of all attempts that were not held out. (Zendesk: answers of attempts.)
    pub offer_rate: Rate,
    /// Attempts whose articles were viewed, opened or judged, of those that were shown articles.
    pub view_rate: Rate,
    /// Attempts in which an article was opened or solved it, of those that were shown articles. (Zendesk: clicked and
    /// resolved of answers.)
    pub click_rate: Rate,
    /// Attempts in which the customer says that it is solved, of those that were shown articles. (Zendesk.)
    pub resolution_rate: Rate,
    /// Attempts after which a ticket came within the window, of those that were shown articles.
    pub ticket_rate: Rate,
    /// The outcomes of the attempts that were shown articles.
    pub deflection: Deflection,
    /// Visits with an attempt for one visit with a ticket; `None` without tickets, and for a part of the attempts. (Zendesk:
    /// self-service score, n to 1.)
    pub self_service_ratio: Option<f64>,
    /// Attempts by the reason for which an article was rejected.
    pub rejections: Rejections,
    /// The precision of first articles, as people said, and the precision that was promised; `None` when nobody said.
    pub live_precision: Option<LivePrecision>,
    /// The effect of the articles, measured by a hold-out; `None` without one.
    pub hold_out: Option<HoldOutEffect>,
    /// The cost that tickets would have had; `None` unless the host estimates the cost of a ticket.
    pub cost_saved: Option<MoneyRange>,
}

/// A share with its numerator, its denominator and its exact 95% interval (Clopper and Pearson 1934).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Rate {
    /// The numerator.
    pub count: usize,
    /// The denominator.
    pub of: usize,
    /// The share, in [0, 1]; `None` when the denominator is 0.
    pub value: Option<f64>,
    /// The interval of the share.
    pub interval: Option<Interval>,
}

/// The outcomes of the attempts that were shown articles (`ServiceNow`: deflection by activity pattern and window).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Deflection {
    /// A ticket came within the window.
    pub none: usize,
    /// No ticket came, and somebody viewed or opened an article.
    pub potential: usize,
    /// No ticket came, and the person says that it helped or solved it.
    pub confirmed: usize,
    /// No ticket came, and nobody saw the articles, as far as events tell.
    pub unseen: usize,
}

/// Attempts with a rejection, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Rejections {
    /// Without a reason.
    pub unknown: usize,
    /// About something else.
    pub not_related: usize,
    /// About it, without an answer.
    pub related_but_did_not_answer: usize,
}

/// The precision of first articles, as people said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LivePrecision {
    /// First articles that helped, solved it or were linked, of those that anybody judged.
    pub precision: Rate,
    /// The mean precision that was promised for them; `None` when nothing was promised.
    pub promised: Option<f64>,
    /// Whether the promise does not hold: the whole interval lies below it.
    pub is_broken: bool,
}

/// The tickets of requesters who were shown articles, and of those for whom they were held back. This is the only figure that
/// tells what the articles caused.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HoldOutEffect {
    /// Requesters with a ticket within the window, of those who were shown articles.
    pub shown: Rate,
    /// The same of those for whom articles were held back.
    pub held_out: Rate,
    /// The tickets that were avoided for each requester: the second share minus the first, with its 95% interval.
    pub avoided: Interval,
}

/// A range of money: its ends are not equally likely, and neither is a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MoneyRange {
    /// The confirmed attempts times the least cost of a ticket.
    pub low: f64,
    /// The confirmed and the potential attempts times the greatest cost of a ticket.
    pub high: f64,
    /// The cost of a ticket that was assumed.
    pub cost_per_ticket: Range,
}

/// Counts of attempts.
#[derive(Default)]
pub(super) struct Tally {
    attempts: usize,
    offers: usize,
    viewed: usize,
    clicked: usize,
    resolved: usize,
    with_ticket: usize,
    deflection: Deflection,
    rejections: Rejections,
    judged: usize,
    right: usize,
    promised_sum: u64,
    promised_count: u64,
    visits: BTreeSet<u64>,
    /// The tickets that came, by requester: of those who were shown articles, and of those who were not.
    shown: BTreeMap<u64, bool>,
    held_out: BTreeMap<u64, bool>,
    /// The number of visits with a ticket, where it is known.
    pub ticket_visits: Option<usize>,
}

impl Tally {
    pub(super) fn add(&mut self, attempt: &Attempt) {
        if attempt.is_held_out {
            *self.held_out.entry(attempt.requester).or_default() |= attempt.has_ticket();
            return;
        }
        self.attempts += 1;
        self.visits.insert(attempt.visit);
        for reason in &attempt.rejections {
            *match reason {
                Rejection::Unknown => &mut self.rejections.unknown,
                Rejection::NotRelated => &mut self.rejections.not_related,
                Rejection::RelatedButDidNotAnswer => {
                    &mut self.rejections.related_but_did_not_answer
                }
            } += 1;
        }
        if !attempt.is_offer {
            return;
        }
        *self.shown.entry(attempt.requester).or_default() |= attempt.has_ticket();
        let is_resolved = attempt.has(Interaction::Resolved);
        let is_positive = is_resolved || attempt.has(Interaction::Helpful);
        let is_clicked = is_resolved || attempt.has(Interaction::Clicked);
        let is_viewed = is_clicked
            || is_positive
            || attempt.has(Interaction::Viewed)
            || !attempt.rejections.is_empty();
        self.offers += 1;
        self.viewed += usize::from(is_viewed);
        self.clicked += usize::from(is_clicked);
        self.resolved += usize::from(is_resolved);
        self.with_ticket += usize::from(attempt.has_ticket());
        *if attempt.has_ticket() {
            &mut self.deflection.none
        } else if is_positive {
            &mut self.deflection.confirmed
        } else if is_viewed {
            &mut self.deflection.potential
        } else {
            &mut self.deflection.unseen
        } += 1;
        if let Some(is_right) = attempt.first_is_right {
            self.judged += 1;
            self.right += usize::from(is_right);
            if let Some(promised) = attempt.promised {
                self.promised_sum += u64::from(promised);
                self.promised_count += 1;
            }
        }
    }

    pub(super) fn figures(&self, options: &MetricOptions) -> Figures {
        let Deflection {
            potential,
            confirmed,
            ..
        } = self.deflection;
        Figures {
            offer_rate: Rate::new(self.offers, self.attempts),
            view_rate: Rate::new(self.viewed, self.offers),
            click_rate: Rate::new(self.clicked, self.offers),
            resolution_rate: Rate::new(self.resolved, self.offers),
            ticket_rate: Rate::new(self.with_ticket, self.offers),
            deflection: self.deflection,
            self_service_ratio: self
                .ticket_visits
                .filter(|tickets| *tickets > 0)
                .map(|tickets| float(self.visits.len()) / float(tickets)),
            rejections: self.rejections,
            live_precision: self.live_precision(),
            hold_out: self.hold_out(),
            cost_saved: options.cost_per_ticket.map(|cost| MoneyRange {
                low: float(confirmed) * cost.low,
                high: float(confirmed + potential) * cost.high,
                cost_per_ticket: cost,
            }),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "sums of millionths")]
    fn live_precision(&self) -> Option<LivePrecision> {
        let precision = Rate::new(self.right, self.judged);
        let interval = precision.interval?;
        let promised = (self.promised_count > 0)
            .then(|| self.promised_sum as f64 / self.promised_count as f64 / 1e6);
        Some(LivePrecision {
            precision,
            promised,
            is_broken: promised.is_some_and(|promised| interval.high < promised),
        })
    }

    fn hold_out(&self) -> Option<HoldOutEffect> {
        let (shown, held_out) = (with_ticket(&self.shown), with_ticket(&self.held_out));
        Some(HoldOutEffect {
            shown: Rate::new(shown.0, shown.1),
            held_out: Rate::new(held_out.0, held_out.1),
            avoided: difference(held_out, shown)?,
        })
    }
}

/// Returns the number of requesters with a ticket, and of all.
fn with_ticket(requesters: &BTreeMap<u64, bool>) -> (usize, usize) {
    let with = requesters.values().filter(|has_ticket| **has_ticket);
    (with.count(), requesters.len())
}

impl Rate {
    pub(crate) fn new(count: usize, of: usize) -> Self {
        let interval = clopper_pearson(count, of);
        Self {
            count,
            of,
            value: interval.map(|interval| interval.value),
            interval,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of attempts")]
fn float(count: usize) -> f64 {
    count as f64
}

//! Events of visits to attempts.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::events::{Interaction, InteractionEvent, Surface};
use helpdex::feedback::Rejection;
use helpdex::{Locale, Visibility};

use crate::visit::{event_hash, hashed, visit_hash};

const HOUR_SECONDS: i64 = 3_600;

/// The values by which an attempt is counted in slices.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Labels {
    pub locale: String,
    pub audience: &'static str,
    pub surface: &'static str,
    pub brand: String,
}

/// One event, without its names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    at: i64,
    /// Offers come first among the events of a second.
    interaction: Interaction,
    /// Identifies repetitions.
    hash: u64,
    /// The hash of the first article.
    article: Option<u64>,
    reason: Option<Rejection>,
    held_out: bool,
    /// The promised precision, in millionths.
    promised: Option<u32>,
    requester: Option<u64>,
    labels: Option<Box<Labels>>,
}

/// The events of all visits.
#[derive(Default)]
pub(super) struct Visits(BTreeMap<u64, Vec<Step>>);

/// A visit from an offer until the window is over.
#[derive(Default)]
pub(super) struct Attempt {
    pub at: i64,
    pub labels: Labels,
    pub visit: u64,
    /// The requester, else the visit.
    pub requester: u64,
    /// Whether articles were shown.
    pub is_offer: bool,
    pub is_held_out: bool,
    interactions: BTreeSet<Interaction>,
    pub rejections: BTreeSet<Rejection>,
    pub promised: Option<u32>,
    /// Whether the first article was right, as far as anybody said.
    pub first_is_right: Option<bool>,
}

impl Visits {
    pub(super) fn add(&mut self, event: &InteractionEvent) {
        let hash = event_hash(event);
        let visit = visit_hash(event);
        let is_offer = event.interaction == Interaction::Offered;
        self.0.entry(visit).or_default().push(Step {
            at: event.at.unix_seconds(),
            interaction: event.interaction,
            hash,
            article: event.articles.first().map(hashed),
            reason: event.reason,
            held_out: event.held_out,
            promised: event.promised_precision.map(millionths),
            requester: event.requester.as_ref().map(hashed),
            labels: is_offer.then(|| Box::new(Labels::of(event))),
        });
    }

    /// Returns the attempts, and the number of visits with a ticket.
    pub(super) fn into_attempts(self, window_hours: u32) -> (Vec<Attempt>, usize) {
        let window = i64::from(window_hours) * HOUR_SECONDS;
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut ticket_visits = 0;
        for (visit, mut steps) in self.0 {
            steps.sort_unstable();
            let mut seen = BTreeSet::new();
            steps.retain(|step| seen.insert(step.hash));
            ticket_visits += usize::from(
                steps
                    .iter()
                    .any(|step| step.interaction == Interaction::TicketCreated),
            );
            let mut current: Option<(Attempt, Option<u64>)> = None;
            for step in steps {
                let is_over = current
                    .as_ref()
                    .is_some_and(|(attempt, _)| step.at.saturating_sub(attempt.at) > window);
                if is_over {
                    attempts.extend(current.take().map(|(attempt, _)| attempt));
                }
                match &mut current {
                    Some((attempt, first)) => attempt.take(&step, first),
                    None if step.interaction == Interaction::Offered => {
                        let mut attempt = Attempt {
                            at: step.at,
                            labels: step.labels.as_deref().cloned().unwrap_or_default(),
                            visit,
                            requester: step.requester.unwrap_or(visit),
                            ..Attempt::default()
                        };
                        let mut first = None;
                        attempt.take(&step, &mut first);
                        current = Some((attempt, first));
                    }
                    // Nothing was offered before: it belongs to no attempt.
                    None => {}
                }
            }
            attempts.extend(current.map(|(attempt, _)| attempt));
        }
        (attempts, ticket_visits)
    }
}

impl Attempt {
    /// Tells whether an interaction of this kind is in it.
    pub(super) fn has(&self, interaction: Interaction) -> bool {
        self.interactions.contains(&interaction)
    }

    /// Tells whether a ticket came within the window.
    pub(super) fn has_ticket(&self) -> bool {
        self.has(Interaction::TicketCreated)
    }

    /// Adds an event; `first` is the article that was offered first, last.
    fn take(&mut self, step: &Step, first: &mut Option<u64>) {
        self.interactions.insert(step.interaction);
        let is_about_first = step.article.is_some() && step.article == *first;
        match step.interaction {
            Interaction::Offered => {
                self.is_held_out |= step.held_out;
                if step.article.is_some() && !step.held_out {
                    self.is_offer = true;
                    self.promised = step.promised.or(self.promised);
                    *first = step.article;
                }
            }
            Interaction::Helpful | Interaction::Resolved | Interaction::AgentLinked => {
                if is_about_first {
                    self.first_is_right = Some(true);
                } else if step.interaction == Interaction::AgentLinked && first.is_some() {
                    self.first_is_right.get_or_insert(false);
                }
            }
            Interaction::NotHelpful | Interaction::AgentRemoved => {
                self.rejections
                    .insert(step.reason.unwrap_or(Rejection::Unknown));
                if is_about_first {
                    self.first_is_right = Some(false);
                }
            }
            _ => {}
        }
    }
}

impl Labels {
    fn of(event: &InteractionEvent) -> Self {
        Self {
            locale: event
                .locale
                .as_ref()
                .map(Locale::to_string)
                .unwrap_or_default(),
            audience: event.audience.map_or("", Visibility::name),
            surface: event.surface.map_or("", Surface::name),
            brand: event.brand.clone().unwrap_or_default(),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share in [0, 1]"
)]
fn millionths(share: f32) -> u32 {
    (f64::from(share) * 1e6).round() as u32
}

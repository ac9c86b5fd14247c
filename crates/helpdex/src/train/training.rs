//! Collects the data for fitting the blend and the recalibration, and for the labels.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::Locale;

use crate::audience::Audience;
use crate::confidence::{LabelKind, tells_answerable_share};
use crate::error::Result;
use crate::feedback_event::clean::CleanFeedback;
use crate::model::blend::Blend;
use crate::model::ticket_model::{Fitted, TicketModel};
use crate::snapshot::generation::Generation;
use crate::timestamp::Timestamp;
use crate::train::blend_fit::{self, Choice};
use crate::train::held_out::HeldOut;
use crate::train::labels::{HeldOutTicket, labels};
use crate::train::past_tickets::past_tickets;
use crate::train::trainer::Trainer;
use crate::train::training_ticket::TrainingTicket;
use crate::train::withheld::{HelpCenter, withheld_tickets};

/// The number of articles with exactly one ticket from which on such tickets provide enough evidence on articles
/// without tickets.
const ONCE_FOR_MOST: usize = 30;
/// The share of tickets that are treated as being about new articles when there is not enough such evidence. In
/// cross-validation without the tickets of half of the articles, precision at 1 for these articles is 0.800 and 0.537
/// on two sets with 0.05, and 0.826 and 0.541 with 0.1 (0.823 and 0.469 when nothing is learned). For the other
/// articles it is 0.898 and 0.655 with 0.05, and 0.890 and 0.548 with 0.1 (0.796 and 0.483).
const NEW_ARTICLE_SHARE: f64 = 0.07;

/// The share of tickets that count as unanswerable when fewer than [`LEAST_SILENT`] are marked so. On two sets with
/// fewer in training, 0.1 raises the AUROC of answerable tickets from 0.901 to 0.916 and from 0.931 to 0.932; 0.3
/// raises it to 0.920 and 0.936, but then abstains too often.
const MISSING_ARTICLE_SHARE: f64 = 0.1;
/// The fewest unanswerable tickets with which abstaining is learned from them alone.
const LEAST_SILENT: f64 = 10.0;

/// The data that the blend is fitted to.
pub(super) struct Training {
    pub model: TicketModel,
    tickets: Vec<HeldOutTicket>,
    /// Tickets that are treated as if their articles were new or did not exist; empty when the other tickets say enough
    /// about such cases.
    as_if: Vec<HeldOutTicket>,
    /// The number of translation groups that solved exactly one ticket.
    solved_once: usize,
}

impl Training {
    /// Collects the data; returns `None` when no ticket says anything about the articles.
    pub(super) fn new(
        generation: &Generation,
        audience: &Audience,
        now: Timestamp,
        verdicts: &[CleanFeedback],
    ) -> Result<Option<Self>> {
        let views = generation.lasting_views(audience, now);
        let keys = generation.article_keys(&views);
        let key_of_id = keys.by_id()?;
        let key_of = |id: &str| key_of_id.get(id).copied();
        let seen = seen(verdicts, &key_of);
        let tickets = past_tickets(&seen, key_of);
        let mut locales: BTreeSet<Locale> = views.keys().copied().cloned().collect();
        locales.extend(tickets.iter().filter_map(|t| t.solved.locale.clone()));
        let locales: Vec<Locale> = locales.into_iter().collect();
        let mut training_tickets: Vec<TrainingTicket<'_>> = tickets
            .into_iter()
            .map(|ticket| TrainingTicket::new(ticket, &locales))
            .filter(|training_ticket| !training_ticket.terms.is_empty())
            .collect();
        if training_tickets
            .iter()
            .all(|training_ticket| training_ticket.past.is_unlinked)
        {
            return Ok(None);
        }
        // One order for the gradient's steps, without any meaning.
        training_tickets.sort_by_key(|training_ticket| training_ticket.order);
        let trainer = Trainer::new(generation, &views, &training_tickets, &locales)?;
        let model = trainer.model(&training_tickets.iter().collect::<Vec<_>>());
        let mut training = Self {
            tickets: trainer.held_out_tickets(&training_tickets, &model, HeldOut::Requesters)?,
            as_if: Vec::new(),
            solved_once: solved_once(&training_tickets),
            model,
        };
        if training.solved_once < ONCE_FOR_MOST {
            let of_new =
                trainer.held_out_tickets(&training_tickets, &training.model, HeldOut::Articles)?;
            training.add_new(of_new);
        }
        if !training.tells_answerable_share() {
            let help_center = HelpCenter {
                generation,
                audience,
                now,
                key_of_id: &key_of_id,
                locales: &locales,
            };
            let withheld = withheld_tickets(&help_center, &training_tickets, &training.model)?;
            training.add_withheld(withheld);
        }
        Ok(Some(training))
    }

    /// Adds tickets that are treated as if their articles were new.
    fn add_new(&mut self, mut tickets: Vec<HeldOutTicket>) {
        weigh(&mut tickets, NEW_ARTICLE_SHARE, self.tickets.len());
        for ticket in &mut tickets {
            // Whatever else no ticket names is as good as new too.
            ticket.choice.is_named.fill(true);
            // It is among the labels as it is.
            ticket.decision = None;
        }
        self.as_if.extend(tickets);
    }

    /// Adds tickets that are treated as having no answer. The blend and the recalibration learn from them only if
    /// people marked too few such tickets.
    fn add_withheld(&mut self, mut tickets: Vec<HeldOutTicket>) {
        let silent = self.tickets.iter().filter(|ticket| ticket.is_silent());
        let silent: f64 = silent.map(|ticket| ticket.choice.weight).sum();
        let share = if silent < LEAST_SILENT {
            MISSING_ARTICLE_SHARE
        } else {
            0.0
        };
        weigh(&mut tickets, share, self.tickets.len());
        self.as_if.extend(tickets);
    }

    /// Whether people marked enough tickets as having no article to show how often such tickets come in.
    fn tells_answerable_share(&self) -> bool {
        let decisions = self
            .tickets
            .iter()
            .filter_map(|ticket| ticket.decision.as_ref());
        let kinds = decisions.map(|decision| decision.kind);
        let (marked, others): (Vec<_>, Vec<_>) = kinds
            .filter(|kind| *kind != LabelKind::Unlinked)
            .partition(|kind| *kind == LabelKind::NoArticle);
        tells_answerable_share(others.len(), marked.len())
    }

    /// Returns what is fitted to held-out tickets for answers by words, and for those by words and vectors where tickets
    /// have vectors.
    pub(super) fn fitted(&self) -> (Fitted, Option<Fitted>) {
        let shipped = &self.model.head.by_words.blend;
        let all: Vec<&HeldOutTicket> = self.tickets.iter().chain(&self.as_if).collect();
        if self.model.by_vector.is_none() {
            return (self.fitted_to(shipped, &all), None);
        }
        let by_words: Vec<HeldOutTicket> = all.iter().map(|ticket| ticket.by_words()).collect();
        let by_words: Vec<&HeldOutTicket> = by_words.iter().collect();
        let with_vectors: Vec<&HeldOutTicket> =
            all.into_iter().filter(|ticket| ticket.has_vector).collect();
        let shipped_with = shipped.clone().with_vectors();
        (
            self.fitted_to(shipped, &by_words),
            Some(self.fitted_to(&shipped_with, &with_vectors)),
        )
    }

    /// Returns the blend, the last step and the labels of these tickets.
    fn fitted_to(&self, shipped: &Blend, tickets: &[&HeldOutTicket]) -> Fitted {
        let fit = |takes: &dyn Fn(&HeldOutTicket) -> bool| {
            let taken = tickets.iter().filter(|ticket| takes(ticket));
            let choices: Vec<&Choice> = taken.filter_map(|ticket| ticket.choice()).collect();
            blend_fit::fit(shipped, &choices, self.solved_once)
        };
        let (labels, recalibration) = labels(tickets, self.model.head.own_share, fit);
        Fitted {
            blend: fit(&|_| true),
            recalibration,
            labels,
        }
    }

    pub(super) fn into_choices(self) -> Vec<Choice> {
        self.tickets
            .into_iter()
            .chain(self.as_if)
            .filter(|ticket| !ticket.is_missed)
            .map(|ticket| ticket.choice)
            .collect()
    }
}
/// Returns the verdicts that the readers of the articles that `key_of` knows may know, in chronological order. Verdicts
/// of one moment are ordered by these articles, and data that a verdict lacks about its ticket comes from other
/// verdicts in the result.
fn seen(verdicts: &[CleanFeedback], key_of: &impl Fn(&str) -> Option<u64>) -> Vec<CleanFeedback> {
    let mut seen = Vec::new();
    for solved in verdicts {
        let mut articles = Vec::new();
        for id in &solved.articles {
            if key_of(id).is_some() {
                articles.push(id.clone());
            }
        }
        if !solved.verdict.names_articles() || !articles.is_empty() {
            seen.push(CleanFeedback {
                articles,
                ..solved.clone()
            });
        }
    }
    let mut seen = CleanFeedback::in_order(seen);
    CleanFeedback::complete(&mut seen);
    seen
}

/// Returns the number of translation groups that solved exactly one ticket, repetitions aside.
fn solved_once(training_tickets: &[TrainingTicket<'_>]) -> usize {
    let mut solved: BTreeMap<u64, f32> = BTreeMap::new();
    for training_ticket in training_tickets {
        for (group, share) in &training_ticket.past.right {
            *solved.entry(*group).or_default() += share * training_ticket.past.weight;
        }
    }
    let counts = solved.values();
    counts.filter(|count| count.round() <= 1.0).count()
}

/// Sets the weights of the tickets so that together they count as this share of `all` tickets.
#[expect(clippy::cast_precision_loss)]
fn weigh(tickets: &mut [HeldOutTicket], share: f64, all: usize) {
    let weight = share * all as f64 / tickets.len().max(1) as f64;
    for ticket in tickets {
        ticket.choice.weight *= weight;
    }
}

//! Makes tickets that certainly have no answer, to represent incoming tickets without one: linked tickets are predicted
//! without the articles that solved them.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::Locale;

use crate::audience::Audience;
use crate::confidence::LabelKind;
use crate::error::Result;
use crate::model::ticket_model::TicketModel;
use crate::snapshot::generation::Generation;
use crate::timestamp::Timestamp;
use crate::train::held_out::MAX_HELD_OUT;
use crate::train::labels::{Decision, HeldOutTicket};
use crate::train::trainer::Trainer;
use crate::train::training_ticket::TrainingTicket;

/// The number of parts into which the articles are divided; each part is left out once. By default half of the incoming
/// tickets are assumed to have an answer, so a help center lacks half of the articles that tickets need.
const PARTS: u8 = 2;

/// The help center from which articles are left out.
pub(super) struct HelpCenter<'a> {
    pub generation: &'a Generation,
    pub audience: &'a Audience,
    pub now: Timestamp,
    /// The key of each visible article, by id.
    pub key_of_id: &'a BTreeMap<String, u64>,
    pub locales: &'a [Locale],
}

/// Returns the linked tickets as tickets without an answer, at most as many as are held out otherwise. The model that
/// predicts them has learned nothing about the articles that are left out, nor from the tickets that these solved.
pub(super) fn withheld_tickets(
    help_center: &HelpCenter<'_>,
    training_tickets: &[TrainingTicket<'_>],
    whole: &TicketModel,
) -> Result<Vec<HeldOutTicket>> {
    let mut tickets = Vec::new();
    for part in 0..PARTS {
        let (asked, known): (Vec<&TrainingTicket<'_>>, Vec<&TrainingTicket<'_>>) =
            training_tickets.iter().partition(|training_ticket| {
                training_ticket
                    .past
                    .right
                    .keys()
                    .any(|key| part_of(*key) == part)
            });
        let is_linked = |training_ticket: &&TrainingTicket<'_>| {
            training_ticket
                .past
                .decided()
                .is_some_and(|right| !right.is_empty())
        };
        let asked = asked
            .into_iter()
            .filter(is_linked)
            .filter(|training_ticket| {
                let mut right = training_ticket.past.right.keys();
                right.all(|key| part_of(*key) == part)
            });
        if known
            .iter()
            .all(|training_ticket| training_ticket.past.right.is_empty())
        {
            continue;
        }
        let left_out = help_center.key_of_id.iter();
        let left_out = left_out.filter(|(_, key)| part_of(**key) == part);
        let left_out: BTreeSet<&str> = left_out.map(|(id, _)| id.as_str()).collect();
        let rest = help_center.generation.without(&left_out)?;
        let views = rest.lasting_views(help_center.audience, help_center.now);
        let trainer = Trainer::new(&rest, &views, training_tickets, help_center.locales)?;
        let model = trainer.model(&known);
        for training_ticket in asked.take(MAX_HELD_OUT / usize::from(PARTS)) {
            let ticket = trainer.held_out_ticket(training_ticket, &model, whole)?;
            tickets.extend(ticket.map(|ticket| without_answer(ticket, training_ticket)));
        }
    }
    Ok(tickets)
}

/// Returns the ticket marked as one without an answer: no candidate is right, and none was missed.
fn without_answer(ticket: HeldOutTicket, training_ticket: &TrainingTicket<'_>) -> HeldOutTicket {
    HeldOutTicket {
        is_missed: false,
        decision: Some(Decision {
            right: Vec::new(),
            kind: LabelKind::Withheld,
            times: training_ticket.past.repetitions.times.clone(),
        }),
        ..ticket
    }
}

fn part_of(key: u64) -> u8 {
    key.to_le_bytes()[6] % PARTS
}

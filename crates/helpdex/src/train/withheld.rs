//! Past tickets put to a help center without the articles that solved them: they certainly have no answer there, and stand
//! for those that come in without one.

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

/// The number of parts that the articles are cut into; each is left out once. A help center that answers half of its tickets, as is assumed
/// by default, lacks half of the articles that they ask for.
const PARTS: u8 = 2;

/// The help center that articles are left out of.
pub(super) struct HelpCenter<'a> {
    pub generation: &'a Generation,
    pub audience: &'a Audience,
    pub now: Timestamp,
    /// The key of each article in sight, by id.
    pub key_of_id: &'a BTreeMap<String, u64>,
    pub locales: &'a [Locale],
}

/// The tickets that people linked, at most as many as are held out otherwise. Nothing that was learned of the articles that
/// are left out, or of tickets that they solved, is known of them.
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

/// No candidate is right, and none was missed.
fn without_answer(ticket: HeldOutTicket, training_ticket: &TrainingTicket<'_>) -> HeldOutTicket {
    HeldOutTicket {
        is_missed: false,
        decision: Some(Decision {
            right: Vec::new(),
            kind: LabelKind::Withheld,
            at: training_ticket.past.solved.at.unix_seconds(),
        }),
        ..ticket
    }
}

fn part_of(key: u64) -> u8 {
    key.to_le_bytes()[6] % PARTS
}

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
use crate::train::lesson::Lesson;
use crate::train::school::School;

/// The number of parts that the articles are cut into; each is left out once. A help center that answers half of its tickets, as is assumed
/// by default, lacks half of the articles that they ask for.
const PARTS: u8 = 2;

/// The help center that articles are left out of.
pub(super) struct World<'a> {
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
    world: &World<'_>,
    lessons: &[Lesson<'_>],
    whole: &TicketModel,
) -> Result<Vec<HeldOutTicket>> {
    let mut tickets = Vec::new();
    for part in 0..PARTS {
        let (asked, known): (Vec<&Lesson<'_>>, Vec<&Lesson<'_>>) = lessons
            .iter()
            .partition(|lesson| lesson.past.right.keys().any(|key| part_of(*key) == part));
        let is_linked =
            |lesson: &&Lesson<'_>| lesson.past.decided().is_some_and(|right| !right.is_empty());
        let asked = asked.into_iter().filter(is_linked).filter(|lesson| {
            let mut right = lesson.past.right.keys();
            right.all(|key| part_of(*key) == part)
        });
        if known.iter().all(|lesson| lesson.past.right.is_empty()) {
            continue;
        }
        let left_out = world.key_of_id.iter();
        let left_out = left_out.filter(|(_, key)| part_of(**key) == part);
        let left_out: BTreeSet<&str> = left_out.map(|(id, _)| id.as_str()).collect();
        let rest = world.generation.without(&left_out)?;
        let views = rest.lasting_views(world.audience, world.now);
        let school = School::new(&rest, &views, lessons, world.locales)?;
        let model = school.model(&known);
        for lesson in asked.take(MAX_HELD_OUT / usize::from(PARTS)) {
            let ticket = school.held_out_ticket(lesson, &model, whole)?;
            tickets.extend(ticket.map(|ticket| without_answer(ticket, lesson)));
        }
    }
    Ok(tickets)
}

/// No candidate is right, and none was missed.
fn without_answer(ticket: HeldOutTicket, lesson: &Lesson<'_>) -> HeldOutTicket {
    HeldOutTicket {
        is_missed: false,
        decision: Some(Decision {
            right: Vec::new(),
            kind: LabelKind::Withheld,
            at: lesson.past.solved.at.unix_seconds(),
        }),
        ..ticket
    }
}

fn part_of(key: u64) -> u8 {
    key.to_le_bytes()[6] % PARTS
}

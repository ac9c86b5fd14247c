//! The report of a support lead: what came in, what was deflected, which articles to write and which to fix, on one page.

mod articles;
mod copies;
mod csv;
mod definitions;
mod format;
mod gaps;
mod html;
mod outcome;
mod report;
mod trends;

use std::collections::BTreeMap;

use helpdex::events::InteractionEvent;
use helpdex::{Audience, FeedbackEvent, KnowledgeBase, Result, Timestamp, Verdict};

pub use self::csv::csv_files;
pub use self::html::html_page;
pub use self::report::{LeadOptions, LeadReport, TicketWeek};
use crate::cards::cards;
use crate::copies::copies as find_copies;
use crate::gaps::gaps as find_gaps;
use crate::metrics::{Dimension, metrics};

/// Makes the report. `events` gives the events anew each time that it is called, twice. See
/// [`metrics`], [`gaps`](crate::gaps::gaps), [`cards`] and
/// [`copies`](crate::copies::copies) for its parts, and for `asker` and `reader`.
///
/// ```
/// use helpdex::{Audience, KnowledgeBase, Timestamp};
/// use helpdex_insight::lead_report::{LeadOptions, html_page, lead_report};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let now = Timestamp::from_unix_seconds(0);
/// knowledge_base.writer()?.publish(now)?;
/// let agent = Audience::internal();
/// let report = lead_report(
///     &knowledge_base,
///     || knowledge_base.events(),
///     &[],
///     &Audience::public(),
///     &agent,
///     now,
///     &LeadOptions::of_window(72),
/// )?;
/// assert!(html_page(&report).contains("No events were recorded."));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// Those of its parts.
pub fn lead_report<E: Iterator<Item = Result<InteractionEvent>>>(
    knowledge_base: &KnowledgeBase,
    events: impl Fn() -> Result<E>,
    tickets: &[FeedbackEvent],
    asker: &Audience,
    reader: &Audience,
    now: Timestamp,
    options: &LeadOptions,
) -> Result<LeadReport> {
    let mut of_metrics = options.metrics.clone();
    if !of_metrics.dimensions.contains(&Dimension::Week) {
        of_metrics.dimensions.push(Dimension::Week);
    }
    let articles: Vec<_> = knowledge_base
        .articles(reader, now)?
        .collect::<Result<_>>()?;
    Ok(LeadReport {
        at: now,
        articles: articles.len(),
        weeks: weeks(tickets),
        metrics: metrics(events()?, &of_metrics)?,
        gaps: find_gaps(knowledge_base, tickets, asker, reader, now, &options.gaps)?,
        cards: cards(
            knowledge_base,
            events()?,
            tickets,
            asker,
            reader,
            now,
            &options.cards,
        )?,
        copies: find_copies(&articles),
    })
}

fn weeks(tickets: &[FeedbackEvent]) -> Vec<TicketWeek> {
    let mut known: BTreeMap<&str, (i64, bool)> = BTreeMap::new();
    for event in tickets {
        let at = event.at.unix_seconds();
        let is_linked = matches!(event.verdict, Verdict::Linked | Verdict::Resolved);
        let ticket = known.entry(&event.ticket_id).or_insert((at, false));
        ticket.0 = ticket.0.min(at);
        ticket.1 |= is_linked;
    }
    let mut weeks: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (at, is_linked) in known.into_values() {
        let week = weeks.entry(Dimension::Week.period(at)).or_default();
        week.0 += 1;
        week.1 += usize::from(is_linked);
    }
    let weeks = weeks.into_iter();
    weeks
        .map(|(week, (tickets, linked))| TicketWeek {
            week,
            tickets,
            linked,
        })
        .collect()
}

//! The list of all sources of tickets, with the functions that detect and read each.

use helpdex::Result;

use crate::input::Input;
use crate::probe::Probe;
use crate::ticket_sources::{
    discourse, freshdesk, github, help_scout, intercom, jira, mail, table, zammad, zendesk,
};
use crate::tickets::{TicketCollector, TicketSource};

/// A function that returns the reason for which an input seems to come from a source; `None` when nothing says so.
type Detect = fn(&Probe<'_>) -> Option<String>;
/// A function that reads an input as an export of a source.
type Read = fn(&Input, &mut TicketCollector<'_>) -> Result<()>;

/// Returns the functions that detect and read a source.
fn functions(source: TicketSource) -> (Detect, Read) {
    match source {
        TicketSource::Zendesk => (zendesk::detect, zendesk::read),
        TicketSource::Freshdesk => (freshdesk::detect, freshdesk::read),
        TicketSource::Intercom => (intercom::detect, intercom::read),
        TicketSource::HelpScout => (help_scout::detect, help_scout::read),
        TicketSource::Zammad => (zammad::detect, zammad::read),
        TicketSource::Discourse => (discourse::detect, discourse::read),
        TicketSource::Github => (github::detect, github::read),
        TicketSource::Jira => (jira::detect, jira::read),
        TicketSource::Mail => (mail::detect, mail::read),
        TicketSource::Table => (table::detect, table::read),
    }
}

/// Returns the source that an input seems to come from, and the reason for the guess.
pub(crate) fn detect(probe: &Probe<'_>) -> Option<(TicketSource, String)> {
    TicketSource::ALL.into_iter().find_map(|source| {
        let (detect, _) = functions(source);
        detect(probe).map(|why| (source, why))
    })
}

/// Reads an input as an export of this source.
pub(crate) fn read(
    source: TicketSource,
    input: &Input,
    collector: &mut TicketCollector<'_>,
) -> Result<()> {
    let (_, read) = functions(source);
    read(input, collector)
}

//! Selects the verdicts that an erasure forgets.

use std::collections::BTreeSet;

use super::record::read_label;
use crate::erasure::Erasure;
use crate::error::Result;
use crate::storage::keyed_log::forget::Selection;

/// The verdicts that an erasure forgets.
pub(super) struct SelectedVerdicts<'a> {
    what: &'a Erasure,
    /// The ids of the tickets whose verdicts are all forgotten.
    tickets: BTreeSet<String>,
}

impl<'a> SelectedVerdicts<'a> {
    /// Returns the selection; `None` for an erasure that concerns interaction events only.
    pub(super) fn of(what: &'a Erasure) -> Option<Self> {
        let tickets = BTreeSet::new();
        (!matches!(what, Erasure::EventsBefore(_))).then_some(Self { what, tickets })
    }
}

impl Selection for SelectedVerdicts<'_> {
    fn look(&mut self, payload: &[u8]) -> Result<()> {
        let label = read_label(payload)?;
        let is_theirs = match self.what {
            Erasure::Ticket(id) => label.ticket_id == *id,
            Erasure::Requester(name) => label.requester.as_ref() == Some(name),
            Erasure::FeedbackBefore(_) | Erasure::EventsBefore(_) => false,
        };
        if is_theirs {
            self.tickets.insert(label.ticket_id);
        }
        Ok(())
    }

    fn has(&self, payload: &[u8]) -> Result<bool> {
        let label = read_label(payload)?;
        Ok(match self.what {
            Erasure::FeedbackBefore(moment) => label.at < moment.unix_seconds(),
            _ => self.tickets.contains(&label.ticket_id),
        })
    }
}

//! Selects the events that an erasure forgets.

use std::collections::BTreeSet;

use super::record::{EventLabel, read_label};
use crate::erasure::Erasure;
use crate::error::Result;
use crate::storage::keyed_log::forget::Selection;

/// The events that an erasure forgets. When a requester is forgotten, so are the events without a requester that have
/// the same session or ticket as one of the requester's.
pub(super) struct SelectedEvents<'a> {
    what: &'a Erasure,
    /// The sessions and tickets of the events that name the requester, each preceded by its kind.
    shared: BTreeSet<String>,
}

impl<'a> SelectedEvents<'a> {
    /// Returns the selection; `None` for an erasure that concerns verdicts only.
    pub(super) fn of(what: &'a Erasure) -> Option<Self> {
        let shared = BTreeSet::new();
        (!matches!(what, Erasure::FeedbackBefore(_))).then_some(Self { what, shared })
    }

    fn names(&self, label: &EventLabel) -> bool {
        match self.what {
            Erasure::Ticket(id) => label.ticket_id.as_ref() == Some(id),
            Erasure::Requester(name) => label.requester.as_ref() == Some(name),
            Erasure::FeedbackBefore(_) => false,
            Erasure::EventsBefore(moment) => label.at < moment.unix_seconds(),
        }
    }
}

impl Selection for SelectedEvents<'_> {
    fn look(&mut self, payload: &[u8]) -> Result<()> {
        if matches!(self.what, Erasure::Requester(_)) {
            let label = read_label(payload)?;
            if self.names(&label) {
                self.shared.extend(shared_names(&label));
            }
        }
        Ok(())
    }

    fn has(&self, payload: &[u8]) -> Result<bool> {
        let label = read_label(payload)?;
        if self.names(&label) {
            return Ok(true);
        }
        let is_anonymous = label.requester.is_none();
        Ok(is_anonymous && shared_names(&label).any(|name| self.shared.contains(&name)))
    }
}

/// Returns the session and the ticket of an event, each preceded by its kind: an event of the same person may share
/// them.
fn shared_names(label: &EventLabel) -> impl Iterator<Item = String> {
    let names = [("session", &label.session), ("ticket", &label.ticket_id)];
    let names = names.map(|(kind, name)| name.as_ref().map(|name| format!("{kind} {name}")));
    names.into_iter().flatten()
}

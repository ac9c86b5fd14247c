//! Forgetting: removes the verdicts on some tickets from the log.

use std::collections::BTreeSet;

use super::{LearningLog, State, labels, records};
use crate::error::{Error, Result};
use crate::learning_log::record::{Label, read_key, read_label};
use crate::storage::files;
use crate::storage::log_head::LogHome;
use crate::storage::record_log::RecordLog;

/// The tickets whose verdicts are to be forgotten.
#[derive(Clone, PartialEq, Eq)]
pub enum Erasure {
    /// All verdicts on the ticket with this id.
    Ticket(String),
    /// All verdicts on every ticket of this requester, which is each ticket with a verdict that names the requester.
    Requester(String),
}

impl Erasure {
    /// Returns the name of the kind: `ticket` or `requester`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "ticket",
            Self::Requester(_) => "requester",
        }
    }

    /// Checks that the name is not empty.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name.
    pub(crate) fn check(&self) -> Result<()> {
        let (Self::Ticket(name) | Self::Requester(name)) = self;
        if name.is_empty() {
            return Err(Error::invalid(
                "the name of whom to forget is empty; give the id of a ticket or the name of a requester",
            ));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Erasure {
    /// Shows only the kind, because a requester's name is private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ticket(_) => "Ticket(..)",
            Self::Requester(_) => "Requester(..)",
        })
    }
}

impl LearningLog {
    /// Forgets all verdicts on these tickets and returns their number. When this returns, the file contains no byte of
    /// them; the next publish trains without them.
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged), [`OtherVersion`](crate::ErrorKind::OtherVersion), [`Storage`](crate::ErrorKind::Storage).
    pub(crate) fn forget(&self, home: &LogHome, who: &Erasure) -> Result<usize> {
        let mut state = self.lock_state();
        if let Some(folder) = &self.folder
            && !files::exists(folder)?
        {
            return Ok(0);
        }
        let _lock_file = self.lock_file(home)?;
        let forgotten = self.forget_locked(home, &mut state, who);
        if forgotten.is_err() {
            state.end = None;
        }
        forgotten
    }

    fn forget_locked(&self, home: &LogHome, state: &mut State, who: &Erasure) -> Result<usize> {
        let mut log = match self.log_path() {
            Some(path) if home.published.is_none() && !files::exists(&path)? => {
                RecordLog::remove_unfinished(&path)?;
                return Ok(0);
            }
            _ => self.open_log(home, state)?,
        };
        let mut tickets = BTreeSet::new();
        let mut count = 0;
        for label in labels(records(log.as_ref(), state)?) {
            let label = label?;
            let is_theirs = match who {
                Erasure::Ticket(id) => label.ticket_id == *id,
                Erasure::Requester(name) => label.requester.as_ref() == Some(name),
            };
            if is_theirs {
                tickets.insert(label.ticket_id);
            }
        }
        let mut keys = BTreeSet::new();
        for label in labels(records(log.as_ref(), state)?) {
            let label = label?;
            if tickets.contains(&label.ticket_id) {
                count += 1;
            } else {
                keys.insert(read_key(&label.key)?);
            }
        }
        if count == 0 {
            return Ok(0);
        }
        let kept = records(log.as_ref(), state)?.filter(|payload| {
            match payload.as_deref().map(read_label) {
                Ok(Ok(Label::Verdict(label))) => !tickets.contains(&label.ticket_id),
                // The error is for who reads on.
                Ok(Err(_)) | Err(_) => true,
            }
        });
        if let Some(log) = &mut log {
            log.rewrite(kept)?;
            state.went_on(log);
        } else {
            state.in_memory = kept.collect::<Result<_>>()?;
            state.erasures += 1;
        }
        state.keys = keys;
        Ok(count)
    }
}

//! The event log: interaction events, from which metrics and reports are computed.
//!
//! `work/events.log` is a [`KeyedLog`] of JSON records, after the head of the log one for each event:
//!
//! ```text
//! {"event": {"key": "<128 bits in hexadecimal>",         of the idempotency key, or of all other fields
//!            "host_key": "click-9",                      the idempotency key, where the host gave one
//!            "interaction": "clicked", "at": 1772357400,  Unix seconds
//!            "articles": ["refund"], "rank": 1,
//!            "session": "s-81", ...}}                    fields that are not given are left out
//! ```
//!
//! Nothing that is published depends on it, so no manifest has a mark of it.

mod record;
mod selection;

use std::path::PathBuf;

use self::record::{REMEDY, check_record, keyed, read_event, read_label_key};
use self::selection::SelectedEvents;
use crate::erasure::Erasure;
use crate::error::{Error, Result};
use crate::interaction_event::InteractionEvent;
use crate::storage::keyed_log::{Added, KeyedLog, KeyedRecord, LogKind};
use crate::storage::log_head::LogHome;

/// The kind of log that holds interaction events: its files, its remedy, and how its records are read.
pub(crate) static EVENT_LOG: LogKind = LogKind {
    file: "events.log",
    lock_file: "events.lock",
    remedy: REMEDY,
    read_key: read_label_key,
    check: check_record,
};

/// The interaction events of one knowledge base; threads and processes add to it at the same time.
pub(crate) struct EventLog {
    log: KeyedLog,
}

/// Events that were checked, as records that can be added to the log.
pub(crate) struct NewEvents(Vec<KeyedRecord>);

impl NewEvents {
    /// Checks events and makes the records of them.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the number of the invalid event.
    pub(crate) fn all(events: &[InteractionEvent]) -> Result<Self> {
        let records = (1..).zip(events).map(|(number, event)| {
            if let Some(fault) = event.fault() {
                return Err(Error::invalid(format!("entry {number}: {fault}")));
            }
            keyed(event)
        });
        records.collect::<Result<_>>().map(Self)
    }
}

impl EventLog {
    /// Makes the log in `folder`, which need not exist; without a folder the log is in memory.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            log: KeyedLog::new(&EVENT_LOG, folder),
        }
    }

    /// Adds the events that are not there yet; see [`KeyedLog::add`].
    ///
    /// # Errors
    /// As [`KeyedLog::add`]. No event is added then.
    pub(crate) fn add(&self, home: &LogHome, events: NewEvents) -> Result<Added> {
        self.log.add(home, events.0)
    }

    /// Returns the events in the order in which they were added, read one at a time.
    ///
    /// # Errors
    /// As [`KeyedLog::records`], also when a single event is read.
    pub(crate) fn events(
        &self,
        home: &LogHome,
    ) -> Result<impl Iterator<Item = Result<InteractionEvent>> + Send + use<>> {
        let path = self.log.path().unwrap_or_default();
        let records = self.log.records(home)?;
        Ok(records.map(move |payload| read_event(&payload?).map_err(|error| error.at_path(&path))))
    }

    /// Forgets the events that the erasure is about and returns their number. When this returns, the file contains no
    /// byte of them.
    ///
    /// # Errors
    /// As [`KeyedLog::forget`].
    pub(crate) fn forget(&self, home: &LogHome, what: &Erasure) -> Result<usize> {
        match SelectedEvents::of(what) {
            Some(mut selected) => self.log.forget(home, &mut selected),
            None => Ok(0),
        }
    }
}

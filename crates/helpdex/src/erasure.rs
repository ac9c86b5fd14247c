//! What is forgotten from the logs of feedback and of interaction events.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// What is to be forgotten from the logs of feedback and of interaction events.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Erasure {
    /// Everything about the ticket with this id.
    Ticket(String),
    /// Everything about every ticket and session that names this requester in one of its verdicts or events.
    Requester(String),
    /// Every verdict from before this moment.
    FeedbackBefore(Timestamp),
    /// Every interaction event from before this moment.
    EventsBefore(Timestamp),
}

/// The counts of what was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Forgotten {
    /// The number of verdicts that were forgotten.
    pub verdicts: usize,
    /// The number of interaction events that were forgotten.
    pub events: usize,
}

impl Erasure {
    /// Returns the name of the kind of erasure: `ticket`, `requester`, `feedback_before` or `events_before`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "ticket",
            Self::Requester(_) => "requester",
            Self::FeedbackBefore(_) => "feedback_before",
            Self::EventsBefore(_) => "events_before",
        }
    }

    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Ticket(name) | Self::Requester(name) if name.is_empty() => Err(Error::invalid(
                "the name of whom to forget is empty; give the id of a ticket or the name of a requester",
            )),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Erasure {
    /// Writes the erasure without the id of the ticket or the name of the requester, which are private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(_) => f.write_str("Ticket(..)"),
            Self::Requester(_) => f.write_str("Requester(..)"),
            Self::FeedbackBefore(moment) => write!(f, "FeedbackBefore({moment})"),
            Self::EventsBefore(moment) => write!(f, "EventsBefore({moment})"),
        }
    }
}

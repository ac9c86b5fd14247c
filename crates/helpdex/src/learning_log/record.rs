//! The records of the learning log, which are verdicts with their cleaned tickets, as JSON.

use helpdex_text::Locale;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::feedback_event::clean::CleanFeedback;
use crate::feedback_event::verdict::Verdict;
use crate::feedback_event::{FeedbackEvent, checked};
use crate::storage::keyed_log::KeyedRecord;
use crate::ticket::{Message, Ticket};
use crate::timestamp::Timestamp;
use crate::vectors::vector::Vector;

pub(super) const REMEDY: &str = "restore it from a copy, or repair the knowledge base, which keeps the verdicts that can be read";

/// A verdict that was checked and cleaned, and that is added to the log unless the log has it.
pub(crate) struct NewVerdict {
    at: Timestamp,
    record: KeyedRecord,
}

impl NewVerdict {
    /// Checks the events, cleans their tickets, and makes the records of them.
    ///
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput), naming the entry.
    pub(crate) fn all(tickets: impl IntoIterator<Item = FeedbackEvent>) -> Result<Vec<Self>> {
        checked(tickets).map(|ticket| Self::of(ticket?)).collect()
    }

    /// Returns the time of the verdict.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the verdict as a record of the log, with its key.
    pub(super) fn into_record(self) -> KeyedRecord {
        self.record
    }

    fn of(ticket: FeedbackEvent) -> Result<Self> {
        let key = ticket.key_hash();
        let host_key = ticket.key.clone();
        let solved = ticket.clean();
        let at = solved.at;
        let record = VerdictRecord {
            key: format!("{key:032x}"),
            host_key,
            ticket_id: solved.ticket_id,
            requester: solved.requester,
            locale: solved.locale.map(|locale| locale.to_string()),
            at: solved.at.unix_seconds(),
            verdict: solved.verdict,
            articles: solved.articles,
            subject: solved.subject,
            text: solved.text,
            vector: solved.vector,
        };
        let payload = write_record(&Record::Verdict(Box::new(record)))?;
        let record = KeyedRecord { key, payload };
        Ok(Self { at, record })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    Verdict(Box<VerdictRecord>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct VerdictRecord {
    key: String,
    /// The key that the host gave for repetitions, kept for an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host_key: Option<String>,
    ticket_id: String,
    requester: Option<String>,
    locale: Option<String>,
    /// The time in Unix seconds, because not every moment has a text form that can be read back.
    at: i64,
    verdict: Verdict,
    articles: Vec<String>,
    subject: String,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vector: Option<Vector>,
}

impl VerdictRecord {
    pub(super) fn into_event(mut self) -> Result<FeedbackEvent> {
        let key = self.host_key.take();
        let solved = self.into_clean()?;
        Ok(FeedbackEvent {
            ticket_id: solved.ticket_id,
            ticket: Ticket {
                subject: Some(solved.subject).filter(|subject| !subject.is_empty()),
                message: Message::Text(solved.text),
                locale: solved.locale,
                requester: solved.requester,
                vector: solved.vector,
                ..Ticket::default()
            },
            at: solved.at,
            verdict: solved.verdict,
            articles: solved.articles,
            key,
        })
    }

    pub(super) fn into_clean(self) -> Result<CleanFeedback> {
        let locale = self.locale.map(|tag| tag.parse::<Locale>());
        Ok(CleanFeedback {
            ticket_id: self.ticket_id,
            requester: self.requester,
            locale: locale.transpose().map_err(|_| other_version())?,
            at: Timestamp::from_unix_seconds(self.at),
            verdict: self.verdict,
            articles: self.articles,
            subject: self.subject,
            text: self.text,
            vector: self.vector,
        })
    }
}

/// A record of which only the key, the time, and the ids of ticket and requester are read.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Label {
    Verdict(VerdictLabel),
}

#[derive(Deserialize)]
pub(super) struct VerdictLabel {
    key: String,
    pub at: i64,
    pub ticket_id: String,
    pub requester: Option<String>,
}

pub(super) fn read_label(payload: &[u8]) -> Result<VerdictLabel> {
    let Label::Verdict(label) = serde_json::from_slice(payload).map_err(|_| other_version())?;
    Ok(label)
}

/// Reads the key of a record, and as little else as possible.
pub(super) fn read_label_key(payload: &[u8]) -> Result<u128> {
    read_key(&read_label(payload)?.key)
}

/// Checks that a payload is a valid record of a verdict.
pub(super) fn check_record(payload: &[u8]) -> Result<()> {
    let Record::Verdict(record) = serde_json::from_slice(payload).map_err(|_| other_version())?;
    read_key(&record.key)?;
    record.into_clean().map(drop)
}

fn read_key(key: &str) -> Result<u128> {
    u128::from_str_radix(key, 16).map_err(|_| other_version())
}

fn write_record(record: &Record) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|e| Error::internal("a record cannot be written", e))
}

/// Creates the error for a log of another version. It omits the error of serde, which may quote a ticket.
pub(super) fn other_version() -> Error {
    Error::new(
        ErrorKind::OtherVersion,
        format!(
            "the log of learned tickets was written by another version of Helpdex; use that one, or {REMEDY}"
        ),
    )
}

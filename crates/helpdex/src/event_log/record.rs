//! The records of the event log, as JSON.

use helpdex_text::Locale;
use serde::{Deserialize, Serialize};

use crate::audience::Visibility;
use crate::error::{Error, ErrorKind, Result};
use crate::feedback_event::verdict::Rejection;
use crate::interaction_event::InteractionEvent;
use crate::interaction_event::interaction::{Interaction, Surface};
use crate::storage::keyed_log::KeyedRecord;
use crate::timestamp::Timestamp;

pub(super) const REMEDY: &str =
    "restore it from a copy, or repair the knowledge base, which keeps the events that can be read";

/// The bytes that are hashed before a key that the host gave, so that the hash differs from that of an event without
/// one.
const KEY_OF_HOST: &[u8] = b"key";
/// The bytes that are hashed before an event that the host gave no key.
const KEY_OF_EVENT: &[u8] = b"event";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Event(Box<EventRecord>),
}

#[derive(Serialize, Deserialize)]
struct EventRecord {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host_key: Option<String>,
    interaction: Interaction,
    at: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    articles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rank: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Rejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    promised_precision: Option<f32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    held_out: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    surface: Option<Surface>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brand: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suggestion_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requester: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket_id: Option<String>,
}

/// Returns the record of an event with its key, by which repetitions are recognised.
pub(super) fn keyed(event: &InteractionEvent) -> Result<KeyedRecord> {
    let mut record = EventRecord::of(event);
    let mut hasher = blake3::Hasher::new();
    if let Some(key) = &event.key {
        hasher.update(KEY_OF_HOST);
        hasher.update(key.as_bytes());
    } else {
        hasher.update(KEY_OF_EVENT);
        hasher.update(&to_json(&record)?);
    }
    let hash = *hasher.finalize().as_bytes();
    let key = u128::from_le_bytes(std::array::from_fn(|index| hash[index]));
    record.key = format!("{key:032x}");
    let payload = to_json(&Record::Event(Box::new(record)))?;
    Ok(KeyedRecord { key, payload })
}

impl EventRecord {
    /// Makes the record of an event, with an empty key.
    fn of(event: &InteractionEvent) -> Self {
        Self {
            key: String::new(),
            host_key: event.key.clone(),
            interaction: event.interaction,
            at: event.at.unix_seconds(),
            articles: event.articles.clone(),
            rank: event.rank,
            reason: event.reason,
            probability: event.probability,
            promised_precision: event.promised_precision,
            held_out: event.held_out,
            surface: event.surface,
            audience: event.audience,
            locale: event.locale.as_ref().map(Locale::to_string),
            brand: event.brand.clone(),
            suggestion_id: event.suggestion_id.clone(),
            requester: event.requester.clone(),
            session: event.session.clone(),
            ticket_id: event.ticket_id.clone(),
        }
    }

    fn into_event(self) -> Result<InteractionEvent> {
        let locale = self.locale.map(|tag| tag.parse::<Locale>());
        Ok(InteractionEvent {
            interaction: self.interaction,
            at: Timestamp::from_unix_seconds(self.at),
            suggestion_id: self.suggestion_id,
            articles: self.articles,
            rank: self.rank,
            reason: self.reason,
            probability: self.probability,
            promised_precision: self.promised_precision,
            held_out: self.held_out,
            surface: self.surface,
            audience: self.audience,
            locale: locale.transpose().map_err(|_| other_version())?,
            brand: self.brand,
            requester: self.requester,
            session: self.session,
            ticket_id: self.ticket_id,
            key: self.host_key,
        })
    }
}

pub(super) fn read_event(payload: &[u8]) -> Result<InteractionEvent> {
    let Record::Event(record) = serde_json::from_slice(payload).map_err(|_| other_version())?;
    record.into_event()
}

/// A record of which only the key, the time, and the names of ticket, requester and session are read.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Label {
    Event(EventLabel),
}

#[derive(Deserialize)]
pub(super) struct EventLabel {
    key: String,
    pub at: i64,
    pub requester: Option<String>,
    pub session: Option<String>,
    pub ticket_id: Option<String>,
}

pub(super) fn read_label(payload: &[u8]) -> Result<EventLabel> {
    let Label::Event(label) = serde_json::from_slice(payload).map_err(|_| other_version())?;
    Ok(label)
}

/// Reads the key of a record, and as little else as possible.
pub(super) fn read_label_key(payload: &[u8]) -> Result<u128> {
    read_key(&read_label(payload)?.key)
}

/// Checks that a payload is a valid record of an event.
pub(super) fn check_record(payload: &[u8]) -> Result<()> {
    read_label_key(payload)?;
    read_event(payload).map(drop)
}

fn read_key(key: &str) -> Result<u128> {
    u128::from_str_radix(key, 16).map_err(|_| other_version())
}

fn to_json(record: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|e| Error::internal("an event cannot be written", e))
}

/// Creates the error for a log of another version. It leaves out the error of serde, which may quote a name.
fn other_version() -> Error {
    Error::new(
        ErrorKind::OtherVersion,
        format!(
            "the log of events was written by another version of Helpdex; use that one, or {REMEDY}"
        ),
    )
}

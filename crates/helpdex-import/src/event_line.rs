//! Reads interaction events from JSON lines.

use std::io::BufRead;
use std::path::Path;

use helpdex::events::{Interaction, InteractionEvent, Surface};
use helpdex::feedback::Rejection;
use helpdex::{Error, Locale, Result, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

use crate::json_lines::{parse_json_lines, parse_object};
use crate::name::Name;

/// A line of a file of interaction events.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventLine {
    interaction: Interaction,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suggestion_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    articles: Vec<Name>,
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
    brand: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requester: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket_id: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Name>,
}

/// Reads interaction events from JSON lines, one at a time, in their order, and skips blank lines. Errors name `path`.
///
/// A line is one object with `interaction` and `at`, and any other fields of [`InteractionEvent`]. A line with an
/// unknown field is refused.
///
/// ```
/// use helpdex::events::Interaction;
///
/// let lines = concat!(
///     r#"{"interaction": "clicked", "at": "2026-03-01T09:30:00Z", "session": "s-81", "articles": ["refund"], "rank": 2}"#,
///     "\n",
///     r#"{"interaction": "clicked", "at": "2026-03-01T09:30:00Z"}"#,
/// );
/// let mut read = helpdex_import::read_events(lines.as_bytes(), "events.jsonl");
/// assert_eq!(read.next().unwrap()?.interaction, Interaction::Clicked);
/// let error = read.next().unwrap().unwrap_err();
/// assert!(error.to_string().starts_with("events.jsonl:2: interaction clicked names no article"));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// For each line, [`InvalidInput`](helpdex::ErrorKind::InvalidInput) if it is no event; the next line is then read.
/// [`Storage`](helpdex::ErrorKind::Storage) when reading fails, which ends the iterator.
pub fn read_events<R: BufRead>(
    lines: R,
    path: impl AsRef<Path>,
) -> impl Iterator<Item = Result<InteractionEvent>> {
    parse_json_lines(lines, path.as_ref(), |line| {
        let line: EventLine =
            parse_object(line).map_err(|e| Error::unreadable_json("an interaction event", &e))?;
        line.into_event()
    })
}

impl EventLine {
    /// Returns the line from which [`read_events`] reads the event again.
    pub(crate) fn of(event: &InteractionEvent) -> Self {
        Self {
            interaction: event.interaction,
            at: event.at,
            suggestion_id: event.suggestion_id.clone(),
            articles: event.articles.iter().cloned().map(Name).collect(),
            rank: event.rank,
            reason: event.reason,
            probability: event.probability,
            promised_precision: event.promised_precision,
            held_out: event.held_out,
            surface: event.surface,
            audience: event.audience,
            locale: event.locale.as_ref().map(Locale::to_string),
            brand: event.brand.clone().map(Name),
            requester: event.requester.clone().map(Name),
            session: event.session.clone().map(Name),
            ticket_id: event.ticket_id.clone().map(Name),
            key: event.key.clone().map(Name),
        }
    }

    fn into_event(self) -> Result<InteractionEvent> {
        let event = InteractionEvent {
            interaction: self.interaction,
            at: self.at,
            suggestion_id: self.suggestion_id,
            articles: self.articles.into_iter().map(|name| name.0).collect(),
            rank: self.rank,
            reason: self.reason,
            probability: self.probability,
            promised_precision: self.promised_precision,
            held_out: self.held_out,
            surface: self.surface,
            audience: self.audience,
            locale: self.locale.map(|tag| tag.parse()).transpose()?,
            brand: self.brand.map(|name| name.0),
            requester: self.requester.map(|name| name.0),
            session: self.session.map(|name| name.0),
            ticket_id: self.ticket_id.map(|name| name.0),
            key: self.key.map(|name| name.0),
        };
        event.check()?;
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_events;

    #[test]
    fn a_line_of_every_field_is_read_as_it_was_written() {
        let event = InteractionEvent {
            suggestion_id: Some("5f3a".into()),
            articles: vec!["refund".into(), "42".into()],
            probability: Some(0.7),
            promised_precision: Some(0.8),
            held_out: true,
            surface: Some(Surface::Mail),
            audience: Some(Visibility::SignedIn),
            locale: Some("pt-BR".parse().unwrap()),
            brand: Some("acme".into()),
            requester: Some("ana".into()),
            session: Some("s-81".into()),
            ticket_id: Some("4711".into()),
            key: Some("k".into()),
            ..InteractionEvent::new(Interaction::Offered, "2026-03-01".parse().unwrap())
        };
        let rejected = InteractionEvent {
            articles: vec!["refund".into()],
            rank: Some(3),
            reason: Some(Rejection::NotRelated),
            ..InteractionEvent::new(Interaction::NotHelpful, event.at)
        };
        let events = [event, rejected];
        let mut lines = Vec::new();
        let count = write_events(events.clone().map(Ok), &mut lines, "events.jsonl").unwrap();
        assert_eq!(count, 2);
        let read: Result<Vec<_>> = read_events(&*lines, "events.jsonl").collect();
        assert_eq!(read.unwrap(), events);
    }

    #[test]
    fn whole_numbers_are_names_and_unknown_keys_are_refused() {
        let line =
            r#"{"interaction": "viewed", "at": "2026-03-01", "ticket_id": 4711, "articles": [7]}"#;
        let event = read_events(line.as_bytes(), "events.jsonl").next().unwrap();
        let event = event.unwrap();
        assert_eq!(event.ticket_id.as_deref(), Some("4711"));
        assert_eq!(event.articles, ["7"]);
        let line = r#"{"interaction": "viewed", "at": "2026-03-01", "text": "secret words"}"#;
        let error = read_events(line.as_bytes(), "events.jsonl").next().unwrap();
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("events.jsonl:1:") && !error.contains("secret"),
            "{error}"
        );
    }
}

//! Tickets and verdicts as JSON lines: one form of line for tickets, solved tickets and labelled tickets.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

use helpdex::vectors::Vector;
use helpdex::{Error, FeedbackEvent, Message, Result, Ticket, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

use crate::json_lines::{parse_json_lines, parse_object};
use crate::name::Name;

/// A line of a file of tickets, of solved tickets or of labelled ones: a ticket and, in the latter two, what people did
/// about it.
///
/// A reader ignores known keys that it does not need, so that solved tickets can be read as plain tickets. An unknown
/// key is refused.
///
/// Its `Debug` form shows no text: ticket text is private.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TicketLine {
    #[serde(alias = "id", skip_serializing_if = "Option::is_none")]
    ticket_id: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<Name>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<VectorForm>,
    #[serde(alias = "created_at", skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<Vec<Name>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Name>,
    /// The way in which the article of an imported ticket was found, such as `address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) found_by: Option<String>,
    /// The ids of further articles that agents named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) other_articles: Vec<Name>,
    /// The language that a labelled ticket is written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The translation groups of the articles that answer a labelled ticket, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The reason for which no article answers a labelled ticket; `None` when one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_answer: Option<String>,
}

/// The vector of a ticket by a model of the host.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorForm {
    model: String,
    values: Vec<f32>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum VerdictForm {
    Name(String),
    Rejected { rejected: String },
}

/// Reads tickets from JSON lines, one at a time, in their order, and skips blank lines. Errors name `path`.
///
/// A line is one object. All of its keys are optional: `ticket_id` (the ticket's reference), `subject`, one of `text`,
/// `html` and `email`, `locale`, `requester`, `fields`, and `vector`, which is like `{"model": "my-model", "values": [0.5, 0.1]}`.
///
/// ```
/// let lines = concat!(
///     r#"{"ticket_id": 4711, "subject": "Refund", "text": "Where is my money?", "locale": "en"}"#,
///     "\n",
///     r#"{"text": "one", "html": "two"}"#,
/// );
/// let mut read = helpdex_import::read_tickets(lines.as_bytes(), "tickets.jsonl");
/// assert_eq!(read.next().unwrap()?.reference.as_deref(), Some("4711"));
/// let error = read.next().unwrap().unwrap_err();
/// assert!(error.to_string().starts_with("tickets.jsonl:2: a ticket has one message"));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// One a line: [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a line that is no ticket; the next one is read all the
/// same. [`Storage`](helpdex::ErrorKind::Storage) when reading fails; nothing follows.
pub fn read_tickets<R: BufRead>(
    lines: R,
    path: impl AsRef<Path>,
) -> impl Iterator<Item = Result<Ticket>> {
    parse_json_lines(lines, path.as_ref(), |line| {
        TicketLine::parse(line, "a ticket")?.into_ticket()
    })
}

/// Reads solved tickets from JSON lines, one at a time, in their order, and skips blank lines. Errors name `path`.
///
/// A line has the keys of [`read_tickets`], of which `ticket_id` is required here, and the required keys `at` and
/// `verdict`. `articles`, the ids of the articles that the verdict is about, and `key` are optional. `verdict` is
/// `linked`, `resolved`, `clicked`, `no_article`, `unlinked`, `rejected`, or `{"rejected": "not_related"}` and the
/// like.
///
/// ```
/// use helpdex::feedback::Rejection;
/// use helpdex::Verdict;
///
/// let lines = concat!(
///     r#"{"ticket_id": 1, "at": "2026-03-01", "verdict": {"rejected": "not_related"}, "articles": ["refund"]}"#,
///     "\n",
///     r#"{"ticket_id": 2, "at": "2026-03-01", "verdict": "linked", "text": "Money back?"}"#,
/// );
/// let mut read = helpdex_import::read_feedback(lines.as_bytes(), "tickets.jsonl");
/// assert_eq!(read.next().unwrap()?.verdict, Verdict::Rejected(Rejection::NotRelated));
/// let error = read.next().unwrap().unwrap_err();
/// assert!(error.to_string().starts_with("tickets.jsonl:2: verdict linked names no article"));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// One a line: [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a line that is no solved ticket; the next one is
/// read all the same. [`Storage`](helpdex::ErrorKind::Storage) when reading fails; nothing follows.
pub fn read_feedback<R: BufRead>(
    lines: R,
    path: impl AsRef<Path>,
) -> impl Iterator<Item = Result<FeedbackEvent>> {
    parse_json_lines(lines, path.as_ref(), |line| {
        TicketLine::parse(line, "a solved ticket")?.into_event()
    })
}

impl TicketLine {
    /// Parses a line. `what` is what the error calls the line, such as "a ticket".
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a line that is no such object, without its text.
    pub fn parse(line: &[u8], what: &str) -> Result<Self> {
        parse_object(line).map_err(|e| Error::unreadable_json(what, &e))
    }

    /// Returns the line for an event, from which [`read_feedback`] reads the same event. A mail becomes text in UTF-8.
    pub(crate) fn of_event(event: &FeedbackEvent) -> Self {
        let ticket = &event.ticket;
        let mut line = Self {
            ticket_id: Some(Name(event.ticket_id.clone())),
            subject: ticket.subject.clone(),
            locale: ticket.locale.as_ref().map(ToString::to_string),
            requester: ticket.requester.clone().map(Name),
            fields: ticket.fields.clone(),
            at: Some(event.at),
            verdict: Some(match event.verdict.rejection() {
                Some(rejection) => VerdictForm::Rejected {
                    rejected: rejection.name().to_owned(),
                },
                None => VerdictForm::Name(event.verdict.name().to_owned()),
            }),
            articles: Some(event.articles.iter().cloned().map(Name).collect()),
            key: event.key.clone().map(Name),
            vector: ticket.vector.as_ref().map(|vector| VectorForm {
                model: vector.model().to_owned(),
                values: vector.to_values(),
            }),
            ..Self::default()
        };
        match &ticket.message {
            Message::Text(text) => line.text = Some(text.clone()),
            Message::Html(html) => line.html = Some(html.clone()),
            Message::Email(bytes) => line.email = Some(String::from_utf8_lossy(bytes).into_owned()),
        }
        line
    }

    /// Returns the moment at which the ticket arrived or was answered, if the line states it.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// Returns the ticket of the line without its verdict.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a line with several messages, without a language tag as its
    /// locale, or with a vector that is none.
    pub fn into_ticket(self) -> Result<Ticket> {
        Ok(Ticket {
            subject: self.subject,
            message: one_message(self.text, self.html, self.email)?,
            locale: self.locale.map(|tag| tag.parse()).transpose()?,
            fields: self.fields,
            requester: self.requester.map(|name| name.0),
            reference: self.ticket_id.map(|name| name.0),
            vector: match self.vector {
                Some(vector) => Vector::new(&vector.model, &vector.values)?,
                None => None,
            },
        })
    }

    /// Returns the ticket of the line with its verdict.
    ///
    /// # Errors
    /// As [`into_ticket`](Self::into_ticket), and for a line without ticket id, moment or verdict, and for a verdict that
    /// cannot be learned.
    pub fn into_event(mut self) -> Result<FeedbackEvent> {
        let at = self.at.ok_or_else(|| missing("at"))?;
        let verdict = match self.verdict.take().ok_or_else(|| missing("verdict"))? {
            VerdictForm::Name(name) => Verdict::from_names(&name, None),
            VerdictForm::Rejected { rejected } => Verdict::from_names("rejected", Some(&rejected)),
        }?;
        let articles = self.articles.take().unwrap_or_default();
        let key = self.key.take();
        // What is known besides is not learned, and exports write "" for nobody.
        self.fields.clear();
        self.requester = self.requester.filter(|name| !name.0.is_empty());
        let mut ticket = self.into_ticket()?;
        let solved = FeedbackEvent {
            ticket_id: ticket
                .reference
                .take()
                .ok_or_else(|| missing("ticket_id"))?,
            ticket,
            at,
            verdict,
            articles: articles.into_iter().map(|name| name.0).collect(),
            key: key.map(|name| name.0),
        };
        solved.check()?;
        Ok(solved)
    }
}

impl fmt::Debug for TicketLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketLine")
            .field("ticket_id", &self.ticket_id.as_ref().map(|name| &name.0))
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Returns the message that is given; an empty text when none is.
fn one_message(
    text: Option<String>,
    html: Option<String>,
    email: Option<String>,
) -> Result<Message> {
    match (text, html, email) {
        (text, None, None) => Ok(Message::Text(text.unwrap_or_default())),
        (None, Some(html), None) => Ok(Message::Html(html)),
        (None, None, Some(email)) => Ok(Message::Email(email.into_bytes())),
        _ => Err(Error::invalid(
            "a ticket has one message; give one of text, html and email",
        )),
    }
}

fn missing(field: &str) -> Error {
    Error::invalid(format!(
        "the line has no {field}; a solved ticket has ticket_id, at and verdict"
    ))
}

#[cfg(test)]
mod tests {
    use helpdex::feedback::Rejection;

    use super::*;

    #[track_caller]
    fn check_line(line: &str, expected: &str) {
        let read = read_feedback(line.as_bytes(), "t.jsonl").next();
        let error = read.unwrap().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("marker"), "{error}");
    }

    #[test]
    fn a_line_that_is_no_solved_ticket_is_told_without_its_text() {
        let with = |rest: &str| format!(r#"{{"ticket_id": 1, "at": "2026-03-01", {rest}}}"#);
        check_line(
            "{marker",
            "t.jsonl:1: the line is not a solved ticket in JSON",
        );
        check_line(
            r#"["marker"]"#,
            "t.jsonl:1: the line is not a solved ticket in JSON",
        );
        check_line(
            &with(r#""verdict": "solved""#),
            "verdict \"solved\" is unknown",
        );
        check_line(
            &with(r#""verdict": {"rejected": "bad"}, "articles": ["a"]"#),
            "rejection \"bad\" is unknown; give one of \"unknown\", \"not_related\"",
        );
        check_line(
            &with(r#""verdict": "no_article", "marker": 1"#),
            "data error",
        );
        check_line(
            &with(r#""verdict": "no_article", "text": "marker", "html": """#),
            "give one of text, html and email",
        );
        check_line(
            &with(r#""verdict": "no_article", "locale": "?""#),
            "write it like",
        );
        check_line(&with(r#""verdict": "linked""#), "names no article");
        check_line(r#"{"ticket_id": 1, "verdict": "linked"}"#, "has no at");
        check_line(r#"{"ticket_id": 1, "at": 7}"#, "has no verdict");
        check_line(r#"{"at": 7, "verdict": "no_article"}"#, "has no ticket_id");
    }

    #[test]
    fn every_verdict_is_read_by_its_names() {
        for verdict in Verdict::ALL {
            let form = match verdict.rejection().map(Rejection::name) {
                Some(rejection) => format!(r#"{{"rejected": "{rejection}"}}"#),
                None => format!("\"{}\"", verdict.name()),
            };
            let articles = if verdict.names_articles() {
                "[7]"
            } else {
                "[]"
            };
            let line = format!(
                r#"{{"ticket_id": 1, "at": 7, "verdict": {form}, "articles": {articles}}}"#
            );
            let read = read_feedback(line.as_bytes(), "t").next().unwrap();
            assert_eq!(read.unwrap().verdict, verdict);
        }
    }

    #[test]
    fn blank_lines_and_a_byte_order_mark_are_passed_over_and_lines_counted() {
        let line = r#"{"ticket_id": 1, "at": 7, "verdict": "no_article"}"#;
        let lines = format!("\u{feff}{line}\n\n \r\n{{}}\n{line}\r\n");
        let read: Vec<_> = read_feedback(lines.as_bytes(), "t").collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].as_ref().unwrap_err().line(), Some(4));
        assert_eq!(read[0].as_ref().unwrap(), read[2].as_ref().unwrap());
    }

    #[test]
    fn a_vector_of_a_ticket_is_written_and_read_again() {
        let line = r#"{"ticket_id": 1, "at": 7, "verdict": "no_article", "vector": {"model": "m", "values": [0.5, -2]}}"#;
        let event = read_feedback(line.as_bytes(), "t").next().unwrap().unwrap();
        assert_eq!(event.ticket.vector.as_ref().unwrap().dimension(), 2);
        let written = serde_json::to_string(&TicketLine::of_event(&event)).unwrap();
        let again = read_feedback(written.as_bytes(), "t").next().unwrap();
        assert_eq!(again.unwrap(), event);
        let bad = line.replace("[0.5, -2]", "[]");
        check_line(&bad, "t.jsonl:1: vectors of \"m\" have 0 values");
    }

    #[test]
    fn a_solved_ticket_can_be_asked_as_a_ticket_and_an_unknown_key_is_refused() {
        let lines = concat!(
            r#"{"ticket_id": 1, "at": 7, "verdict": "no_article", "text": "marker"}"#,
            "\n",
            r#"{"ticket_id": 1, "txet": "marker"}"#,
        );
        let read: Vec<_> = read_tickets(lines.as_bytes(), "t").collect();
        assert_eq!(
            read[0].as_ref().unwrap().message,
            Message::Text("marker".into())
        );
        assert!(read[1].is_err());
        let line = TicketLine::parse(lines.lines().next().unwrap().as_bytes(), "a ticket");
        assert!(!format!("{line:?}").contains("marker"));
    }
}

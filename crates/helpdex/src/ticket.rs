//! A ticket as it arrived.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

use helpdex_text::{CleanTicket, Content, Locale, clean_ticket};
use serde::Deserialize;

use crate::article::string_or_number;
use crate::error::{Error, Result};
use crate::json_lines::parse_json_lines;

/// An incoming request, as it arrived. Any text is legal: an odd ticket has an outcome, never an error.
///
/// As JSON it is one object, a line of the files that [`read_tickets`] reads. All of it may be left out: `ticket_id` (its
/// reference), `subject`, one of `text`, `html` and `email`, `locale`, `requester` and `fields`.
///
/// Its `Debug` form shows sizes only: ticket text is private.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Line")]
pub struct Ticket {
    /// The subject line; an e-mail's own when this is none.
    pub subject: Option<String>,
    /// The message.
    pub message: Message,
    /// The locale that the host declares; none: it is detected.
    pub locale: Option<Locale>,
    /// What the host knows besides, such as `product` or `page_url`. Kept for the host: this version does not use it.
    pub fields: BTreeMap<String, String>,
    /// Who asks, in the host's own naming.
    pub requester: Option<String>,
    /// The host's id of the ticket.
    pub reference: Option<String>,
}

/// The body of a [`Ticket`].
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// Plain text.
    Text(String),
    /// HTML, as from a web form or a mail client.
    Html(String),
    /// A raw e-mail with its headers, up to 30 MB.
    Email(Vec<u8>),
}

impl Ticket {
    /// A ticket of plain text alone.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self {
            message: Message::Text(text.into()),
            ..Self::default()
        }
    }

    /// A ticket from a raw e-mail.
    #[must_use]
    pub fn from_email(email: impl Into<Vec<u8>>) -> Self {
        Self {
            message: Message::Email(email.into()),
            ..Self::default()
        }
    }

    /// The bytes of its message.
    pub(crate) fn size_bytes(&self) -> usize {
        match &self.message {
            Message::Text(text) | Message::Html(text) => text.len(),
            Message::Email(bytes) => bytes.len(),
        }
    }

    /// Cleans it: the customer's own words, personal data masked. Linear in its length.
    #[must_use]
    pub fn clean(&self) -> CleanTicket {
        clean_ticket(self.subject.as_deref(), self.content())
    }

    pub(crate) fn content(&self) -> Content<'_> {
        match &self.message {
            Message::Text(text) => Content::Text(text),
            Message::Html(html) => Content::Html(html),
            Message::Email(bytes) => Content::Email(bytes),
        }
    }
}

impl Message {
    /// The one that is there; an empty text when none is.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when there are more.
    pub(crate) fn of_one(
        text: Option<String>,
        html: Option<String>,
        email: Option<String>,
    ) -> Result<Self> {
        match (text, html, email) {
            (text, None, None) => Ok(Self::Text(text.unwrap_or_default())),
            (None, Some(html), None) => Ok(Self::Html(html)),
            (None, None, Some(email)) => Ok(Self::Email(email.into_bytes())),
            _ => Err(Error::invalid(
                "a ticket has one message; give one of text, html and email",
            )),
        }
    }
}

/// Reads tickets from JSON lines, one at a time, in their order; blank lines are passed over. `path` is what errors name.
///
/// ```
/// let lines = concat!(
///     r#"{"ticket_id": 4711, "subject": "Refund", "text": "Where is my money?", "locale": "en"}"#,
///     "\n",
///     r#"{"text": "one", "html": "two"}"#,
/// );
/// let mut read = helpdex::read_tickets(lines.as_bytes(), "tickets.jsonl");
/// assert_eq!(read.next().unwrap()?.reference.as_deref(), Some("4711"));
/// let error = read.next().unwrap().unwrap_err();
/// assert!(error.to_string().starts_with("tickets.jsonl:2: a ticket has one message"));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// One a line: [`InvalidInput`](crate::ErrorKind::InvalidInput) for a line that is no ticket; the next one is read all the
/// same. [`Storage`](crate::ErrorKind::Storage) when reading fails; nothing follows.
pub fn read_tickets(
    lines: impl BufRead,
    path: impl AsRef<Path>,
) -> impl Iterator<Item = Result<Ticket>> {
    parse_json_lines(lines, path.as_ref(), |line| {
        serde_json::from_slice::<Line>(line)
            .map_err(|e| Error::unreadable_json("a ticket", &e))
            .and_then(Ticket::try_from)
    })
}

/// A ticket as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    ticket_id: Option<Name>,
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
    email: Option<String>,
    locale: Option<String>,
    requester: Option<Name>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// A name that the host gave: a string; a JSON number is kept as its digits.
#[derive(Deserialize)]
pub(crate) struct Name(#[serde(deserialize_with = "string_or_number")] pub String);

impl TryFrom<Line> for Ticket {
    type Error = Error;

    fn try_from(line: Line) -> Result<Self> {
        Ok(Self {
            subject: line.subject,
            message: Message::of_one(line.text, line.html, line.email)?,
            locale: line.locale.map(|tag| tag.parse()).transpose()?,
            fields: line.fields,
            requester: line.requester.map(|name| name.0),
            reference: line.ticket_id.map(|name| name.0),
        })
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (form, size_bytes) = match self {
            Self::Text(text) => ("Text", text.len()),
            Self::Html(html) => ("Html", html.len()),
            Self::Email(bytes) => ("Email", bytes.len()),
        };
        write!(f, "{form}({size_bytes} bytes)")
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("subject_bytes", &self.subject.as_ref().map(String::len))
            .field("message", &self.message)
            .field("locale", &self.locale)
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_of_a_ticket_shows_none_of_its_text() {
        let ticket = Ticket {
            subject: Some("marker-subject".into()),
            requester: Some("marker-requester".into()),
            fields: [("page_url".to_owned(), "marker-url".to_owned())].into(),
            ..Ticket::from_text("marker-text")
        };
        assert!(!format!("{ticket:?}").contains("marker"));
    }
}

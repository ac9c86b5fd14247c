//! A ticket as it arrived.

use std::collections::BTreeMap;
use std::fmt;

use helpdex_text::{CleanTicket, Content, Locale, clean_ticket};

use crate::vectors::vector::Vector;

/// An incoming request, as it arrived. Any text is legal: an odd ticket has an outcome, never an error.
///
/// Its `Debug` form shows sizes only: ticket text is private.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Ticket {
    /// The subject line; `None`: an e-mail's own subject is used.
    pub subject: Option<String>,
    /// The body of the ticket.
    pub message: Message,
    /// The locale that the host declares; `None`: the language is detected.
    pub locale: Option<Locale>,
    /// Further fields of the host, such as `product` or `page_url`. They are kept for the host; this version does not
    /// use them.
    pub fields: BTreeMap<String, String>,
    /// The name of the requester, as the host calls them.
    pub requester: Option<String>,
    /// The host's id of the ticket.
    pub reference: Option<String>,
    /// The vector of the text, where the host has it already: see [`vectors`](crate::vectors). It is kept with feedback, and
    /// forgotten with it.
    pub vector: Option<Vector>,
}

/// The body of a [`Ticket`].
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// A plain text.
    Text(String),
    /// An HTML text, as from a web form or a mail client.
    Html(String),
    /// A raw e-mail with its headers, up to 30 MB.
    Email(Vec<u8>),
}

impl Message {
    /// Returns the name of the form: `text`, `html` or `email`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Html(_) => "html",
            Self::Email(_) => "email",
        }
    }
}

impl Ticket {
    /// Makes a ticket from a plain text alone.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self {
            message: Message::Text(text.into()),
            ..Self::default()
        }
    }

    /// Makes a ticket from a raw e-mail.
    #[must_use]
    pub fn from_email(email: impl Into<Vec<u8>>) -> Self {
        Self {
            message: Message::Email(email.into()),
            ..Self::default()
        }
    }

    /// Returns the number of bytes of the message.
    pub(crate) fn size_bytes(&self) -> usize {
        match &self.message {
            Message::Text(text) | Message::Html(text) => text.len(),
            Message::Email(bytes) => bytes.len(),
        }
    }

    /// Cleans the ticket: returns the customer's own words, with personal data masked. Linear in the length of the
    /// ticket.
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

//! A message of a ticket as it is kept.

use helpdex::{Message, Timestamp};

use super::article_links::NamedArticles;

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Writer {
    Customer,
    Agent,
    /// Whoever has this id: the customer if the ticket says so, else an agent unless the export says otherwise.
    User(String),
}

/// A message as it is kept: of an agent's only the articles that it names.
#[derive(Debug)]
pub(super) struct Entry {
    pub writer: Writer,
    pub at: Option<Timestamp>,
    pub text: Option<Message>,
    pub named: NamedArticles,
}

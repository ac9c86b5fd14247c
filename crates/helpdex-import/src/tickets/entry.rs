//! A message of a ticket in the form in which the collector keeps it.

use helpdex::{Message, Timestamp};

use super::article_links::NamedArticles;

/// The writer of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Writer {
    Customer,
    Agent,
    /// The user with this id: the customer if the ticket or the export says so, else an agent.
    User(String),
}

/// A message as the collector keeps it: for a message of an agent only the articles that it names.
#[derive(Debug)]
pub(super) struct Entry {
    pub writer: Writer,
    pub at: Option<Timestamp>,
    pub text: Option<Message>,
    pub named: NamedArticles,
}

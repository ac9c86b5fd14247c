//! A ticket of an export, without its messages.

use std::collections::BTreeMap;

use helpdex::Timestamp;

use super::ticket_report::TicketLeftOut;

/// A ticket of an export, without its messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct FoundTicket {
    pub id: String,
    pub subject: Option<String>,
    pub requester: Option<String>,
    /// The locale of the ticket, as the source writes it.
    pub locale: Option<String>,
    /// Custom values of the ticket, such as brand and product, by their names.
    pub fields: BTreeMap<String, String>,
    pub state: State,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub solved_at: Option<Timestamp>,
    /// The articles that a field of the ticket names, by their ids or addresses.
    pub articles: Vec<String>,
}

/// The state of a ticket, as far as the import needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum State {
    #[default]
    Unknown,
    Open,
    Solved,
    /// The ticket is in a state in which it is left out, for this reason.
    LeftOut(TicketLeftOut),
}

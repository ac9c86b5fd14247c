//! What an export says of a ticket, apart from its messages.

use std::collections::BTreeMap;

use helpdex::Timestamp;

use super::ticket_report::TicketLeftOut;

/// What an export says of a ticket, apart from its messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct FoundTicket {
    pub id: String,
    pub subject: Option<String>,
    pub requester: Option<String>,
    /// As the source writes it.
    pub locale: Option<String>,
    /// Brand and product, by their names.
    pub fields: BTreeMap<String, String>,
    pub state: State,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub solved_at: Option<Timestamp>,
    /// The articles that a field of the ticket names, by id or address.
    pub articles: Vec<String>,
}

/// The state of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum State {
    #[default]
    Unknown,
    Open,
    Solved,
    /// It is none of those that count.
    LeftOut(TicketLeftOut),
}

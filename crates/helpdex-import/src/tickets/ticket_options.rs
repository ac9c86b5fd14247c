//! The options of an import of tickets.

use helpdex::Locale;

use super::ticket_source::TicketSource;

/// The options of an import of tickets; by default the source is detected, the first message is the ticket, and the last
/// article that was linked before the ticket was solved is the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketOptions {
    /// The source of the export; `None`: it is detected.
    pub source: Option<TicketSource>,
    /// The messages of the customer that are the text of the ticket.
    pub text: TicketText,
    /// The articles that count, where agents linked several.
    pub links: ChosenLinks,
    /// Whether titles of articles that agents wrote word for word are left aside; they count by default, where a ticket has no
    /// link.
    pub ignores_titles: bool,
    /// The locale of tickets that state none; `None`: the language is detected when a ticket is asked.
    pub locale: Option<Locale>,
    /// Paths that are not read, as patterns of `.gitignore`.
    pub exclude: Vec<String>,
    /// Which column of a table is which field of a ticket, such as `("text", "Question")`; the rest is guessed.
    pub columns: Vec<(String, String)>,
    /// Addresses or domains of the agents, for mails: everybody else is a customer. Empty: whoever begins a thread is its
    /// customer.
    pub agents: Vec<String>,
}

/// The messages of the customer that are the text of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TicketText {
    /// The first one, as a suggestion would have met it.
    #[default]
    First,
    /// All of them before the reply that solved it, personal data masked.
    All,
}

helpdex_text::names!(TicketText, "text of a ticket" { First => "first", All => "all" });

/// The articles that count, where agents linked several in one ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChosenLinks {
    /// The last one: whoever corrects a link sends another.
    #[default]
    Last,
    /// The first one.
    First,
    /// All of them.
    All,
}

helpdex_text::names!(ChosenLinks, "choice of links" { Last => "last", First => "first", All => "all" });

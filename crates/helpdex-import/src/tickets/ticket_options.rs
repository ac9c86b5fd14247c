//! The options of an import of tickets.

use helpdex::Locale;

use super::ticket_source::TicketSource;

/// The options of an import of tickets. By default the source is detected, the first message is the text of the ticket,
/// and the verdict is the last article that was linked before the ticket was solved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketOptions {
    /// The source of the export; `None`: the source is detected.
    pub source: Option<TicketSource>,
    /// The messages of the customer that become the text of the ticket.
    pub text: TicketText,
    /// The articles that count if agents linked several.
    pub links: ChosenLinks,
    /// Whether titles of articles that agents wrote word for word are ignored. By default they count if a ticket has no
    /// link.
    pub ignores_titles: bool,
    /// The locale of tickets that state none; `None`: the language is detected when suggestions are asked for.
    pub locale: Option<Locale>,
    /// Paths that are not read, as patterns of `.gitignore`.
    pub exclude: Vec<String>,
    /// The fields of a ticket and the table columns that hold them, such as `("text", "Question")`; for other fields
    /// the column is guessed.
    pub columns: Vec<(String, String)>,
    /// The addresses or domains of the agents, for mails; everybody else is a customer. If empty, whoever begins a
    /// thread is its customer.
    pub agents: Vec<String>,
}

/// The messages of the customer that become the text of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TicketText {
    /// The first message, which is what a suggestion would have been made for.
    #[default]
    First,
    /// All messages before the reply that solved the ticket, with personal data masked.
    All,
}

helpdex_text::names!(TicketText, "text of a ticket" { First => "first", All => "all" });

/// The articles that count if agents linked several in one ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChosenLinks {
    /// The last article: whoever corrects a link sends another.
    #[default]
    Last,
    /// The first article that agents linked counts.
    First,
    /// All articles that agents linked count.
    All,
}

helpdex_text::names!(ChosenLinks, "choice of links" { Last => "last", First => "first", All => "all" });

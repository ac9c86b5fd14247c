//! The result of an import of tickets: solved tickets, and what became of everything else.

use std::collections::BTreeMap;

use helpdex::FeedbackEvent;

use super::ticket_source::TicketSource;
use crate::error_list::ErrorList;
use crate::name::Name;
use crate::report::PassedOver;
use crate::ticket_line::TicketLine;

/// The tickets that were read, and what became of everything else.
#[derive(Debug)]
#[non_exhaustive]
pub struct TicketImport {
    /// The source of the export.
    pub source: TicketSource,
    /// Why it seems to come from there, as the end of "detected by ...".
    pub detected_by: String,
    /// The number of tickets, those that are left out too.
    pub tickets_read: usize,
    /// The solved tickets in the order of time: linked and unlinked.
    pub tickets: Vec<ImportedTicket>,
    /// The number of tickets that are not used, by reason.
    pub left_out: BTreeMap<TicketLeftOut, usize>,
    /// The number of notes and other messages that customers do not see, none of which was used.
    pub private_messages: usize,
    /// Addresses of articles that are not there, such as moved or deleted ones, with the number of tickets.
    pub missing: BTreeMap<String, usize>,
    /// Which columns of a table are which fields, as `subject=Title, text=Body`; "" for other sources.
    pub columns: String,
    /// One error for each file or record that cannot be read.
    pub skipped: ErrorList,
    /// Files that the source does not read, by the ending of their names.
    pub passed_over: BTreeMap<String, PassedOver>,
}

/// A solved ticket, and how its articles were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTicket {
    /// The ticket with its verdict: linked, or unlinked.
    pub event: FeedbackEvent,
    /// How its articles were found; `None` for an unlinked ticket.
    pub found_by: Option<FoundBy>,
    /// The articles that agents named besides, in their order.
    pub other_articles: Vec<String>,
}

impl ImportedTicket {
    /// Returns the ticket as a line of JSON, from which [`read_feedback`](crate::read_feedback) reads its event.
    ///
    /// `found_by` and `other_articles` stand beside the verdict for whoever reads the file; they are not learned.
    #[must_use]
    pub fn to_line(&self) -> TicketLine {
        let mut line = TicketLine::of_event(&self.event);
        line.found_by = self.found_by.map(|found_by| found_by.name().to_owned());
        line.other_articles = self.other_articles.iter().cloned().map(Name).collect();
        line
    }
}

/// How the article of a ticket was found in the replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    /// By its address.
    Address,
    /// By its title, word for word, where no address stands: a weaker sign.
    Title,
    /// By a column or a field that names it.
    Field,
}

helpdex_text::names!(FoundBy, "sign of an article" {
    Address => "address",
    Title => "title",
    Field => "field",
});

/// Why a ticket is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TicketLeftOut {
    /// It is not solved yet.
    Open,
    /// The export does not say whether it is solved, and no article is linked.
    StateUnknown,
    /// It was merged into another ticket.
    Merged,
    /// It is deleted, or spam.
    Deleted,
    /// The customer wrote nothing, or nothing that the export holds.
    NoText,
    /// The export does not say when it was solved or written.
    NoTime,
    /// A machine wrote it, such as a bounce or an automatic reply.
    MachineWritten,
    /// It is something else, such as a pull request.
    NotATicket,
}

helpdex_text::names!(TicketLeftOut, "reason to leave a ticket out" {
    Open => "open",
    StateUnknown => "state_unknown",
    Merged => "merged",
    Deleted => "deleted",
    NoText => "no_text",
    NoTime => "no_time",
    MachineWritten => "machine_written",
    NotATicket => "not_a_ticket",
});

#[cfg(test)]
mod tests {
    use helpdex::{Ticket, Timestamp, Verdict};

    use super::*;
    use crate::ticket_line::read_feedback;

    #[test]
    fn a_line_is_read_as_the_event_that_it_was_made_of() {
        let mut ticket = Ticket::from_text("How do I pay?");
        ticket.subject = Some("Card".to_owned());
        ticket.locale = Some("pt-BR".parse().unwrap());
        ticket.requester = Some("5".to_owned());
        let imported = ImportedTicket {
            event: FeedbackEvent {
                ticket_id: "7".to_owned(),
                ticket,
                at: Timestamp::from_unix_seconds(1_772_359_200),
                verdict: Verdict::Linked,
                articles: vec!["pay".to_owned()],
                key: None,
            },
            found_by: Some(FoundBy::Title),
            other_articles: vec!["card".to_owned()],
        };
        let line = serde_json::to_string(&imported.to_line()).unwrap();
        let read = read_feedback(line.as_bytes(), "t").next().unwrap();
        assert_eq!(read.unwrap(), imported.event);
        assert!(line.contains("\"found_by\":\"title\""), "{line}");
    }
}

//! The result of an import of tickets: solved tickets, and what became of all others.

use std::collections::BTreeMap;

use helpdex::FeedbackEvent;

use super::ticket_source::TicketSource;
use crate::error_list::ErrorList;
use crate::name::Name;
use crate::report::PassedOver;
use crate::ticket_line::TicketLine;

/// The tickets that were read, and what became of all others.
#[derive(Debug)]
#[non_exhaustive]
pub struct TicketImport {
    /// The source of the export.
    pub source: TicketSource,
    /// The reason for which the source was chosen, as the end of "detected by ...".
    pub detected_by: String,
    /// The number of tickets that were read, including those that are left out.
    pub tickets_read: usize,
    /// The solved tickets, linked and unlinked, in the order of time.
    pub tickets: Vec<ImportedTicket>,
    /// The number of tickets that are not used, by reason.
    pub left_out: BTreeMap<TicketLeftOut, usize>,
    /// The number of notes and other messages that customers do not see, none of which was used.
    pub private_messages: usize,
    /// The addresses that look like articles but belong to none, such as moved or deleted ones, each with the number of
    /// tickets.
    pub missing: BTreeMap<String, usize>,
    /// The fields of a table and their columns, as in `subject=Title, text=Body`; "" for other sources.
    pub columns: String,
    /// One error for each file or record that cannot be read.
    pub skipped: ErrorList,
    /// The files that the source does not read, by the ending of their names.
    pub passed_over: BTreeMap<String, PassedOver>,
}

/// A solved ticket, and how its articles were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTicket {
    /// The ticket with its verdict: linked, or unlinked.
    pub event: FeedbackEvent,
    /// How its articles were found; `None` for an unlinked ticket.
    pub found_by: Option<FoundBy>,
    /// The ids of the further articles that agents named, in their order.
    pub other_articles: Vec<String>,
}

impl ImportedTicket {
    /// Returns the ticket as a line of JSON, from which [`read_feedback`](crate::read_feedback) reads its event.
    ///
    /// `found_by` and `other_articles` are there for people who read the file; they are not learned.
    #[must_use]
    pub fn to_line(&self) -> TicketLine {
        let mut line = TicketLine::of_event(&self.event);
        line.found_by = self.found_by.map(|found_by| found_by.name().to_owned());
        line.other_articles = self.other_articles.iter().cloned().map(Name).collect();
        line
    }
}

/// The way in which the article of a ticket was found in the replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    /// The reply contains the address of the article.
    Address,
    /// The reply contains the title of the article word for word, but no address: a weaker sign.
    Title,
    /// A column or a field names the article.
    Field,
}

helpdex_text::names!(FoundBy, "sign of an article" {
    Address => "address",
    Title => "title",
    Field => "field",
});

/// The reason for which a ticket is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TicketLeftOut {
    /// The ticket is not solved yet.
    Open,
    /// The export does not say whether the ticket is solved, and no article is linked.
    StateUnknown,
    /// The ticket was merged into another ticket.
    Merged,
    /// The ticket is deleted, or spam.
    Deleted,
    /// The customer wrote nothing, or the export does not contain it.
    NoText,
    /// The export does not say when the ticket was solved or written.
    NoTime,
    /// A machine wrote the ticket, such as a bounce or an automatic reply.
    MachineWritten,
    /// The record is not a ticket, but something like a pull request.
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

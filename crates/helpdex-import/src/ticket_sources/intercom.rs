//! Reads conversations of Intercom as tickets.

use helpdex::{Message, Result, Timestamp};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, Writer};

const LISTS: [&str; 2] = ["conversations", "data"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["conversation_parts"])
        .or_else(|| probe.json_with(&["conversation_rating", "delivered_as"]))
        .or_else(|| probe.json_with(&["conversation.list"]))?;
    Some(format!("conversations of Intercom in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            if has(&record.value, "source") || has(&record.value, "conversation_parts") {
                read_conversation(&record.value, collector);
            }
        },
    )
}

fn read_conversation(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "id") else { return };
    let source = value.get("source");
    let author = source.and_then(|source| source.get("author"));
    let state = match (text(value, "state"), truth(value, "open")) {
        (Some("closed"), _) | (None, Some(false)) => State::Solved,
        (None, None) => State::Unknown,
        _ => State::Open,
    };
    let statistics = value.get("statistics");
    let solved_at = statistics.and_then(|statistics| moment(statistics, "last_close_at"));
    let created_at = moment(value, "created_at");
    let contact = value
        .get("contacts")
        .and_then(|contacts| contacts.get("contacts").unwrap_or(contacts).get(0))
        .and_then(|contact| name(contact, "id"));
    let subject = text(value, "title")
        .or_else(|| source.and_then(|source| text(source, "subject")))
        .filter(|subject| !subject.trim().is_empty());
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: subject.map(without_markup),
        requester: author
            .filter(|author| is_customer(author))
            .and_then(|author| name(author, "id"))
            .or(contact),
        state,
        created_at,
        updated_at: moment(value, "updated_at"),
        solved_at,
        ..FoundTicket::default()
    });
    if let Some(source) = source {
        read_part(&id, source, created_at, collector);
    }
    let parts = value.get("conversation_parts");
    let parts = parts.and_then(|parts| parts.get("conversation_parts").unwrap_or(parts).as_array());
    for part in parts.into_iter().flatten() {
        match text(part, "part_type") {
            Some("comment" | "open" | "close" | "assignment") => {
                read_part(&id, part, None, collector);
            }
            Some("note") => collector.private_message(),
            _ => {}
        }
    }
}

fn read_part(
    ticket: &str,
    value: &Value,
    stated_at: Option<Timestamp>,
    collector: &mut TicketCollector<'_>,
) {
    let author = value.get("author");
    let is_redacted = truth(value, "redacted") == Some(true);
    let (Some(body), Some(author), false) = (text(value, "body"), author, is_redacted) else {
        return;
    };
    collector.message(
        ticket,
        FoundMessage {
            id: name(value, "id"),
            writer: if is_customer(author) {
                Writer::Customer
            } else {
                Writer::Agent
            },
            at: moment(value, "created_at").or(stated_at),
            content: Message::Html(body.to_owned()),
        },
    );
}

fn is_customer(author: &Value) -> bool {
    matches!(text(author, "type"), Some("user" | "lead" | "contact"))
}

/// Returns a subject without its HTML, which is a single paragraph.
fn without_markup(subject: &str) -> String {
    let ticket = helpdex::Ticket {
        message: Message::Html(subject.to_owned()),
        ..helpdex::Ticket::from_text("")
    };
    ticket.clean().decoded().trim().to_owned()
}

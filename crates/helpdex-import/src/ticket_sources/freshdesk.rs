//! Reads tickets of Freshdesk and Freshservice with their conversations.

use helpdex::{Message, Result};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

/// The names of the lists of tickets in an export. `conversations` is not among them, because their records would lose
/// the ticket that they are in.
const LISTS: [&str; 1] = ["tickets"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["requester_id", "responder_id"])
        .or_else(|| probe.json_with(&["helpdesk_ticket"]))
        .or_else(|| probe.json_with(&["ticket_id", "incoming", "private"]))?;
    Some(format!("tickets of Freshdesk in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = record.value.get("helpdesk_ticket").unwrap_or(&record.value);
            if has(value, "incoming") {
                if let Some(ticket) = name(value, "ticket_id") {
                    read_reply(&ticket, value, collector);
                }
            } else if has(value, "conversations") && !has(value, "id") {
                for reply in value["conversations"].as_array().into_iter().flatten() {
                    if let Some(ticket) = name(reply, "ticket_id") {
                        read_reply(&ticket, reply, collector);
                    }
                }
            } else if has(value, "requester_id") || has(value, "responder_id") {
                read_ticket(value, collector);
            }
        },
    )
}

fn read_ticket(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "display_id").or_else(|| name(value, "id")) else {
        return;
    };
    let is_gone = ["spam", "deleted"]
        .iter()
        .any(|key| truth(value, key) == Some(true));
    let state = if is_gone {
        State::LeftOut(TicketLeftOut::Deleted)
    } else {
        state(value)
    };
    let solved_at = value
        .get("stats")
        .and_then(|times| moment(times, "resolved_at").or_else(|| moment(times, "closed_at")));
    let product = name(value, "product_id").map(|product| ("product".to_owned(), product));
    let created_at = moment(value, "created_at");
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: text(value, "subject").map(str::to_owned),
        requester: name(value, "requester_id"),
        state,
        created_at,
        updated_at: moment(value, "updated_at"),
        solved_at,
        fields: product.into_iter().collect(),
        ..FoundTicket::default()
    });
    // An agent who writes first, in an outbound mail (source 10), is no customer.
    let is_outbound = value.get("source").and_then(Value::as_i64) == Some(10);
    if let Some(content) = content(value, "description", "description_text") {
        collector.message(
            &id,
            FoundMessage {
                id: Some("description".to_owned()),
                writer: if is_outbound {
                    Writer::Agent
                } else {
                    Writer::Customer
                },
                at: created_at,
                content,
            },
        );
    }
    let replies = value.get("conversations").and_then(Value::as_array);
    for reply in replies.into_iter().flatten() {
        read_reply(&id, reply, collector);
    }
    let notes = value.get("notes").and_then(Value::as_array);
    for note in notes.into_iter().flatten() {
        read_reply(&id, note.get("note").unwrap_or(note), collector);
    }
}

/// Returns the state of a ticket from its number or its name: 4 means resolved and 5 closed.
fn state(value: &Value) -> State {
    let named = text(value, "status_name").map(str::to_lowercase);
    match (
        value.get("status").and_then(Value::as_i64),
        named.as_deref(),
    ) {
        (Some(4 | 5), _) | (None, Some("resolved" | "closed")) => State::Solved,
        (None, None) => State::Unknown,
        _ => State::Open,
    }
}

fn read_reply(ticket: &str, value: &Value, collector: &mut TicketCollector<'_>) {
    if truth(value, "private") != Some(false) {
        collector.private_message();
        return;
    }
    let Some(content) = content(value, "body", "body_text") else {
        return;
    };
    let is_incoming = truth(value, "incoming") == Some(true);
    collector.message(
        ticket,
        FoundMessage {
            id: name(value, "id"),
            writer: if is_incoming {
                Writer::Customer
            } else {
                Writer::Agent
            },
            at: moment(value, "created_at"),
            content,
        },
    );
}

fn content(value: &Value, html: &str, plain: &str) -> Option<Message> {
    let html = text(value, html).filter(|html| !html.trim().is_empty());
    match html {
        Some(html) if html.contains('<') => Some(Message::Html(html.to_owned())),
        _ => text(value, plain)
            .or(html)
            .map(|plain| Message::Text(plain.to_owned())),
    }
}

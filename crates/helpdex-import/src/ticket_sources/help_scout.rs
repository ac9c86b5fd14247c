//! Reads conversations of Help Scout as tickets.

use helpdex::{Message, Result};
use serde_json::Value;

use super::number_of_path::number_of_path;
use crate::input::Input;
use crate::json_value::{has, moment, name, text};
use crate::probe::Probe;
use crate::sources::help_scout::is_site;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

const LISTS: [&str; 2] = ["conversations", "items"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["mailboxId", "subject"])
        .or_else(|| probe.json_with(&["_embedded", "threads"]))
        .or_else(|| probe.json_with(&["mailbox", "threads", "createdBy"]))?;
    Some(format!("conversations of Help Scout in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = record.value.get("item").unwrap_or(&record.value);
            if is_site(value) {
                return;
            }
            if has(value, "mailboxId") || has(value, "mailbox") || has(value, "subject") {
                read_conversation(value, collector);
            } else if let Some(id) = number_of_path(&record.file.path) {
                read_threads(&id, value, collector);
            }
        },
    )
}

fn read_conversation(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "id") else { return };
    let customer = value
        .get("primaryCustomer")
        .or_else(|| value.get("customer"));
    let state = match (text(value, "state"), text(value, "status")) {
        (Some("deleted"), _) | (_, Some("spam")) => State::LeftOut(TicketLeftOut::Deleted),
        (_, Some("closed")) => State::Solved,
        (_, None) => State::Unknown,
        _ => State::Open,
    };
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: text(value, "subject").map(str::to_owned),
        requester: customer.and_then(|customer| name(customer, "id")),
        state,
        created_at: moment(value, "createdAt"),
        updated_at: moment(value, "userUpdatedAt").or_else(|| moment(value, "modifiedAt")),
        solved_at: moment(value, "closedAt"),
        ..FoundTicket::default()
    });
    read_threads(&id, value, collector);
}

/// Reads the threads of a conversation as the messages of its ticket.
fn read_threads(ticket: &str, value: &Value, collector: &mut TicketCollector<'_>) {
    let embedded = value.get("_embedded").unwrap_or(value);
    let threads = embedded.get("threads").and_then(Value::as_array);
    for thread in threads.into_iter().flatten() {
        if matches!(text(thread, "state"), Some("draft" | "hidden" | "review")) {
            continue;
        }
        let by_customer = thread
            .get("createdBy")
            .and_then(|by| text(by, "type"))
            .is_some_and(|by| by == "customer");
        let writer = match text(thread, "type") {
            Some("customer" | "beaconchat") => Writer::Customer,
            Some("chat" | "phone") if by_customer => Writer::Customer,
            Some("message" | "reply" | "chat" | "phone") => Writer::Agent,
            Some("note") => {
                collector.private_message();
                continue;
            }
            _ => continue,
        };
        let Some(body) = text(thread, "body") else {
            continue;
        };
        collector.message(
            ticket,
            FoundMessage {
                id: name(thread, "id"),
                writer,
                at: moment(thread, "createdAt"),
                content: Message::Html(body.to_owned()),
            },
        );
    }
}

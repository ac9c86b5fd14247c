//! Reads tickets of Zendesk: pages, incremental exports with their events, and lines with one ticket and its comments
//! each.

use std::collections::BTreeMap;

use helpdex::{Message, Result, Timestamp};
use serde_json::Value;

use super::number_of_path::number_of_path;
use crate::input::Input;
use crate::json_value::{has, moment, name, names, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

const LISTS: [&str; 3] = ["tickets", "ticket_events", "users"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["ticket_events", "child_events"])
        .or_else(|| probe.json_with(&["requester_id", "submitter_id"]))
        .or_else(|| probe.json_with(&["requester_id", "raw_subject"]))
        .or_else(|| probe.json_with(&["requester_id", "description", "comments"]))
        .or_else(|| probe.json_with(&["tickets", "requester_id", "ticket_form_id"]))?;
    Some(format!("tickets of Zendesk in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    // The description of a ticket is its first comment, where the comments are not in the export.
    let mut descriptions: BTreeMap<String, FoundMessage> = BTreeMap::new();
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = &record.value;
            match record.list {
                "users" => read_user(value, collector),
                _ if has(value, "child_events") => read_events(value, collector),
                _ if is_user(value) => read_user(value, collector),
                _ if has(value, "comments") && !has(value, "requester_id") => {
                    let ticket =
                        name(value, "ticket_id").or_else(|| number_of_path(&record.file.path));
                    read_comments(ticket, value, collector);
                }
                _ if has(value, "requester_id") || record.list == "tickets" => {
                    read_ticket(value, &mut descriptions, collector);
                }
                _ if has(value, "author_id") => {
                    let ticket =
                        name(value, "ticket_id").or_else(|| number_of_path(&record.file.path));
                    if let Some(ticket) = ticket {
                        read_comment(&ticket, value, None, collector);
                    }
                }
                _ => {}
            }
        },
    )?;
    for (ticket, description) in descriptions {
        if !collector.has_messages(&ticket) {
            collector.message(&ticket, description);
        }
    }
    Ok(())
}

fn is_user(value: &Value) -> bool {
    has(value, "role") && has(value, "email") && !has(value, "requester_id")
}

fn read_user(value: &Value, collector: &mut TicketCollector<'_>) {
    if text(value, "role") == Some("end-user")
        && let Some(id) = name(value, "id")
    {
        collector.customer(id, text(value, "locale").map(str::to_owned));
    }
}

fn read_ticket(
    value: &Value,
    descriptions: &mut BTreeMap<String, FoundMessage>,
    collector: &mut TicketCollector<'_>,
) {
    let Some(id) = name(value, "id") else { return };
    let requester = name(value, "requester_id").or_else(|| {
        let requester = value.get("requester")?;
        name(requester, "id")
    });
    let is_merged = names(value, "tags")
        .iter()
        .any(|tag| tag == "closed_by_merge");
    let state = match text(value, "status") {
        _ if is_merged => State::LeftOut(TicketLeftOut::Merged),
        Some("solved" | "closed") => State::Solved,
        Some("deleted") => State::LeftOut(TicketLeftOut::Deleted),
        Some(_) => State::Open,
        None => State::Unknown,
    };
    let metrics = value.get("metric_set").or_else(|| value.get("metrics"));
    let solved_at = metrics
        .and_then(|metrics| moment(metrics, "solved_at"))
        .or_else(|| moment(value, "solved_at"));
    let created_at = moment(value, "created_at");
    let brand = name(value, "brand_id").map(|brand| ("brand".to_owned(), brand));
    // Texts of dynamic content are placeholders in the raw subject.
    let subject = text(value, "subject").or_else(|| text(value, "raw_subject"));
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: subject.map(str::to_owned),
        requester: requester.clone(),
        state,
        created_at,
        updated_at: moment(value, "generated_timestamp").or_else(|| moment(value, "updated_at")),
        solved_at,
        fields: brand.into_iter().collect(),
        ..FoundTicket::default()
    });
    let comments = value.get("comments");
    if comments.is_some_and(|comments| comments.as_array().is_some_and(|list| !list.is_empty())) {
        read_comments(Some(id), value, collector);
    } else if truth(value, "is_public") != Some(false)
        && let Some(description) = text(value, "description")
    {
        descriptions.insert(
            id,
            FoundMessage {
                id: None,
                writer: Writer::Customer,
                at: created_at,
                content: Message::Text(description.to_owned()),
            },
        );
    }
}

fn read_comments(ticket: Option<String>, value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(ticket) = ticket else { return };
    let comments = value.get("comments").and_then(Value::as_array);
    for comment in comments.into_iter().flatten() {
        read_comment(&ticket, comment, None, collector);
    }
}

fn read_comment(
    ticket: &str,
    value: &Value,
    stated_at: Option<Timestamp>,
    collector: &mut TicketCollector<'_>,
) {
    if truth(value, "public") != Some(true) {
        collector.private_message();
        return;
    }
    let content = match (text(value, "html_body"), text(value, "body")) {
        (Some(html), _) if !html.trim().is_empty() => Message::Html(html.to_owned()),
        (_, Some(body)) => Message::Text(body.to_owned()),
        _ => match text(value, "plain_body") {
            Some(body) => Message::Text(body.to_owned()),
            None => return,
        },
    };
    let Some(author) = name(value, "author_id") else {
        return;
    };
    collector.message(
        ticket,
        FoundMessage {
            id: name(value, "id"),
            writer: Writer::User(author),
            at: moment(value, "created_at").or(stated_at),
            content,
        },
    );
}

fn read_events(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(ticket) = name(value, "ticket_id") else {
        return;
    };
    let at = moment(value, "timestamp").or_else(|| moment(value, "created_at"));
    let events = value.get("child_events").and_then(Value::as_array);
    for event in events.into_iter().flatten() {
        let is_comment =
            text(event, "event_type") == Some("Comment") || text(event, "type") == Some("Comment");
        if is_comment {
            read_comment(&ticket, event, at, collector);
        }
    }
}

//! Reads tickets of Zammad with their messages, which Zammad calls articles.

use helpdex::{Message, Result};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

const LISTS: [&str; 2] = ["tickets", "ticket_articles"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["ticket_id", "sender", "internal"])
        .or_else(|| probe.json_with(&["ticket_id", "sender_id", "internal"]))
        .or_else(|| probe.json_with(&["customer_id", "article_count"]))
        .or_else(|| probe.json_with(&["assets", "TicketArticle"]))?;
    Some(format!("tickets of Zammad in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = &record.value;
            if let Some(assets) = value.get("assets") {
                rows(assets, "Ticket").for_each(|ticket| read_ticket(ticket, collector));
                rows(assets, "TicketArticle").for_each(|article| read_article(article, collector));
            } else if has(value, "ticket_id") {
                read_article(value, collector);
            } else if has(value, "customer_id") || has(value, "customer") {
                read_ticket(value, collector);
            }
        },
    )
}

fn rows<'a>(assets: &'a Value, table: &str) -> impl Iterator<Item = &'a Value> {
    let rows = assets.get(table).and_then(Value::as_object);
    rows.into_iter().flatten().map(|(_, row)| row)
}

fn read_ticket(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "id") else { return };
    // The numbers are those that every installation begins with.
    let state = match (
        text(value, "state"),
        value.get("state_id").and_then(Value::as_i64),
    ) {
        (Some("closed"), _) | (None, Some(4)) => State::Solved,
        (Some("merged"), _) | (None, Some(5)) => State::LeftOut(TicketLeftOut::Merged),
        (Some("removed"), _) | (None, Some(6)) => State::LeftOut(TicketLeftOut::Deleted),
        (None, None) => State::Unknown,
        _ => State::Open,
    };
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: text(value, "title").map(str::to_owned),
        requester: name(value, "customer_id").or_else(|| name(value, "customer")),
        state,
        created_at: moment(value, "created_at"),
        updated_at: moment(value, "updated_at"),
        solved_at: moment(value, "close_at"),
        ..FoundTicket::default()
    });
    let articles = value.get("articles").and_then(Value::as_array);
    for article in articles.into_iter().flatten() {
        read_message(&id, article, collector);
    }
}

fn read_article(value: &Value, collector: &mut TicketCollector<'_>) {
    if let Some(ticket) = name(value, "ticket_id") {
        read_message(&ticket, value, collector);
    }
}

fn read_message(ticket: &str, value: &Value, collector: &mut TicketCollector<'_>) {
    if truth(value, "internal") != Some(false) {
        collector.private_message();
        return;
    }
    let writer = match (
        text(value, "sender"),
        value.get("sender_id").and_then(Value::as_i64),
    ) {
        (Some("Customer"), _) | (None, Some(2)) => Writer::Customer,
        (Some("Agent"), _) | (None, Some(1)) => Writer::Agent,
        _ => return,
    };
    let Some(body) = text(value, "body") else {
        return;
    };
    let content = if text(value, "content_type") == Some("text/html") {
        // Behind the marker stands the signature.
        let body = body
            .split("<span class=\"js-signatureMarker\">")
            .next()
            .unwrap_or_default();
        Message::Html(body.to_owned())
    } else {
        Message::Text(body.to_owned())
    };
    collector.message(
        ticket,
        FoundMessage {
            id: name(value, "id"),
            writer,
            at: moment(value, "created_at"),
            content,
        },
    );
}

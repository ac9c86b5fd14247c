//! Reads issues of Jira and requests of Jira Service Management as tickets. Written from the documentation, without a
//! sample.

use helpdex::{Message, Result};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, Writer};

/// The names of the lists of tickets in an export. `values` is not among them, because comments are also in such lists
/// and would lose the request that they belong to.
const LISTS: [&str; 1] = ["issues"];

/// The deepest nesting of nodes in a document that is read; real documents are less deep.
const MAX_DEPTH: usize = 32;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["fields", "summary"])
        .or_else(|| probe.json_with(&["issueKey", "requestFieldValues"]))?;
    Some(format!("issues of Jira in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = &record.value;
            if let Some(fields) = value.get("fields").filter(|fields| fields.is_object()) {
                read_issue(value, fields, collector);
            } else if has(value, "requestFieldValues") {
                read_request(value, collector);
            } else {
                let requests = value.get("values").and_then(Value::as_array);
                for request in requests.into_iter().flatten() {
                    read_request(request, collector);
                }
            }
        },
    )
}

/// Returns the id of the person in the field `key`.
fn person(value: &Value, key: &str) -> Option<String> {
    let person = value.get(key)?;
    ["accountId", "key", "name", "emailAddress"]
        .iter()
        .find_map(|key| name(person, key))
}

fn read_issue(value: &Value, fields: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "key").or_else(|| name(value, "id")) else {
        return;
    };
    let category = fields
        .get("status")
        .and_then(|status| status.get("statusCategory"))
        .and_then(|category| text(category, "key"));
    let state = match category {
        Some("done") => State::Solved,
        _ if has(fields, "resolution") || has(fields, "resolutiondate") => State::Solved,
        Some(_) => State::Open,
        None if has(fields, "status") => State::Open,
        None => State::Unknown,
    };
    let reporter = person(fields, "reporter").or_else(|| person(fields, "creator"));
    let created_at = moment(fields, "created");
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: text(fields, "summary").map(str::to_owned),
        requester: reporter,
        state,
        created_at,
        updated_at: moment(fields, "updated"),
        solved_at: moment(fields, "resolutiondate"),
        ..FoundTicket::default()
    });
    if let Some(content) = fields.get("description").and_then(content) {
        collector.message(
            &id,
            FoundMessage {
                id: Some("description".to_owned()),
                writer: Writer::Customer,
                at: created_at,
                content,
            },
        );
    }
    let comments = fields
        .get("comment")
        .and_then(|comment| comment.get("comments"))
        .and_then(Value::as_array);
    for comment in comments.into_iter().flatten() {
        read_comment(&id, comment, moment(comment, "created"), collector);
    }
}

/// Returns the value of the field of a request that has this id.
fn field<'a>(request: &'a Value, id: &str) -> Option<&'a Value> {
    let fields = request.get("requestFieldValues").and_then(Value::as_array);
    let mut fields = fields.into_iter().flatten();
    fields
        .find(|field| text(field, "fieldId") == Some(id))
        .and_then(|field| field.get("value"))
}

/// Returns the moment in the field `key`, which Jira writes in several forms.
fn moment_of_date(value: &Value, key: &str) -> Option<helpdex::Timestamp> {
    let date = value.get(key)?;
    moment(date, "iso8601").or_else(|| moment(date, "jira"))
}

fn read_request(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(id) = name(value, "issueKey").or_else(|| name(value, "issueId")) else {
        return;
    };
    let category = value
        .get("currentStatus")
        .and_then(|status| text(status, "statusCategory"));
    let state = match category {
        Some("DONE") => State::Solved,
        Some(_) => State::Open,
        None => State::Unknown,
    };
    let created_at = moment_of_date(value, "createdDate");
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: field(value, "summary")
            .and_then(Value::as_str)
            .map(str::to_owned),
        requester: person(value, "reporter"),
        state,
        created_at,
        ..FoundTicket::default()
    });
    if let Some(content) = field(value, "description").and_then(content) {
        collector.message(
            &id,
            FoundMessage {
                id: Some("description".to_owned()),
                writer: Writer::Customer,
                at: created_at,
                content,
            },
        );
    }
    let comments = value.get("comments");
    let comments = comments.and_then(|list| list.get("values").unwrap_or(list).as_array());
    for comment in comments.into_iter().flatten() {
        let at = moment_of_date(comment, "created");
        read_comment(&id, comment, at, collector);
    }
}

fn read_comment(
    issue: &str,
    value: &Value,
    at: Option<helpdex::Timestamp>,
    collector: &mut TicketCollector<'_>,
) {
    // A comment without the key is public by the documentation of Jira; one that is restricted to a role is not.
    let is_public = truth(value, "jsdPublic")
        .or_else(|| truth(value, "public"))
        .unwrap_or(true);
    if !is_public || has(value, "visibility") {
        collector.private_message();
        return;
    }
    let (Some(content), Some(author)) =
        (value.get("body").and_then(content), person(value, "author"))
    else {
        return;
    };
    collector.message(
        issue,
        FoundMessage {
            id: name(value, "id").map(|id| format!("comment {id}")),
            writer: Writer::User(author),
            at,
            content,
        },
    );
}

/// Returns a text as a message: text in the old markup, or the lines of a document of nodes with the addresses of its
/// links.
fn content(value: &Value) -> Option<Message> {
    let text = match value {
        // [text|https://address] of the old markup.
        Value::String(text) => text.replace('|', " "),
        Value::Object(_) => {
            let mut text = String::new();
            write_node(value, 0, &mut text);
            text
        }
        _ => return None,
    };
    Some(Message::Text(text))
}

fn write_node(node: &Value, depth: usize, written: &mut String) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(text) = text(node, "text") {
        written.push_str(text);
    }
    let marks = node.get("marks").and_then(Value::as_array);
    let links = marks
        .into_iter()
        .flatten()
        .filter_map(|mark| mark.get("attrs"));
    for attributes in links.chain(node.get("attrs")) {
        if let Some(address) = text(attributes, "href").or_else(|| text(attributes, "url")) {
            written.push(' ');
            written.push_str(address);
            written.push(' ');
        }
    }
    let kind = text(node, "type").unwrap_or_default();
    let inner = node.get("content").and_then(Value::as_array);
    for child in inner.into_iter().flatten() {
        write_node(child, depth + 1, written);
    }
    let is_block = !matches!(
        kind,
        "text" | "mention" | "emoji" | "inlineCard" | "status" | "date"
    );
    if is_block || kind == "hardBreak" {
        written.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_its_lines_with_the_addresses_of_links() {
        let document = serde_json::json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [
                {"type": "text", "text": "Read "},
                {"type": "text", "text": "this", "marks": [{"type": "link", "attrs": {"href": "https://a.example/1"}}]}]},
            {"type": "paragraph", "content": [{"type": "inlineCard", "attrs": {"url": "https://a.example/2"}}]}]});
        let Some(Message::Text(text)) = content(&document) else {
            panic!("no text")
        };
        assert_eq!(
            text,
            "Read this https://a.example/1 \n https://a.example/2 \n\n"
        );
    }
}

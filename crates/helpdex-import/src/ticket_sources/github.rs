//! Reads issues and discussions of GitHub as its API and its command write them. Written from the documentation,
//! without a sample.

use helpdex::{Message, Result};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

/// The names of the lists of tickets in an export. `nodes` is not among them, because comments are also in such lists
/// and would lose the issue that they belong to.
const LISTS: [&str; 2] = ["issues", "discussions"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["author_association"])
        .or_else(|| probe.json_with(&["authorAssociation"]))
        .or_else(|| probe.json_with(&["number", "title", "body", "comments", "author"]))?;
    Some(format!("issues of GitHub in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            let value = &record.value;
            let parent = text(value, "issue_url").or_else(|| text(value, "discussion_url"));
            if has(value, "number") && has(value, "title") {
                read_issue(value, collector);
            } else if let Some(number) = parent.and_then(last_part) {
                read_comment(&number, value, false, collector);
            } else if let Some(repository) = value.pointer("/data/repository") {
                read_repository(repository, collector);
            }
        },
    )
}

/// Reads a repository as GraphQL returns it: its issues and discussions become tickets.
fn read_repository(repository: &Value, collector: &mut TicketCollector<'_>) {
    for list in ["issues", "discussions"] {
        let nodes = repository.get(list).and_then(|list| list.get("nodes"));
        for node in nodes.and_then(Value::as_array).into_iter().flatten() {
            read_issue(node, collector);
        }
    }
}

fn last_part(address: &str) -> Option<String> {
    let part = address.rsplit('/').next()?;
    let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| part.to_owned())
}

/// Returns the value of the first of these keys whose value is not `null`.
fn either<'a>(value: &'a Value, keys: [&str; 2]) -> Option<&'a Value> {
    keys.iter()
        .find_map(|key| value.get(key).filter(|found| !found.is_null()))
}

fn login(value: &Value) -> Option<String> {
    either(value, ["user", "author"]).and_then(|user| name(user, "login"))
}

fn read_issue(value: &Value, collector: &mut TicketCollector<'_>) {
    let Some(number) = name(value, "number") else {
        return;
    };
    let answer = either(value, ["answer", "answer_html_url"]);
    let state = text(value, "state").map(str::to_lowercase);
    let is_closed = matches!(state.as_deref(), Some("closed" | "converted" | "locked"));
    let state = if has(value, "pull_request") {
        State::LeftOut(TicketLeftOut::NotATicket)
    } else if answer.is_some() || is_closed {
        State::Solved
    } else if state.is_some() {
        State::Open
    } else {
        State::Unknown
    };
    let at = |keys: [&str; 2]| moment(value, keys[0]).or_else(|| moment(value, keys[1]));
    let created_at = at(["created_at", "createdAt"]);
    collector.ticket(FoundTicket {
        id: number.clone(),
        subject: text(value, "title").map(str::to_owned),
        requester: login(value),
        state,
        created_at,
        updated_at: at(["updated_at", "updatedAt"]),
        solved_at: at(["answer_chosen_at", "answerChosenAt"])
            .or_else(|| at(["closed_at", "closedAt"])),
        ..FoundTicket::default()
    });
    let body = text(value, "body").map(without_form).unwrap_or_default();
    collector.message(
        &number,
        FoundMessage {
            id: Some("body".to_owned()),
            writer: Writer::Customer,
            at: created_at,
            content: Message::Text(body),
        },
    );
    let comments = value.get("comments");
    let comments = comments.and_then(|list| list.get("nodes").unwrap_or(list).as_array());
    for comment in comments.into_iter().flatten() {
        read_comment(&number, comment, false, collector);
    }
    if let Some(answer) = value.get("answer").filter(|answer| answer.is_object()) {
        read_comment(&number, answer, true, collector);
    }
}

fn read_comment(number: &str, value: &Value, is_answer: bool, collector: &mut TicketCollector<'_>) {
    let Some(body) = text(value, "body") else {
        return;
    };
    let role = either(value, ["author_association", "authorAssociation"]).and_then(Value::as_str);
    let is_agent = is_answer
        || value.get("isAnswer") == Some(&Value::Bool(true))
        || matches!(role, Some("OWNER" | "MEMBER" | "COLLABORATOR"));
    let writer = match login(value) {
        // The customer may be a member as well.
        Some(login) if !is_agent => Writer::User(login),
        _ => Writer::Agent,
    };
    if let Writer::User(login) = &writer {
        collector.customer(login.clone(), None);
    }
    collector.message(
        number,
        FoundMessage {
            id: name(value, "id").map(|id| format!("comment {id}")),
            writer,
            at: moment(value, "created_at").or_else(|| moment(value, "createdAt")),
            content: Message::Text(body.to_owned()),
        },
    );
}

/// Removes from a text what a form adds by itself: comments, and headings below which nothing was written.
fn without_form(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, behind)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = behind.split_once("-->").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        let is_no_answer = matches!(line.trim(), "_No response_" | "*No response*");
        if is_no_answer {
            while kept.last().is_some_and(|line| line.trim().is_empty()) {
                kept.pop();
            }
            if kept.last().is_some_and(|line| line.starts_with('#')) {
                kept.pop();
            }
        } else {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leaves_the_words_of_the_customer() {
        let body = "<!-- be kind -->\n### What happened?\n\nIt fails.\n\n### Version\n\n_No response_\n\n### Log\n\nE1";
        assert_eq!(
            without_form(body),
            "### What happened?\n\nIt fails.\n\n\n### Log\n\nE1"
        );
    }
}

//! Reads tables of tickets: CSV, TSV, and objects of JSON whose keys are columns.

use helpdex::{Error, Message, Result};

use crate::collector::Origin;
use crate::input::Input;
use crate::json_value::moment_of;
use crate::probe::Probe;
use crate::table_rows::{Row, TakesRows, field_of, for_each_row, is_table, parquet_in};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, Writer};

/// The names of columns that are read as each field, which include those that helpdesks export.
const FIELDS: [(&str, &[&str]); 11] = [
    (
        "id",
        &[
            "id",
            "ticketid",
            "ticketnumber",
            "number",
            "key",
            "issuekey",
            "caseid",
            "casenumber",
            "reference",
            "conversationid",
        ],
    ),
    (
        "subject",
        &["subject", "title", "summary", "ticketsubject", "ticketname"],
    ),
    (
        "text",
        &[
            "text",
            "description",
            "body",
            "message",
            "question",
            "content",
            "ticketdescription",
            "comment",
            "ticketbody",
            "firstmessage",
            "html",
        ],
    ),
    (
        "requester",
        &[
            "requester",
            "requesterid",
            "requesteremail",
            "customer",
            "customerid",
            "email",
            "contactid",
            "reporter",
            "from",
        ],
    ),
    ("locale", &["locale", "language", "lang"]),
    (
        "status",
        &["status", "state", "ticketstatus", "hspipelinestage"],
    ),
    (
        "created_at",
        &[
            "createdat",
            "created",
            "createdate",
            "createdtime",
            "date",
            "opened",
            "at",
        ],
    ),
    (
        "solved_at",
        &[
            "solvedat",
            "resolvedat",
            "closedat",
            "closedate",
            "resolvedtime",
            "closedtime",
            "solved",
            "resolved",
        ],
    ),
    (
        "reply",
        &[
            "reply",
            "answer",
            "agentreply",
            "response",
            "resolution",
            "lastreply",
            "solution",
            "replies",
        ],
    ),
    (
        "articles",
        &[
            "articles",
            "article",
            "linkedarticles",
            "linkedarticle",
            "articleid",
            "articleids",
            "articleurl",
            "kbarticle",
        ],
    ),
    ("brand", &["brand", "brandid", "product"]),
];

/// The fields of which a row must have at least one.
const NEEDED: [&str; 2] = ["text", "subject"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    if let Some(path) = parquet_in(probe) {
        return Some(format!("the form of the table {path}"));
    }
    let path = probe.head_with(|file, head| {
        let header = head.lines().next().unwrap_or_default();
        is_table(&file.ending()) && has_columns(header.split([',', '\t', ';']))
    });
    let path = path.or_else(|| {
        probe
            .json_with(&["subject", "description"])
            .or_else(|| probe.json_with(&["subject", "text"]))
            .or_else(|| probe.json_with(&["subject", "content"]))
            .or_else(|| probe.json_with(&["subject", "body"]))
    })?;
    Some(format!("the columns of {path}"))
}

fn has_columns<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let found: Vec<&str> = names.filter_map(|name| field_of(name, &FIELDS)).collect();
    NEEDED.iter().any(|field| found.contains(field))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_row(input, &FIELDS, &NEEDED, collector)
}

impl TakesRows for TicketCollector<'_> {
    fn chosen_columns(&self) -> &[(String, String)] {
        &self.options.columns
    }

    fn columns(&mut self, shown: &str) {
        self.note_columns(shown);
    }

    fn row(&mut self, row: &Row, origin: Origin) {
        read_row(row, &origin, self);
    }

    fn failed_row(&mut self, error: Error, origin: &Origin) {
        let error = match origin.line {
            Some(line) => error.at_line(line),
            None => error,
        };
        self.failed(error, &origin.path);
    }
}

fn read_row(row: &Row, origin: &Origin, collector: &mut TicketCollector<'_>) {
    let get = |field: &str| {
        row.get(field)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    };
    let place = origin.line.map_or_else(
        || origin.record.clone().unwrap_or_default(),
        |line| format!("line {line}"),
    );
    let id = get("id").map_or_else(|| format!("{} {place}", origin.path), str::to_owned);
    let moment = |field| get(field).and_then(moment_of);
    let created_at = moment("created_at");
    let articles: Vec<String> = get("articles")
        .unwrap_or_default()
        .split([',', ';', '|', ' ', '\n'])
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let brand = get("brand").map(|brand| ("brand".to_owned(), brand.to_owned()));
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: get("subject").map(str::to_owned),
        requester: get("requester").map(str::to_owned),
        locale: get("locale").map(str::to_owned),
        fields: brand.into_iter().collect(),
        state: state(get("status"), moment("solved_at").is_some()),
        created_at,
        solved_at: moment("solved_at"),
        articles,
        ..FoundTicket::default()
    });
    // A ticket may be its subject alone.
    let text = get("text").or_else(|| get("subject"));
    let messages = [(Writer::Customer, text), (Writer::Agent, get("reply"))];
    for (writer, text) in messages {
        if let Some(text) = text {
            collector.message(
                &id,
                FoundMessage {
                    id: None,
                    writer,
                    at: created_at,
                    content: content(text),
                },
            );
        }
    }
}

fn content(text: &str) -> Message {
    if text.contains("</") || text.contains("<br") {
        Message::Html(text.to_owned())
    } else {
        Message::Text(text.to_owned())
    }
}

/// Returns the state that a status in English means. With any other status, or none, a ticket is solved if it has a
/// time of solution (`has_end`).
fn state(status: Option<&str>, has_end: bool) -> State {
    let status = status.map(str::to_lowercase);
    match status.as_deref() {
        Some("closed" | "solved" | "resolved" | "done" | "complete" | "completed" | "answered") => {
            State::Solved
        }
        Some(_) if !has_end => State::Open,
        None if !has_end => State::Unknown,
        _ => State::Solved,
    }
}

//! Reads discussions of GitHub that have an answer.

use helpdex::{ArticleFields, BodyFormat, Result};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, origin, warn_of_tickets};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, hides, moment, name, names, text};
use crate::probe::Probe;
use crate::report::LeftOut;

const LISTS: [&str; 3] = ["discussions", "nodes", "issues"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe
        .json_with(&["answer_chosen_at", "body"])
        .or_else(|| probe.json_with(&["answerChosenAt", "body"]))?;
    Some(format!("the fields of GitHub discussions in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            read_discussion(&record, collector);
        },
    )
}

fn read_discussion(record: &Record<'_>, collector: &mut Collector<'_>) {
    let value = &record.value;
    if has(value, "pull_request")
        || (value.get("state_reason").is_some() && value.get("category").is_none())
    {
        warn_of_tickets(collector, &record.file.path);
        return;
    }
    let Some(id) = name(value, "number")
        .or_else(|| name(value, "id"))
        .filter(|_| has(value, "title"))
    else {
        return;
    };
    let origin = origin(record, Some(&id));
    let answer = value
        .get("answer")
        .filter(|answer| answer.is_object())
        .or_else(|| chosen_comment(value));
    let Some(answer) = answer.and_then(|answer| text(answer, "body")) else {
        collector.left_out(LeftOut::Unanswered, &origin);
        return;
    };
    let question = text(value, "body")
        .map(without_template)
        .unwrap_or_default();
    let labels = value
        .get("labels")
        .and_then(|labels| labels.get("nodes"))
        .map_or_else(
            || names(value, "labels"),
            |_| names(&value["labels"], "nodes"),
        );
    collector.article(Found {
        fields: ArticleFields {
            id: format!("discussion-{id}"),
            title: text(value, "title").unwrap_or_default().to_owned(),
            body: format!("{question}\n\n***\n\n{answer}"),
            format: BodyFormat::Markdown,
            section_path: value
                .get("category")
                .and_then(|category| text(category, "name"))
                .map(str::to_owned)
                .into_iter()
                .collect(),
            labels,
            updated_at: moment(value, "updated_at").or_else(|| moment(value, "updatedAt")),
            url: text(value, "html_url")
                .or_else(|| text(value, "url"))
                .filter(|url| url.contains("://"))
                .map(str::to_owned),
            ..ArticleFields::default()
        },
        origin,
        // Whether the repository is private rarely stands in the discussion.
        states_visibility: is_private(value.get("repository")),
        ..Found::default()
    });
}

/// Whether a repository is stated to be private: not readable by everybody.
fn is_private(repository: Option<&Value>) -> bool {
    repository.is_some_and(|repository| {
        let visibility = text(repository, "visibility").map(str::to_lowercase);
        hides(repository, "private")
            || hides(repository, "isPrivate")
            || (has(repository, "visibility") && visibility.as_deref() != Some("public"))
    })
}

/// Returns the comment that is marked as the answer.
fn chosen_comment(value: &Value) -> Option<&Value> {
    let comments = value.get("comments")?;
    let comments = comments.get("nodes").unwrap_or(comments).as_array()?;
    let id = name(value, "answer_comment_id");
    comments.iter().find(|comment| {
        comment.get("isAnswer") == Some(&Value::Bool(true))
            || (id.is_some() && name(comment, "id") == id)
    })
}

/// Removes the headings of a template of issues below which nothing was written.
fn without_template(body: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in body.lines() {
        if line.trim() == "_No response_" {
            while lines.last().is_some_and(|last| last.trim().is_empty()) {
                lines.pop();
            }
            if lines.last().is_some_and(|last| last.starts_with("### ")) {
                lines.pop();
            }
        } else {
            lines.push(line);
        }
    }
    lines.join("\n")
}

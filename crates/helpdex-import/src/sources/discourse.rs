//! Reads topics of Discourse that have an accepted answer.

use helpdex::{ArticleFields, BodyFormat, Result};
use serde_json::Value;

use super::json_files::{Pass, Record, for_each_json, left_out_unknown, origin};
use crate::collector::{Collector, Found};
use crate::input::Input;
use crate::json_value::{has, hides, moment, name, names, text, truth};
use crate::probe::Probe;
use crate::report::LeftOut;

/// The `post_type` of posts that people write. Posts of other types are by moderators or the program, or are whispers
/// of the staff.
const REGULAR_POST: i64 = 1;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.json_with(&["post_stream", "cooked"])?;
    Some(format!("the posts of a topic of Discourse in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for_each_json(
        input,
        &["topics"],
        Pass::Articles,
        collector,
        &mut |record, collector| {
            read_topic(&record, collector);
        },
    )
}

fn read_topic(record: &Record<'_>, collector: &mut Collector<'_>) {
    let topic = &record.value;
    let Some(id) = name(topic, "id").filter(|_| has(topic, "post_stream")) else {
        if record.list.is_empty() {
            left_out_unknown(&record.value, record.file, collector);
        }
        return;
    };
    let origin = origin(record, Some(&id));
    let is_private = has(topic, "archetype") && text(topic, "archetype") != Some("regular");
    let is_visible = !has(topic, "visible") || truth(topic, "visible") == Some(true);
    if !is_visible || has(topic, "deleted_at") || is_private {
        collector.left_out(LeftOut::Hidden, &origin);
        return;
    }
    let posts = topic
        .pointer("/post_stream/posts")
        .and_then(Value::as_array);
    let posts: Vec<&Value> = posts
        .into_iter()
        .flatten()
        .filter(|post| is_shown(post))
        .collect();
    let question = posts
        .iter()
        .find(|post| post.get("post_number") == Some(&Value::from(1)));
    let accepted = topic.pointer("/accepted_answer/post_number");
    let answer = posts.iter().find(|post| {
        truth(post, "accepted_answer") == Some(true)
            || (accepted.is_some() && post.get("post_number") == accepted)
    });
    let (Some(question), Some(answer)) = (question, answer) else {
        collector.left_out(LeftOut::Unanswered, &origin);
        return;
    };
    collector.article(Found {
        fields: ArticleFields {
            id: format!("topic-{id}"),
            title: text(topic, "title").unwrap_or_default().to_owned(),
            body: format!("{}\n<hr>\n{}", cooked(question), cooked(answer)),
            format: BodyFormat::Html,
            labels: names(topic, "tags"),
            updated_at: moment(answer, "updated_at"),
            ..ArticleFields::default()
        },
        origin,
        // Who may read the category does not stand in the topic.
        states_visibility: false,
        ..Found::default()
    });
}

/// Whether everybody who sees a topic also sees this post of it.
fn is_shown(post: &Value) -> bool {
    let kind = post.get("post_type").and_then(Value::as_i64);
    kind == Some(REGULAR_POST)
        && !hides(post, "hidden")
        && !hides(post, "user_deleted")
        && !has(post, "deleted_at")
}

/// Returns the HTML of a post; "" if it has none.
fn cooked(post: &Value) -> &str {
    text(post, "cooked").unwrap_or_default()
}

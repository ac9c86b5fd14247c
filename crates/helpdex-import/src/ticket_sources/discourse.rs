//! Reads topics of Discourse as tickets: the first post asks; posts of the staff and the accepted post answer.

use helpdex::{Message, Result};
use serde_json::Value;

use crate::input::Input;
use crate::json_value::{has, moment, name, text, truth};
use crate::probe::Probe;
use crate::sources::json_files::{Pass, for_each_json};
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, TicketLeftOut, Writer};

const LISTS: [&str; 1] = ["topics"];

/// The `post_type` of a usual post.
const USUAL_POST: i64 = 1;
/// The `post_type` of a whisper, which only the staff sees.
const WHISPER: i64 = 4;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.json_with(&["post_stream", "posts"])?;
    Some(format!("topics of Discourse in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    for_each_json(
        input,
        &LISTS,
        Pass::Articles,
        collector,
        &mut |record, collector| {
            if has(&record.value, "post_stream") {
                read_topic(&record.value, collector);
            }
        },
    )
}

fn read_topic(value: &Value, collector: &mut TicketCollector<'_>) {
    let posts = value
        .get("post_stream")
        .and_then(|stream| stream.get("posts"))
        .and_then(Value::as_array);
    let posts: Vec<&Value> = posts.into_iter().flatten().collect();
    let topic = name(value, "id").or_else(|| name(posts.first()?, "topic_id"));
    let Some(id) = topic else { return };
    let first = posts.iter().find(|post| number(post) == Some(1));
    let accepted = posts
        .iter()
        .copied()
        .find(|post| is_set(post, "accepted_answer"));
    let state = if has(value, "deleted_at") || truth(value, "visible") == Some(false) {
        State::LeftOut(TicketLeftOut::Deleted)
    } else if text(value, "archetype").is_some_and(|kind| kind != "regular") {
        State::LeftOut(TicketLeftOut::NotATicket)
    } else if accepted.is_some() || truth(value, "closed") == Some(true) {
        State::Solved
    } else {
        State::Open
    };
    let asker = first.and_then(|post| name(post, "username"));
    collector.ticket(FoundTicket {
        id: id.clone(),
        subject: text(value, "title").map(str::to_owned),
        requester: asker.clone(),
        state,
        created_at: moment(value, "created_at"),
        updated_at: moment(value, "last_posted_at"),
        solved_at: accepted.and_then(|post| moment(post, "created_at")),
        ..FoundTicket::default()
    });
    for post in posts {
        read_post(&id, post, asker.as_ref(), collector);
    }
}

fn is_set(post: &Value, key: &str) -> bool {
    truth(post, key) == Some(true)
}

fn number(post: &Value) -> Option<i64> {
    post.get("post_number").and_then(Value::as_i64)
}

fn read_post(
    topic: &str,
    post: &Value,
    asker: Option<&String>,
    collector: &mut TicketCollector<'_>,
) {
    let kind = post.get("post_type").and_then(Value::as_i64);
    if kind == Some(WHISPER) {
        collector.private_message();
        return;
    }
    if kind.is_some_and(|kind| kind != USUAL_POST)
        || is_set(post, "hidden")
        || is_set(post, "user_deleted")
        || has(post, "deleted_at")
    {
        return;
    }
    let user = name(post, "username");
    let is_asker = user.is_some() && user.as_ref() == asker;
    let answers = ["staff", "moderator", "admin", "accepted_answer"]
        .into_iter()
        .any(|key| is_set(post, key));
    let writer = if is_asker {
        Writer::Customer
    } else if answers {
        Writer::Agent
    } else {
        // Somebody else who has the question too.
        return;
    };
    let Some(html) = text(post, "cooked") else {
        return;
    };
    collector.message(
        topic,
        FoundMessage {
            id: name(post, "id"),
            writer,
            at: moment(post, "created_at"),
            content: Message::Html(html.to_owned()),
        },
    );
}

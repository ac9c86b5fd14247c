//! Asserts that nothing that may be logged contains what a customer wrote or is named by, with a marker in all of it.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::error::Error as _;
use std::fmt::Debug;
use std::fs;
use std::ops::ControlFlow;

use helpdex::confidence::TargetPrecision;
use helpdex::feedback::Erasure;
use helpdex::{
    Audience, Decision, Error, FeedbackEvent, KnowledgeBase, Message, Result, SuggestOptions,
    Ticket, Timestamp, Verdict,
};

use common::{Editable, Folder, article};

/// A word that no article contains and that cleaning does not change.
const MARKER: &str = "zqmarkerzq";

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000);

#[track_caller]
fn check(what: &str, text: &str) {
    assert!(!text.to_lowercase().contains(MARKER), "{what}: {text}");
}

#[track_caller]
fn check_debug(what: &str, value: &impl Debug) {
    check(what, &format!("{value:?}"));
    check(what, &format!("{value:#?}"));
}

/// Asserts that neither an error nor its causes contain the marker, in any form that can be printed.
#[track_caller]
fn check_error(what: &str, error: &Error) {
    check(what, &error.to_string());
    check_debug(what, error);
    let mut source = error.source();
    while let Some(cause) = source {
        check(what, &format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

#[track_caller]
fn check_failed<T>(what: &str, result: Result<T>) {
    let error = result.err().unwrap_or_else(|| panic!("{what} succeeded"));
    check_error(what, &error);
}

/// Returns tickets in each form with the marker in everything that a customer gives; the ids are the host's.
fn tickets() -> Vec<Ticket> {
    let text = format!("refund {MARKER}, {MARKER}@example.org, the refund of {MARKER}");
    let email = format!(
        "From: {MARKER} <{MARKER}@example.org>\r\nSubject: refund {MARKER}\r\nContent-Type: text/plain; \
         charset={MARKER}\r\n\r\n{text}\r\n> {MARKER}\r\n"
    );
    [
        Message::Text(text.clone()),
        Message::Html(format!("<p title={MARKER}>{text}<{MARKER}>")),
        Message::Email(email.into_bytes()),
        Message::Text(format!("{text} ").repeat(20_000)),
        Message::Text(MARKER.to_owned()),
    ]
    .into_iter()
    .map(|message| Ticket {
        subject: Some(format!("Re: {MARKER}")),
        message,
        locale: None,
        fields: [(MARKER.to_owned(), MARKER.to_owned())].into(),
        requester: Some(MARKER.to_owned()),
        reference: Some("4711".into()),
        vector: None,
    })
    .collect()
}

fn solved() -> Vec<FeedbackEvent> {
    let all = tickets().into_iter().cycle().take(40).enumerate();
    all.map(|(number, ticket)| FeedbackEvent {
        ticket_id: number.to_string(),
        ticket: Ticket {
            requester: Some(format!("{MARKER}{number}")),
            ..ticket
        },
        at: NOW,
        verdict: Verdict::Linked,
        articles: vec![["refund", "prices"][number % 2].into()],
        key: Some(format!("{MARKER}{number}")),
    })
    .collect()
}

fn fill(knowledge_base: &Editable) {
    let articles = ["refund", "prices", "reader"].map(|id| {
        article(
            id,
            &format!("About the {id}"),
            &format!("The {id}, in short."),
        )
    });
    knowledge_base.sync(articles).unwrap();
}

#[test]
fn no_answer_error_or_debug_form_shows_what_a_customer_wrote() {
    let folder = Folder::new();
    let knowledge_base = Editable::open_or_create(folder.path()).unwrap();
    fill(&knowledge_base);
    check_debug("solved tickets", &solved());
    let learned = knowledge_base.learn(solved()).unwrap();
    assert_eq!(learned.added, 40);
    check_debug("learned", &learned);
    check_debug("published", &knowledge_base.publish(NOW).unwrap());
    for ticket in tickets() {
        check_debug("ticket", &ticket);
        for decision in [
            Decision::MinProbability(0.0),
            Decision::TargetPrecision(TargetPrecision::of(0.9)),
        ] {
            let options = SuggestOptions {
                decision,
                ..SuggestOptions::default()
            };
            let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
            let answer = answer.unwrap();
            check_debug("answer", &answer);
            check("answer", &serde_json::to_string(&answer).unwrap());
        }
        let options = SuggestOptions {
            limit: 0,
            ..SuggestOptions::default()
        };
        let refused = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
        check_failed("options", refused);
    }
    let who = Erasure::Requester(MARKER.into());
    check_debug("erasure", &who);
    check_debug("check", &KnowledgeBase::check(folder.path()).unwrap());
    let stopped = knowledge_base.publish_with_progress(NOW, |_| ControlFlow::Break(()));
    // Where nothing is to be indexed it is not asked.
    if let Err(error) = stopped {
        check_error("interrupted", &error);
    }
}

#[test]
fn a_ticket_that_cannot_be_learned_is_told_without_what_a_customer_wrote() {
    type Change = fn(&mut FeedbackEvent);
    let knowledge_base = Editable::in_memory();
    fill(&knowledge_base);
    let changes: [(&str, Change); 6] = [
        ("no id", |s| s.ticket_id.clear()),
        ("long key", |s| s.key = Some(MARKER.repeat(1_000))),
        ("empty key", |s| s.key = Some(String::new())),
        ("long requester", |s| {
            s.ticket.requester = Some(MARKER.repeat(1_000));
        }),
        ("no articles", |s| s.articles.clear()),
        ("articles", |s| s.verdict = Verdict::NoArticle),
    ];
    for (what, change) in changes {
        let mut ticket = solved().remove(0);
        change(&mut ticket);
        check_failed(what, knowledge_base.learn([ticket.clone()]));
        let publish = knowledge_base.publish_with_tickets(NOW, [ticket]);
        check_failed(what, publish);
    }
}

#[test]
fn a_damaged_log_is_told_without_what_customers_wrote() {
    let folder = Folder::new();
    let knowledge_base = Editable::open_or_create(folder.path()).unwrap();
    fill(&knowledge_base);
    knowledge_base.learn(solved()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let log = folder.path().join("work/tickets.log");
    let whole = fs::read(&log).unwrap();
    assert!(
        whole
            .windows(MARKER.len())
            .any(|bytes| bytes == MARKER.as_bytes())
    );
    for at in [0, 9, 20, whole.len() / 2, whole.len() - 9] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&log, bytes).unwrap();
        let again = Editable::open(folder.path()).unwrap();
        check_failed("learn", again.learn(solved()));
        check_failed(
            "publish",
            Editable::open_or_create(folder.path())
                .unwrap()
                .publish(NOW),
        );
        check_failed("forget", again.forget(&Erasure::Requester(MARKER.into())));
        let report = KnowledgeBase::check(folder.path()).unwrap();
        assert!(!report.is_whole());
        check_debug("check", &report);
    }
    fs::write(&log, whole).unwrap();
}

//! Errors about broken JSON lines name the line number, and do not contain what customers wrote.

mod whole;

use std::error::Error as _;
use std::fmt::Debug;
use std::fs;

use helpdex::{Article, Error};
use helpdex_import::{ImportOptions, read_feedback};

use self::whole::read_whole;

#[test]
fn broken_lines_of_json_are_told_with_their_numbers_and_the_rest_is_read() {
    let deep = "[".repeat(100_000);
    let lines = [
        "\u{feff}{\"id\": 9007199254740993, \"locale\": \"en\", \"title\": \"first\"}\r",
        &deep,
        &format!(r#"{{"id": "a", "locale": "en", "labels": {deep}}}"#),
        r#"{"id": "a", "id": "b", "locale": "en", "title": "x"}"#,
        r#"{"id": "a", "locale": "en", "title": "x", "votes": {"up": NaN, "down": 1}}"#,
        r#"{"id": 1.5, "locale": "en", "title": "x"}"#,
        r#"{"id": 18446744073709551616, "locale": "en", "title": "x"}"#,
        r#"{"id": "\ud800", "locale": "en", "title": "x"}"#,
        "\t\r",
        "null",
        r#"{"id": -7, "locale": "en", "title": "last"}"#,
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    // The last line does not end.
    fs::write(&path, lines.join("\n")).unwrap();
    let files = read_whole(&path, &ImportOptions::default()).unwrap();
    let ids: Vec<&str> = files.articles.iter().map(Article::id).collect();
    assert_eq!(ids, ["9007199254740993", "-7"]);
    let numbers: Vec<_> = files
        .skipped
        .kept()
        .iter()
        .filter_map(helpdex::Error::line)
        .collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 10]);

    let with = |rest: &str| format!(r#"{{"at": 7, "verdict": "no_article", {rest}}}"#);
    let lines = [
        format!("\u{feff}{}\r", with(r#""ticket_id": 9007199254740993"#)),
        deep.clone(),
        with(&format!(r#""ticket_id": "1", "text": {deep}"#)),
        with(r#""ticket_id": "1", "ticket_id": "2""#),
        with(r#""ticket_id": NaN"#),
        String::new(),
        with(r#""ticket_id": "2""#),
    ];
    let read: Vec<_> = read_feedback(lines.join("\n").as_bytes(), "t.jsonl").collect();
    let ids: Vec<_> = read
        .iter()
        .flatten()
        .map(|ticket| &ticket.ticket_id[..])
        .collect();
    assert_eq!(ids, ["9007199254740993", "2"]);
    let errors = read.iter().filter_map(|read| read.as_ref().err());
    let numbers: Vec<_> = errors.filter_map(helpdex::Error::line).collect();
    assert_eq!(numbers, [2, 3, 4, 5]);
}

/// A word in every text that a customer gives, which no error may contain; the ids are the host's.
const MARKER: &str = "zqmarkerzq";

#[track_caller]
fn check_debug(what: &str, value: &impl Debug) {
    let text = format!("{value:?}");
    assert!(!text.to_lowercase().contains(MARKER), "{what}: {text}");
}

/// Asserts that neither an error nor its causes contain the marker, in any form that can be printed.
#[track_caller]
fn check_error(what: &str, error: &Error) {
    check_debug(what, error);
    check_debug(what, &error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        check_debug(what, &format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

#[test]
fn a_broken_solved_ticket_is_told_without_what_the_customer_wrote() {
    let whole = format!(
        r#"{{"ticket_id": 1, "at": 7, "verdict": "linked", "articles": ["refund"], "text": "{MARKER}", "requester": "{MARKER}"}}"#
    );
    let read: Vec<_> = read_feedback(whole.as_bytes(), "t.jsonl").collect();
    assert!(read[0].is_ok());
    check_debug("read", &read);
    // The same line, broken at every place, and with fields that are not what they are to be.
    let mut lines: Vec<String> = (1..whole.len())
        .map(|end| whole[..end].to_owned())
        .collect();
    lines.push(format!("{whole} {MARKER}"));
    lines.push(MARKER.to_owned());
    lines.push(format!("\"{MARKER}\""));
    for (from, to) in [
        ("\"ticket_id\": 1", format!(r#""ticket_id": ["{MARKER}"]"#)),
        ("\"at\": 7", format!(r#""at": {{"{MARKER}": 1}}"#)),
        ("\"linked\"", format!(r#"{{"rejected": ["{MARKER}"]}}"#)),
        ("[\"refund\"]", format!(r#""{MARKER}""#)),
        ("\"text\"", format!(r#""{MARKER}""#)),
        ("\"requester\"", r#""html""#.to_owned()),
        ("\"text\"", r#""text": "", "text""#.to_owned()),
    ] {
        lines.push(whole.replace(from, &to));
    }
    for line in lines {
        let read = read_feedback(line.as_bytes(), "t.jsonl").next().unwrap();
        let error = read.err().unwrap_or_else(|| panic!("{line} succeeded"));
        check_error(&line.replace(MARKER, "..."), &error);
    }
}

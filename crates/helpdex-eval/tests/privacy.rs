//! Asserts that no form of an evaluation that may be logged contains what customers wrote, by a marker in all of it.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::fmt::Debug;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use helpdex::feedback::Rejection;
use helpdex::{Article, ArticleFields, FeedbackEvent, Ticket, Timestamp, Verdict, Visibility};
use helpdex_eval::{BacktestOptions, EvaluationOptions, backtest, evaluate};

/// A word that no article contains and that cleaning does not change.
const MARKER: &str = "zqmarkerzq";

#[track_caller]
fn check(what: &str, text: &str) {
    assert!(!text.to_lowercase().contains(MARKER), "{what}: {text}");
}

#[track_caller]
fn check_debug(what: &str, value: &impl Debug) {
    check(what, &format!("{value:?}"));
    check(what, &format!("{value:#?}"));
}

/// Returns verdicts on two tickets that contain the marker.
fn solved() -> Vec<FeedbackEvent> {
    let verdict = |id: &str, verdict, articles: &[&str]| FeedbackEvent {
        ticket_id: id.to_owned(),
        ticket: Ticket::from_text(format!("refund {MARKER}, the refund of {MARKER}")),
        at: Timestamp::from_unix_seconds(1_000),
        verdict,
        articles: articles.iter().map(|id| (*id).to_owned()).collect(),
        key: Some(MARKER.to_owned()),
    };
    vec![
        verdict("1", Verdict::Linked, &["refund"]),
        verdict("2", Verdict::NoArticle, &[]),
        verdict("3", Verdict::Rejected(Rejection::NotRelated), &["refund"]),
    ]
}

#[test]
fn the_debug_form_of_an_evaluation_shows_no_ticket() {
    let folder = tempfile::tempdir().unwrap();
    write_data_set(folder.path());
    let found = evaluate(folder.path(), &EvaluationOptions::default(), |_| {
        ControlFlow::Continue(())
    });
    let found = found.unwrap();
    assert!(!found.tickets.is_empty() && !found.report.worst.is_empty());
    check_debug("evaluate", &found);
}

#[test]
fn the_debug_form_of_a_back_test_shows_no_ticket() {
    let article = Article::new(ArticleFields {
        id: "refund".into(),
        locale: "en".into(),
        title: "About the refund".into(),
        body: "The refund, in short.".into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    });
    let options = BacktestOptions::default();
    let found = backtest(vec![article.unwrap()], &solved(), &options, |_| {
        ControlFlow::Continue(())
    });
    let found = found.unwrap();
    assert_eq!(found.tickets.len(), 2);
    check_debug("backtest", &found);
}

/// Writes a data set in BEIR form in which the answer to one judged query is not the right article.
fn write_data_set(folder: &Path) {
    let corpus = r#"{"_id": "refund", "title": "About the refund", "text": "The refund, in short."}
{"_id": "prices", "title": "About the prices", "text": "The prices, in short."}
"#;
    let queries = format!(
        r#"{{"_id": "q1", "text": "refund {MARKER}", "metadata": {{"split": "test"}}}}
{{"_id": "q2", "text": "prices {MARKER}", "metadata": {{"split": "test"}}}}
"#
    );
    let qrels = "query-id\tcorpus-id\tscore\nq1\tprices\t1\nq2\tprices\t1\n";
    fs::create_dir(folder.join("qrels")).unwrap();
    fs::write(folder.join("corpus.jsonl"), corpus).unwrap();
    fs::write(folder.join("queries.jsonl"), queries).unwrap();
    fs::write(folder.join("qrels/test.tsv"), qrels).unwrap();
}

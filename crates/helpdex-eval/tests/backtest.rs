//! Tests of the back-test, in which solved tickets are answered in chronological order by what was known before.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::ops::ControlFlow;

use helpdex::feedback::Rejection;
use helpdex::{
    Article, ArticleFields, Audience, ErrorKind, FeedbackEvent, Ticket, Timestamp, Verdict,
    Visibility,
};
use helpdex_eval::{BacktestOptions, Evaluation, backtest};

const DAY: i64 = 86_400;

fn articles() -> Vec<Article> {
    vec![
        article_about("password", Visibility::Public),
        article_about("invoice", Visibility::Public),
        article_about("runbook", Visibility::Internal),
    ]
}

/// Returns an article about `matter` with this visibility.
fn article_about(matter: &str, visibility: Visibility) -> Article {
    let fields = ArticleFields {
        id: matter.to_owned(),
        locale: "en".into(),
        title: format!("All about the {matter}"),
        body: format!("This page explains the {matter} step by step."),
        visibility,
        ..ArticleFields::default()
    };
    Article::new(fields).unwrap()
}

fn solved(day: i64, text: &str, verdict: Verdict, article: Option<&str>) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: format!("ticket {day:03}"),
        ticket: Ticket::from_text(text),
        at: Timestamp::from_unix_seconds(DAY * day),
        verdict,
        articles: article.into_iter().map(str::to_owned).collect(),
        key: None,
    }
}

/// Returns one solved ticket a day. No two are alike, and no article has their words.
fn history(days: i64) -> Vec<FeedbackEvent> {
    (0..days)
        .map(|day| {
            let (text, article) = match day % 2 {
                0 => ("locked account", "password"),
                _ => ("vat receipt", "invoice"),
            };
            let names = ["zorg", "quux", "frob", "blix", "gwyn", "jyxt"];
            let name = |digit: i64| names[usize::try_from(digit % 6).unwrap()];
            let text = format!("{text} {} {} {}", name(day), name(day / 6), name(day / 36));
            solved(day, &text, Verdict::Linked, Some(article))
        })
        .collect()
}

fn replay(verdicts: &[FeedbackEvent], options: &BacktestOptions) -> Evaluation {
    backtest(articles(), verdicts, options, |_| ControlFlow::Continue(())).unwrap()
}

fn first_of(done: &Evaluation, ticket: &str) -> Option<String> {
    let outcome = done
        .outcomes
        .iter()
        .find(|outcome| outcome.query_id == ticket);
    outcome
        .unwrap()
        .ranking
        .first()
        .map(|first| first.id.clone())
}

#[test]
fn each_ticket_is_answered_by_what_was_known_before() {
    let options = BacktestOptions {
        periods: 4,
        ..BacktestOptions::default()
    };
    let done = replay(&history(200), &options);
    let periods = &done.report.by_period;
    let known: Vec<usize> = periods.iter().map(|period| period.known_verdicts).collect();
    assert_eq!(known, [0, 50, 100, 150]);
    assert_eq!(periods[1].from, Timestamp::from_unix_seconds(50 * DAY));
    assert_eq!(periods[1].until, Timestamp::from_unix_seconds(99 * DAY));
    let precision = |index: usize| periods[index].figures.ranking.precision_at_1.unwrap().value;
    // No article has their words, so that nothing is right before something was learned.
    assert!(precision(0) < 0.01, "{}", precision(0));
    assert!(
        precision(1) > 0.99 && precision(3) > 0.99,
        "{}",
        precision(1)
    );
    assert_eq!(done.report.figures.tickets, 200);
}

#[test]
fn what_comes_later_changes_no_answer() {
    let options = BacktestOptions {
        periods: 2,
        ..BacktestOptions::default()
    };
    let mut other = history(200);
    for verdict in &mut other[100..] {
        // From here on everything is the other way round.
        let article = &mut verdict.articles[0];
        let other = if article == "invoice" {
            "password"
        } else {
            "invoice"
        };
        other.clone_into(article);
    }
    // Given in another order, too.
    other.reverse();
    let (same, changed) = (replay(&history(200), &options), replay(&other, &options));
    for (a, b) in same.outcomes.iter().zip(&changed.outcomes) {
        assert_eq!(
            (&a.query_id, &a.ranking, &a.offered),
            (&b.query_id, &b.ranking, &b.offered)
        );
    }
    assert!(
        same.report.by_period[1]
            .figures
            .ranking
            .precision_at_1
            .unwrap()
            .value
            > 0.99
    );
    assert!(
        changed.report.by_period[1]
            .figures
            .ranking
            .precision_at_1
            .unwrap()
            .value
            < 0.01
    );
}

#[test]
fn tickets_that_cannot_be_judged_are_not_asked() {
    let mut verdicts = history(120);
    let rejected = Verdict::Rejected(Rejection::NotRelated);
    verdicts.extend([
        solved(200, "nothing helps with the moon", Verdict::NoArticle, None),
        solved(
            201,
            "only the runbook helps",
            Verdict::Linked,
            Some("runbook"),
        ),
        solved(202, "", Verdict::Linked, Some("password")),
        solved(203, "locked out", rejected, Some("invoice")),
        solved(204, "locked out", Verdict::Clicked, Some("invoice")),
        solved(
            205,
            "an article that is gone",
            Verdict::Linked,
            Some("gone"),
        ),
    ]);
    let done = replay(&verdicts, &BacktestOptions::default());
    assert_eq!(done.report.figures.tickets, 121);
    assert_eq!(done.report.figures.unanswerable, 1);
    let agents = BacktestOptions {
        audience: Audience::internal(),
        ..BacktestOptions::default()
    };
    let done = replay(&verdicts, &agents);
    assert_eq!(done.report.figures.tickets, 122);
    assert_eq!(first_of(&done, "ticket 201").as_deref(), Some("runbook"));
}

#[test]
fn a_later_verdict_of_a_ticket_is_no_news_to_it() {
    let mut verdicts = history(100);
    let mut second = solved(90, "", Verdict::Resolved, Some("invoice"));
    second.ticket_id = "ticket 010".to_owned();
    verdicts.push(second);
    let done = replay(&verdicts, &BacktestOptions::default());
    assert_eq!(done.report.figures.tickets, 100);
    // Both articles are right, and it is asked on its first day.
    let index = done
        .outcomes
        .iter()
        .position(|o| o.query_id == "ticket 010")
        .unwrap();
    assert_eq!(index, 10);
}

#[test]
fn a_target_is_decided_by_what_each_part_knew() {
    // All tickets have an article.
    let target = helpdex::confidence::TargetPrecision {
        incoming: helpdex::confidence::Incoming {
            answerable_share: 1.0,
            ..Default::default()
        },
        ..helpdex::confidence::TargetPrecision::of(0.8)
    };
    let options = BacktestOptions {
        periods: 4,
        suggest: helpdex::SuggestOptions {
            decision: helpdex::Decision::TargetPrecision(target),
            ..helpdex::SuggestOptions::default()
        },
        ..BacktestOptions::default()
    };
    let done = replay(&history(200), &options);
    let target = done.report.target.unwrap();
    let labels: Vec<usize> = target.chosen.iter().map(|chosen| chosen.labels).collect();
    assert_eq!(labels, [0, 50, 100, 150]);
    assert!(target.chosen[0].threshold.is_none() && target.chosen[3].threshold.is_some());
    assert!(done.report.by_period[0].figures.coverage.unwrap().value < 0.01);
    assert!(done.report.by_period[3].figures.coverage.unwrap().value > 0.99);
}

#[test]
fn what_cannot_be_replayed_is_named() {
    let error = |verdicts: Vec<FeedbackEvent>, periods| {
        let options = BacktestOptions {
            periods,
            ..BacktestOptions::default()
        };
        let done = backtest(articles(), &verdicts, &options, |_| {
            ControlFlow::Continue(())
        });
        done.unwrap_err()
    };
    assert!(
        error(history(10), 1)
            .to_string()
            .contains("periods 1 is out of range")
    );
    let nothing = error(vec![solved(1, "", Verdict::NoArticle, None)], 12);
    assert_eq!(nothing.kind(), ErrorKind::InvalidInput);
    assert!(
        nothing.to_string().contains("none of the 1 verdicts"),
        "{nothing}"
    );
    let stopped = backtest(
        articles(),
        &history(10),
        &BacktestOptions::default(),
        |_| ControlFlow::Break(()),
    );
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Interrupted);
}

#[test]
fn tickets_of_one_moment_stay_together() {
    let mut verdicts = history(40);
    for verdict in &mut verdicts {
        verdict.at = Timestamp::from_unix_seconds(DAY);
    }
    let done = replay(&verdicts, &BacktestOptions::default());
    assert_eq!(done.report.by_period.len(), 1);
    assert_eq!(done.report.by_period[0].known_verdicts, 0);
}

#[test]
fn options_out_of_range_are_refused_before_anything_is_asked() {
    for suggest in [
        helpdex::SuggestOptions {
            decision: helpdex::Decision::TargetPrecision(helpdex::confidence::TargetPrecision::of(
                1.5,
            )),
            ..helpdex::SuggestOptions::default()
        },
        helpdex::SuggestOptions {
            decision: helpdex::Decision::TargetPrecision(helpdex::confidence::TargetPrecision::of(
                0.8,
            )),
            popularity: 0.5,
            ..helpdex::SuggestOptions::default()
        },
    ] {
        let options = BacktestOptions {
            suggest,
            ..BacktestOptions::default()
        };
        let refused = backtest(articles(), &history(20), &options, |_| {
            ControlFlow::Continue(())
        });
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

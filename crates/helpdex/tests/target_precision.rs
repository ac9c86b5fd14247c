//! Tests of a target precision: the articles that are shown keep it, and the reason for abstaining says what is
//! missing.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use common::{Editable, Random, article_about};
use helpdex::confidence::{Incoming, Promise, TargetPrecision, WhenUnmet};
use helpdex::{
    Article, Audience, Decision, ErrorKind, FeedbackEvent, KnowledgeBase, Reason, SuggestOptions,
    Suggestions, Ticket, Timestamp, Verdict, Visibility,
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000_000);

/// For each matter the article about it, and the words that customers use for it; no article contains these words.
const MATTERS: [(&str, [&str; 4]); 4] = [
    ("password", ["locked", "forgotten", "account", "wrong"]),
    ("invoice", ["receipt", "accounting", "vat", "statement"]),
    ("refund", ["money", "returned", "cancelled", "order"]),
    ("reader", ["dead", "battery", "bluetooth", "blinking"]),
];

/// Words that customers write about any matter.
const CHATTER: [&str; 6] = ["hello", "since", "yesterday", "urgent", "shop", "again"];

/// Returns the text of a ticket about a matter, or about nothing that an article helps with.
fn ticket_text(random: &mut Random, matter: Option<usize>) -> String {
    let mut words: Vec<&str> = (0..5).map(|_| random.pick(&CHATTER)).collect();
    if let Some(matter) = matter {
        words.extend((0..3).map(|_| random.pick(&MATTERS[matter].1)));
    }
    words.join(" ")
}

fn solved(number: usize, text: String, articles: Vec<String>) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: format!("ticket {number}"),
        ticket: Ticket::from_text(text),
        at: NOW,
        verdict: if articles.is_empty() {
            Verdict::NoArticle
        } else {
            Verdict::Linked
        },
        articles,
        key: None,
    }
}

/// Returns solved tickets whose words show their matter; each fourth has no matter, and no article answers it.
fn clear_tickets(count: usize) -> Vec<FeedbackEvent> {
    let mut random = Random(7);
    (0..count)
        .map(|number| {
            let matter = (!number.is_multiple_of(4)).then(|| random.below(MATTERS.len()));
            let articles = matter.map(|matter| MATTERS[matter].0.to_owned());
            let text = ticket_text(&mut random, matter);
            solved(number, text, articles.into_iter().collect())
        })
        .collect()
}

fn learned(tickets: Vec<FeedbackEvent>) -> Editable {
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles()).unwrap();
    knowledge_base.learn(tickets).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn articles() -> Vec<Article> {
    let mut articles = MATTERS
        .map(|(id, _)| article_about(id, Visibility::Public))
        .to_vec();
    articles.push(article_about("runbook", Visibility::Internal));
    articles
}

fn target(precision: f64) -> SuggestOptions {
    SuggestOptions {
        decision: Decision::TargetPrecision(TargetPrecision::of(precision)),
        ..SuggestOptions::default()
    }
}

/// Returns options with a target precision for a stream of tickets that are all answerable.
fn target_where_all_are_answerable(precision: f64) -> SuggestOptions {
    SuggestOptions {
        decision: Decision::TargetPrecision(TargetPrecision {
            incoming: Incoming {
                answerable_share: 1.0,
                ..Incoming::default()
            },
            ..TargetPrecision::of(precision)
        }),
        ..SuggestOptions::default()
    }
}

/// Returns options that keep the precision, or else offer what has at least `min_probability`.
fn best_guess(precision: f64, min_probability: f32) -> SuggestOptions {
    SuggestOptions {
        decision: Decision::TargetPrecision(TargetPrecision {
            when_unmet: WhenUnmet::MinProbability(min_probability),
            ..TargetPrecision::of(precision)
        }),
        ..SuggestOptions::default()
    }
}

fn ask(knowledge_base: &KnowledgeBase, text: &str, options: &SuggestOptions) -> Suggestions {
    let ticket = Ticket::from_text(text);
    let mut answer = knowledge_base
        .suggest(&ticket, &Audience::public(), NOW, options)
        .unwrap();
    answer.elapsed_us = 0;
    answer
}

fn explanation(answer: &Suggestions) -> String {
    let answer = serde_json::to_value(answer).unwrap();
    answer["explanation"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn what_is_shown_keeps_the_target_and_the_rest_is_silence() {
    let knowledge_base = learned(clear_tickets(400));
    let labelled = knowledge_base
        .labelled_predictions(&Audience::public(), 1)
        .unwrap();
    assert_eq!(labelled.len(), 400);
    let threshold = labelled.threshold(0.9, 0.95, &Incoming::default()).unwrap();
    assert!(threshold.coverage > 0.5, "{threshold:?}");

    let mut random = Random(8);
    let (mut shown, mut right, mut silent) = (0, 0, 0);
    for number in 0..200 {
        let matter = (number % 4 > 0).then(|| random.below(MATTERS.len()));
        let text = ticket_text(&mut random, matter);
        let answer = ask(&knowledge_base, &text, &target(0.9));
        for suggestion in answer.offered() {
            assert!(f64::from(suggestion.probability) >= threshold.threshold);
        }
        if let Some(first) = answer.offered().first() {
            shown += 1;
            right += i32::from(matter.is_some_and(|matter| MATTERS[matter].0 == first.article_id));
        } else {
            silent += 1;
            let reason = answer.reason().map(Reason::name);
            // Greetings alone do not say what they are about.
            let is_chatter = reason == Some("not_enough_said") && matter.is_none();
            assert!(
                is_chatter || reason == Some("below_threshold"),
                "{reason:?}: {text}"
            );
            assert!(!answer.ranking.is_empty());
        }
    }
    assert!(right * 10 >= shown * 9, "{right} of {shown}");
    assert!(shown >= 100 && silent >= 30, "{shown} shown, {silent} not");
}

#[test]
fn a_best_guess_does_not_count_beside_a_target_that_can_be_kept() {
    let knowledge_base = learned(clear_tickets(400));
    let text = "hello the receipt and the statement for accounting";
    let shown = |min_probability: f32| {
        let answer = ask(&knowledge_base, text, &best_guess(0.9, min_probability));
        answer
            .offered()
            .first()
            .map(|first| first.article_id.clone())
    };
    assert_eq!(shown(1.0).as_deref(), Some("invoice"));
    assert_eq!(shown(0.0).as_deref(), Some("invoice"));
}

#[test]
fn with_too_few_labels_it_is_silent_and_says_how_many_are_needed() {
    let knowledge_base = learned(clear_tickets(12));
    let text = "hello the receipt and the statement for accounting";
    let answer = ask(&knowledge_base, text, &target(0.9));
    assert_eq!(answer.reason().map(Reason::name), Some("not_enough_labels"));
    let words = explanation(&answer);
    assert!(
        words.starts_with("Not enough data: 12 labelled tickets, at least about "),
        "{words}"
    );
    assert!(!answer.ranking.is_empty());
    // Nothing else than its labels decides: a ticket without words, or a stranger's, has its own reason.
    let empty = ask(&knowledge_base, "", &target(0.9));
    assert_eq!(empty.reason(), Some(&Reason::EmptyAfterCleaning));

    let guess = ask(&knowledge_base, text, &best_guess(0.9, 0.0));
    assert_eq!(guess.offered()[0].article_id, answer.ranking[0].article_id);
    assert_ne!(guess.suggestion_id, answer.suggestion_id);
}

#[test]
fn where_no_threshold_keeps_the_target_it_names_the_highest_that_can_be_kept() {
    // Whatever a ticket says, chance decides which of two articles solved it: the first one in three of four.
    let mut random = Random(9);
    let tickets = (0..400).map(|number| {
        let about = random.below(MATTERS.len());
        let text = ticket_text(&mut random, Some(about));
        let article = MATTERS[usize::from(random.below(4) == 0)].0.to_owned();
        solved(number, text, vec![article])
    });
    let knowledge_base = learned(tickets.collect());
    let text = "hello the receipt and the statement for accounting";
    let target = target_where_all_are_answerable;
    let answer = ask(&knowledge_base, text, &target(0.9));
    assert_eq!(
        answer.reason().map(Reason::name),
        Some("not_enough_precision")
    );
    let words = explanation(&answer);
    assert!(
        words.starts_with("No threshold keeps this precision; the highest target that"),
        "{words}"
    );
    let (_, after) = words.split_once("allow is ").unwrap();
    let highest: f64 = after.split(':').next().unwrap().parse().unwrap();
    assert!((0.5..0.8).contains(&highest), "{words}");
    assert_ne!(
        ask(&knowledge_base, text, &target(highest)).reason(),
        answer.reason()
    );
}

#[test]
fn clicks_are_no_labels_and_tickets_of_others_are_none_either() {
    let mut tickets = clear_tickets(100);
    for ticket in &mut tickets[50..] {
        if ticket.verdict == Verdict::Linked {
            ticket.verdict = Verdict::Clicked;
        }
    }
    let clicks = tickets
        .iter()
        .filter(|t| t.verdict == Verdict::Clicked)
        .count();
    let public = |tickets: &[FeedbackEvent]| {
        let knowledge_base = learned(tickets.to_vec());
        let labelled = |audience| knowledge_base.labelled_predictions(&audience, 1).unwrap();
        (
            labelled(Audience::public()),
            labelled(Audience::internal()).len(),
        )
    };
    let (before, of_agents) = public(&tickets);
    assert_eq!((before.len(), of_agents), (100 - clicks, 100 - clicks));
    for number in 0..20 {
        let text = "the console shows the red lamp".to_owned();
        tickets.push(solved(1_000 + number, text, vec!["runbook".into()]));
    }
    let (after, of_agents) = public(&tickets);
    assert_eq!(after, before);
    // The same text counts ten times at most.
    assert_eq!(of_agents, 100 - clicks + 10);
}

#[test]
fn a_target_is_kept_by_the_same_threshold_after_it_was_opened_again() {
    let folder = common::Folder::new();
    let written = Editable::open_or_create(folder.path().join("kb")).unwrap();
    written.sync(articles()).unwrap();
    written.learn(clear_tickets(200)).unwrap();
    written.publish(NOW).unwrap();
    let read = Editable::open(folder.path().join("kb")).unwrap();
    let public = Audience::public();
    let labelled = read.labelled_predictions(&public, 1).unwrap();
    assert_eq!(labelled, written.labelled_predictions(&public, 1).unwrap());
    for text in ["dead battery again", "hello again", "vat receipt"] {
        let answer = ask(&read, text, &target(0.8));
        assert_eq!(answer, ask(&written, text, &target(0.8)));
    }
}

#[test]
fn what_cannot_be_promised_is_refused_with_the_remedy() {
    let knowledge_base = learned(clear_tickets(12));
    let refused = |options: SuggestOptions| {
        let ticket = Ticket::from_text("dead battery");
        let error = knowledge_base
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    };
    for out_of_range in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        assert!(refused(target(out_of_range)).contains("give a share above 0 and below 1"));
        let options = SuggestOptions {
            decision: Decision::TargetPrecision(TargetPrecision {
                confidence_level: out_of_range,
                ..TargetPrecision::of(0.8)
            }),
            ..SuggestOptions::default()
        };
        assert!(refused(options).contains("confidence_level"));
    }
    let options = SuggestOptions {
        popularity: 0.5,
        ..target(0.8)
    };
    assert!(refused(options).contains("give one of the two"));
}

#[test]
fn a_publish_tells_when_recent_tickets_are_no_longer_like_the_older_ones() {
    let day_by_day = |is_wrong: &dyn Fn(i64) -> bool| -> Vec<FeedbackEvent> {
        let tickets = clear_tickets(400).into_iter().zip(0..);
        tickets
            .map(|(mut ticket, day)| {
                ticket.at = Timestamp::from_unix_seconds(86_400 * day);
                if is_wrong(day) && !ticket.articles.is_empty() {
                    // People decide that nothing helps with what was answered before.
                    ticket.verdict = Verdict::NoArticle;
                    ticket.articles.clear();
                }
                ticket
            })
            .collect()
    };
    let drift = |tickets| {
        let knowledge_base = Editable::in_memory();
        knowledge_base.sync(articles()).unwrap();
        let trained = knowledge_base.publish_with_tickets(NOW, tickets).unwrap();
        trained.drift.get(&Visibility::Public).copied()
    };
    let same = drift(day_by_day(&|_| false)).unwrap();
    assert!(!same.is_warning, "{same:?}");
    assert_eq!(
        (same.recent, same.since),
        (80, Timestamp::from_unix_seconds(86_400 * 320))
    );
    let changed = drift(day_by_day(&|day| day >= 320)).unwrap();
    assert!(
        changed.is_warning && changed.right < same.right,
        "{changed:?}"
    );
    assert_eq!(drift(clear_tickets(400)), None, "all of one moment");
}

/// Returns tickets that could be about either of two matters: half of them are about the one, half about the other.
fn ambiguous_tickets(count: usize) -> Vec<(String, &'static str)> {
    let mut random = Random(9);
    (0..count)
        .map(|_| {
            let words = random.below(MATTERS.len());
            let matter = (words & !1) + random.below(2);
            (
                ticket_text(&mut random, Some(words & !1)),
                MATTERS[matter].0,
            )
        })
        .collect()
}

#[test]
fn that_any_of_those_shown_is_right_can_be_promised_where_the_first_cannot() {
    let tickets = ambiguous_tickets(500);
    let (past, new) = tickets.split_at(400);
    let past = past
        .iter()
        .enumerate()
        .map(|(number, (text, article))| solved(number, text.clone(), vec![(*article).to_owned()]));
    let knowledge_base = learned(past.collect());
    let of_first = target_where_all_are_answerable(0.8);
    let of_any = SuggestOptions {
        promise: Promise::Any,
        limit: 2,
        ..of_first.clone()
    };
    let (mut shown, mut right) = (0, 0);
    for (text, article) in new {
        assert!(ask(&knowledge_base, text, &of_first).offered().is_empty());
        let answer = ask(&knowledge_base, text, &of_any);
        let Some(first) = answer.offered().first() else {
            continue;
        };
        shown += 1;
        assert_eq!(answer.offered().len(), 2);
        right += usize::from(
            answer
                .offered()
                .iter()
                .any(|suggestion| suggestion.article_id == *article),
        );
        // Each is likelier to be wrong; together they reach the threshold.
        assert!(first.probability < first.threshold);
        assert!(answer.ranking[1].cumulative_probability >= first.threshold);
        assert!(answer.answerable_probability >= answer.ranking[1].cumulative_probability);
        assert!(
            first
                .explanation()
                .contains("that any of those shown is right"),
            "{}",
            first.explanation()
        );
    }
    assert!(shown >= 90 && right * 10 >= shown * 8, "{right} of {shown}");
}

#[test]
fn any_of_those_shown_is_as_probable_as_all_of_them_together() {
    let knowledge_base = learned(Vec::new());
    let ticket = "invoice and refund";
    let ask_any = |limit, min_probability| {
        let options = SuggestOptions {
            promise: Promise::Any,
            limit,
            decision: Decision::MinProbability(min_probability),
            ..SuggestOptions::default()
        };
        ask(&knowledge_base, ticket, &options)
    };
    let ranking = ask_any(3, 0.0).ranking;
    let sums: Vec<f32> = ranking.iter().map(|a| a.cumulative_probability).collect();
    assert!((sums[0] - ranking[0].probability).abs() < 1e-6);
    assert!(sums.len() >= 2 && sums.is_sorted() && sums[1] > sums[0]);
    let between = f32::midpoint(sums[0], sums[1]);
    assert_eq!(ask_any(2, between).offered().len(), 2);
    let silent = ask_any(1, between);
    assert_eq!(silent.reason().map(Reason::name), Some("below_threshold"));
    assert!(explanation(&silent).starts_with("Any of the best candidates is right with"));
}

#[test]
fn a_set_that_no_label_tells_of_is_refused() {
    let knowledge_base = learned(Vec::new());
    let options = SuggestOptions {
        promise: Promise::Any,
        limit: 4,
        ..target(0.8)
    };
    let ticket = Ticket::from_text("invoice");
    let refused = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("limit 4 is too large"),
        "{error}"
    );
    for set_size in [0, 4] {
        let refused = knowledge_base.labelled_predictions(&Audience::public(), set_size);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

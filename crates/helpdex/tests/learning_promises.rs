//! What the first verdicts do: no answer is lost by a right one, and what is taught comes back.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use helpdex::answer::RankedArticle;
use helpdex::{
    Article, Audience, FeedbackEvent, KnowledgeBase, SuggestOptions, Suggestions, Ticket,
    Timestamp, Verdict,
};

use common::{Editable, Random, article};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000_000);

/// Articles by id, title and text.
const PAGES: [(&str, &str, &str); 8] = [
    (
        "password",
        "Reset your password",
        "Choose Forgotten password on the sign-in page. We mail you a link.",
    ),
    (
        "invoice",
        "Download an invoice",
        "Invoices are under Billing. Pick the month, then press Download.",
    ),
    (
        "refund",
        "Refund a payment",
        "Open the payment, press Refund, and enter the amount. It takes five days.",
    ),
    (
        "reader",
        "Pair the card reader",
        "Hold the power button until the light blinks blue, then open Bluetooth.",
    ),
    (
        "staff",
        "Add a team member",
        "Send an invitation from the Team screen and choose what they may see.",
    ),
    (
        "tax",
        "Change the tax rate",
        "Rates are set for each product in the catalogue, or for all of them.",
    ),
    (
        "printer",
        "Connect a receipt printer",
        "Plug the printer in and choose it under Hardware. Print a test page.",
    ),
    (
        "payout",
        "When payouts arrive",
        "Payouts reach your bank account on the next working day.",
    ),
];

/// Words of tickets; some stand in no article.
const WORDS: [&str; 24] = [
    "password", "invoice", "refund", "payment", "reader", "printer", "payout", "account", "gizmo",
    "beeps", "broken", "money", "button", "light", "team", "member", "rate", "download",
    "zeppelin", "again", "page", "test", "bank", "link",
];

fn help_center() -> Vec<Article> {
    PAGES
        .map(|(id, title, body)| article(id, title, body))
        .into()
}

fn verdict(number: usize, verdict: Verdict, article: Option<&str>, text: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: format!("ticket {number}"),
        ticket: Ticket::from_text(text),
        at: NOW,
        verdict,
        articles: article.map(str::to_owned).into_iter().collect(),
        key: None,
    }
}

fn taught(verdicts: &[FeedbackEvent]) -> Editable {
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.learn(verdicts.to_vec()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask(knowledge_base: &KnowledgeBase, text: &str) -> Suggestions {
    let ticket = Ticket::from_text(text);
    knowledge_base
        .suggest(
            &ticket,
            &Audience::public(),
            NOW,
            &SuggestOptions::default(),
        )
        .unwrap()
}

fn probability(answer: &Suggestions, id: &str) -> f32 {
    let ranked = answer.ranking.iter().find(|ranked| ranked.article_id == id);
    ranked.map_or(0.0, |ranked| ranked.probability)
}

fn words(random: &mut Random, most: usize) -> String {
    let count = 1 + random.below(most);
    let words: Vec<&str> = (0..count).map(|_| random.pick(&WORDS)).collect();
    words.join(" ")
}

/// Verdicts of all kinds on so many tickets, of which some repeat each other.
fn history(random: &mut Random, tickets: usize) -> Vec<FeedbackEvent> {
    let mut texts: Vec<String> = Vec::new();
    (0..tickets)
        .map(|number| {
            let text = match random.below(4) {
                0 if !texts.is_empty() => texts[random.below(texts.len())].clone(),
                _ => words(random, 8),
            };
            texts.push(text.clone());
            let of_kind = Verdict::ALL[random.below(Verdict::ALL.len())];
            let of_kind = if random.below(2) == 0 {
                Verdict::Linked
            } else {
                of_kind
            };
            let article = PAGES[random.below(PAGES.len())].0;
            verdict(
                number,
                of_kind,
                of_kind.names_articles().then_some(article),
                &text,
            )
        })
        .collect()
}

#[test]
fn one_more_confirmation_never_lowers_the_probability_of_an_answer_for_its_text() {
    let full = std::env::var("HELPDEX_FULL").is_ok_and(|full| full == "1");
    let cases = if full { 2_000 } else { 120 };
    let mut compared = 0;
    for seed in 0..cases {
        let mut random = Random(seed);
        let tickets = [0, 1, 2, 4, 8, 16, 40, 100][random.below(if full { 8 } else { 7 })];
        let before = history(&mut random, tickets);
        let text = match random.below(2) {
            0 if !before.is_empty() => {
                let again = &before[random.below(before.len())].ticket;
                again.clean().text().to_owned()
            }
            _ => words(&mut random, 6),
        };
        let answer = ask(&taught(&before), &text);
        let Some(RankedArticle {
            article_id,
            probability: known,
            ..
        }) = answer.ranking.first()
        else {
            continue;
        };
        compared += 1;
        let confirmation = [Verdict::Linked, Verdict::Resolved][random.below(2)];
        let mut after = before.clone();
        after.push(verdict(tickets, confirmation, Some(article_id), &text));
        let now = probability(&ask(&taught(&after), &text), article_id);
        assert!(
            f64::from(now) >= f64::from(*known) - 1e-9,
            "seed {seed}, {tickets} tickets, {text:?}: {article_id} from {known} to {now}"
        );
    }
    assert!(compared * 10 > cases * 8, "{compared} of {cases}");
}

#[test]
fn the_gizmo_beeps_again_is_answered_when_it_is_all_that_was_taught() {
    for verdicts in [10, 20, 50] {
        let solved: Vec<FeedbackEvent> = (0..verdicts)
            .map(|number| {
                verdict(
                    number,
                    Verdict::Linked,
                    Some("reader"),
                    "the gizmo beeps again",
                )
            })
            .collect();
        let knowledge_base = taught(&solved);
        let offered = |text: &str| {
            let answer = ask(&knowledge_base, text);
            answer
                .offered()
                .first()
                .map(|first| first.article_id.clone())
        };
        assert_eq!(
            offered("the gizmo beeps again").as_deref(),
            Some("reader"),
            "{verdicts}"
        );
        assert_eq!(
            offered("My gizmo beeps again!").as_deref(),
            Some("reader"),
            "{verdicts}"
        );
        // Nothing else is answered by it.
        assert_eq!(
            offered("what is the weather in the hills tomorrow"),
            None,
            "{verdicts}"
        );
        assert_eq!(
            offered("download an invoice").as_deref(),
            Some("invoice"),
            "{verdicts}"
        );
    }
}

#[test]
fn right_verdicts_take_no_right_offer_away() {
    let questions: Vec<(&str, String)> = PAGES
        .iter()
        .flat_map(|(id, title, body)| {
            let sentence = body.split('.').next().unwrap_or_default();
            [(*id, title.to_lowercase()), (*id, sentence.to_lowercase())]
        })
        .collect();
    let right = |knowledge_base: &KnowledgeBase| {
        let is_right = |(id, text): &&(&str, String)| {
            let answer = ask(knowledge_base, text);
            answer
                .offered()
                .first()
                .is_some_and(|first| first.article_id == **id)
        };
        questions.iter().filter(is_right).count()
    };
    let untaught = right(&taught(&[]));
    assert!(untaught >= 8, "{untaught}");
    let mut random = Random(3);
    for tickets in [1, 2, 5, 10, 20] {
        let solved: Vec<FeedbackEvent> = (0..tickets)
            .map(|number| {
                let (id, title, _) = PAGES[random.below(PAGES.len())];
                let text = format!("{} {title}", words(&mut random, 3));
                verdict(number, Verdict::Linked, Some(id), &text)
            })
            .collect();
        let now = right(&taught(&solved));
        assert!(
            now * 10 >= untaught * 9,
            "{tickets} tickets: {now} of {untaught}"
        );
    }
}

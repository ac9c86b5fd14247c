//! Report cards: counts by hand, corrected clicks, what to do, and what a reader may be told.

use helpdex::events::{Interaction, InteractionEvent};
use helpdex::feedback::Rejection;
use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Ticket, Timestamp, Verdict,
    Visibility,
};
use helpdex_insight::cards::{ArticleCard, CardOptions, CardReport, Task, cards};

fn article(id: &str, locale: &str, title: &str, visibility: Visibility) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        locale: locale.into(),
        title: title.into(),
        body: format!("## Steps\n\n{title}, step by step."),
        format: helpdex::BodyFormat::Markdown,
        translation_group: id.split('-').next().map(str::to_owned),
        visibility,
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_000_000)
}

fn help_center() -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    let public = Visibility::Public;
    let articles = [
        article("refund", "en", "Refund a payment to the card", public),
        article("voucher", "en", "Redeem a voucher code", public),
        article("walnut", "en", "Bake a walnut cake in the oven", public),
        article("walnut-de", "de", "Walnusskuchen im Ofen backen", public),
        article(
            "turnstile",
            "en",
            "Reset the turnstile controller",
            Visibility::Internal,
        ),
    ];
    writer.upsert(articles).expect("memory can be written");
    writer.publish(now()).expect("memory can be written");
    knowledge_base
}

fn event(kind: Interaction, session: &str, minute: i64, articles: &[&str]) -> InteractionEvent {
    InteractionEvent {
        session: Some(session.into()),
        articles: articles.iter().map(|&id| id.to_owned()).collect(),
        ..InteractionEvent::new(kind, Timestamp::from_unix_seconds(minute * 60))
    }
}

fn ticket(id: &str, text: &str, articles: &[&str]) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: id.into(),
        ticket: Ticket {
            locale: Some("en".parse().expect("it is a locale")),
            ..Ticket::from_text(text)
        },
        at: now(),
        verdict: Verdict::Linked,
        articles: articles.iter().map(|&id| id.to_owned()).collect(),
        key: None,
    }
}

fn report(
    events: &[InteractionEvent],
    tickets: &[FeedbackEvent],
    reader: &Audience,
    options: &CardOptions,
) -> CardReport {
    let report = cards(
        &help_center(),
        events.iter().cloned().map(Ok),
        tickets,
        &Audience::internal(),
        reader,
        now(),
        options,
    );
    report.expect("the knowledge base can be asked")
}

fn of<'r>(report: &'r CardReport, id: &str) -> &'r ArticleCard {
    let card = report.cards.iter().find(|card| card.article_id == id);
    card.expect("the article has a card")
}

fn tasks(card: &ArticleCard) -> Vec<(Task, usize)> {
    card.to_do
        .iter()
        .map(|task| (task.kind, task.tickets))
        .collect()
}

#[test]
fn visits_are_counted_once_in_any_order_and_clicks_are_corrected_for_the_rank() {
    // Four visits see refund before voucher, two see them the other way round. The first result is opened in 4 of 6 visits,
    // the second one in 3 of 6.
    let mut events = Vec::new();
    for (session, shown, opened) in [
        ("a", ["refund", "voucher"], &["refund"][..]),
        ("b", ["refund", "voucher"], &["refund", "voucher"]),
        ("c", ["refund", "voucher"], &["voucher"]),
        ("d", ["refund", "voucher"], &[]),
        ("e", ["voucher", "refund"], &["voucher"]),
        ("f", ["voucher", "refund"], &["voucher", "refund"]),
    ] {
        events.push(event(Interaction::Offered, session, 0, &shown));
        for id in opened {
            events.push(event(Interaction::Clicked, session, 1, &[id]));
        }
    }
    let first = report(&events, &[], &Audience::public(), &CardOptions::default());
    let counts = &of(&first, "refund").events;
    assert_eq!((counts.first, counts.offered, counts.clicked), (4, 6, 3));
    // 4 visits at rank 1, where 4 of 6 are opened, and 2 at rank 2, where 3 of 6 are.
    assert!((counts.expected_clicks - (4.0 * 4.0 / 6.0 + 2.0 * 3.0 / 6.0)).abs() < 1e-9);
    let ratio = counts.click_ratio.expect("it was shown");
    assert!((ratio - 3.0 / counts.expected_clicks).abs() < 1e-9);
    // What was never shown has no ratio, which is not a bad one.
    assert_eq!(of(&first, "walnut").events.click_ratio, None);
    let again: Vec<InteractionEvent> = events.iter().rev().chain(&events).cloned().collect();
    assert_eq!(
        report(&again, &[], &Audience::public(), &CardOptions::default()),
        first
    );
}

#[test]
fn each_task_is_told_with_the_visits_or_tickets_that_it_affects() {
    let mut events = Vec::new();
    for session in ["a", "b", "c"] {
        events.push(event(Interaction::Offered, session, 0, &["refund"]));
        let reason = Some(Rejection::RelatedButDidNotAnswer);
        events.push(InteractionEvent {
            reason,
            ..event(Interaction::NotHelpful, session, 1, &["refund"])
        });
        events.push(event(Interaction::AgentLinked, session, 2, &["voucher"]));
    }
    let tickets: Vec<FeedbackEvent> = (0..4)
        .map(|n| {
            ticket(
                &n.to_string(),
                "walnut cake oven please, xylophone",
                &["refund"],
            )
        })
        .collect();
    let found = report(
        &events,
        &tickets,
        &Audience::public(),
        &CardOptions::default(),
    );
    assert_eq!((found.tickets, found.visits), (4, 3));
    assert_eq!(
        tasks(of(&found, "refund")),
        [(Task::AddWords, 4), (Task::Rewrite, 3)]
    );
    assert_eq!(of(&found, "refund").tickets.lost, 4);
    assert_eq!(of(&found, "refund").loses_to[0].article_id, "walnut");
    assert!(of(&found, "refund").lacks.contains(&"xylophone".to_owned()));
    assert_eq!(tasks(of(&found, "voucher")), [(Task::AddWords, 3)]);
    assert_eq!(tasks(of(&found, "walnut")), [(Task::Narrow, 4)]);
    let precision = of(&found, "refund").events.precision;
    assert_eq!((precision.count, precision.of), (0, 3));
}

#[test]
fn articles_that_take_each_others_tickets_are_to_be_merged() {
    let mut tickets = Vec::new();
    for n in 0..3 {
        tickets.push(ticket(
            &format!("r{n}"),
            "redeem a voucher code",
            &["refund"],
        ));
        tickets.push(ticket(
            &format!("v{n}"),
            "refund a payment to my card",
            &["voucher"],
        ));
    }
    let found = report(&[], &tickets, &Audience::public(), &CardOptions::default());
    let merge = of(&found, "refund")
        .to_do
        .iter()
        .find(|task| task.kind == Task::Merge);
    let merge = merge.expect("there is something to merge");
    assert_eq!(
        (merge.tickets, merge.other.as_deref()),
        (6, Some("voucher"))
    );
}

#[test]
fn an_article_that_became_worse_and_a_translation_that_lags_behind_are_told() {
    let mut events = Vec::new();
    for n in 0..40 {
        let session = n.to_string();
        let (minute, kind) = if n < 20 {
            (0, Interaction::Helpful)
        } else {
            (1_000, Interaction::NotHelpful)
        };
        events.push(event(Interaction::Offered, &session, minute, &["refund"]));
        events.push(event(kind, &session, minute + 1, &["refund"]));
    }
    let mut options = CardOptions::default();
    let moment = |minute: i64| Timestamp::from_unix_seconds(minute * 60);
    options.updated_at.insert("refund".into(), moment(500));
    options.updated_at.insert("walnut".into(), moment(500));
    options.updated_at.insert("walnut-de".into(), moment(400));
    let found = report(&events, &[], &Audience::public(), &options);
    let card = of(&found, "refund");
    let since = card.since_change.as_ref().expect("both sides are judged");
    assert_eq!((since.before.count, since.before.of), (20, 20));
    assert_eq!(
        (since.after.count, since.after.of, since.is_worse),
        (0, 20, true)
    );
    assert_eq!(tasks(card), [(Task::CheckChange, 20)]);
    assert_eq!(
        of(&found, "walnut-de").lags_behind.as_deref(),
        Some("walnut")
    );
    assert_eq!(of(&found, "walnut").lags_behind, None);
}

#[test]
fn a_reader_is_told_nothing_of_articles_that_they_may_not_see() {
    let events = [
        event(Interaction::Offered, "a", 0, &["turnstile", "refund"]),
        event(Interaction::Clicked, "a", 1, &["turnstile"]),
    ];
    let tickets: Vec<FeedbackEvent> = (0..5)
        .map(|n| {
            ticket(
                &n.to_string(),
                "reset the turnstile controller",
                &["refund"],
            )
        })
        .collect();
    let options = CardOptions::default();
    let agent = report(&events, &tickets, &Audience::internal(), &options);
    assert_eq!(of(&agent, "refund").loses_to[0].article_id, "turnstile");
    assert_eq!(of(&agent, "turnstile").events.clicked, 1);
    let public = report(&events, &tickets, &Audience::public(), &options);
    assert!(
        public
            .cards
            .iter()
            .all(|card| card.article_id != "turnstile")
    );
    assert_eq!(of(&public, "refund").tickets.lost, 0);
    assert!(of(&public, "refund").loses_to.is_empty());
}

#[test]
fn a_word_of_too_few_requesters_is_not_shown() {
    let mut tickets: Vec<FeedbackEvent> = (0..6)
        .map(|n| ticket(&n.to_string(), "zeppelin hangar xylophone", &["refund"]))
        .collect();
    for (n, ticket) in tickets.iter_mut().enumerate() {
        ticket.ticket.requester = Some(format!("r{}", n % 2));
    }
    let found = report(&[], &tickets, &Audience::public(), &CardOptions::default());
    assert!(of(&found, "refund").lacks.is_empty());
}

//! Gaps: their causes, what they show of whom, and to whom.

use helpdex::feedback::Rejection;
use helpdex::settings::{Rule, RuleEffect};
use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Settings, Ticket, Timestamp,
    Verdict, Visibility,
};
use helpdex_insight::gaps::{Cause, GapOptions, GapReport, TrendDirection, gaps};

const DAY: i64 = 86_400;

fn article(id: &str, locale: &str, body: &str, visibility: Visibility) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        locale: locale.into(),
        title: format!("About {id}"),
        body: body.into(),
        visibility,
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn help_center() -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    let articles = [
        article(
            "refund",
            "en",
            "A payment is refunded to the card within days.",
            Visibility::Public,
        ),
        article(
            "invoice",
            "en",
            "Invoices are sent by mail every month.",
            Visibility::Public,
        ),
        article(
            "rechnung",
            "de",
            "Rechnungen kommen monatlich per Mail.",
            Visibility::Public,
        ),
        article(
            "turnstile",
            "en",
            "When the turnstile beeps thrice, reset the turnstile controller in the cellar.",
            Visibility::Internal,
        ),
    ];
    writer.upsert(articles).expect("memory can be written");
    writer.publish(now()).expect("memory can be written");
    knowledge_base
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(400 * DAY)
}

fn ticket(id: &str, text: &str, verdict: Verdict, articles: &[&str]) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: id.into(),
        ticket: Ticket {
            locale: Some("en".parse().expect("it is a locale")),
            ..Ticket::from_text(text)
        },
        at: Timestamp::from_unix_seconds(300 * DAY),
        verdict,
        articles: articles.iter().map(|&id| id.to_owned()).collect(),
        key: None,
    }
}

fn six(verdict: Verdict, articles: &[&str], text: &str) -> Vec<FeedbackEvent> {
    let tickets =
        (0..6).map(|number| ticket(&format!("{text:.3}{number}"), text, verdict, articles));
    tickets.collect()
}

fn found(tickets: &[FeedbackEvent], reader: &Audience) -> GapReport {
    let options = GapOptions::default();
    let report = gaps(
        &help_center(),
        tickets,
        &Audience::public(),
        reader,
        now(),
        &options,
    );
    report.expect("the knowledge base can be asked")
}

fn only_cause(tickets: &[FeedbackEvent], reader: &Audience) -> (Cause, Option<String>) {
    let mut tickets = tickets.to_vec();
    // Other tickets, so that words can be distinctive.
    for word in ["banana", "cherry", "walnut", "papaya", "quince", "medlar"] {
        tickets.push(ticket(word, word, Verdict::Unlinked, &[]));
    }
    let report = found(&tickets, reader);
    assert_eq!(report.gaps.len(), 1, "{report:?}");
    let gap = &report.gaps[0];
    (
        gap.cause,
        gap.nearest
            .as_ref()
            .map(|nearest| nearest.article_id.clone()),
    )
}

#[test]
fn each_cause_is_told_with_its_article() {
    let agent = Audience::internal();
    let strange = "zeppelin hangar door frozen";
    let missing = six(Verdict::Unlinked, &[], strange);
    assert_eq!(only_cause(&missing, &agent).0, Cause::Missing);
    let not_found = six(Verdict::Linked, &["refund"], strange);
    assert_eq!(
        only_cause(&not_found, &agent),
        (Cause::NotFound, Some("refund".into()))
    );
    let other_language = six(Verdict::Linked, &["rechnung"], strange);
    assert_eq!(
        only_cause(&other_language, &agent),
        (Cause::OtherLanguage, Some("rechnung".into()))
    );
    let rejected = Verdict::Rejected(Rejection::RelatedButDidNotAnswer);
    let does_not_help = six(rejected, &["invoice"], strange);
    assert_eq!(
        only_cause(&does_not_help, &agent),
        (Cause::DoesNotHelp, Some("invoice".into()))
    );
}

#[test]
fn an_article_that_the_asker_may_not_see_is_told_to_agents_alone() {
    let tickets = six(
        Verdict::Unlinked,
        &[],
        "turnstile beeps thrice, turnstile controller reset",
    );
    assert_eq!(
        only_cause(&tickets, &Audience::internal()),
        (Cause::NotVisible, Some("turnstile".into()))
    );
    let (cause, article) = only_cause(&tickets, &Audience::public());
    assert_eq!(cause, Cause::Missing);
    assert_ne!(article.as_deref(), Some("turnstile"));
    // Agents link it: customers' reports still tell nothing of it.
    let linked = six(
        Verdict::Linked,
        &["turnstile"],
        "turnstile beeps thrice, turnstile controller reset",
    );
    let report = found(&linked, &Audience::public());
    assert!(
        !serde_json::to_string(&report)
            .expect("it is JSON")
            .contains("About turnstile")
    );
}

#[test]
fn a_word_of_too_few_requesters_and_the_text_of_a_ticket_are_not_shown() {
    let mut tickets = six(Verdict::Unlinked, &[], "zeppelin hangar door frozen");
    for (number, ticket) in tickets.iter_mut().enumerate() {
        // Two requesters only use the secret word, in all of the tickets.
        ticket.ticket.requester = Some(format!("r{}", number % 3));
        let secret = if number % 3 < 2 { "xylophone" } else { "other" };
        ticket.ticket.message =
            Ticket::from_text(format!("zeppelin hangar door frozen {secret}")).message;
    }
    let report = found(&tickets, &Audience::internal());
    assert_eq!((report.gaps[0].tickets, report.gaps[0].requesters), (6, 3));
    let json = serde_json::to_string(&report).expect("it is JSON");
    assert!(
        json.contains("zeppelin") && !json.contains("xylophone"),
        "{json}"
    );
    assert_eq!(report.gaps[0].extract, None);
    // Two requesters make no gap, however many tickets they write.
    for ticket in &mut tickets {
        ticket.ticket.requester = Some("r1".into());
    }
    assert!(found(&tickets, &Audience::internal()).gaps.is_empty());
}

#[test]
fn tickets_that_are_all_about_one_thing_are_a_gap() {
    let report = found(
        &six(Verdict::Unlinked, &[], "zeppelin hangar door frozen"),
        &Audience::internal(),
    );
    assert_eq!((report.gaps.len(), report.in_gaps), (1, 6));
}

#[test]
fn a_ticket_with_its_linked_article_among_the_offered_is_answered() {
    let tickets = six(
        Verdict::Linked,
        &["refund"],
        "payment refunded to the card, how many days",
    );
    let report = found(&tickets, &Audience::internal());
    assert_eq!((report.tickets, report.unanswered), (6, 0));
}

#[test]
fn a_group_that_is_asked_for_more_than_before_rises() {
    let mut tickets = Vec::new();
    for day in 0..60 {
        let mut old = ticket(
            &format!("old{day}"),
            "walnut cake recipe oven",
            Verdict::Unlinked,
            &[],
        );
        old.at = Timestamp::from_unix_seconds(day * DAY);
        tickets.push(old);
        if day >= 50 {
            let mut new = ticket(
                &format!("new{day}"),
                "zeppelin hangar door frozen",
                Verdict::Unlinked,
                &[],
            );
            new.at = Timestamp::from_unix_seconds(day * DAY);
            tickets.push(new);
        }
    }
    let report = found(&tickets, &Audience::internal());
    let new = report
        .gaps
        .iter()
        .find(|gap| gap.words.contains(&"zeppelin".into()));
    assert_eq!(
        new.expect("it is a gap").trend.direction,
        TrendDirection::New
    );
    let old = report
        .gaps
        .iter()
        .find(|gap| gap.words.contains(&"walnut".into()));
    assert_ne!(
        old.expect("it is a gap").trend.direction,
        TrendDirection::Rising
    );
}

#[test]
fn rules_that_changed_answers_are_counted_for_whom_they_are_in_sight() {
    let knowledge_base = help_center();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    let rules = [
        Rule {
            words: "refund".into(),
            ..Rule::new("slow", RuleEffect::Pin, "invoice")
        },
        Rule::new("hidden", RuleEffect::Pin, "turnstile"),
        Rule {
            words: "xylophone".into(),
            ..Rule::new("unused", RuleEffect::Pin, "invoice")
        },
    ];
    let settings = Settings {
        rules: rules.into_iter().collect(),
        ..Settings::default()
    };
    writer.set_settings(settings).expect("the rules are valid");
    writer.publish(now()).expect("memory can be written");
    drop(writer);
    let mut tickets = six(Verdict::Linked, &["refund"], "when is my payment refunded");
    tickets.extend(six(Verdict::Unlinked, &[], "no refund of a broken xylo"));
    let rules = |asker: &Audience, reader: &Audience| {
        let report = gaps(
            &knowledge_base,
            &tickets,
            asker,
            reader,
            now(),
            &GapOptions::default(),
        );
        let rules = report.expect("the tickets are valid").rules;
        let rules = rules
            .iter()
            .map(|rule| format!("{} {} {}", rule.rule_id, rule.tickets, rule.unanswered));
        rules.collect::<Vec<_>>()
    };
    let (public, internal) = (Audience::public(), Audience::internal());
    assert_eq!(rules(&public, &internal), ["slow 12 6"]);
    assert_eq!(rules(&internal, &internal), ["hidden 12 6", "slow 12 6"]);
    assert_eq!(rules(&internal, &public), ["slow 12 6"]);
}

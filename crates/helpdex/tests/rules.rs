//! Tests of the rules of support leads: articles that are pinned or blocked for some tickets.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use helpdex::settings::{Rule, RuleEffect, Rules};
use helpdex::{
    Article, ArticleFields, Audience, Filter, KnowledgeBase, Outcome, SuggestOptions, Suggestions,
    Ticket, Timestamp, Visibility,
};

use common::{Editable, article_about, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000_000);
const LATER: Timestamp = Timestamp::from_unix_seconds(1_000_001);
const QUESTION: &str = "where is my refund";

fn pin(article_id: &str) -> Rule {
    Rule::new(format!("pin-{article_id}"), RuleEffect::Pin, article_id)
}

fn block(article_id: &str) -> Rule {
    Rule::new(format!("block-{article_id}"), RuleEffect::Block, article_id)
}

/// Publishes public articles about five matters, some more, and rules.
fn published(more: Vec<ArticleFields>, rules: impl IntoIterator<Item = Rule>) -> Editable {
    let knowledge_base = Editable::in_memory();
    let matters = ["invoice", "password", "refund", "voucher", "delivery"];
    let articles = matters.map(|matter| article_about(matter, Visibility::Public));
    let more = more.into_iter().map(|fields| Article::new(fields).unwrap());
    knowledge_base
        .sync(articles.into_iter().chain(more))
        .unwrap();
    let rules: Rules = rules.into_iter().collect();
    knowledge_base
        .set(|settings| settings.rules = rules)
        .unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask_as(
    knowledge_base: &KnowledgeBase,
    ticket: &Ticket,
    audience: &Audience,
    now: Timestamp,
) -> Suggestions {
    let options = SuggestOptions {
        hide_elapsed: true,
        ..SuggestOptions::default()
    };
    knowledge_base
        .suggest(ticket, audience, now, &options)
        .unwrap()
}

fn ask(knowledge_base: &KnowledgeBase, text: &str) -> Suggestions {
    ask_as(
        knowledge_base,
        &Ticket::from_text(text),
        &Audience::public(),
        NOW,
    )
}

fn offered(answer: &Suggestions) -> Vec<&str> {
    let offered = answer.offered().iter();
    offered.map(|suggestion| &*suggestion.article_id).collect()
}

#[test]
fn a_pinned_article_is_shown_on_top_and_the_explanation_says_why() {
    let rule = Rule {
        words: "refunds".into(),
        until: Some("2026-12-24".parse().unwrap()),
        ..pin("voucher")
    };
    let knowledge_base = published(vec![], [rule]);
    let answer = ask(&knowledge_base, QUESTION);
    assert_eq!(offered(&answer), ["voucher", "refund"]);
    let first = &answer.offered()[0];
    let explanation = first.explanation();
    assert!(
        explanation.starts_with("It is pinned by the rule \u{201c}pin-voucher\u{201d} until 2026-12-24. Its probability is 0."),
        "{explanation}"
    );
    assert!(first.probability < 0.5);
    assert_eq!(answer.applied_rules.len(), 1);
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["offered"][0]["pinned_by"]["rule_id"], "pin-voucher");
    assert_eq!(json["offered"][1].get("pinned_by"), None);
    assert_eq!(json["applied_rules"][0]["effect"], "pin");
    assert_eq!(answer.ranking[0].article_id, "voucher");
}

#[test]
fn a_pinned_article_without_a_word_of_the_ticket_is_shown_where_nothing_else_is() {
    let knowledge_base = published(vec![], [pin("voucher")]);
    for text in [
        "xylophone quartz",
        "hello",
        "my keyboard melted in the oven",
    ] {
        assert_eq!(offered(&ask(&knowledge_base, text)), ["voucher"], "{text}");
    }
    for text in ["", " ", "?!"] {
        assert_eq!(offered(&ask(&knowledge_base, text)), [""; 0], "{text}");
    }
}

#[test]
fn a_blocked_article_is_left_out_and_the_reason_names_the_rule() {
    let knowledge_base = published(vec![], [block("refund")]);
    let answer = ask(&knowledge_base, QUESTION);
    let Outcome::Abstained { reason } = &answer.outcome else {
        panic!("{answer:?}");
    };
    assert_eq!(reason.name(), "blocked");
    assert_eq!(
        reason.to_string(),
        "The article refund would be shown. It is blocked by the rule \u{201c}block-refund\u{201d}."
    );
    assert!(
        answer
            .ranking
            .iter()
            .all(|ranked| ranked.article_id != "refund")
    );
    assert_eq!(
        offered(&ask(&knowledge_base, "lost my password")),
        ["password"]
    );
    let both = published(vec![], [pin("refund"), block("refund")]);
    assert_eq!(offered(&ask(&both, QUESTION)), [""; 0]);
}

#[test]
fn a_rule_that_does_not_match_or_has_ended_changes_no_bit_of_an_answer() {
    let without = ask(&published(vec![], []), QUESTION);
    let ended = Rule {
        until: Some(NOW),
        ..pin("voucher")
    };
    assert_eq!(ask(&published(vec![], [ended]), QUESTION), without);
    let unmatched = Rule {
        words: "invoice".into(),
        ..pin("voucher")
    };
    let mut with = ask(&published(vec![], [unmatched]), QUESTION);
    assert_ne!(with.suggestion_id, without.suggestion_id);
    with.suggestion_id.clone_from(&without.suggestion_id);
    assert_eq!(with, without);
}

#[test]
fn a_rule_ends_at_its_moment_without_a_publish() {
    let rule = Rule {
        until: Some(LATER),
        ..pin("voucher")
    };
    let knowledge_base = published(vec![], [rule]);
    let ticket = Ticket::from_text(QUESTION);
    let first = |now| {
        let answer = ask_as(&knowledge_base, &ticket, &Audience::public(), now);
        answer.offered()[0].article_id.clone()
    };
    assert_eq!(first(NOW), "voucher");
    assert_eq!(first(LATER), "refund");
}

#[test]
fn a_rule_on_an_article_that_the_reader_may_not_see_changes_no_bit_of_the_answer() {
    let secret = || {
        vec![ArticleFields {
            visibility: Visibility::Internal,
            ..fields(
                "secret",
                "Refunds by hand",
                "How agents pay a refund by hand.",
            )
        }]
    };
    let without = ask(&published(secret(), []), QUESTION);
    for rule in [pin("secret"), block("secret")] {
        let knowledge_base = published(secret(), [rule.clone()]);
        assert_eq!(ask(&knowledge_base, QUESTION), without, "{rule:?}");
        let ticket = Ticket::from_text(QUESTION);
        let for_agent = ask_as(&knowledge_base, &ticket, &Audience::internal(), NOW);
        let is_first = offered(&for_agent).first() == Some(&"secret");
        assert_eq!(is_first, rule.effect == RuleEffect::Pin);
    }
    let denied = published(vec![], [pin("voucher")]);
    denied.deny(["voucher"]).unwrap();
    assert_eq!(offered(&ask(&denied, QUESTION)), ["refund"]);
}

#[test]
fn an_article_of_another_brand_is_not_pinned() {
    let other = ArticleFields {
        brand: Some("other".into()),
        ..fields("notice", "Payments are slow today", "We are on it.")
    };
    let knowledge_base = published(vec![other], [pin("notice")]);
    let ask = |brand: &str| {
        let options = SuggestOptions {
            filter: Filter {
                brand: Some(brand.into()),
                ..Filter::default()
            },
            ..SuggestOptions::default()
        };
        let ticket = Ticket::from_text(QUESTION);
        let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
        offered(&answer.unwrap()).join(" ")
    };
    assert_eq!(ask("other"), "notice refund");
    assert_eq!(ask("mine"), "refund");
}

#[test]
fn the_fields_of_a_ticket_choose_the_rule() {
    let rule = Rule {
        fields: [("page_url".into(), "/checkout*".into())].into(),
        ..pin("voucher")
    };
    let knowledge_base = published(vec![], [rule]);
    let on = |page: &str| {
        let ticket = Ticket {
            fields: [("page_url".to_owned(), page.to_owned())].into(),
            ..Ticket::from_text(QUESTION)
        };
        ask_as(&knowledge_base, &ticket, &Audience::public(), NOW)
    };
    let (checkout, home) = (on("/checkout/pay"), on("/home"));
    assert_eq!(offered(&checkout), ["voucher", "refund"]);
    assert_eq!(offered(&home), ["refund"]);
    assert_ne!(checkout.suggestion_id, home.suggestion_id);
}

#[test]
fn a_rule_stands_for_the_translations_of_its_article() {
    let translated = |id: &str, locale: &str, title: &str| ArticleFields {
        locale: locale.into(),
        translation_group: Some("notice".into()),
        ..fields(id, title, title)
    };
    let articles = || {
        vec![
            translated("notice-en", "en", "Payments are slow today"),
            translated("notice-de", "de", "Zahlungen dauern heute länger"),
            ArticleFields {
                locale: "de".into(),
                ..fields(
                    "erstattung",
                    "Eine Erstattung bekommen",
                    "So kommt die Erstattung zurück.",
                )
            },
        ]
    };
    let german = Ticket {
        locale: Some("de".parse().unwrap()),
        ..Ticket::from_text("wo bleibt meine Erstattung")
    };
    for rule in [pin("notice-en"), pin("notice-de")] {
        let knowledge_base = published(articles(), [rule]);
        let answer = ask_as(&knowledge_base, &german, &Audience::public(), NOW);
        assert_eq!(offered(&answer)[0], "notice-de");
        assert_eq!(offered(&ask(&knowledge_base, QUESTION))[0], "notice-en");
    }
}

#[test]
fn pins_take_the_places_of_an_answer_in_the_order_of_their_ids() {
    let rules = ["voucher", "delivery", "invoice", "password"].map(pin);
    let knowledge_base = published(vec![], rules);
    assert_eq!(
        offered(&ask(&knowledge_base, QUESTION)),
        ["delivery", "invoice", "password"]
    );
}

#[test]
fn a_draft_shows_a_pinned_article_while_its_words_are_there() {
    let rule = Rule {
        words: "refund".into(),
        ..pin("voucher")
    };
    let knowledge_base = published(vec![], [rule]);
    let options = SuggestOptions::default();
    let mut draft = knowledge_base
        .draft(&Audience::public(), NOW, &options)
        .unwrap();
    let mut shown = |text: &str| {
        let answer = draft.suggest(&Ticket::from_text(text)).unwrap();
        offered(&answer).join(" ")
    };
    assert_eq!(shown("lost my password"), "password");
    assert_eq!(shown("where is my refund"), "voucher refund");
    assert_eq!(shown("lost my password"), "password");
}

#[test]
fn a_rule_that_cannot_be_kept_is_refused_and_nothing_changes() {
    let knowledge_base = published(vec![], [pin("voucher")]);
    let refused = knowledge_base.set(|settings| {
        settings.rules.set(Rule {
            words: "?".into(),
            ..block("refund")
        });
    });
    assert!(refused.is_err());
    let settings = knowledge_base.settings();
    assert_eq!(settings.rules.iter().count(), 1);
}

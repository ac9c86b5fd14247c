//! Tests of what a knowledge base promises about updates, publishing, readers and files.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use helpdex::answer::LocaleMatch;
use helpdex::article::{Status, Unpublished};
use helpdex::feedback::Erasure;
use helpdex::settings::Synonyms;
use helpdex::{
    Article, Audience, Decision, ErrorKind, FeedbackEvent, KnowledgeBase, Reason, SuggestOptions,
    Suggestions, Ticket, Timestamp, Verdict, Visibility,
};

use common::{Editable, article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000);

fn help_center() -> Vec<Article> {
    vec![
        article(
            "password",
            "Reset your password",
            "Open the sign-in page and choose Forgotten password.",
        ),
        article(
            "invoice",
            "Download an invoice",
            "Invoices are under Billing. Choose the month and download.",
        ),
        article(
            "refund",
            "Refund a payment",
            "Open the payment, choose Refund and enter the amount.",
        ),
        article(
            "reader",
            "Pair the card reader",
            "Hold the power button until the light blinks blue.",
        ),
    ]
}

fn published(articles: Vec<Article>) -> Editable {
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask(knowledge_base: &KnowledgeBase, text: &str) -> Suggestions {
    ask_as(knowledge_base, text, &Audience::public(), NOW)
}

fn ask_as(
    knowledge_base: &KnowledgeBase,
    text: &str,
    audience: &Audience,
    now: Timestamp,
) -> Suggestions {
    let ticket = Ticket::from_text(text);
    let mut answer = knowledge_base
        .suggest(&ticket, audience, now, &SuggestOptions::default())
        .unwrap();
    answer.elapsed_us = 0;
    answer
}

fn ranked_ids(answer: &Suggestions) -> Vec<&str> {
    answer
        .ranking
        .iter()
        .map(|a| a.article_id.as_str())
        .collect()
}

const TICKET: &str = "I have forgotten my password, how can I reset it?";

#[test]
fn a_name_with_signs_finds_its_own_article() {
    let libraries = ["C++", "C", "C#", ".NET", "Node.js", "Pro", "Pro+", "Q&A"].map(|name| {
        let body = format!("Install the {name} library and call it from your program.");
        article(name, &format!("{name} library"), &body)
    });
    let cable = article(
        "USB-C",
        "USB-C cable",
        "Use the USB-C cable that came with the reader. A USB-A cable does not charge it.",
    );
    let knowledge_base = published(libraries.into_iter().chain([cable]).collect());
    for (text, expected) in [
        ("C++", "C++"),
        ("how do I install the c++ library", "C++"),
        ("c#", "C#"),
        ("C library install", "C"),
        ("is there anything for .net?", ".NET"),
        ("node.js", "Node.js"),
        ("which USB-C cable do I need", "USB-C"),
        ("install Pro+ library", "Pro+"),
        ("install Pro library", "Pro"),
        ("the q&a library", "Q&A"),
    ] {
        let answer = ask(&knowledge_base, text);
        assert_eq!(ranked_ids(&answer).first(), Some(&expected), "{text}");
    }
}

#[test]
fn the_article_that_answers_comes_first_with_its_passage_and_its_reasons() {
    let answer = ask(&published(help_center()), TICKET);
    let first = &answer.offered()[0];
    assert_eq!(first.article_id, "password");
    assert!(first.probability > 0.5);
    let passage = first.passage.as_ref().unwrap();
    let marked: Vec<&str> = passage
        .highlights
        .iter()
        .map(|range| &passage.text[range.clone()])
        .collect();
    assert_eq!(marked, ["Forgotten", "password"]);
    let terms: Vec<&str> = first
        .matched_terms
        .iter()
        .map(|m| m.term.as_str())
        .collect();
    assert!(terms.contains(&"password"), "{terms:?}");
}

#[test]
fn a_sync_reports_what_it_did() {
    let knowledge_base = Editable::in_memory();
    let first = knowledge_base.sync(help_center()).unwrap();
    assert_eq!(
        (first.added, first.changed, first.unchanged, first.removed),
        (4, 0, 0, 0)
    );
    let mut articles = help_center();
    articles.remove(3);
    articles[0] = article("password", "Reset your password", "By e-mail.");
    articles.push(article("new", "New", "New."));
    articles.push(article("new", "Newer", "Newer."));
    let second = knowledge_base.sync(articles).unwrap();
    assert_eq!(
        (
            second.added,
            second.changed,
            second.unchanged,
            second.removed
        ),
        (1, 1, 2, 1)
    );
    assert_eq!(second.repeated, ["new"]);
    assert_eq!(knowledge_base.remove(["new", "none"]).unwrap().removed, 1);
}

#[test]
fn changes_are_seen_after_publishing_and_not_before() {
    let knowledge_base = published(help_center());
    knowledge_base.remove(["password"]).unwrap();
    assert_eq!(ranked_ids(&ask(&knowledge_base, TICKET))[0], "password");
    assert_eq!(knowledge_base.publish(NOW).unwrap().generation, 2);
    assert!(!ranked_ids(&ask(&knowledge_base, TICKET)).contains(&"password"));
}

#[test]
fn drafts_and_articles_outside_their_time_never_appear() {
    let mut draft = fields("draft", "Reset your password", "draft");
    draft.status = Status::Draft;
    let mut archived = fields("archived", "Reset your password", "archived");
    archived.status = Status::Archived;
    let mut future = fields("future", "Reset your password", "future");
    future.valid_from = Some(Timestamp::from_unix_seconds(2_000));
    let mut expired = fields("expired", "Reset your password", "expired");
    expired.valid_until = Some(Timestamp::from_unix_seconds(500));
    let mut ending = fields("ending", "Reset your password", "ending");
    ending.valid_until = Some(Timestamp::from_unix_seconds(1_500));
    let articles = [draft, archived, future, expired, ending];
    let knowledge_base = Editable::in_memory();
    knowledge_base
        .sync(articles.map(|fields| Article::new(fields).unwrap()))
        .unwrap();
    let published = knowledge_base.publish(NOW).unwrap();
    assert_eq!(
        published.left_out,
        BTreeMap::from([
            ("archived".to_owned(), Unpublished::Archived),
            ("draft".to_owned(), Unpublished::Draft),
            ("expired".to_owned(), Unpublished::Expired),
            ("future".to_owned(), Unpublished::NotYetValid),
        ])
    );
    assert_eq!(
        published.next_publish_at,
        Some(Timestamp::from_unix_seconds(1_500))
    );
    assert_eq!(ranked_ids(&ask(&knowledge_base, TICKET)), ["ending"]);
    // It ends without another publish, as if it had never been there.
    let later = Timestamp::from_unix_seconds(1_500);
    let answer = ask_as(&knowledge_base, TICKET, &Audience::internal(), later);
    assert!(answer.ranking.is_empty());
}

#[test]
fn what_an_audience_may_not_see_changes_nothing_of_its_answers() {
    let knowledge_base = published(help_center());
    let tickets = [
        TICKET,
        "refund",
        "card reader does not blink",
        "hello",
        "zzz",
    ];
    let before: Vec<Suggestions> = tickets.map(|t| ask(&knowledge_base, t)).to_vec();
    let mut secret = fields(
        "secret",
        "Password refund invoice",
        "Forgotten password reset, internal.",
    );
    secret.visibility = Visibility::Internal;
    let mut signed_in = fields("signed-in", "Password for members", "Password reset.");
    signed_in.visibility = Visibility::SignedIn;
    knowledge_base
        .upsert([secret, signed_in].map(|f| Article::new(f).unwrap()))
        .unwrap();
    knowledge_base.publish(NOW).unwrap();
    let after: Vec<Suggestions> = tickets.map(|t| ask(&knowledge_base, t)).to_vec();
    assert_eq!(before, after);
    let agent = ask_as(&knowledge_base, TICKET, &Audience::internal(), NOW);
    assert!(ranked_ids(&agent).contains(&"secret"));
    let member = ask_as(
        &knowledge_base,
        TICKET,
        &Audience::signed_in(Vec::<String>::new()),
        NOW,
    );
    assert!(ranked_ids(&member).contains(&"signed-in"));
    assert!(!ranked_ids(&member).contains(&"secret"));
}

#[test]
fn an_article_for_a_user_segment_is_as_good_as_absent_for_others() {
    let mut gold = fields(
        "gold",
        "Password for gold members",
        "Forgotten password reset.",
    );
    gold.visibility = Visibility::SignedIn;
    gold.user_segments = vec!["gold".into()];
    // One in a locale of its own: not even that there is such a locale may show.
    let mut thai = gold.clone();
    (thai.id, thai.locale) = ("gold-th".into(), "th".into());
    let mut with_gold = help_center();
    with_gold.extend([gold, thai].map(|fields| Article::new(fields).unwrap()));
    let (with_gold, without) = (published(with_gold), published(help_center()));
    let silver = Audience::signed_in(["silver"]);
    assert_eq!(
        ask_as(&with_gold, TICKET, &silver, NOW),
        ask_as(&without, TICKET, &silver, NOW)
    );
    let member = ask_as(&with_gold, TICKET, &Audience::signed_in(["gold"]), NOW);
    assert!(ranked_ids(&member).contains(&"gold"));
}

#[test]
fn an_article_that_is_not_valid_at_the_moment_of_asking_is_as_good_as_absent() {
    let mut later = fields(
        "later",
        "Password reset",
        "Forgotten password, from 2,000 on.",
    );
    later.valid_from = Some(Timestamp::from_unix_seconds(2_000));
    let mut ended = fields(
        "ended",
        "Password reset",
        "Forgotten password, until 1,500.",
    );
    ended.valid_until = Some(Timestamp::from_unix_seconds(1_500));
    let mut all = help_center();
    all.extend([later, ended].map(|fields| Article::new(fields).unwrap()));
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(all).unwrap();
    // Published when `later` is there already, asked before and between.
    knowledge_base
        .publish(Timestamp::from_unix_seconds(1_400))
        .unwrap();
    let at = |seconds| {
        let now = Timestamp::from_unix_seconds(seconds);
        ask_as(&knowledge_base, TICKET, &Audience::public(), now)
    };
    assert!(ranked_ids(&at(1_400)).contains(&"ended"));
    assert_eq!(at(1_600), ask(&published(help_center()), TICKET));
    knowledge_base
        .publish(Timestamp::from_unix_seconds(2_500))
        .unwrap();
    assert!(ranked_ids(&at(2_500)).contains(&"later"));
    assert_eq!(at(1_600), ask(&published(help_center()), TICKET));
}

#[test]
fn a_ticket_is_never_read_as_a_query() {
    let knowledge_base = published(help_center());
    let plain = ask(&knowledge_base, "password reset internal true body");
    for text in [
        "password AND reset OR internal:true NOT body:",
        "+password -reset \"internal\" true* body^2 [",
        "((((password (reset internal: (true / body",
    ] {
        let answer = ask(&knowledge_base, text);
        assert_eq!(ranked_ids(&answer)[0], ranked_ids(&plain)[0], "{text}");
    }
    ask(&knowledge_base, &"(".repeat(10_000));
}

#[test]
fn odd_tickets_have_an_outcome_with_a_reason() {
    let knowledge_base = published(help_center());
    let reason = |text: &str| ask(&knowledge_base, text).reason().cloned();
    assert_eq!(reason(""), Some(Reason::EmptyAfterCleaning));
    assert_eq!(reason(" \n\t "), Some(Reason::EmptyAfterCleaning));
    assert_eq!(reason("xylophone qwrtzp"), Some(Reason::NothingMatched));
    let away = Ticket {
        subject: Some("Automatic reply: your invoice".into()),
        ..Ticket::from_text(TICKET)
    };
    let answer =
        knowledge_base.suggest(&away, &Audience::public(), NOW, &SuggestOptions::default());
    assert_eq!(answer.unwrap().reason(), Some(&Reason::MachineWritten));
    let empty = Editable::in_memory();
    assert_eq!(ask(&empty, TICKET).reason(), Some(&Reason::NotPublished));
    empty.publish(NOW).unwrap();
    assert_eq!(ask(&empty, TICKET).reason(), Some(&Reason::NothingVisible));
    let to_agents = empty.suggest(
        &Ticket::from_text(TICKET),
        &Audience::internal(),
        NOW,
        &SuggestOptions::default(),
    );
    assert_eq!(
        to_agents.unwrap().reason(),
        Some(&Reason::KnowledgeBaseEmpty)
    );
    // 10 MB of text, and 10 MB of one word.
    let long = "my password is lost and the reset mail never comes ".repeat(200_000);
    assert_eq!(ranked_ids(&ask(&knowledge_base, &long))[0], "password");
    ask(&knowledge_base, &"x".repeat(10_000_000));
    let no_bytes = Ticket::from_email([0xFF, 0xFE, 0x00]);
    knowledge_base
        .suggest(
            &no_bytes,
            &Audience::public(),
            NOW,
            &SuggestOptions::default(),
        )
        .unwrap();
}

#[test]
fn at_most_one_article_of_a_translation_group_is_ranked_and_equal_ones_go_by_id() {
    let mut articles = Vec::new();
    // They match alike, and are no copies of each other.
    for (id, body) in [
        ("c", "The same text, kilo."),
        ("a", "The same text, lima."),
        ("b", "The same text, mike."),
    ] {
        articles.push(article(id, "Reset your password", body));
    }
    assert_eq!(
        ranked_ids(&ask(&published(articles.clone()), TICKET)),
        ["a", "b", "c"]
    );
    let mut twin = fields("a-gb", "Reset your password", "The same text, lima.");
    twin.translation_group = Some("a".into());
    twin.locale = "en-gb".into();
    articles.push(Article::new(twin).unwrap());
    let answer = ask(&published(articles), TICKET);
    let mut ranked = ranked_ids(&answer);
    ranked.retain(|id| id.starts_with('a'));
    assert_eq!(ranked.len(), 1, "{answer:?}");
}

#[test]
fn an_article_without_translation_fills_in_and_one_with_a_translation_does_not() {
    let mut articles = help_center();
    articles.push(article(
        "code",
        "Error BRV-4102",
        "BRV-4102: pair the reader again.",
    ));
    articles.push(article(
        "code-6",
        "Error BRV-6004",
        "BRV-6004: ask your bank.",
    ));
    for (id, group, title) in [
        ("sifre", "password", "Şifrenizi sıfırlama"),
        ("hata", "code-6", "BRV-6004 hatası"),
        ("fatura", "invoice", "Fatura indirme"),
    ] {
        let mut fields = fields(id, title, "Ayarlar sayfasını açın ve yönergeleri izleyin.");
        (fields.locale, fields.translation_group) = ("tr".into(), Some(group.into()));
        articles.push(Article::new(fields).unwrap());
    }
    let knowledge_base = published(articles);
    let ask = |text: &str| {
        let ticket = Ticket {
            locale: Some("tr".parse().unwrap()),
            ..Ticket::from_text(text)
        };
        let options = SuggestOptions {
            decision: Decision::MinProbability(0.0),
            ..SuggestOptions::default()
        };
        knowledge_base
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap()
    };
    let filled_in = ask("BRV-4102");
    let first = &filled_in.offered()[0];
    assert_eq!(
        (first.article_id.as_str(), first.locale_match),
        ("code", LocaleMatch::Fallback)
    );
    let translated = ask("BRV-6004 hatası alıyorum");
    assert_eq!(ranked_ids(&translated)[0], "hata");
    assert!(!ranked_ids(&translated).contains(&"code-6"));
    assert_eq!(translated.offered()[0].locale_match, LocaleMatch::Exact);
}

#[test]
fn fallback_locales_are_asked_in_their_order_and_kept() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = Editable::open_or_create(&path).unwrap();
    let mut articles = help_center();
    for locale in ["de", "tr"] {
        let mut fields = fields(locale, "BRV-4102", "BRV-4102");
        fields.locale = locale.into();
        articles.push(Article::new(fields).unwrap());
    }
    knowledge_base.sync(articles).unwrap();
    let searched = |knowledge_base: &KnowledgeBase| {
        let ticket = Ticket {
            locale: Some("tr".parse().unwrap()),
            ..Ticket::from_text("BRV-4102")
        };
        let answer = knowledge_base
            .suggest(
                &ticket,
                &Audience::public(),
                NOW,
                &SuggestOptions::default(),
            )
            .unwrap();
        let locales: Vec<&str> = answer
            .searched_locales
            .iter()
            .map(helpdex::Locale::as_str)
            .collect();
        locales.join(" ")
    };
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(searched(&knowledge_base), "tr en");
    let chain = ["lt", "de", "en"].map(|locale| locale.parse().unwrap());
    knowledge_base.set_fallback_locales(chain.into()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(searched(&knowledge_base), "tr de en");
    assert_eq!(searched(&Editable::open(&path).unwrap()), "tr de en");
}

#[test]
fn synonyms_widen_the_query_say_so_and_are_kept() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = Editable::open_or_create(&path).unwrap();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    // The term that matched in the article on invoices, and the synonym that brought it.
    let invoice = |knowledge_base: &KnowledgeBase| {
        let options = SuggestOptions {
            limit: 10,
            decision: Decision::MinProbability(0.0),
            ..SuggestOptions::default()
        };
        let ticket = Ticket::from_text("where are my slips");
        let answer = knowledge_base
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap();
        let found = answer.offered().iter().find(|s| s.article_id == "invoice");
        let matched = found.and_then(|s| s.matched_terms.iter().find(|m| m.term == "invoic"));
        matched.map(|matched| matched.synonym_of.clone())
    };
    assert_eq!(invoice(&knowledge_base), None);
    let rules = Synonyms::parse(&"en".parse().unwrap(), "# theirs, ours\nslip, invoice").unwrap();
    knowledge_base.set_synonyms(rules).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let slip = Some(Some("slip".to_owned()));
    assert_eq!(invoice(&knowledge_base), slip);
    assert_eq!(invoice(&Editable::open(&path).unwrap()), slip);
    // They stay while articles change.
    let later = Editable::open_or_create(&path).unwrap();
    later.remove(["refund"]).unwrap();
    later.publish(NOW).unwrap();
    assert_eq!(invoice(&later), slip);
}

#[test]
fn filters_leave_out_what_does_not_pass() {
    let mut north = fields("north", "Reset your password", "North.");
    north.brand = Some("north".into());
    north.labels = vec!["sign-in".into()];
    let mut south = fields("south", "Reset your password", "South.");
    south.brand = Some("south".into());
    south.products = vec!["app".into()];
    let knowledge_base = published([north, south].map(|f| Article::new(f).unwrap()).to_vec());
    let ids = |change: fn(&mut SuggestOptions)| {
        let mut options = SuggestOptions::default();
        change(&mut options);
        let answer = knowledge_base
            .suggest(
                &Ticket::from_text(TICKET),
                &Audience::public(),
                NOW,
                &options,
            )
            .unwrap();
        ranked_ids(&answer).join(" ")
    };
    assert_eq!(ids(|_| ()), "north south");
    assert_eq!(ids(|o| o.filter.brand = Some("south".into())), "south");
    assert_eq!(ids(|o| o.filter.label = Some("sign-in".into())), "north");
    assert_eq!(
        ids(|o| o.filter.product = Some("app".into())),
        "north south"
    );
    assert_eq!(ids(|o| o.filter.product = Some("web".into())), "north");
}

/// Returns the help center with `brand` as the brand, label and product of every article.
fn help_center_of(brand: &str) -> Vec<Article> {
    let articles = help_center().into_iter().map(|article| {
        let mut fields = article.fields().clone();
        fields.id = format!("{brand}-{}", fields.id);
        fields.brand = Some(brand.to_owned());
        (fields.labels, fields.products) = (vec![brand.to_owned()], vec![brand.to_owned()]);
        Article::new(fields).unwrap()
    });
    articles.collect()
}

#[test]
fn what_a_filter_leaves_out_changes_nothing_where_nothing_was_learned() {
    let alone = published(help_center_of("ours"));
    let beside = published([help_center_of("ours"), help_center_of("theirs")].concat());
    let ours = Some("ours".to_owned());
    let none = || helpdex::Filter::default();
    for filter in [
        helpdex::Filter {
            brand: ours.clone(),
            ..none()
        },
        helpdex::Filter {
            label: ours.clone(),
            ..none()
        },
        helpdex::Filter {
            product: ours,
            ..none()
        },
    ] {
        let options = SuggestOptions {
            filter,
            hide_elapsed: true,
            ..SuggestOptions::default()
        };
        let ask = |knowledge_base: &KnowledgeBase| {
            let ticket = Ticket::from_text(TICKET);
            let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
            serde_json::to_value(answer.unwrap()).unwrap()
        };
        assert_eq!(ask(&alone), ask(&beside));
        // What was measured for the filter is the same when it is asked with again, and when something changes outside.
        let before = ask(&beside);
        beside
            .upsert([article("other", "Another", "One more.")])
            .unwrap();
        beside.deny(["theirs-refund"]).unwrap();
        assert_eq!(ask(&beside), before);
        assert!(before.get("elapsed_us").is_none());
    }
}

#[test]
fn options_out_of_range_are_refused_with_the_remedy() {
    let knowledge_base = published(help_center());
    for (limit, min_probability) in [(0, 0.5), (11, 0.5), (3, 1.5), (3, f32::NAN)] {
        let options = SuggestOptions {
            limit,
            decision: Decision::MinProbability(min_probability),
            ..SuggestOptions::default()
        };
        let error = knowledge_base
            .suggest(&Ticket::from_text("x"), &Audience::public(), NOW, &options)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("give"), "{error}");
    }
}

#[test]
fn a_folder_is_opened_again_as_it_was_published() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let written = Editable::open_or_create(&path).unwrap();
    written.sync(help_center()).unwrap();
    written.publish(NOW).unwrap();
    let read = Editable::open(&path).unwrap();
    assert_eq!(ask(&read, TICKET), ask(&written, TICKET));

    // Another handle changes it; a reader goes on until it looks again.
    let other = Editable::open_or_create(&path).unwrap();
    let changes = other
        .upsert([article("two-step", "Lost phone", "Use a backup code.")])
        .unwrap();
    assert_eq!((changes.added, changes.removed), (1, 0));
    other.publish(NOW).unwrap();
    assert!(ask(&read, "lost phone backup").ranking.is_empty());
    assert!(read.refresh().unwrap());
    assert!(!read.refresh().unwrap());
    assert_eq!(ranked_ids(&ask(&read, "lost phone backup")), ["two-step"]);
}

#[test]
fn a_folder_with_moments_that_have_no_text_form_is_opened_again() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let written = Editable::open_or_create(&path).unwrap();
    let mut never = fields("never", "Reset your password", "Not in our time.");
    never.valid_from = "9999-12-31T23:59:59-01:00".parse().ok();
    let mut always = fields("always", "Reset your password", "At any time.");
    always.valid_from = Some(Timestamp::from_unix_seconds(i64::MIN));
    always.valid_until = Some(Timestamp::from_unix_seconds(i64::MAX));
    let articles = [never, always].map(|fields| Article::new(fields).unwrap());
    assert_eq!(written.sync(articles.clone()).unwrap().added, 2);
    let end = Timestamp::from_unix_seconds(i64::MAX - 1);
    for now in [NOW, end] {
        written.publish(now).unwrap();
        let again = Editable::open_or_create(&path).unwrap();
        assert_eq!(ranked_ids(&ask(&again, TICKET)), ["always"]);
        assert_eq!(again.sync(articles.clone()).unwrap().unchanged, 2);
    }
}

#[test]
fn any_history_of_updates_answers_as_a_fresh_build_does() {
    let folder = common::Folder::new();
    let long_lived = Editable::open_or_create(folder.path().join("kb")).unwrap();
    for round in 0..12 {
        let noise = format!("Password noise {round}");
        long_lived
            .upsert([
                article("noise", &noise, "reset reset reset forgotten"),
                article("password", &noise, "to be replaced"),
            ])
            .unwrap();
        long_lived.publish(NOW).unwrap();
    }
    long_lived.remove(["noise"]).unwrap();
    long_lived.upsert(help_center().into_iter().rev()).unwrap();
    long_lived.publish(NOW).unwrap();
    let fresh = published(help_center());
    for text in [
        TICKET,
        "refund the payment amount",
        "invoice of last month",
        "light blinks",
    ] {
        assert_eq!(ask(&long_lived, text), ask(&fresh, text), "{text}");
    }
    // Old generations and their files are gone.
    assert!(
        files(&folder.path().join("kb")).len() <= 8,
        "{:?}",
        files(folder.path())
    );
}

#[test]
fn two_writers_do_not_meet() {
    let folder = common::Folder::new();
    let one = Editable::open_or_create(folder.path().join("kb")).unwrap();
    let two = Editable::open_or_create(folder.path().join("kb")).unwrap();
    one.sync(help_center()).unwrap();
    let error = two.remove(["password"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IndexLocked);
    one.publish(NOW).unwrap();
    assert_eq!(two.remove(["password"]).unwrap().removed, 1);
}

fn solved(ticket_id: &str, article: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: ticket_id.into(),
        ticket: Ticket::from_text(TICKET),
        at: NOW,
        verdict: Verdict::Linked,
        articles: vec![article.into()],
        key: None,
    }
}

#[test]
fn who_learns_waits_for_nobody_who_changes_articles_and_the_other_way_round() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let writer = Editable::open_or_create(&path).unwrap();
    // Before anything was published, and while the lock of the articles is held.
    writer.sync(help_center()).unwrap();
    assert_eq!(writer.learn([solved("1", "refund")]).unwrap().added, 1);
    let other = Editable::open_or_create(&path).unwrap();
    assert_eq!(other.learn([solved("1", "refund")]).unwrap().repeated, 1);
    writer.publish(NOW).unwrap();
    // One that was opened for reading learns too, and the log is no obstacle to opening.
    let reader = Editable::open(&path).unwrap();
    let learned = reader.learn([solved("2", "refund"), solved("2", "none")]);
    assert_eq!(learned.unwrap().added, 2);
    let again = Editable::open_or_create(&path).unwrap();
    let ticket = Erasure::Ticket("2".into());
    assert_eq!(again.forget(&ticket).unwrap().verdicts, 2);
    assert_eq!(reader.learn([solved("2", "refund")]).unwrap().added, 1);
}

#[test]
fn articles_that_are_not_published_are_told_when_verdicts_name_them() {
    let knowledge_base = Editable::in_memory();
    let unknown = || {
        let ids = ["reader", "invoice", "zzz", "password", "refund"];
        let learned = knowledge_base.learn(ids.map(|id| solved("1", id)));
        learned.unwrap().unknown_articles
    };
    assert_eq!(
        unknown(),
        ["invoice", "password", "reader", "refund", "zzz"]
    );
    let mut articles = help_center();
    articles.retain(|article| article.id() != "invoice");
    let mut internal = fields("invoice", "Rechnung", "Herunterladen");
    (internal.visibility, internal.locale) = (Visibility::Internal, "de".into());
    articles.push(Article::new(internal).unwrap());
    knowledge_base.sync(articles).unwrap();
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(unknown(), ["zzz"]);
    let error = knowledge_base.learn([solved("1", "")]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn an_interrupted_publish_changes_nothing_and_can_be_tried_again() {
    let knowledge_base = published(help_center());
    knowledge_base
        .upsert([article("new", "Password", "new")])
        .unwrap();
    let error = knowledge_base
        .publish_with_progress(NOW, |_| ControlFlow::Break(()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(knowledge_base.generation(), 1);
    knowledge_base.publish(NOW).unwrap();
    assert!(ranked_ids(&ask(&knowledge_base, TICKET)).contains(&"new"));
}

#[test]
fn every_damaged_file_is_refused_and_says_what_to_do() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = Editable::open_or_create(&path).unwrap();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let right = ask(&knowledge_base, TICKET);
    for name in files(&path).into_iter().filter(|name| name != "work") {
        let file = path.join(&name);
        let bytes = fs::read(&file).unwrap();
        for position in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let mut damaged = bytes.clone();
            damaged[position] ^= 4;
            fs::write(&file, damaged).unwrap();
            let error = Editable::open(&path).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Damaged, "{name} at {position}");
            let remedy = match &*name {
                "denied.json" => "repair the knowledge base",
                _ => "publish again",
            };
            assert!(error.to_string().contains(remedy), "{error}");
        }
        // The remedy mends it, whether the damage is still there or not.
        if name == "denied.json" {
            assert_eq!(KnowledgeBase::repair(&path, None).unwrap().denied, Some(0));
            continue;
        }
        Editable::open_or_create(&path)
            .unwrap()
            .publish(NOW)
            .unwrap();
        assert_eq!(
            ask(&Editable::open(&path).unwrap(), TICKET),
            right,
            "{name}"
        );
    }
}

#[test]
fn one_of_another_version_says_what_to_do_and_keeps_its_articles() {
    let folder = common::Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = Editable::open_or_create(&path).unwrap();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let manifest = path.join("generation-0000000001.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let json = text.split_once('\n').unwrap().1;
    let other = json.replace("\"format_version\": 7", "\"format_version\": 99");
    assert_ne!(other, json);
    let hash = blake3::hash(other.as_bytes());
    fs::write(&manifest, format!("{hash}\n{other}")).unwrap();
    let error = Editable::open(&path).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::OtherVersion);
    assert!(
        error
            .to_string()
            .contains("another version of Helpdex; use that one, or publish again")
    );
    let mended = Editable::open_or_create(&path).unwrap();
    mended.publish(NOW).unwrap();
    assert_eq!(ask(&mended, TICKET), ask(&published(help_center()), TICKET));
}

#[test]
fn a_folder_without_a_knowledge_base_is_told_apart_from_one_with_other_files() {
    let folder = common::Folder::new();
    let error = Editable::open(folder.path()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = Editable::open(folder.path().join("missing")).err().unwrap();
    assert!(error.to_string().contains("missing"), "{error}");
    fs::write(folder.path().join("letter.txt"), "mine").unwrap();
    let error = Editable::open_or_create(folder.path()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn readers_are_answered_from_one_generation_while_another_is_published() {
    let knowledge_base = published(help_center());
    let old = ask(&knowledge_base, TICKET);
    let mut articles = help_center();
    articles.push(article(
        "new",
        "Password reset",
        "Reset a forgotten password.",
    ));
    let new = ask(&published(articles.clone()), TICKET);
    assert_ne!(old, new);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let answer = ask(&knowledge_base, TICKET);
                    assert!(answer == old || answer == new);
                }
            });
        }
        for round in 0..20 {
            let list = if round % 2 == 0 {
                articles.clone()
            } else {
                help_center()
            };
            knowledge_base.sync(list).unwrap();
            knowledge_base.publish(NOW).unwrap();
        }
    });
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn only_an_agent_is_told_of_an_article_that_the_audience_may_not_see() {
    let mut articles = help_center();
    let mut runbook = fields(
        "runbook",
        "Payout held back by compliance",
        "Why a payout is held back by compliance.",
    );
    runbook.visibility = Visibility::Internal;
    articles.push(Article::new(runbook).unwrap());
    let (knowledge_base, without) = (published(articles), published(help_center()));
    let ticket = Ticket::from_text("why is my payout held back by compliance?");
    let ask = |knowledge_base: &KnowledgeBase, audience: &Audience, told_to_agent| {
        let options = SuggestOptions {
            told_to_agent,
            ..SuggestOptions::default()
        };
        let answer = knowledge_base
            .suggest(&ticket, audience, NOW, &options)
            .unwrap();
        let reason = answer.reason().map(Reason::name);
        let mut json = serde_json::to_value(answer).unwrap();
        json["elapsed_us"] = 0.into();
        (reason, json)
    };
    let public = Audience::public();
    let (reason, told) = ask(&knowledge_base, &public, true);
    assert_eq!(reason, Some("hidden_from_audience"));
    let explanation = told["explanation"].as_str().unwrap();
    assert!(
        explanation.contains("runbook") && explanation.contains("held back"),
        "{explanation}"
    );
    // Everybody else gets the answer of a help center without it.
    let (_, untold) = ask(&knowledge_base, &public, false);
    assert_eq!(untold, ask(&without, &public, false).1);
    assert!(!untold.to_string().contains("runbook"));
    // Nothing is hidden where there is nothing, and from an agent.
    assert_ne!(ask(&without, &public, true).0, Some("hidden_from_audience"));
    assert_eq!(ask(&knowledge_base, &Audience::internal(), true).0, None);
}

#[test]
fn a_time_budget_gives_the_whole_answer_or_none_of_it() {
    let mut articles = help_center();
    let mut runbook = fields("runbook", "Payout held back", "Why a payout is held back.");
    runbook.visibility = Visibility::Internal;
    articles.push(Article::new(runbook).unwrap());
    let knowledge_base = published(articles);
    for told_to_agent in [false, true] {
        for text in ["download my invoice", "why is my payout held back", ""] {
            let ask = |time_budget_ms| {
                let options = SuggestOptions {
                    decision: Decision::MinProbability(0.1),
                    told_to_agent,
                    time_budget_ms,
                    ..SuggestOptions::default()
                };
                let ticket = Ticket::from_text(text);
                let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
                let mut answer = answer.unwrap();
                answer.elapsed_us = 0;
                answer
            };
            let whole = ask(None);
            assert_ne!(whole.reason(), Some(&Reason::Deadline));
            // An hour and more is time enough on any machine.
            assert_eq!(ask(Some(3_600_000)), whole);
            assert_eq!(ask(Some(u64::MAX)), whole);
            let nothing = ask(Some(0));
            assert_eq!(nothing.reason(), Some(&Reason::Deadline));
            assert_eq!(nothing.ranking, []);
            // It ended before the ticket was read, so that its id is that of the empty ticket.
            assert_eq!(
                nothing.suggestion_id == whole.suggestion_id,
                text.is_empty()
            );
            assert_eq!(nothing.searched_locales, []);
        }
    }
}

#[test]
fn a_time_budget_ends_while_a_ticket_is_decoded_and_cleaned() {
    let knowledge_base = published(help_center());
    let options = SuggestOptions {
        time_budget_ms: Some(0),
        ..SuggestOptions::default()
    };
    let boundary = "Content-Type: multipart/mixed; boundary=b\n\n";
    for ticket in [
        Ticket::from_text("[".repeat(200_000)),
        Ticket::from_email(format!("{boundary}{}", "\n--b\n\ninvoice".repeat(9_000))),
    ] {
        let audience = Audience::public();
        let answer = knowledge_base.suggest(&ticket, &audience, NOW, &options);
        let answer = answer.unwrap();
        assert_eq!(answer.reason(), Some(&Reason::Deadline));
        assert_eq!(answer.searched_locales, []);
        let mut draft = knowledge_base.draft(&audience, NOW, &options).unwrap();
        let answer = draft.suggest(&ticket).unwrap();
        assert_eq!(answer.reason(), Some(&Reason::Deadline));
        let batch = knowledge_base.batch(&audience, NOW, &options).unwrap();
        for answer in batch.suggest_all(vec![ticket.clone(), ticket]) {
            assert_eq!(answer.unwrap().reason(), Some(&Reason::Deadline));
        }
    }
}

/// Returns tickets about each article of the help center, repeated.
fn many_tickets() -> impl Iterator<Item = Ticket> {
    let texts = [
        "forgot my password, how can I reset it?",
        "please refund the payment",
        "where do I download the invoice",
        "the card reader does not pair",
        "",
    ];
    texts.into_iter().cycle().map(Ticket::from_text)
}

fn ids(answer: &Suggestions) -> Vec<String> {
    let ranking = answer.ranking.iter();
    ranking.map(|article| article.article_id.clone()).collect()
}

fn without_time(mut answer: Suggestions) -> Suggestions {
    answer.elapsed_us = 0;
    answer
}

#[test]
fn a_batch_answers_as_suggest_does_on_any_number_of_threads() {
    let knowledge_base = published(help_center());
    let (audience, options) = (Audience::public(), SuggestOptions::default());
    let alone: Vec<Suggestions> = many_tickets()
        .take(300)
        .map(|ticket| {
            let answer = knowledge_base.suggest(&ticket, &audience, NOW, &options);
            without_time(answer.unwrap())
        })
        .collect();
    for threads in [1, 2, 5, 64] {
        let batch = knowledge_base.batch(&audience, NOW, &options).unwrap();
        let batch = batch.with_threads(threads.try_into().unwrap());
        let many = batch.suggest_many(many_tickets().take(300).map(Ok));
        let many: Vec<Suggestions> = many.map(|answer| without_time(answer.unwrap())).collect();
        assert!(many == alone, "{threads} threads");
        let all = batch.suggest_all(many_tickets().take(300).collect());
        let all: Vec<Suggestions> = all.into_iter().map(|a| without_time(a.unwrap())).collect();
        assert!(all == alone, "{threads} threads");
    }
}

#[test]
fn what_is_no_ticket_is_handed_on_in_its_place() {
    let knowledge_base = published(help_center());
    let batch = knowledge_base.batch(&Audience::public(), NOW, &SuggestOptions::default());
    let batch = batch.unwrap();
    let tickets = [
        Ok(Ticket::from_text("refund")),
        Err(helpdex::Error::invalid("no ticket")
            .at_path(Path::new("a.jsonl"))
            .at_line(2)),
        Ok(Ticket::from_text("invoice")),
    ];
    let answers: Vec<_> = batch.suggest_many(tickets).collect();
    assert_eq!(ids(answers[0].as_ref().unwrap())[0], "refund");
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("a.jsonl:2: "), "{error}");
    assert_eq!(ids(answers[2].as_ref().unwrap())[0], "invoice");
    assert_eq!(answers.len(), 3);
}

#[test]
fn a_batch_reads_a_bounded_part_ahead_and_can_be_dropped_at_any_answer() {
    let knowledge_base = published(help_center());
    let batch = knowledge_base.batch(&Audience::public(), NOW, &SuggestOptions::default());
    let batch = batch.unwrap().with_threads(2.try_into().unwrap());
    let mut read = 0;
    let tickets = many_tickets().inspect(|_| read += 1);
    let mut answers = batch.suggest_many(tickets.map(Ok));
    for _ in 0..100 {
        answers.next().unwrap().unwrap();
    }
    drop(answers);
    assert_eq!(read, 128);
    // In bytes too: each is a third of 8 MiB.
    let large = Ticket::from_email(vec![b' '; (8 << 20) / 3 + 1]);
    let chunk = batch.next_chunk(std::iter::repeat(large));
    assert_eq!(chunk.len(), 3);
    assert!(batch.next_chunk([]).is_empty());
}

#[test]
fn a_panic_of_the_tickets_reaches_who_asks_for_answers() {
    let knowledge_base = published(help_center());
    let batch = knowledge_base.batch(&Audience::public(), NOW, &SuggestOptions::default());
    let batch = batch.unwrap();
    let tickets = many_tickets().enumerate().map(|(number, ticket)| {
        if number == 70 {
            std::panic::resume_unwind(Box::new("the source broke"));
        }
        Ok(ticket)
    });
    let mut answers = batch.suggest_many(tickets);
    for _ in 0..64 {
        answers.next().unwrap().unwrap();
    }
    let next = std::panic::AssertUnwindSafe(|| answers.next());
    assert!(std::panic::catch_unwind(next).is_err());
}

#[test]
fn a_batch_and_a_draft_go_on_with_their_generation_without_what_is_denied_meanwhile() {
    let knowledge_base = published(help_center());
    let (audience, options) = (Audience::public(), SuggestOptions::default());
    let batch = knowledge_base.batch(&audience, NOW, &options).unwrap();
    let mut draft = knowledge_base.draft(&audience, NOW, &options).unwrap();
    let ticket = || Ticket::from_text("please refund the payment");
    let mut ask = || {
        let of_batch = batch.suggest_all(vec![ticket()]).remove(0).unwrap();
        let of_draft = draft.suggest(&ticket()).unwrap();
        (without_time(of_batch), without_time(of_draft))
    };
    let before = ask();
    assert_eq!(ids(&before.0)[0], "refund");
    // A draft adds its scores up in another order.
    assert_eq!(ids(&before.0), ids(&before.1));

    knowledge_base.remove(["refund"]).unwrap();
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(ask(), before);

    knowledge_base.deny(["refund"]).unwrap();
    let denied = ask();
    assert!(!ids(&denied.0).contains(&"refund".to_owned()));
    assert_eq!(ids(&denied.0), ids(&denied.1));
    knowledge_base.allow(["refund"]).unwrap();
}

#[test]
fn options_out_of_range_are_refused_before_a_batch_and_a_draft() {
    let knowledge_base = published(help_center());
    let options = SuggestOptions {
        limit: 11,
        ..SuggestOptions::default()
    };
    let audience = Audience::public();
    let batch = knowledge_base.batch(&audience, NOW, &options).map(drop);
    let draft = knowledge_base.draft(&audience, NOW, &options).map(drop);
    for refused in [batch, draft] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

/// Whatever is written, a draft ranks like `suggest`, and shows articles of its ranking.
#[test]
fn a_draft_ranks_as_suggest_does_and_shows_a_steady_choice_of_it() {
    let mut articles = help_center();
    let mut hidden = fields("runbook", "Refund by hand", "Refund a payment by hand.");
    hidden.visibility = Visibility::Internal;
    articles.push(Article::new(hidden).unwrap());
    let knowledge_base = published(articles);
    let text = "please refund the payment of my invoice since I forgot the password of the card reader, thanks";
    for (promise, min_probability) in [
        (helpdex::confidence::Promise::First, 0.3),
        (helpdex::confidence::Promise::First, 0.0),
        (helpdex::confidence::Promise::Any, 0.3),
    ] {
        let options = SuggestOptions {
            promise,
            decision: Decision::MinProbability(min_probability),
            ..SuggestOptions::default()
        };
        let audience = Audience::public();
        let mut draft = knowledge_base.draft(&audience, NOW, &options).unwrap();
        let mut is_first = true;
        for (end, _) in text.match_indices(' ') {
            let ticket = Ticket::from_text(&text[..end]);
            let alone = knowledge_base.suggest(&ticket, &audience, NOW, &options);
            let alone = without_time(alone.unwrap());
            let steady = without_time(draft.suggest(&ticket).unwrap());
            // What was scored before is added up in another order.
            let both = steady.ranking.iter().zip(&alone.ranking);
            for (kept, anew) in both {
                assert_eq!(kept.article_id, anew.article_id);
                assert!((kept.probability - anew.probability).abs() < 1e-5);
            }
            assert_eq!(steady.ranking.len(), alone.ranking.len());
            assert_eq!(steady.suggestion_id, alone.suggestion_id);
            let ids = ids(&steady);
            for offered in steady.offered() {
                assert!(ids.contains(&offered.article_id));
                assert_ne!(offered.article_id, "runbook");
                if promise == helpdex::confidence::Promise::First {
                    assert!(offered.probability >= offered.threshold);
                }
            }
            if is_first {
                assert_eq!(steady, alone);
            }
            assert_eq!(without_time(draft.suggest(&ticket).unwrap()), steady);
            is_first = false;
        }
    }
}

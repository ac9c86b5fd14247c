//! Pools: each answers for itself, the articles of an answer do not change, and what is hidden or forgotten is gone.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::fs;
use std::path::Path;

use helpdex::article::ArticleKind;
use helpdex::confidence::TargetPrecision;
use helpdex::feedback::{Erasure, Rejection};
use helpdex::pools::{PoolOptions, SolvedTickets};
use helpdex::{
    Article, ArticleFields, Audience, Decision, ErrorKind, FeedbackEvent, KnowledgeBase,
    SuggestOptions, Ticket, Timestamp, Verdict, Visibility,
};
use proptest::prelude::*;

use common::Folder;

const NOW: Timestamp = Timestamp::from_unix_seconds(2_000);

/// A word that only one customer writes.
const MARKER: &str = "zqmarkerzq";

fn entry(kind: ArticleKind, id: &str, title: &str, visibility: Visibility) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        kind,
        locale: "en".into(),
        title: title.into(),
        visibility,
        ..ArticleFields::default()
    })
    .unwrap()
}

fn article(id: &str, title: &str) -> Article {
    entry(ArticleKind::Article, id, title, Visibility::Public)
}

fn idea(id: &str, title: &str) -> Article {
    entry(ArticleKind::Idea, id, title, Visibility::Public)
}

fn solved(ticket_id: &str, text: &str, article: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: ticket_id.into(),
        ticket: Ticket {
            requester: Some("ana".into()),
            ..Ticket::from_text(text)
        },
        at: Timestamp::from_unix_seconds(1_000),
        verdict: Verdict::Linked,
        articles: vec![article.into()],
        key: None,
    }
}

fn publish(knowledge_base: &KnowledgeBase, articles: impl IntoIterator<Item = Article>) {
    let mut writer = knowledge_base.writer().unwrap();
    writer.upsert(articles).unwrap();
    writer.publish(NOW).unwrap();
}

/// Options that ask every pool.
fn every_pool() -> PoolOptions {
    let options = SuggestOptions {
        hide_elapsed: true,
        ..SuggestOptions::default()
    };
    PoolOptions {
        articles: options.clone(),
        ideas: Some(options.clone()),
        solved_tickets: Some(options),
    }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "printer", "refund", "invoice", "update", "terminal", "stops", "gizmo", "error", "e4711",
    ]);
    prop::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_articles_of_an_answer_are_the_same_with_and_without_other_pools(
        articles in prop::collection::vec(words(), 1..6),
        ideas in prop::collection::vec(words(), 0..6),
        tickets in prop::collection::vec(words(), 0..5),
        asked in words(),
    ) {
        let alone = KnowledgeBase::in_memory();
        let with_pools = KnowledgeBase::in_memory();
        for knowledge_base in [&alone, &with_pools] {
            let named = articles.iter().enumerate();
            publish(knowledge_base, named.map(|(n, title)| article(&format!("a{n}"), title)));
            let named = tickets.iter().enumerate();
            let learned = named.map(|(n, text)| solved(&format!("t{n}"), text, "a0"));
            knowledge_base.learn(learned).unwrap();
        }
        let named = ideas.iter().enumerate();
        // The ids may be those of articles.
        let named = named.map(|(n, title)| idea(&format!("a{n}"), title));
        publish(&with_pools.ideas_for_changes().unwrap(), named);
        let options = every_pool();
        let ticket = Ticket::from_text(&*asked);
        for audience in [Audience::public(), Audience::internal()] {
            let before = alone.suggest(&ticket, &audience, NOW, &options.articles).unwrap();
            let asked = PoolOptions {
                solved_tickets: options.solved_tickets.clone().filter(|_| audience == Audience::internal()),
                ..options.clone()
            };
            let after = with_pools.suggest_from_pools(&ticket, &audience, NOW, &asked).unwrap();
            prop_assert_eq!(&before, &after.articles);
            let none = with_pools.suggest_from_pools(&ticket, &audience, NOW, &PoolOptions {
                articles: options.articles.clone(),
                ..PoolOptions::default()
            }).unwrap();
            prop_assert_eq!(serde_json::to_string(&before).unwrap(), serde_json::to_string(&none).unwrap());
        }
    }
}

#[test]
fn each_pool_has_its_own_part_of_the_answer_with_its_own_limit_and_threshold() {
    let knowledge_base = KnowledgeBase::in_memory();
    publish(
        &knowledge_base,
        [article("refund", "Refund a payment on the terminal")],
    );
    let ideas = [
        idea("wish-1", "Let agents refund a payment in two parts"),
        idea("wish-2", "Refund a payment without the terminal"),
    ];
    publish(&knowledge_base.ideas_for_changes().unwrap(), ideas);
    let ticket = Ticket::from_text("how do I refund a payment");
    let options = PoolOptions {
        ideas: Some(SuggestOptions {
            limit: 1,
            decision: Decision::MinProbability(0.01),
            ..SuggestOptions::default()
        }),
        ..PoolOptions::default()
    };
    let answers = knowledge_base
        .suggest_from_pools(&ticket, &Audience::public(), NOW, &options)
        .unwrap();
    let ids = |offered: &[helpdex::Suggestion]| -> Vec<String> {
        offered.iter().map(|one| one.article_id.clone()).collect()
    };
    assert_eq!(ids(answers.articles.offered()), ["refund"]);
    assert_eq!(answers.ideas.as_ref().unwrap().offered().len(), 1);
    assert!(answers.solved_tickets.is_none());
    // A target precision of ideas is decided by verdicts on ideas, of which there is none.
    let strict = PoolOptions {
        ideas: Some(SuggestOptions {
            decision: Decision::TargetPrecision(TargetPrecision::of(0.8)),
            ..SuggestOptions::default()
        }),
        ..PoolOptions::default()
    };
    let answers = knowledge_base
        .suggest_from_pools(&ticket, &Audience::public(), NOW, &strict)
        .unwrap();
    assert_eq!(ids(answers.articles.offered()), ["refund"]);
    let reason = answers.ideas.unwrap().reason().unwrap().name();
    assert_eq!(reason, "not_enough_labels");
}

#[test]
fn ideas_are_on_disk_beside_the_articles_and_every_handle_sees_them() {
    // It is damaged at the end, which the folder of the other tests does not allow.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kb");
    let knowledge_base = KnowledgeBase::open_or_create(&path).unwrap();
    assert!(knowledge_base.ideas().unwrap().is_none());
    publish(&knowledge_base, [article("pin", "Reset your PIN")]);
    let reader = KnowledgeBase::open_read_only(&path).unwrap();
    assert!(reader.ideas().unwrap().is_none());
    let options = every_pool();
    let ticket = Ticket::from_text("the receipt printer stops after the update");
    let asked = PoolOptions {
        solved_tickets: None,
        ..options
    };
    let ask = |knowledge_base: &KnowledgeBase| {
        let answers = knowledge_base.suggest_from_pools(&ticket, &Audience::public(), NOW, &asked);
        answers.unwrap().ideas.unwrap()
    };
    assert_eq!(ask(&reader).reason().unwrap().name(), "not_published");
    let ideas = knowledge_base.ideas_for_changes().unwrap();
    publish(
        &ideas,
        [idea(
            "known-1",
            "The receipt printer stops after the update",
        )],
    );
    assert_eq!(ask(&reader).offered()[0].article_id, "known-1");
    publish(
        &ideas,
        [idea(
            "known-2",
            "The receipt printer is slow after the update",
        )],
    );
    assert!(reader.refresh().unwrap());
    let seen = reader.ideas().unwrap().unwrap();
    assert_eq!(seen.article_count(&Audience::public(), NOW), 2);
    assert!(reader.ideas_for_changes().is_err());
    assert!(KnowledgeBase::check(&path).unwrap().is_whole());
    // The folder of the ideas is a knowledge base.
    let opened = KnowledgeBase::open_read_only(path.join("ideas")).unwrap();
    assert_eq!(opened.generation(), 2);
    // A turned byte in it is found from above.
    damage(&path.join("ideas"));
    assert!(!KnowledgeBase::check(&path).unwrap().is_whole());
}

/// Turns a bit of each file in a folder.
fn damage(folder: &Path) {
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if !file.is_file() {
            continue;
        }
        let mut bytes = fs::read(&file).unwrap();
        if let Some(byte) = bytes.last_mut() {
            *byte ^= 1;
        }
        fs::write(&file, bytes).unwrap();
    }
}

#[test]
fn ideas_belong_to_the_tenant_of_the_articles() {
    let folder = Folder::new();
    let path = folder.path().join("kb");
    let open = |tenant: &str| {
        KnowledgeBase::builder(&path)
            .tenant(tenant)
            .open_or_create()
    };
    let knowledge_base = open("acme").unwrap();
    publish(&knowledge_base, [article("pin", "Reset your PIN")]);
    publish(
        &knowledge_base.ideas_for_changes().unwrap(),
        [idea("wish", "A darker theme")],
    );
    let ideas = knowledge_base.ideas().unwrap().unwrap();
    assert_eq!(ideas.tenant().as_deref(), Some("acme"));
    assert!(
        KnowledgeBase::builder(path.join("ideas"))
            .tenant("globex")
            .open()
            .is_err()
    );
}

#[test]
fn an_article_of_another_kind_is_refused_with_the_place_where_it_belongs() {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().unwrap();
    let wrong = [
        article("pin", "Reset your PIN"),
        idea("wish", "A darker theme"),
    ];
    let error = writer.upsert(wrong.clone()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("ideas_for_changes"), "{error}");
    assert!(writer.sync(wrong.clone()).is_err());
    assert_eq!(writer.articles().count(), 0, "nothing is added then");
    let ideas = knowledge_base.ideas_for_changes().unwrap();
    let error = ideas.writer().unwrap().upsert(wrong).unwrap_err();
    assert!(
        error.to_string().contains("the one of articles")
            || error.to_string().contains("knowledge base of articles")
    );
    let ticket = entry(
        ArticleKind::SolvedTicket,
        "t",
        "A ticket",
        Visibility::Internal,
    );
    let error = writer.upsert([ticket]).unwrap_err();
    assert!(error.to_string().contains("never published"), "{error}");
    assert!(ideas.ideas().is_err());
}

#[test]
fn an_idea_is_visible_to_its_audience_only_and_denied_at_once() {
    let knowledge_base = KnowledgeBase::in_memory();
    publish(&knowledge_base, [article("pin", "Reset your PIN")]);
    let ideas = knowledge_base.ideas_for_changes().unwrap();
    let secret = entry(
        ArticleKind::Idea,
        "known-9",
        "The receipt printer stops after the update",
        Visibility::Internal,
    );
    publish(&ideas, [secret]);
    let ticket = Ticket::from_text("the receipt printer stops after the update");
    let asked = PoolOptions {
        solved_tickets: None,
        ..every_pool()
    };
    let ask = |audience: &Audience| {
        let answers = knowledge_base.suggest_from_pools(&ticket, audience, NOW, &asked);
        answers.unwrap().ideas.unwrap()
    };
    assert_eq!(ask(&Audience::public()).ranking, []);
    assert_eq!(ask(&Audience::internal()).offered().len(), 1);
    ideas.deny(["known-9"]).unwrap();
    assert_eq!(ask(&Audience::internal()).ranking, []);
}

#[test]
fn solved_tickets_are_for_agents_masked_and_gone_at_once_after_they_are_forgotten() {
    let folder = Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = KnowledgeBase::open_or_create(&path).unwrap();
    publish(&knowledge_base, [article("gizmo", "Gizmo manual")]);
    let text = format!("the gizmo shows error E4711, call me on ana@example.org, {MARKER}");
    knowledge_base
        .learn([solved("4711", &text, "gizmo")])
        .unwrap();
    let ticket = Ticket::from_text("gizmo shows error E4711");
    let options = every_pool();
    let public = knowledge_base.suggest_from_pools(&ticket, &Audience::public(), NOW, &options);
    assert_eq!(public.unwrap_err().kind(), ErrorKind::InvalidInput);
    let ask = || {
        let answers =
            knowledge_base.suggest_from_pools(&ticket, &Audience::internal(), NOW, &options);
        answers.unwrap().solved_tickets.unwrap()
    };
    let answer = ask();
    assert_eq!(answer.offered()[0].article_id, "4711");
    let shown = serde_json::to_string(&answer).unwrap();
    assert!(
        shown.contains(MARKER) && !shown.contains("ana@example.org"),
        "{shown}"
    );
    assert_eq!(
        knowledge_base.solved_tickets(NOW).unwrap().articles("4711"),
        ["gizmo"]
    );
    // A later ticket is there at once, too.
    knowledge_base
        .learn([solved("4712", "gizmo shows error E4711 again", "gizmo")])
        .unwrap();
    assert_eq!(knowledge_base.solved_tickets(NOW).unwrap().len(), 2);
    // No generation has a word of it.
    let mut writer = knowledge_base.writer().unwrap();
    writer.publish(NOW).unwrap();
    drop(writer);
    assert!(!contains(&path, MARKER.as_bytes(), &["work"]));
    let forgotten = knowledge_base
        .forget(&Erasure::Requester("ana".into()))
        .unwrap();
    assert_eq!(forgotten.verdicts, 2);
    assert_eq!(ask().ranking, []);
    assert!(!contains(&path, MARKER.as_bytes(), &[]));
}

#[test]
fn forgetting_reaches_the_feedback_on_ideas() {
    let folder = Folder::new();
    let path = folder.path().join("kb");
    let knowledge_base = KnowledgeBase::open_or_create(&path).unwrap();
    publish(&knowledge_base, [article("pin", "Reset your PIN")]);
    knowledge_base
        .learn([solved("1", "I forgot my PIN", "pin")])
        .unwrap();
    let ideas = knowledge_base.ideas_for_changes().unwrap();
    publish(&ideas, [idea("wish", "A darker theme")]);
    ideas
        .learn([solved("2", &format!("too bright, {MARKER}"), "wish")])
        .unwrap();
    assert!(contains(&path, MARKER.as_bytes(), &[]));
    // A handle that was opened anew reaches them, too.
    let again = KnowledgeBase::open_or_create(&path).unwrap();
    let forgotten = again.forget(&Erasure::Requester("ana".into())).unwrap();
    assert_eq!(forgotten.verdicts, 2);
    assert!(!contains(&path, MARKER.as_bytes(), &[]));
}

#[test]
fn the_host_gives_its_own_solved_tickets() {
    let tickets = [
        solved("1", "the gizmo shows error E4711", "gizmo"),
        FeedbackEvent {
            verdict: Verdict::Unlinked,
            articles: Vec::new(),
            ..solved("2", "the gizmo is blue", "gizmo")
        },
        solved("3", "", "gizmo"),
    ];
    let pool = SolvedTickets::of(tickets, NOW).unwrap();
    assert_eq!(pool.len(), 1, "one is not solved, one has no text");
    assert!(SolvedTickets::of([], NOW).unwrap().is_empty());
    let wrong = SolvedTickets::of([solved("", "text", "gizmo")], NOW);
    assert_eq!(wrong.err().unwrap().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_ticket_is_not_solved_when_a_later_verdict_takes_it_back() {
    let linked = solved("1", "the gizmo shows error E4711", "gizmo");
    let later = |verdict, articles: &[&str]| FeedbackEvent {
        verdict,
        articles: articles.iter().map(|&id| id.to_owned()).collect(),
        at: Timestamp::from_unix_seconds(1_500),
        ..linked.clone()
    };
    let count = |second: FeedbackEvent| {
        let pool = SolvedTickets::of([linked.clone(), second], NOW);
        pool.unwrap().len()
    };
    let wrong = Verdict::Rejected(Rejection::RelatedButDidNotAnswer);
    assert_eq!(count(later(wrong, &["gizmo"])), 0);
    assert_eq!(count(later(Verdict::NoArticle, &[])), 0);
    assert_eq!(count(later(wrong, &["another"])), 1);
    assert_eq!(count(later(Verdict::Clicked, &["another"])), 1);
    assert_eq!(count(later(Verdict::Resolved, &["another"])), 1);
}

#[test]
fn forgetting_reaches_the_ideas_of_a_knowledge_base_without_articles() {
    // The folder of the other tests checks the articles at the end, of which there are none.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kb");
    let knowledge_base = KnowledgeBase::open_or_create(&path).unwrap();
    let ideas = knowledge_base.ideas_for_changes().unwrap();
    publish(&ideas, [idea("wish", "A darker theme")]);
    ideas
        .learn([solved("2", &format!("too bright, {MARKER}"), "wish")])
        .unwrap();
    let opened = KnowledgeBase::open(&path);
    assert_eq!(opened.err().unwrap().kind(), ErrorKind::NotFound);
    assert!(contains(&path, MARKER.as_bytes(), &[]));
    let forgotten = knowledge_base
        .forget(&Erasure::Requester("ana".into()))
        .unwrap();
    assert_eq!(forgotten.verdicts, 1);
    assert!(!contains(&path, MARKER.as_bytes(), &[]));
}

/// Whether a file below the folder contains these bytes, except in folders of these names.
fn contains(folder: &Path, bytes: &[u8], except: &[&str]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            return !except.contains(&&*name) && contains(&path, bytes, except);
        }
        let text = fs::read(&path).unwrap();
        text.windows(bytes.len()).any(|window| window == bytes)
    })
}

//! Tests of the writer: a publish that keeps the models, separate training, and settings that every reader uses.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use helpdex::confidence::TargetPrecision;
use helpdex::feedback::Erasure;
use helpdex::{
    Article, ArticleFields, Audience, Decision, ErrorKind, FeedbackEvent, KnowledgeBase, Settings,
    SuggestOptions, Ticket, Timestamp, Verdict, Visibility, Writer,
};
use serde_json::Value;
use tempfile::TempDir;

use common::{article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(100_000);

fn help_center() -> Vec<Article> {
    vec![
        article(
            "refund",
            "About the refund",
            "The refund is paid in a week.",
        ),
        article(
            "invoice",
            "About the invoice",
            "The invoice is in settings.",
        ),
        article("zebra", "About the zebra", "The zebra is striped."),
    ]
}

/// Returns solved tickets, each of its own requester, with words that the article does not share.
fn feedback(from: i64) -> Vec<FeedbackEvent> {
    let words = [
        ("refund", "where is my money"),
        ("invoice", "the bill of march"),
        ("zebra", "stripes upon a horse"),
    ];
    (from..from + 30)
        .zip(words.iter().cycle())
        .map(|(number, (id, text))| FeedbackEvent {
            ticket_id: number.to_string(),
            ticket: Ticket {
                requester: Some(format!("requester {number}")),
                ..Ticket::from_text(format!("{text}, number {number}"))
            },
            at: Timestamp::from_unix_seconds(number),
            verdict: Verdict::Linked,
            articles: vec![(*id).into()],
            key: None,
        })
        .collect()
}

fn published(articles: Vec<Article>, feedback: Vec<FeedbackEvent>) -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    knowledge_base.learn(feedback).unwrap();
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(articles).unwrap();
    writer.publish(NOW).unwrap();
    drop(writer);
    knowledge_base
}

fn trained(articles: Vec<Article>, feedback: Vec<FeedbackEvent>) -> KnowledgeBase {
    let knowledge_base = published(articles, feedback);
    knowledge_base.writer().unwrap().train(NOW).unwrap();
    knowledge_base
}

fn model_id(knowledge_base: &KnowledgeBase) -> Option<String> {
    let model = knowledge_base.model(&Audience::public());
    model.map(|model| model.id)
}

fn answers(knowledge_base: &KnowledgeBase) -> Vec<Value> {
    let tickets = [
        "where is my money",
        "the bill of march",
        "stripes upon a horse",
        "zebra",
    ];
    let ask = |text: &str| {
        let options = SuggestOptions::default();
        let answer =
            knowledge_base.suggest(&Ticket::from_text(text), &Audience::public(), NOW, &options);
        let mut answer = serde_json::to_value(answer.unwrap()).unwrap();
        answer.as_object_mut().unwrap().remove("elapsed_us");
        answer
    };
    tickets.into_iter().map(ask).collect()
}

#[test]
fn a_publish_keeps_the_model_and_shows_changed_articles_at_once() {
    let knowledge_base = published(help_center(), feedback(0));
    assert_eq!(model_id(&knowledge_base), None);
    let mut writer = knowledge_base.writer().unwrap();
    let first = writer.train(NOW).unwrap();
    let model = &first.models[&Visibility::Public];
    assert_eq!(model.learned_until, Timestamp::from_unix_seconds(29));
    assert_eq!(model_id(&knowledge_base).as_ref(), Some(&model.id));
    // Feedback, and articles that change or come, are nothing that readers no longer see.
    knowledge_base.learn(feedback(100)).unwrap();
    let changed = article("refund", "About the giraffe", "The giraffe is tall.");
    writer
        .upsert([changed, article("lion", "About the lion", "It roars.")])
        .unwrap();
    let published = writer.publish(NOW).unwrap();
    assert_eq!(published.models, first.models);
    let ticket = Ticket::from_text("the giraffe");
    let options = SuggestOptions::default();
    let answer = knowledge_base
        .suggest(&ticket, &Audience::public(), NOW, &options)
        .unwrap();
    assert_eq!(answer.ranking[0].article_id, "refund");
    let second = writer.train(NOW).unwrap();
    assert_ne!(second.models, first.models);
    assert_eq!(writer.train(NOW).unwrap().generation, second.generation);
}

#[test]
fn a_training_depends_on_articles_and_feedback_and_not_on_the_history() {
    let straight = trained(help_center(), [feedback(0), feedback(100)].concat());
    let knowledge_base = trained(help_center()[..2].to_vec(), feedback(100));
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(help_center()).unwrap();
    writer.publish(NOW).unwrap();
    knowledge_base.learn(feedback(0)).unwrap();
    writer.train(NOW).unwrap();
    assert_eq!(model_id(&knowledge_base), model_id(&straight));
    assert_eq!(answers(&knowledge_base), answers(&straight));
}

#[test]
fn what_readers_no_longer_see_leaves_their_model_before_the_publish_that_hides_it() {
    type Hide = fn(&mut ArticleFields);
    let without = trained(help_center()[..2].to_vec(), feedback(0));
    assert_eq!(model_id(&without).unwrap().len(), 64);
    let hide: [(&str, Option<Hide>); 6] = [
        ("removed", None),
        (
            "internal",
            Some(|zebra| zebra.visibility = Visibility::Internal),
        ),
        (
            "draft",
            Some(|zebra| zebra.status = helpdex::article::Status::Draft),
        ),
        (
            "of a segment",
            Some(|zebra| {
                zebra.visibility = Visibility::SignedIn;
                zebra.user_segments = vec!["gold".into()];
            }),
        ),
        (
            "ended",
            Some(|zebra| zebra.valid_until = Some(Timestamp::from_unix_seconds(99_999))),
        ),
        (
            "not begun",
            Some(|zebra| zebra.valid_from = Some(Timestamp::from_unix_seconds(100_001))),
        ),
    ];
    for (what, hide) in hide {
        let knowledge_base = trained(help_center(), feedback(0));
        // What was learned since is not known yet.
        knowledge_base.learn(feedback(100)).unwrap();
        let mut writer = knowledge_base.writer().unwrap();
        if let Some(hide) = hide {
            let mut zebra = fields("zebra", "About the zebra", "The zebra is striped.");
            hide(&mut zebra);
            writer.upsert([Article::new(zebra).unwrap()]).unwrap();
        } else {
            writer.remove(["zebra"]).unwrap();
        }
        writer.publish(NOW).unwrap();
        assert_eq!(model_id(&knowledge_base), model_id(&without), "{what}");
        assert_eq!(answers(&knowledge_base), answers(&without), "{what}");
    }
    let knowledge_base = trained(help_center(), feedback(0));
    knowledge_base.deny(["zebra"]).unwrap();
    knowledge_base.writer().unwrap().publish(NOW).unwrap();
    assert_eq!(model_id(&knowledge_base), model_id(&without));
}

#[test]
fn an_article_that_will_end_leaves_the_model_and_stays_in_answers() {
    let knowledge_base = trained(help_center(), feedback(0));
    let before = model_id(&knowledge_base);
    let mut writer = knowledge_base.writer().unwrap();
    let mut zebra = fields("zebra", "About the zebra", "The zebra is striped.");
    zebra.valid_until = Some(Timestamp::from_unix_seconds(200_000));
    writer.upsert([Article::new(zebra).unwrap()]).unwrap();
    writer.publish(NOW).unwrap();
    assert_ne!(model_id(&knowledge_base), before);
    let ranking = answers(&knowledge_base)[3]["ranking"].clone();
    assert_eq!(ranking[0]["article_id"], "zebra");
    let again = model_id(&knowledge_base);
    writer.train(NOW).unwrap();
    assert_eq!(model_id(&knowledge_base), again);
}

#[test]
fn a_publish_after_forgetting_trains_again_without_what_was_forgotten() {
    let without = trained(help_center(), feedback(0)[..29].to_vec());
    let knowledge_base = trained(help_center(), feedback(0));
    let who = Erasure::Requester("requester 29".into());
    assert_eq!(knowledge_base.forget(&who).unwrap().verdicts, 1);
    knowledge_base.writer().unwrap().publish(NOW).unwrap();
    assert_eq!(model_id(&knowledge_base), model_id(&without));
}

#[test]
fn a_model_of_tickets_of_the_host_is_kept_and_dropped_when_an_article_goes() {
    let knowledge_base = published(help_center(), Vec::new());
    let mut writer = knowledge_base.writer().unwrap();
    writer.train_on(NOW, feedback(0)).unwrap();
    let of_host = model_id(&knowledge_base);
    assert_eq!(of_host, model_id(&trained(help_center(), feedback(0))));
    writer.publish(NOW).unwrap();
    assert_eq!(model_id(&knowledge_base), of_host);
    writer.remove(["zebra"]).unwrap();
    assert_eq!(writer.publish(NOW).unwrap().models.len(), 0);
    assert_eq!(model_id(&knowledge_base), None);
}

#[test]
fn a_training_shows_no_change_that_is_not_published() {
    let knowledge_base = published(help_center(), feedback(0));
    let mut writer = knowledge_base.writer().unwrap();
    writer.remove(["refund"]).unwrap();
    writer.train(NOW).unwrap();
    let first = &answers(&knowledge_base)[0]["ranking"][0];
    assert_eq!(first["article_id"], "refund");
}

fn locked(writer: helpdex::Result<Writer>) {
    let error = writer.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::IndexLocked);
}

#[test]
fn one_writer_at_a_time_and_what_it_did_not_publish_is_lost() {
    let folder = TempDir::new().unwrap();
    let on_disk = || KnowledgeBase::open_or_create(folder.path()).unwrap();
    let (first, second) = (on_disk(), on_disk());
    let in_memory = KnowledgeBase::in_memory();
    for (first, second) in [(&first, &second), (&in_memory, &in_memory.clone())] {
        let mut writer = first.writer().unwrap();
        locked(first.writer());
        locked(second.writer());
        writer.sync(help_center()).unwrap();
        writer.publish(NOW).unwrap();
        writer.remove(["refund"]).unwrap();
        drop(writer);
        let mut writer = second.writer().unwrap();
        assert_eq!(writer.sync(help_center()).unwrap().unchanged, 3);
    }
}

#[test]
fn a_handle_for_reading_alone_refuses_every_change() {
    let folder = TempDir::new().unwrap();
    let writer = KnowledgeBase::open_or_create(folder.path())
        .unwrap()
        .writer();
    writer.unwrap().publish(NOW).unwrap();
    let reader = KnowledgeBase::open_read_only(folder.path()).unwrap();
    for refused in [
        reader.writer().map(drop),
        reader.learn(feedback(0)).map(drop),
        reader.forget(&Erasure::Ticket("1".into())).map(drop),
        reader.deny(["refund"]).map(drop),
        reader.allow(["refund"]).map(drop),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("read-only"), "{error}");
    }
    assert!(!reader.refresh().unwrap());
}

#[test]
fn every_reader_answers_by_the_settings_that_were_published() {
    let folder = TempDir::new().unwrap();
    let knowledge_base = KnowledgeBase::open_or_create(folder.path()).unwrap();
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(help_center()).unwrap();
    writer.publish(NOW).unwrap();
    let reader = KnowledgeBase::open(folder.path()).unwrap();
    let outcome = |reader: &KnowledgeBase, decision| {
        let options = SuggestOptions {
            decision,
            ..SuggestOptions::default()
        };
        let ticket = Ticket::from_text("a word, and the zebra");
        let answer = reader
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap();
        let reason = answer.reason().map(helpdex::Reason::name);
        (answer.suggestion_id, reason)
    };
    let default = Decision::MinProbability(Decision::DEFAULT_MIN_PROBABILITY);
    assert_eq!(
        outcome(&reader, Decision::AsConfigured),
        outcome(&reader, default)
    );
    for decision in [
        Decision::MinProbability(0.999),
        Decision::TargetPrecision(TargetPrecision::of(0.8)),
    ] {
        writer
            .set_settings(Settings {
                decision: Some(decision),
                ..writer.settings().clone()
            })
            .unwrap();
        assert!(!reader.refresh().unwrap(), "it is not published");
        writer.publish(NOW).unwrap();
        assert!(reader.refresh().unwrap());
        assert_eq!(reader.settings().decision, Some(decision));
        let answer = outcome(&reader, Decision::AsConfigured);
        assert_eq!(answer, outcome(&reader, decision));
        assert_ne!(answer, outcome(&reader, default));
        let opened = KnowledgeBase::open(folder.path()).unwrap();
        assert_eq!(answer, outcome(&opened, Decision::AsConfigured));
    }
    drop(writer);
    let writer = KnowledgeBase::open(folder.path())
        .unwrap()
        .writer()
        .unwrap();
    let target = Decision::TargetPrecision(TargetPrecision::of(0.8));
    assert_eq!(writer.settings().decision, Some(target));
}

#[test]
fn the_main_locale_fills_in_before_the_fallback_locales() {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().unwrap();
    let in_locale = |locale: &str| {
        Article::new(ArticleFields {
            locale: locale.into(),
            ..fields(&format!("zebra-{locale}"), "Zebra", "Zebra")
        })
    };
    let articles = ["de", "en", "lt"].map(|locale| in_locale(locale).unwrap());
    writer.sync(articles).unwrap();
    writer
        .set_settings(Settings {
            main_locale: Some("lt".parse().unwrap()),
            fallback_locales: vec!["en".parse().unwrap(), "lt".parse().unwrap()],
            ..Settings::default()
        })
        .unwrap();
    writer.publish(NOW).unwrap();
    let ticket = Ticket {
        locale: Some("th".parse().unwrap()),
        ..Ticket::from_text("zebra")
    };
    let options = SuggestOptions::default();
    let answer = knowledge_base
        .suggest(&ticket, &Audience::public(), NOW, &options)
        .unwrap();
    let searched: Vec<&str> = answer
        .searched_locales
        .iter()
        .map(helpdex::Locale::as_str)
        .collect();
    assert_eq!(searched, ["lt", "en"]);
}

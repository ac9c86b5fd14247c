//! Tests of damage, swapped files, denied articles and many knowledge bases: what is noticed, what is reported, and
//! what continues to work.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use helpdex::feedback::Erasure;
use helpdex::report::Severity;
use helpdex::{
    Article, Audience, Decision, ErrorKind, FeedbackEvent, KnowledgeBase, Pool, SuggestOptions,
    Ticket, Timestamp, Verdict, Visibility,
};
use serde_json::Value;

use common::{Editable, Folder, article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000);

const TICKETS: [&str; 4] = [
    "how is a refund paid",
    "prices of next year",
    "the card reader is dead",
    "refund prices reader",
];

fn is_full_size() -> bool {
    env::var_os("HELPDEX_FULL").is_some()
}

/// Returns ten articles; the number distinguishes versions.
fn help_center(version: usize) -> Vec<Article> {
    let topics = ["refund", "prices", "reader", "invoice", "account"];
    let mut articles: Vec<Article> = (0..10)
        .map(|number| {
            let topic = topics[number % topics.len()];
            article(
                &format!("{topic}{number}"),
                &format!("About {topic} {number}"),
                &format!(
                    "The {topic} is paid or read in version {version}.\n\nCall number {number}."
                ),
            )
        })
        .collect();
    articles.push(
        Article::new(helpdex::ArticleFields {
            visibility: Visibility::Internal,
            ..fields(
                "internal",
                "Refund runbook",
                "Agents pay the refund by hand.",
            )
        })
        .unwrap(),
    );
    articles
}

fn publish(folder: &Path, version: usize) -> Editable {
    let knowledge_base = Editable::open_or_create(folder).unwrap();
    knowledge_base.sync(help_center(version)).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

/// Returns everything that can be seen of the answers to all tickets.
fn answers(knowledge_base: &KnowledgeBase, audience: &Audience) -> Vec<Value> {
    let options = SuggestOptions {
        decision: Decision::MinProbability(0.0),
        limit: 10,
        ..SuggestOptions::default()
    };
    TICKETS
        .iter()
        .map(|text| {
            let ticket = Ticket::from_text(*text);
            let answer = knowledge_base.suggest(&ticket, audience, NOW, &options);
            let mut answer = serde_json::to_value(answer.unwrap()).unwrap();
            answer.as_object_mut().unwrap().remove("elapsed_us");
            answer
        })
        .collect()
}

fn public(knowledge_base: &KnowledgeBase) -> Vec<Value> {
    answers(knowledge_base, &Audience::public())
}

/// Returns the files of a folder and of its subfolders, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn file_of(folder: &Path, prefix: &str) -> PathBuf {
    let mut files = files(folder).into_iter();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.find(|path| name(path).starts_with(prefix)).unwrap()
}

fn flip(path: &Path, bit: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[bit / 8] ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
}

fn solved(ticket: &str, article: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: ticket.into(),
        ticket: Ticket::from_text(format!("gizmo beeps {ticket}")),
        at: NOW,
        verdict: Verdict::Linked,
        articles: vec![article.into()],
        key: None,
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Generations

#[test]
fn a_damaged_generation_is_passed_over_for_the_one_before_and_says_why() {
    let folder = Folder::new();
    let before = public(&publish(folder.path(), 1));
    publish(folder.path(), 2);
    flip(&folder.path().join("generation-0000000002.json"), 900);
    let reader = Editable::open(folder.path()).unwrap();
    assert_eq!(reader.generation(), 1);
    assert_eq!(public(&reader), before);
    let warnings = reader.warnings();
    assert_eq!(warnings.len(), 1);
    for part in [
        "generation 2 cannot be used, 1 is used",
        "damaged",
        "publish again",
        "0002.json",
    ] {
        assert!(warnings[0].contains(part), "{warnings:?}");
    }
    // The next publish mends it, for those who read on, too.
    let writer = Editable::open_or_create(folder.path()).unwrap();
    assert_eq!(writer.warnings().len(), 1);
    assert_eq!(writer.publish(NOW).unwrap().generation, 3);
    assert_eq!(writer.warnings(), [""; 0]);
    assert!(reader.refresh().unwrap());
    assert_eq!((reader.generation(), reader.warnings().len()), (3, 0));
}

#[test]
fn a_reader_stays_with_its_generation_when_the_next_is_damaged() {
    let folder = Folder::new();
    publish(folder.path(), 1);
    let reader = Editable::open(folder.path()).unwrap();
    let before = public(&reader);
    publish(folder.path(), 2);
    flip(&folder.path().join("generation-0000000002.json"), 900);
    let error = reader.refresh().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(public(&reader), before);
    folder.leave_damaged();
}

#[test]
fn where_no_generation_can_be_used_the_writer_says_so_and_mends_it() {
    let folder = Folder::new();
    let before = public(&publish(folder.path(), 1));
    fs::remove_file(file_of(folder.path(), "public-")).unwrap();
    let error = Editable::open(folder.path()).err().unwrap();
    assert!(error.to_string().contains("missing"), "{error}");
    let writer = Editable::open_or_create(folder.path()).unwrap();
    assert!(
        writer.warnings()[0].contains("nothing is shown"),
        "{:?}",
        writer.warnings()
    );
    writer.publish(NOW).unwrap();
    assert_eq!(public(&writer), before);
}

#[test]
fn no_generation_from_before_something_was_forgotten_is_fallen_back_to() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    writer.learn([solved("1", "refund0")]).unwrap();
    writer.publish(NOW).unwrap();
    let old: Vec<(PathBuf, Vec<u8>)> = files(folder.path())
        .into_iter()
        .filter(|path| path.parent() == Some(folder.path()))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    writer.forget(&Erasure::Ticket("1".into())).unwrap();
    writer.sync(help_center(2)).unwrap();
    writer.publish(NOW).unwrap();
    // As if the crash had come before the old ones were removed.
    for (path, bytes) in old {
        fs::write(path, bytes).unwrap();
    }
    flip(&file_of(folder.path(), "internal-"), 800);
    let newest = fs::read_to_string(folder.path().join("generation-0000000003.json")).unwrap();
    for path in files(folder.path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("public-") && newest.contains(name) {
            flip(&path, 800);
        }
    }
    let error = Editable::open(folder.path()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    folder.leave_damaged();
}

#[test]
fn every_flipped_bit_is_found_by_opening_and_by_check() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    writer
        .learn((0..6).map(|n| solved(&n.to_string(), "refund0")))
        .unwrap();
    writer.deny(["prices1"]).unwrap();
    writer.publish(NOW).unwrap();
    // One generation alone, so that there is nothing to fall back to.
    writer.purge().unwrap();
    assert!(KnowledgeBase::check(folder.path()).unwrap().is_whole());
    let (mut flipped, mut in_files) = (0, 0);
    for path in files(folder.path()) {
        let bytes = fs::read(&path).unwrap();
        let is_log = path.extension().is_some_and(|extension| extension == "log");
        if bytes.is_empty() {
            // A lock means nothing.
            continue;
        }
        in_files += 1;
        let stride = if is_full_size() {
            7
        } else {
            bytes.len() * 8 / 60 + 1
        };
        for bit in (in_files % stride..bytes.len() * 8).step_by(stride) {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, damaged).unwrap();
            let what = format!("bit {bit} of {}", path.display());
            let report = KnowledgeBase::check(folder.path());
            assert!(
                report.map_or(true, |report| !report.is_whole()),
                "check passes over {what}"
            );
            let opened = if is_log {
                let writer = Editable::open_or_create(folder.path()).unwrap();
                writer.publish(NOW).map(drop)
            } else {
                Editable::open(folder.path()).map(drop)
            };
            let error = opened.err();
            let error = error.unwrap_or_else(|| panic!("{what} is served"));
            assert_eq!(error.kind(), ErrorKind::Damaged, "{what}");
            flipped += 1;
        }
        fs::write(&path, &bytes).unwrap();
    }
    println!("{flipped} bits flipped in {in_files} files, all found");
    assert!(
        in_files >= 7,
        "manifest, two classes, model, list, two logs"
    );
}

#[test]
fn a_file_of_another_knowledge_base_is_refused_under_this_name() {
    let (ours, theirs) = (Folder::new(), Folder::new());
    for (folder, version) in [(&ours, 1), (&theirs, 2)] {
        let writer = publish(folder.path(), version);
        let ticket = format!("{version}");
        writer.learn([solved(&ticket, "refund0")]).unwrap();
        writer.publish(NOW).unwrap();
        fs::remove_file(folder.path().join("generation-0000000001.json")).unwrap();
    }
    for prefix in ["public-", "generation-"] {
        let our_files = files(ours.path()).into_iter();
        let starts = |path: &PathBuf| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(prefix)
        };
        for path in our_files.filter(starts) {
            let whole = fs::read(&path).unwrap();
            let extension = path.extension().unwrap();
            let mut their_files = files(theirs.path()).into_iter().filter(starts);
            let other = their_files.find(|other| other.extension() == Some(extension));
            fs::copy(other.unwrap(), &path).unwrap();
            let error = Editable::open(ours.path()).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::OtherOwner, "{}", path.display());
            let report = KnowledgeBase::check(ours.path()).unwrap();
            assert!(!report.is_whole(), "{}", path.display());
            fs::write(&path, whole).unwrap();
        }
    }
    Editable::open(ours.path()).unwrap();
}

#[test]
fn a_manifest_under_the_number_of_another_generation_is_refused() {
    let folder = Folder::new();
    publish(folder.path(), 1);
    let path = |number: u64| folder.path().join(format!("generation-{number:010}.json"));
    fs::copy(path(1), path(9)).unwrap();
    let reader = Editable::open(folder.path()).unwrap();
    assert_eq!(reader.generation(), 1);
    assert!(
        reader.warnings()[0].contains("another generation"),
        "{:?}",
        reader.warnings()
    );
    fs::remove_file(path(9)).unwrap();
}

#[test]
fn a_knowledge_base_of_another_tenant_is_refused() {
    let folder = Folder::new();
    let acme = Editable::open_or_create_of_tenant(folder.path(), "acme").unwrap();
    acme.sync(help_center(1)).unwrap();
    acme.publish(NOW).unwrap();
    assert_eq!(acme.tenant().as_deref(), Some("acme"));
    drop(acme);
    let acme = Editable::open_of_tenant(folder.path(), "acme").unwrap();
    assert_eq!(public(&acme).len(), TICKETS.len());
    for tenant in ["globex", "Acme", ""] {
        let error = Editable::open_of_tenant(folder.path(), tenant)
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::OtherOwner);
        assert!(error.to_string().contains("acme"), "{error}");
        let pool = Pool::new(1_000_000);
        assert!(pool.open_of_tenant(folder.path(), tenant).is_err());
    }
    // Who does not say whose it is reads it.
    let unnamed = Editable::open(folder.path()).unwrap();
    assert_eq!(unnamed.tenant().as_deref(), Some("acme"));
}

#[test]
fn a_reader_goes_on_with_files_that_are_cut_short_below_it() {
    let folder = Folder::new();
    let before = public(&publish(folder.path(), 1));
    let reader = Editable::open(folder.path()).unwrap();
    for path in files(folder.path()) {
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(7)
            .unwrap();
    }
    assert_eq!(public(&reader), before);
    let error = reader.refresh().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(public(&reader), before);
    folder.leave_damaged();
}

#[test]
fn a_clock_that_goes_back_changes_nothing_of_the_order_of_generations() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    for (number, now) in [(2, 999), (3, 999), (4, -5)] {
        writer.sync(help_center(number)).unwrap();
        let published = writer.publish(Timestamp::from_unix_seconds(now)).unwrap();
        assert_eq!(published.generation, number as u64);
        let reader = Editable::open(folder.path()).unwrap();
        assert_eq!(public(&reader), public(&writer));
        assert!(
            public(&reader)[0]
                .to_string()
                .contains(&format!("version {number}."))
        );
    }
}

#[test]
fn an_id_that_looks_like_a_path_is_an_id() {
    let folder = Folder::new();
    let inside = folder.path().join("kb");
    let ids = [
        "../../etc",
        "/etc/passwd",
        "a/b",
        "CON",
        "A",
        "a",
        "é",
        "e\u{301}",
    ];
    let tenant = "../..";
    let writer = Editable::open_or_create_of_tenant(&inside, tenant).unwrap();
    let articles = ids.map(|id| article(id, "Refund", "How a refund is paid."));
    assert_eq!(writer.sync(articles).unwrap().added, ids.len());
    writer.learn(ids.map(|id| solved(id, id))).unwrap();
    writer.deny(ids).unwrap();
    writer.publish(NOW).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let reader = Editable::open_of_tenant(&inside, tenant).unwrap();
    assert_eq!(reader.denied().len(), ids.len());
    assert_eq!(
        writer.learn(ids.map(|id| solved(id, id))).unwrap().repeated,
        ids.len()
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Denied articles

#[test]
fn a_denied_article_is_as_if_it_did_not_exist() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    let whole = public(&writer);
    let reader = Editable::open(folder.path()).unwrap();
    assert_eq!(
        writer.deny(["refund0", "internal", "not-there"]).unwrap(),
        3
    );
    let without = Editable::in_memory();
    without.sync(help_center(1)).unwrap();
    without.remove(["refund0", "internal"]).unwrap();
    without.publish(NOW).unwrap();
    assert_ne!(public(&without), whole);
    let check = |knowledge_base: &KnowledgeBase| {
        for audience in [Audience::public(), Audience::internal()] {
            assert_eq!(
                answers(knowledge_base, &audience),
                answers(&without, &audience)
            );
        }
    };
    check(&writer);
    assert_eq!(public(&reader), whole);
    assert!(!reader.refresh().unwrap());
    check(&reader);
    check(&Editable::open(folder.path()).unwrap());
    // A publish changes nothing of it, whoever publishes.
    publish(folder.path(), 1);
    assert!(reader.refresh().unwrap());
    check(&reader);
    assert_eq!(reader.denied(), ["internal", "not-there", "refund0"]);
    assert_eq!(
        reader
            .allow(["internal", "not-there", "refund0", "never"])
            .unwrap(),
        3
    );
    // What was published meanwhile does not have them; the next publish does.
    check(&reader);
    publish(folder.path(), 1);
    for knowledge_base in [&reader, &writer] {
        assert!(knowledge_base.refresh().unwrap());
        assert_eq!(public(knowledge_base), whole);
    }
    // Between two publishes they are shown again at once.
    reader.deny(["refund0"]).unwrap();
    assert_ne!(public(&reader), whole);
    reader.allow(["refund0"]).unwrap();
    assert_eq!(public(&reader), whole);
}

#[test]
fn what_was_learned_of_a_denied_article_is_gone_after_the_next_publish() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    let lessons = |article: &str| -> Vec<FeedbackEvent> {
        (0..40)
            .map(|n| solved(&format!("{article} {n}"), article))
            .collect()
    };
    writer.learn(lessons("refund0")).unwrap();
    writer.learn(lessons("prices1")).unwrap();
    writer.publish(NOW).unwrap();
    writer.deny(["refund0"]).unwrap();
    for answer in public(&writer) {
        assert!(!answer.to_string().contains("refund0"), "{answer}");
    }
    writer.publish(NOW).unwrap();
    let without = Editable::in_memory();
    without.sync(help_center(1)).unwrap();
    without.remove(["refund0"]).unwrap();
    without.learn(lessons("refund0")).unwrap();
    without.learn(lessons("prices1")).unwrap();
    without.publish(NOW).unwrap();
    assert_eq!(public(&writer), public(&without));
}

#[test]
fn an_article_that_is_allowed_again_does_not_come_back_with_an_older_generation() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    writer.deny(["prices1"]).unwrap();
    let secret = Article::new(helpdex::ArticleFields {
        visibility: Visibility::Internal,
        ..fields("prices1", "About prices 1", "Not for customers any more.")
    });
    writer.upsert([secret.unwrap()]).unwrap();
    writer.publish(NOW).unwrap();
    assert_eq!(writer.allow(["prices1"]).unwrap(), 1);
    writer.publish(NOW).unwrap();
    let seen = |knowledge_base: &KnowledgeBase, audience| {
        answers(knowledge_base, &audience)[1]
            .to_string()
            .contains("\"prices1\"")
    };
    assert!(seen(&writer, Audience::internal()));
    assert!(!seen(&writer, Audience::public()));
    for newer in ["generation-0000000002.json", "generation-0000000003.json"] {
        flip(&folder.path().join(newer), 900);
    }
    let reader = Editable::open(folder.path()).unwrap();
    assert_eq!(reader.generation(), 1);
    assert!(!seen(&reader, Audience::public()));
    folder.leave_damaged();
}

#[test]
fn a_damaged_list_of_denied_articles_shows_nothing() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    writer.deny(["refund0"]).unwrap();
    let without = public(&writer);
    flip(&folder.path().join("denied.json"), 700);
    for refused in [
        Editable::open(folder.path()).err(),
        Editable::open_or_create(folder.path()).err(),
        writer.refresh().err(),
        writer.deny(["prices1"]).err(),
        writer.allow(["refund0"]).err(),
        writer.publish(NOW).err(),
    ] {
        let error = refused.unwrap();
        assert_eq!(error.kind(), ErrorKind::Damaged);
        assert!(
            error.to_string().contains("repair the knowledge base"),
            "{error}"
        );
    }
    assert_eq!(public(&writer), without);
    // It was denied after the newest publish.
    let repaired = KnowledgeBase::repair(folder.path(), None).unwrap();
    assert_eq!(repaired.denied, Some(0));
    writer.deny(["refund0"]).unwrap();
    assert_eq!(public(&Editable::open(folder.path()).unwrap()), without);
}

#[test]
fn an_article_is_denied_while_another_handle_changes_articles_and_for_as_many_as_do_it() {
    let folder = Folder::new();
    publish(folder.path(), 1);
    let writer = Editable::open_or_create(folder.path()).unwrap();
    writer.upsert(help_center(2)).unwrap();
    thread::scope(|scope| {
        for number in 0..8 {
            let path = folder.path();
            scope.spawn(move || {
                let reader = Editable::open(path).unwrap();
                assert_eq!(reader.deny([format!("article {number}")]).unwrap(), 1);
            });
        }
    });
    writer.deny(["refund0"]).unwrap();
    writer.publish(NOW).unwrap();
    assert_eq!(writer.denied().len(), 9);
    let error = writer.deny([""]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

// ---------------------------------------------------------------------------------------------------------------------
// Check

#[test]
fn a_check_tells_damage_from_what_does_no_harm() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 1);
    writer.learn([solved("1", "refund0")]).unwrap();
    writer.deny(["refund0"]).unwrap();
    let report = KnowledgeBase::check(folder.path()).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.published_articles, report.articles), (11, 11));
    assert_eq!((report.verdicts, report.denied), (1, 1));
    assert_eq!(
        report.files,
        files(folder.path())
            .iter()
            .filter(|path| fs::metadata(path).unwrap().len() > 0)
            .count()
    );

    let public = file_of(folder.path(), "public-");
    let unfinished = folder
        .path()
        .join("public-0123456789abcdef0123456789abcdef.helpdex.unfinished");
    fs::write(&unfinished, "half").unwrap();
    fs::write(folder.path().join("notes.txt"), "by hand").unwrap();
    let log = folder.path().join("work/articles.log");
    let mut torn = fs::read(&log).unwrap();
    torn.extend(b"an unfinished batch");
    fs::write(&log, &torn).unwrap();
    let report = KnowledgeBase::check(folder.path()).unwrap();
    assert!(report.is_whole());
    let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    for part in [
        "notes.txt: it is not a file",
        "unfinished: no generation uses it",
        "articles.log: a crash left 19 bytes",
    ] {
        assert!(
            told.iter()
                .any(|line| line.starts_with("notice: ") && line.contains(part)),
            "{part}: {told:#?}"
        );
    }

    flip(&log, 400);
    flip(&public, 400);
    fs::remove_file(file_of(folder.path(), "internal-")).unwrap();
    let report = KnowledgeBase::check(folder.path()).unwrap();
    assert!(!report.is_whole());
    assert_eq!(report.generations, [0; 0]);
    for part in ["articles.log", "public-"] {
        let found = report.findings.iter().find(|finding| {
            finding.severity == Severity::Damage && finding.path.to_str().unwrap().contains(part)
        });
        assert!(
            found.unwrap().message.contains("again"),
            "{part}: {report:#?}"
        );
    }
    folder.leave_damaged();
    let error = KnowledgeBase::check(folder.path().join("work")).unwrap_err();
    assert!(
        error.to_string().contains("no knowledge base here"),
        "{error}"
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Many at once

#[test]
fn every_answer_comes_from_one_generation_while_others_publish_deny_and_refresh() {
    let folder = Folder::new();
    let writer = publish(folder.path(), 0);
    let expected: Vec<Vec<Value>> = (0..2)
        .map(|version| {
            let alone = Editable::in_memory();
            alone.sync(help_center(version)).unwrap();
            alone.publish(NOW).unwrap();
            public(&alone)
        })
        .collect();
    let is_done = AtomicBool::new(false);
    let rounds = if is_full_size() { 1_000 } else { 30 };
    let mut answered = 0;
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let reader = Editable::open(folder.path()).unwrap();
                let (expected, is_done) = (&expected, &is_done);
                scope.spawn(move || {
                    let mut count = 0;
                    while !is_done.load(Ordering::Relaxed) {
                        reader.refresh().unwrap();
                        // Two answers may come from two generations: each one is looked at by itself.
                        for (number, answer) in public(&reader).iter().enumerate() {
                            let of = expected.iter().position(|all| all[number] == *answer);
                            assert!(of.is_some(), "{answer}");
                            count += 1;
                        }
                    }
                    count
                })
            })
            .collect();
        for round in 1..=rounds {
            writer.sync(help_center(round % 2)).unwrap();
            writer.publish(NOW).unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
        for reader in readers {
            answered += reader.join().unwrap();
        }
    });
    println!("{rounds} publishes, {answered} answers");
    assert!(answered > 0);
}

#[test]
fn a_pool_keeps_what_fits_and_was_asked_for_last() {
    let folders: Vec<Folder> = (0..3).map(|_| Folder::new()).collect();
    for folder in &folders {
        publish(folder.path(), 1);
    }
    let one_bytes = Editable::open(folders[0].path()).unwrap().size_bytes();
    assert!(one_bytes > 0);
    let pool = Pool::new(2 * one_bytes);
    assert!(pool.is_empty());
    let open = |number: usize| pool.open(folders[number].path()).unwrap();
    let first = open(0);
    open(1);
    open(0);
    assert_eq!((pool.len(), pool.size_bytes()), (2, 2 * one_bytes));
    open(2);
    assert_eq!((pool.len(), pool.size_bytes()), (2, 2 * one_bytes));
    // The second was let go of: it is opened anew, and sees what was published since; the first is the one of before.
    publish(folders[0].path(), 2);
    publish(folders[1].path(), 2);
    assert_eq!(open(0).generation(), 1);
    assert_eq!(open(1).generation(), 2);
    assert_eq!(public(&first).len(), TICKETS.len());
    let none = Pool::new(0);
    none.open(folders[0].path()).unwrap();
    none.open(folders[1].path()).unwrap();
    assert_eq!(none.len(), 1);
}

#[test]
fn tenants_that_are_updated_at_once_all_come_to_their_end() {
    let tenants = if is_full_size() { 200 } else { 20 };
    let folder = tempfile::tempdir().unwrap();
    let alone: Vec<Vec<Value>> = (0..2)
        .map(|version| {
            let knowledge_base = Editable::in_memory();
            knowledge_base.sync(help_center(version)).unwrap();
            knowledge_base.publish(NOW).unwrap();
            public(&knowledge_base)
        })
        .collect();
    let barrier = Barrier::new(tenants);
    thread::scope(|scope| {
        for tenant in 0..tenants {
            let (folder, barrier, alone) = (&folder, &barrier, &alone);
            scope.spawn(move || {
                let path = folder.path().join(tenant.to_string());
                barrier.wait();
                for (version, expected) in alone.iter().enumerate() {
                    assert_eq!(public(&publish(&path, version)), *expected);
                }
                assert!(KnowledgeBase::check(&path).unwrap().is_whole());
            });
        }
    });
    println!("{tenants} tenants updated at once");
}

#[test]
fn thousands_of_knowledge_bases_are_opened_in_turn_with_flat_memory_maps_and_threads() {
    let (opened, tenants) = if is_full_size() {
        (10_000, 200)
    } else {
        (300, 20)
    };
    let folders: Vec<Folder> = (0..tenants).map(|_| Folder::new()).collect();
    for (number, folder) in folders.iter().enumerate() {
        let name = format!("tenant {number}");
        let writer = Editable::open_or_create_of_tenant(folder.path(), &name).unwrap();
        writer.sync(help_center(number)).unwrap();
        writer.publish(NOW).unwrap();
    }
    let one_bytes = Editable::open(folders[0].path()).unwrap().size_bytes();
    let pool = Pool::new(10 * one_bytes);
    let mut warm = Usage::default();
    for number in 0..opened {
        if number == opened / 4 {
            warm = Usage::now();
        }
        let tenant = number * 7 % tenants;
        let name = format!("tenant {tenant}");
        let knowledge_base = pool.open_of_tenant(folders[tenant].path(), &name).unwrap();
        assert_eq!(knowledge_base.tenant(), Some(name));
        assert!(
            public(&knowledge_base)[0]
                .to_string()
                .contains(&format!("version {tenant}."))
        );
        assert!(pool.size_bytes() <= 10 * one_bytes);
    }
    let end = Usage::now();
    println!("{opened} opened of {tenants} tenants: {warm:?}, then {end:?}");
    // Other tests of this process have their own threads and files: the bounds are wide, and far below one a knowledge base.
    if cfg!(target_os = "linux") {
        assert!(end.memory_kb < warm.memory_kb + 100_000, "{warm:?} {end:?}");
        assert!(end.maps < warm.maps + 150, "{warm:?} {end:?}");
        assert!(end.threads < warm.threads + 40, "{warm:?} {end:?}");
        assert!(end.files < warm.files + 100, "{warm:?} {end:?}");
    }
}

/// The resources that this process uses; nothing where the system does not tell.
#[derive(Debug, Default)]
struct Usage {
    memory_kb: usize,
    threads: usize,
    maps: usize,
    files: usize,
}

impl Usage {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |name: &str| {
            let mut lines = status.lines();
            let line = lines.find_map(|line| line.strip_prefix(name)).unwrap_or("");
            let number = line.trim_matches(|c: char| !c.is_ascii_digit());
            number.parse().unwrap_or(0)
        };
        let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
        Self {
            memory_kb: number("VmRSS:"),
            threads: number("Threads:"),
            maps: maps.lines().count(),
            files: fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
        }
    }
}

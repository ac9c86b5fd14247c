//! Tests that nothing is mixed up, lost or brought back: files of another knowledge base, logs that lost something,
//! folders that were restored, and removed articles.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use helpdex::article::Unpublished;
use helpdex::feedback::Erasure;
use helpdex::report::Severity;
use helpdex::{
    Article, ArticleFields, Audience, Builder, Error, ErrorKind, FeedbackEvent, Identity,
    KnowledgeBase, Pool, Result, SuggestOptions, Ticket, Timestamp, Verdict, Visibility,
};
use tempfile::TempDir;

use common::{Editable, article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000);

fn help_center() -> Vec<Article> {
    let internal = Article::new(ArticleFields {
        visibility: Visibility::Internal,
        ..fields(
            "runbook",
            "Refund runbook",
            "Agents pay the refund by hand.",
        )
    });
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
        internal.unwrap(),
    ]
}

fn lessons() -> Vec<FeedbackEvent> {
    (0..12).map(|number| solved(&number.to_string())).collect()
}

fn solved(ticket: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: ticket.into(),
        ticket: Ticket {
            requester: Some(format!("requester {ticket}")),
            ..Ticket::from_text(format!("where is my money {ticket}"))
        },
        at: NOW,
        verdict: Verdict::Linked,
        articles: vec!["refund".into()],
        key: None,
    }
}

fn builder(folder: &Path, tenant: Option<&str>) -> Builder {
    let builder = KnowledgeBase::builder(folder);
    match tenant {
        Some(tenant) => builder.tenant(tenant),
        None => builder,
    }
}

fn writer(folder: &Path, tenant: Option<&str>) -> Result<Editable> {
    Editable::open_or_create_with(builder(folder, tenant))
}

fn reader(folder: &Path, tenant: Option<&str>) -> Result<Editable> {
    match tenant {
        Some(tenant) => Editable::open_of_tenant(folder, tenant),
        None => Editable::open(folder),
    }
}

/// Builds a knowledge base of one generation with articles, models, both logs and a denied article.
fn build(folder: &Path, tenant: Option<&str>) -> Editable {
    let knowledge_base = writer(folder, tenant).unwrap();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.learn(lessons()).unwrap();
    knowledge_base.deny(["not-there"]).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn new_folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kb");
    (folder, path)
}

/// Returns the files of a knowledge base except its locks, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for below in ["", "work/"] {
        let Ok(entries) = fs::read_dir(folder.join(below)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_file() && !name.ends_with("lock") {
                files.insert(format!("{below}{name}"), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn put_back(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder.join("work")).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

fn holds(folder: &Path, bytes: &str) -> bool {
    let all = files(folder);
    let mut all = all.values();
    all.any(|file| file.windows(bytes.len()).any(|w| w == bytes.as_bytes()))
}

fn ids(knowledge_base: &KnowledgeBase) -> Vec<String> {
    let options = SuggestOptions {
        decision: helpdex::Decision::MinProbability(0.0),
        ..SuggestOptions::default()
    };
    let ticket = Ticket::from_text("the refund and the invoice");
    let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
    let ranking = answer.unwrap().ranking.into_iter();
    ranking.map(|article| article.article_id).collect()
}

fn refused<T>(result: Result<T>, name: &str) {
    let error: Error = result.err().unwrap_or_else(|| panic!("{name} is taken"));
    assert!(error.kind().is_unusable_file(), "{error}");
    assert!(error.to_string().contains(name), "{name}: {error}");
    let has_remedy = ["put ", "copy", "publish again", "repair the knowledge base"];
    let told = error.to_string();
    assert!(
        has_remedy.iter().any(|remedy| told.contains(remedy)),
        "{told}"
    );
}

fn told_by_check(folder: &Path, name: &str) {
    let report = KnowledgeBase::check(folder).unwrap();
    let damage = report.findings.iter();
    let mut damage = damage.filter(|finding| finding.severity == Severity::Damage);
    assert!(
        damage.any(|finding| finding.path.ends_with(name)),
        "{name}: {report:#?}"
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Nothing mixes

#[test]
fn every_file_of_a_sibling_is_refused_by_reader_writer_and_check() {
    let pairs = [
        (None, None),
        (Some("acme"), Some("acme")),
        (Some("acme"), Some("globex")),
        (Some("acme"), None),
        (None, Some("acme")),
    ];
    let mut swapped = 0;
    for (ours, theirs) in pairs {
        let (_folder, path) = new_folder();
        let (_their_folder, their_path) = new_folder();
        build(&path, ours);
        build(&their_path, theirs);
        let whole = files(&path);
        let foreign = files(&their_path);
        assert!(
            whole.keys().eq(foreign.keys()),
            "the same names of the same content"
        );
        assert_eq!(
            whole.len(),
            8,
            "manifest, two classes, two models, list, two logs"
        );
        for (name, bytes) in &foreign {
            assert_ne!(whole[name], *bytes, "{name}");
            put_back(&path, &whole);
            fs::write(path.join(name), bytes).unwrap();
            swapped += 1;
            told_by_check(&path, name);
            let before = files(&path);
            check_swapped(&path, ours, name);
            let is_made_anew = [".helpdex", ".model"].iter().any(|end| name.ends_with(end));
            if is_made_anew {
                let mended = writer(&path, ours).unwrap();
                assert!(
                    mended.warnings()[0].contains(&**name),
                    "{:?}",
                    mended.warnings()
                );
                mended.publish(NOW).unwrap();
                assert!(KnowledgeBase::check(&path).unwrap().is_whole());
            } else {
                assert_eq!(files(&path), before, "{name}: nothing is changed");
            }
        }
    }
    assert_eq!(swapped, 40);
}

fn check_swapped(path: &Path, ours: Option<&str>, name: &str) {
    if let Some(log) = name.strip_prefix("work/") {
        let knowledge_base = reader(path, ours).unwrap();
        if log == "tickets.log" {
            refused(knowledge_base.learn([solved("new")]), log);
            refused(knowledge_base.forget(&Erasure::Ticket("1".into())), log);
        } else {
            refused(knowledge_base.upsert(help_center()), log);
            refused(knowledge_base.purge(), log);
        }
        refused(knowledge_base.publish(NOW), log);
        drop(knowledge_base);
        refused(writer(path, ours).unwrap().publish(NOW), log);
        return;
    }
    refused(reader(path, ours), name);
    let pool = Pool::new(1_000_000);
    refused(
        match ours {
            Some(tenant) => pool.open_of_tenant(path, tenant),
            None => pool.open(path),
        },
        name,
    );
    if name.strip_suffix(".json").is_some() {
        // The manifest is the only one, and the list says whose the folder is: nobody knows which is the right one.
        let error = writer(path, ours).err().unwrap();
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
}

#[test]
fn a_foreign_manifest_among_others_is_passed_over_and_told() {
    let (_folder, path) = new_folder();
    let (_their_folder, their_path) = new_folder();
    for path in [&path, &their_path] {
        build(path, None).publish(NOW).unwrap();
    }
    let name = "generation-0000000002.json";
    fs::copy(their_path.join(name), path.join(name)).unwrap();
    for opened in [reader(&path, None), writer(&path, None)] {
        let opened = opened.unwrap();
        assert_eq!(opened.generation(), 1);
        assert!(
            opened.warnings()[0].contains(name),
            "{:?}",
            opened.warnings()
        );
    }
    let writer = writer(&path, None).unwrap();
    assert_eq!(writer.publish(NOW).unwrap().generation, 3);
    assert!(KnowledgeBase::check(&path).unwrap().is_whole());
}

#[test]
fn a_folder_of_another_tenant_is_opened_and_changed_by_nobody() {
    for (theirs, ours) in [
        (Some("acme"), Some("bob")),
        (Some("acme"), None),
        (None, Some("bob")),
        (Some("acme"), Some("")),
    ] {
        let (_folder, path) = new_folder();
        build(&path, theirs);
        let before = files(&path);
        let error = writer(&path, ours).err().unwrap();
        let named = if theirs.is_some() {
            "acme"
        } else {
            "no tenant"
        };
        assert!(error.to_string().contains(named), "{error}");
        if ours.is_some() {
            refused(reader(&path, ours), "denied.json");
        } else {
            // Whoever names no tenant reads, and changes nothing.
            let open = reader(&path, None).unwrap();
            assert_eq!(open.tenant().as_deref(), Some("acme"));
            for error in [
                open.learn([solved("new")]).map(drop),
                open.deny(["refund"]).map(drop),
                open.allow(["not-there"]).map(drop),
                open.forget(&Erasure::Ticket("1".into())).map(drop),
                open.publish(NOW).map(drop),
                open.purge(),
                open.upsert(help_center()).map(drop),
            ] {
                let error = error.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::OtherOwner);
                assert!(error.to_string().contains("name the tenant"), "{error}");
            }
        }
        assert_eq!(files(&path), before);
    }
}

#[test]
fn no_answer_and_no_file_but_for_the_identity_depends_on_the_identity() {
    let open = |path: &Path, number| {
        let builder = builder(path, Some("acme"));
        Editable::open_or_create_with(builder.identity(Identity::new(number)))
    };
    let build = |path: &Path, number| {
        let knowledge_base = open(path, number).unwrap();
        knowledge_base.sync(help_center()).unwrap();
        knowledge_base.learn(lessons()).unwrap();
        knowledge_base.publish(NOW).unwrap();
        let ticket = Ticket::from_text("where is my money");
        let options = SuggestOptions::default();
        let answer = knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options);
        let mut answer = serde_json::to_value(answer.unwrap()).unwrap();
        answer.as_object_mut().unwrap().remove("elapsed_us");
        answer
    };
    let folders: Vec<(TempDir, PathBuf)> = (0..3).map(|_| new_folder()).collect();
    let paths: Vec<&Path> = folders.iter().map(|(_, path)| path.as_path()).collect();
    let answers = [build(paths[0], 7), build(paths[1], 7), build(paths[2], 8)];
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert_eq!(files(paths[0]), files(paths[1]));
    assert!(files(paths[0]).keys().eq(files(paths[2]).keys()));
    // A copy keeps it, and another one is refused.
    put_back(paths[2], &files(paths[0]));
    let copy = Editable::open_of_tenant(paths[2], "acme").unwrap();
    assert_eq!(copy.identity(), Some(Identity::new(7)));
    let error = open(paths[2], 8).err().unwrap();
    assert!(error.to_string().contains("identity"), "{error}");
}

#[test]
fn whatever_is_changed_first_settles_an_identity_and_an_empty_list() {
    type First = fn(&Editable);
    let firsts: [First; 3] = [
        |open| assert_eq!(open.publish(NOW).unwrap().generation, 1),
        |open| assert_eq!(open.learn([solved("1")]).unwrap().added, 1),
        |open| assert_eq!(open.deny(["refund"]).unwrap(), 1),
    ];
    for first in firsts {
        let folders = [new_folder(), new_folder()];
        let identities = folders.each_ref().map(|(_, path)| {
            let open = writer(path, Some("acme")).unwrap();
            assert_eq!(open.identity(), None);
            assert_eq!(files(path), BTreeMap::new());
            first(&open);
            assert!(files(path).contains_key("denied.json"));
            assert!(writer(path, Some("globex")).is_err());
            let settled = open.identity();
            // What comes next changes nothing of it.
            open.publish(Timestamp::from_unix_seconds(2_000)).unwrap();
            assert_eq!(open.identity(), settled);
            assert_eq!(writer(path, Some("acme")).unwrap().identity(), settled);
            settled.unwrap()
        });
        assert_ne!(
            identities[0], identities[1],
            "the same tenant at the same second"
        );
    }
    let (_folder, path) = new_folder();
    let open = writer(&path, None).unwrap();
    let faulty = FeedbackEvent {
        ticket_id: String::new(),
        ..solved("1")
    };
    assert!(open.learn([faulty]).is_err());
    assert!(open.learn([]).is_ok());
    assert_eq!(files(&path), BTreeMap::new(), "nothing was changed yet");
}

// ---------------------------------------------------------------------------------------------------------------------
// Nothing is lost

#[test]
fn first_changes_at_the_same_time_settle_one_identity() {
    for _ in 0..20 {
        let (_folder, path) = new_folder();
        let handles = [(); 2].map(|()| writer(&path, None).unwrap());
        thread::scope(|scope| {
            for number in 0..6 {
                let (handles, path) = (&handles, &path);
                scope.spawn(move || {
                    let another = writer(path, None).unwrap();
                    let handle = if number < 4 {
                        &handles[number % 2]
                    } else {
                        &another
                    };
                    let learned = handle.learn([solved(&number.to_string())]);
                    assert_eq!(learned.unwrap().added, 1);
                });
            }
        });
        let all = (0..6).map(|number| solved(&number.to_string()));
        assert_eq!(handles[0].learn(all).unwrap().repeated, 6);
        assert_eq!(handles[0].identity(), handles[1].identity());
    }
}

#[test]
fn a_list_of_denied_articles_that_is_missing_or_older_shows_nothing_and_is_repaired() {
    let (_folder, path) = new_folder();
    drop(build(&path, None));
    let knowledge_base = writer(&path, None).unwrap();
    let older = fs::read(path.join("denied.json")).unwrap();
    knowledge_base.deny(["refund"]).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let whole = files(&path);
    for replaced in [None, Some(older), Some(Vec::new())] {
        put_back(&path, &whole);
        match replaced {
            Some(bytes) => fs::write(path.join("denied.json"), bytes).unwrap(),
            None => fs::remove_file(path.join("denied.json")).unwrap(),
        }
        let before = files(&path);
        refused(reader(&path, None), "denied.json");
        refused(writer(&path, None), "denied.json");
        refused(knowledge_base.refresh(), "denied.json");
        refused(knowledge_base.deny(["invoice"]), "denied.json");
        told_by_check(&path, "denied.json");
        assert_eq!(files(&path), before);
        assert_eq!(ids(&knowledge_base), ["invoice"]);
        let repaired = KnowledgeBase::repair(&path, None).unwrap();
        assert_eq!(repaired.denied, Some(2));
        assert_eq!(
            (repaired.needs_all_articles, repaired.verdicts),
            (false, None)
        );
        assert!(KnowledgeBase::check(&path).unwrap().is_whole());
        assert_eq!(
            reader(&path, None).unwrap().denied(),
            ["not-there", "refund"]
        );
        // Whoever saw the lost list goes on with this one.
        assert!(!knowledge_base.refresh().unwrap());
        let reopened = writer(&path, None).unwrap();
        reopened.publish(NOW).unwrap();
        assert_eq!(ids(&reopened), ["invoice"]);
    }
    // Whoever publishes looks at the list again.
    put_back(&path, &whole);
    fs::remove_file(path.join("denied.json")).unwrap();
    refused(knowledge_base.publish(NOW), "denied.json");
    drop(knowledge_base);
    put_back(&path, &whole);
    assert_eq!(
        KnowledgeBase::repair(&path, None).unwrap(),
        helpdex::report::Repaired::default()
    );
    assert_eq!(files(&path), whole);
}

/// Returns the ways in which a log can lose content.
fn losses(log: &[u8]) -> [Option<Vec<u8>>; 4] {
    let mut altered = log.to_vec();
    let middle = log.len() / 2;
    altered[middle] ^= 1;
    [
        None,
        Some(Vec::new()),
        Some(log[..middle].to_vec()),
        Some(altered),
    ]
}

#[test]
fn a_log_of_articles_that_lost_something_is_refused_until_all_are_given_again() {
    let (_folder, path) = new_folder();
    build(&path, None);
    let log = path.join("work/articles.log");
    let whole = files(&path);
    for lost in losses(&whole["work/articles.log"]) {
        put_back(&path, &whole);
        match lost {
            Some(bytes) => fs::write(&log, bytes).unwrap(),
            None => fs::remove_file(&log).unwrap(),
        }
        let before = files(&path);
        let open = writer(&path, None).unwrap();
        refused(open.upsert(help_center()), "articles.log");
        refused(open.publish(NOW), "articles.log");
        told_by_check(&path, "articles.log");
        assert_eq!(files(&path), before);

        let repaired = KnowledgeBase::repair(&path, None).unwrap();
        assert!(repaired.needs_all_articles);
        assert_eq!((repaired.denied, repaired.verdicts), (None, None));
        told_by_check(&path, "articles.log");
        assert_eq!(ids(&open).len(), 2, "readers go on");
        open.upsert([article("new", "New", "new")]).unwrap();
        let error = open.publish(NOW).unwrap_err();
        assert!(
            error.to_string().contains("give all articles again"),
            "{error}"
        );
        drop(open);
        let open = writer(&path, None).unwrap();
        open.sync(help_center()).unwrap();
        open.publish(NOW).unwrap();
        assert_eq!(ids(&open).len(), 2);
        assert!(KnowledgeBase::check(&path).unwrap().is_whole());
        open.upsert([article("new", "New", "new")]).unwrap();
        open.publish(NOW).unwrap();
        assert_eq!(KnowledgeBase::check(&path).unwrap().articles, 4);
    }
}

#[test]
fn a_log_of_tickets_that_lost_something_is_refused_and_what_can_be_read_is_kept() {
    let (_folder, path) = new_folder();
    let knowledge_base = build(&path, None);
    knowledge_base.learn([solved("later")]).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let log = path.join("work/tickets.log");
    let whole = files(&path);
    let kept = [0, 0, 0, 1];
    for (lost, kept) in losses(&whole["work/tickets.log"]).into_iter().zip(kept) {
        put_back(&path, &whole);
        match lost {
            Some(bytes) => fs::write(&log, bytes).unwrap(),
            None => fs::remove_file(&log).unwrap(),
        }
        let before = files(&path);
        for open in [reader(&path, None).unwrap(), writer(&path, None).unwrap()] {
            refused(open.learn([solved("new")]), "tickets.log");
            refused(open.forget(&Erasure::Ticket("1".into())), "tickets.log");
            refused(open.publish(NOW), "tickets.log");
        }
        told_by_check(&path, "tickets.log");
        assert_eq!(files(&path), before);

        let repaired = KnowledgeBase::repair(&path, None).unwrap();
        // Where the first batch is damaged, nobody knows whose the others are.
        let expected = if kept == 1 { Some(0) } else { Some(kept) };
        assert_eq!(repaired.verdicts, expected);
        let open = writer(&path, None).unwrap();
        assert_eq!(open.learn([solved("new")]).unwrap().added, 1);
        open.publish(NOW).unwrap();
        assert!(KnowledgeBase::check(&path).unwrap().is_whole());
    }
    // A damage behind the first batch.
    put_back(&path, &whole);
    let mut damaged = whole["work/tickets.log"].clone();
    let last = damaged.len() - 5;
    damaged[last] ^= 1;
    fs::write(&log, damaged).unwrap();
    assert_eq!(
        KnowledgeBase::repair(&path, None).unwrap().verdicts,
        Some(12)
    );
    assert_eq!(KnowledgeBase::check(&path).unwrap().verdicts, 12);
}

#[test]
fn logs_that_were_rewritten_since_a_publish_have_lost_nothing() {
    let (_folder, path) = new_folder();
    let stale = build(&path, None);
    let open = writer(&path, None).unwrap();
    let ticket = |id: &str| Erasure::Ticket(id.into());
    for round in 0..3 {
        // Several rewrites between two publishes, by handles that know different generations.
        let ids = [0, 1, 2].map(|n| (3 * round + n).to_string());
        assert_eq!(open.forget(&ticket(&ids[0])).unwrap().verdicts, 1);
        assert_eq!(stale.forget(&ticket(&ids[1])).unwrap().verdicts, 1);
        assert_eq!(
            stale
                .learn([solved(&format!("new {round}"))])
                .unwrap()
                .added,
            1
        );
        assert_eq!(open.forget(&ticket(&ids[2])).unwrap().verdicts, 1);
        let body = "a long body ".repeat(1_000 * (3 - round));
        open.upsert([article("invoice", "About the invoice", &body)])
            .unwrap();
        assert!(KnowledgeBase::check(&path).unwrap().is_whole());
        open.publish(NOW).unwrap();
        open.purge().unwrap();
        open.purge().unwrap();
        assert!(KnowledgeBase::check(&path).unwrap().is_whole());
        assert_eq!(
            writer(&path, None)
                .unwrap()
                .sync(help_center())
                .unwrap()
                .removed,
            0
        );
    }
    assert_eq!(KnowledgeBase::check(&path).unwrap().verdicts, 12 - 9 + 3);
}

#[test]
fn a_log_from_before_something_was_forgotten_or_published_is_refused() {
    let (_folder, path) = new_folder();
    let open = build(&path, None);
    let before = files(&path);
    open.forget(&Erasure::Ticket("1".into())).unwrap();
    open.upsert([article("new", "New", "new")]).unwrap();
    open.publish(NOW).unwrap();
    for name in ["work/tickets.log", "work/articles.log"] {
        let newer = fs::read(path.join(name)).unwrap();
        fs::write(path.join(name), &before[name]).unwrap();
        let log = name.strip_prefix("work/").unwrap();
        refused(writer(&path, None).unwrap().publish(NOW), log);
        told_by_check(&path, log);
        fs::write(path.join(name), newer).unwrap();
    }
    // A log that knows what was forgotten is not what repair keeps.
    fs::write(path.join("work/tickets.log"), &before["work/tickets.log"]).unwrap();
    assert!(holds(&path, "where is my money 1"));
    let repaired = KnowledgeBase::repair(&path, None).unwrap();
    assert_eq!(repaired.verdicts, Some(0));
    assert!(!holds(&path, "where is my money 1"));
    let repaired = files(&path);
    assert!(KnowledgeBase::check(&path).unwrap().is_whole());
    // A newer log beside an older publish lost nothing.
    let newer = repaired;
    put_back(&path, &before);
    for name in ["work/tickets.log", "work/articles.log"] {
        fs::write(path.join(name), &newer[name]).unwrap();
    }
    assert!(KnowledgeBase::check(&path).unwrap().is_whole());
    assert_eq!(
        writer(&path, None).unwrap().publish(NOW).unwrap().articles[&Visibility::Public],
        3
    );
}

#[test]
fn a_copy_without_logs_is_read_and_not_changed() {
    let (_folder, path) = new_folder();
    build(&path, None);
    fs::remove_dir_all(path.join("work")).unwrap();
    let report = KnowledgeBase::check(&path).unwrap();
    assert!(report.is_whole());
    assert!(
        report.findings[0].message.contains("copy for reading"),
        "{report:#?}"
    );
    let open = reader(&path, None).unwrap();
    assert_eq!(ids(&open).len(), 2);
    refused(open.learn([solved("new")]), "tickets.log");
    refused(
        writer(&path, None).unwrap().upsert(help_center()),
        "articles.log",
    );
}

#[test]
fn a_knowledge_base_that_was_moved_away_does_not_come_back_as_a_folder_of_logs() {
    let (folder, path) = new_folder();
    let (_new, new_path) = new_folder();
    let handles = [
        (build(&path, None), &path),
        (reader(&path, None).unwrap(), &path),
        (writer(&new_path, None).unwrap(), &new_path),
    ];
    fs::rename(&path, folder.path().join("elsewhere")).unwrap();
    fs::remove_dir_all(&new_path).unwrap();
    for (open, path) in handles {
        for error in [
            open.learn([solved("new")]).map(drop),
            open.deny(["refund"]).map(drop),
            open.allow(["refund"]).map(drop),
            open.publish(NOW).map(drop),
            open.upsert(help_center()).map(drop),
        ] {
            assert_eq!(error.unwrap_err().kind(), ErrorKind::NotFound);
        }
        let _ = open.forget(&Erasure::Ticket("1".into()));
        assert!(!path.exists());
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Restored folders

fn copy(from: &Path, to: &Path) {
    put_back(to, &files(from));
}

#[test]
fn a_reader_follows_a_folder_that_was_restored_and_says_so() {
    let (folder, path) = new_folder();
    let copied = folder.path().join("copy");
    let open = build(&path, None);
    copy(&path, &copied);
    for _ in 0..3 {
        open.upsert([article("later", "Later", "later")]).unwrap();
        open.publish(NOW).unwrap();
    }
    let pool = Pool::new(1_000_000);
    let pooled = pool.open(&path).unwrap();
    copy(&copied, &path);
    for reader in [&open, &pooled] {
        assert_eq!(reader.generation(), 4);
        assert!(reader.refresh().unwrap());
        assert_eq!(reader.generation(), 1);
        assert!(
            reader.warnings()[0].contains("restored"),
            "{:?}",
            reader.warnings()
        );
        assert!(!reader.refresh().unwrap());
    }
    assert_eq!(pool.open(&path).unwrap().generation(), 1);
    // The same number with another content.
    let other = writer(&path, None).unwrap();
    other.remove(["invoice"]).unwrap();
    other.publish(NOW).unwrap();
    assert!(open.refresh().unwrap());
    assert_eq!((open.generation(), open.warnings().len()), (2, 0));
    copy(&copied, &path);
    let other = writer(&path, None).unwrap();
    other.remove(["refund"]).unwrap();
    other.publish(NOW).unwrap();
    assert_eq!(ids(&open), ["refund"]);
    assert!(open.refresh().unwrap());
    assert_eq!(
        (open.generation(), ids(&open)),
        (2, vec!["invoice".to_owned()])
    );
    assert!(
        open.warnings()[0].contains("replaced"),
        "{:?}",
        open.warnings()
    );
    // The next publish follows the restored folder.
    assert_eq!(open.publish(NOW).unwrap().generation, 3);
    assert!(KnowledgeBase::check(&path).unwrap().is_whole());
}

#[test]
fn no_reader_follows_a_folder_from_before_something_was_denied_or_forgotten() {
    type Change = fn(&Editable);
    let changes: [Change; 2] = [
        |open| assert_eq!(open.deny(["refund"]).unwrap(), 1),
        |open| {
            assert_eq!(
                open.forget(&Erasure::Ticket("1".into())).unwrap().verdicts,
                1
            );
        },
    ];
    for change in changes {
        let (folder, path) = new_folder();
        let copied = folder.path().join("copy");
        let open = build(&path, None);
        copy(&path, &copied);
        change(&open);
        open.publish(NOW).unwrap();
        let seen = ids(&open);
        copy(&copied, &path);
        for _ in 0..2 {
            let error = open.refresh().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Damaged);
            assert!(error.to_string().contains("restore"), "{error}");
            assert_eq!((open.generation(), ids(&open)), (2, seen.clone()));
        }
        // Nobody who opens it can know.
        assert_eq!(reader(&path, None).unwrap().generation(), 1);
    }
}

#[test]
fn another_knowledge_base_in_place_of_one_is_refused_until_it_is_opened_anew() {
    for tenant in [None, Some("acme")] {
        let (_folder, path) = new_folder();
        let (_their_folder, their_path) = new_folder();
        let open = build(&path, tenant);
        let theirs = writer(&their_path, tenant).unwrap();
        theirs
            .sync([article("theirs", "The refund", "the refund")])
            .unwrap();
        theirs.publish(NOW).unwrap();
        let pool = Pool::new(1_000_000);
        let get = || match tenant {
            Some(tenant) => pool.open_of_tenant(&path, tenant),
            None => pool.open(&path),
        };
        let pooled = get().unwrap();
        copy(&their_path, &path);
        let before = files(&path);
        for handle in [&*open, &pooled] {
            refused(handle.refresh(), "denied.json");
            refused(handle.learn([solved("new")]), "denied.json");
            refused(handle.deny(["theirs"]), "denied.json");
            let published = handle.writer().and_then(|mut writer| writer.publish(NOW));
            refused(published, "denied.json");
            assert_eq!(ids(handle).len(), 2);
        }
        assert_eq!(files(&path), before);
        assert_eq!(ids(&get().unwrap()).len(), 2);
        assert!(pool.let_go(&path, tenant));
        assert!(!pool.let_go(&path, tenant));
        assert!(pool.is_empty() && pool.size_bytes() == 0);
        assert_eq!(ids(&get().unwrap()), ["theirs"]);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Numbers and names of generations

#[test]
fn no_generation_comes_after_the_largest_number() {
    let (_folder, path) = new_folder();
    let open = build(&path, None);
    let largest = path.join(format!("generation-{}.json", u64::MAX));
    fs::write(&largest, "by hand").unwrap();
    let error = open.publish(NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(error.path(), Some(&*largest));
    assert!(error.to_string().contains("remove the file"), "{error}");
    assert_eq!(reader(&path, None).unwrap().generation(), 1);
    fs::remove_file(&largest).unwrap();
    assert_eq!(open.publish(NOW).unwrap().generation, 2);
}

#[test]
fn only_a_name_that_a_manifest_is_given_is_a_generation() {
    let (_folder, path) = new_folder();
    let open = build(&path, None);
    let manifest = fs::read(path.join("generation-0000000001.json")).unwrap();
    for name in [
        "generation-1.json",
        "generation-+2.json",
        "generation-00000000002.json",
    ] {
        fs::write(path.join(name), &manifest).unwrap();
        assert_eq!(reader(&path, None).unwrap().warnings(), [""; 0], "{name}");
        let report = KnowledgeBase::check(&path).unwrap();
        assert_eq!(
            (report.is_whole(), report.findings.len()),
            (true, 1),
            "{report:#?}"
        );
        assert!(report.findings[0].path.ends_with(name));
        fs::remove_file(path.join(name)).unwrap();
    }
    assert_eq!(open.publish(NOW).unwrap().generation, 2);
}

// ---------------------------------------------------------------------------------------------------------------------
// Nothing comes back

#[test]
fn an_old_handle_does_not_show_what_was_denied_in_its_generation_and_allowed_in_a_later_one() {
    let (_folder, path) = new_folder();
    let open = build(&path, None);
    let old = reader(&path, None).unwrap();
    open.deny(["refund"]).unwrap();
    open.upsert([article("refund", "About the refund", "Corrected.")])
        .unwrap();
    open.publish(NOW).unwrap();
    old.deny(["runbook"]).unwrap();
    assert_eq!(ids(&old), ["invoice"]);
    open.allow(["refund"]).unwrap();
    // The entry of what is allowed again goes with the last generation that it is about.
    for number in 0..4 {
        open.upsert([article("new", "New", &number.to_string())])
            .unwrap();
        open.publish(NOW).unwrap();
    }
    open.deny(["other"]).unwrap();
    old.deny(["another"]).unwrap();
    assert_eq!(ids(&old), ["invoice"]);
    assert!(ids(&reader(&path, None).unwrap()).contains(&"refund".to_owned()));
}

#[test]
#[cfg(unix)]
fn repair_leaves_shared_files_shared() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_folder, path) = new_folder();
    let builder = KnowledgeBase::builder(&path).shared_files(true);
    let open = Editable::open_or_create_with(builder).unwrap();
    open.sync(help_center()).unwrap();
    open.publish(NOW).unwrap();
    let mode = || {
        let list = fs::metadata(path.join("denied.json")).unwrap();
        list.permissions().mode() & 0o777
    };
    let shared = mode();
    fs::write(path.join("denied.json"), "damaged").unwrap();
    fs::set_permissions(path.join("denied.json"), fs::Permissions::from_mode(0o600)).unwrap();
    KnowledgeBase::repair(&path, None).unwrap();
    assert_eq!(mode(), shared);
}

#[test]
fn logs_alone_say_whose_a_knowledge_base_is() {
    let (_folder, path) = new_folder();
    let open = writer(&path, None).unwrap();
    open.learn([solved("1")]).unwrap();
    fs::write(path.join("denied.json"), "damaged").unwrap();
    let repaired = KnowledgeBase::repair(&path, None).unwrap();
    assert_eq!(repaired.denied, Some(0));
    let open = writer(&path, None).unwrap();
    assert_eq!(open.learn([solved("1")]).unwrap().repeated, 1);
}

#[test]
fn a_denied_article_is_in_no_new_file_and_comes_back_when_it_is_allowed() {
    let (_folder, path) = new_folder();
    let open = writer(&path, None).unwrap();
    let with = |open: &Editable| {
        open.sync(help_center()).unwrap();
        open.upsert([article(
            "zebra",
            "About the zebra",
            "The refund of a zebra.",
        )])
        .unwrap();
    };
    with(&open);
    open.publish(NOW).unwrap();
    let whole = files(&path);
    open.deny(["zebra"]).unwrap();
    let published = open.publish(NOW).unwrap();
    assert_eq!(published.left_out["zebra"], Unpublished::Denied);
    // The file of those that were never given it.
    let (_never, never_path) = new_folder();
    let builder = KnowledgeBase::builder(&never_path).identity(open.identity().unwrap());
    let never = Editable::open_or_create_with(builder).unwrap();
    never.sync(help_center()).unwrap();
    never.publish(NOW).unwrap();
    let public = |path: &Path, of: &BTreeMap<String, Vec<u8>>| {
        let names = files(path).into_iter();
        let names = names.filter(|(name, _)| name.starts_with("public") && !of.contains_key(name));
        names.collect::<Vec<_>>()
    };
    assert_eq!(public(&path, &whole), public(&never_path, &BTreeMap::new()));
    // Not before the next publish, and from the log.
    open.allow(["zebra"]).unwrap();
    assert!(!ids(&open).contains(&"zebra".to_owned()));
    let published = open.publish(NOW).unwrap();
    assert!(published.left_out.is_empty());
    assert!(ids(&open).contains(&"zebra".to_owned()));
    let public = files(&path)
        .into_iter()
        .filter(|(name, _)| name.starts_with("public"));
    let same = public.filter(|(name, bytes)| whole.get(name) == Some(bytes));
    assert_eq!(same.count(), 1, "the file of before");
}

#[test]
fn after_a_purge_no_file_has_a_byte_of_a_removed_article() {
    let (_folder, path) = new_folder();
    let open = build(&path, None);
    let gone = article("zebra", "About the zebra", "giraffe");
    open.upsert([gone]).unwrap();
    open.upsert([article(
        "invoice",
        "About the lion",
        "The invoice of a lion.",
    )])
    .unwrap();
    open.publish(NOW).unwrap();
    open.remove(["zebra"]).unwrap();
    open.upsert(help_center()).unwrap();
    let error = open.purge().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("publish first"), "{error}");
    open.publish(NOW).unwrap();
    assert!(holds(&path, "zebra") && holds(&path, "lion"));
    let answers = ids(&open);
    open.purge().unwrap();
    for bytes in ["zebra", "giraffe", "lion"] {
        assert!(!holds(&path, bytes), "{bytes}");
    }
    let report = KnowledgeBase::check(&path).unwrap();
    assert!(report.is_whole());
    assert_eq!((report.generations, report.articles), (vec![3], 3));
    assert_eq!(ids(&reader(&path, None).unwrap()), answers);
    // Where the newest is damaged the older ones are needed.
    open.publish(NOW).unwrap();
    let manifest = path.join("generation-0000000004.json");
    let newest = fs::read(&manifest).unwrap();
    fs::write(&manifest, "damaged").unwrap();
    let error = open.purge().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().contains("publish first"), "{error}");
    assert_eq!(ids(&reader(&path, None).unwrap()), answers);
    fs::write(&manifest, newest).unwrap();
    // What is denied has to leave the files first.
    open.deny(["refund"]).unwrap();
    assert!(open.purge().is_err());
    open.publish(NOW).unwrap();
    open.purge().unwrap();
    let in_memory = Editable::in_memory();
    in_memory.sync(help_center()).unwrap();
    assert!(in_memory.purge().is_err());
    in_memory.publish(NOW).unwrap();
    in_memory.purge().unwrap();
}

#[test]
#[cfg(unix)]
fn files_are_their_owners_alone_unless_the_host_says_otherwise() {
    use std::os::unix::fs::PermissionsExt;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let all = |folder: &Path| {
        let mut paths = vec![folder.to_owned(), folder.join("work")];
        for below in [folder.to_owned(), folder.join("work")] {
            let entries = fs::read_dir(below).unwrap();
            paths.extend(entries.map(|entry| entry.unwrap().path()));
        }
        paths
    };
    let live = |open: &Editable, path: &Path| {
        open.sync(help_center()).unwrap();
        open.publish(NOW).unwrap();
        // A handle for reading makes files too.
        let reading = reader(path, None).unwrap();
        reading.learn(lessons()).unwrap();
        reading.deny(["refund"]).unwrap();
        reading.forget(&Erasure::Ticket("1".into())).unwrap();
        open.publish(NOW).unwrap();
        open.purge().unwrap();
    };
    let (_folder, path) = new_folder();
    live(&writer(&path, None).unwrap(), &path);
    for path in all(&path) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    // What the umask of this process gives.
    let (folder, path) = new_folder();
    let (plain_file, plain_folder) = (folder.path().join("f"), folder.path().join("d"));
    fs::write(&plain_file, "").unwrap();
    fs::create_dir(&plain_folder).unwrap();
    let builder = KnowledgeBase::builder(&path).shared_files(true);
    live(&Editable::open_or_create_with(builder).unwrap(), &path);
    for path in all(&path) {
        let plain = if path.is_dir() {
            &plain_folder
        } else {
            &plain_file
        };
        assert_eq!(mode(&path), mode(plain), "{}", path.display());
    }
    // A folder that is there keeps its mode.
    let (folder, path) = new_folder();
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o750)).unwrap();
    live(&writer(&path, None).unwrap(), &path);
    assert_eq!(mode(&path), 0o750);
    assert_eq!(mode(&path.join("denied.json")), 0o600);
    drop(folder);
}

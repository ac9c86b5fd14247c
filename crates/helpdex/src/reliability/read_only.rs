//! Tests that reading needs no write access and no lock, and that open files which cannot be removed stop nobody.

use std::fs;

use super::{Step, World, article, now};
use crate::audience::Audience;
use crate::error::ErrorKind;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::storage::faults::{Fault, FaultyDisk, Plan};
use crate::storage::files::{self, File};
use crate::suggest::options::SuggestOptions;
use crate::ticket::Ticket;

#[test]
fn a_knowledge_base_on_a_read_only_disk_answers_without_a_lock_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kb");
    let open = KnowledgeBase::open_or_create(&path).expect("it is made");
    let mut writer = open.writer().expect("nobody else has it");
    writer.upsert([article("refund", 3)]).expect("it is open");
    writer.publish(now()).expect("it is published");
    open.deny(["other"]).expect("it is denied");
    drop(writer);
    fs::remove_dir_all(path.join("work")).expect("a copy for readers has no such folder");
    let disk = FaultyDisk::below(folder.path());
    disk.fail(Plan::ReadOnly);
    let reader = KnowledgeBase::open(&path).expect("it can be read");
    let ticket = Ticket::from_text("how is the refund paid?");
    let answer = reader.suggest(
        &ticket,
        &Audience::public(),
        now(),
        &SuggestOptions {
            decision: crate::confidence::decision::Decision::MinProbability(0.0),
            ..SuggestOptions::default()
        },
    );
    assert_eq!(answer.expect("it answers").ranking[0].article_id, "refund");
    assert!(!reader.refresh().expect("it can be read"));
    assert_eq!(reader.denied(), ["other"]);
    assert!(
        KnowledgeBase::check(&path)
            .expect("it can be read")
            .is_whole()
    );
    assert_eq!(disk.failed(), 0, "{}", disk.last());
    for refused in [reader.writer().map(drop), reader.deny(["refund"]).map(drop)] {
        assert_eq!(
            refused.expect_err("nothing can be written").kind(),
            ErrorKind::Storage
        );
    }
}

#[test]
fn a_denial_that_fails_leaves_no_unfinished_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kb");
    let writer = KnowledgeBase::open_or_create(&path).expect("it is made");
    let published = writer.writer().and_then(|mut open| open.publish(now()));
    published.expect("it is published");
    let disk = FaultyDisk::below(folder.path());
    let mut failures = 0;
    for n in 1.. {
        disk.fail(Plan::At(n, Fault::ShortWrite));
        let denied = writer.deny(["refund"]);
        let has_failed = disk.failed() > 0;
        disk.fail(Plan::None);
        let names = files::list(&path).expect("the folder is read");
        let mut unfinished = names.iter().filter(|name| name.ends_with(".unfinished"));
        assert_eq!(unfinished.next(), None, "operation {n}: {denied:?}");
        if !has_failed {
            break;
        }
        failures += 1;
    }
    assert!(failures > 5, "{failures}");
    // What a crash left goes with the next denial.
    let unfinished = path.join("denied.json.unfinished");
    fs::write(&unfinished, "half").expect("a file is written");
    writer.deny(["invoice"]).expect("it is denied");
    assert!(!unfinished.exists());
}

#[test]
fn files_that_cannot_be_removed_while_they_are_open_go_later() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = FaultyDisk::below(folder.path());
    disk.refuse_to_remove_open_files();
    let mut world = World::new(folder.path());
    let mut open = Vec::new();
    for version in 1..=6 {
        let step = Step::Publish([("refund", Some(version))].into());
        world.take(&step).expect("a publish waits for nobody");
        for name in files::list(&world.folder).expect("the folder is read") {
            if name.starts_with("public") && version < 6 {
                open.push(File::open(&world.folder.join(name)).expect("it is there"));
            }
        }
    }
    assert!(disk.failed() > 0);
    world.check("while files are open");
    let class_files = |world: &World| {
        let names = files::list(&world.folder).expect("the folder is read");
        names
            .iter()
            .filter(|name| name.ends_with(".helpdex"))
            .count()
    };
    assert_eq!(class_files(&world), 6);
    open.clear();
    let step = Step::Publish([("refund", Some(7))].into());
    world.take(&step).expect("a publish waits for nobody");
    assert_eq!(class_files(&world), 3);
}

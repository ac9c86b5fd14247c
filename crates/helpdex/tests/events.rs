//! Tests of interaction events: they are recorded once, survive crashes, are forgotten without a byte left, and are
//! learned if they are verdicts.

use std::fs;
use std::path::Path;
use std::thread;

use helpdex::events::{Interaction, InteractionEvent, Surface};
use helpdex::feedback::{Erasure, Rejection};
use helpdex::{ErrorKind, KnowledgeBase, Timestamp, Verdict};

const AT: Timestamp = Timestamp::from_unix_seconds(1_772_357_400);

fn event(interaction: Interaction) -> InteractionEvent {
    InteractionEvent {
        surface: Some(Surface::Form),
        ..InteractionEvent::new(interaction, AT)
    }
}

fn about(interaction: Interaction, ticket: &str, article: &str) -> InteractionEvent {
    InteractionEvent {
        ticket_id: Some(ticket.into()),
        articles: vec![article.into()],
        ..event(interaction)
    }
}

fn open(folder: &Path) -> KnowledgeBase {
    KnowledgeBase::open_or_create(folder).expect("it can be opened")
}

fn recorded(knowledge_base: &KnowledgeBase) -> Vec<InteractionEvent> {
    let events = knowledge_base.events().expect("the log can be read");
    events.map(|event| event.expect("it can be read")).collect()
}

fn holds(folder: &Path, bytes: &str) -> bool {
    let files = [folder.to_owned(), folder.join("work")];
    let files = files
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("it is there"));
    files
        .filter_map(|entry| fs::read(entry.expect("it is there").path()).ok())
        .any(|file| {
            file.windows(bytes.len())
                .any(|window| window == bytes.as_bytes())
        })
}

#[test]
fn an_event_is_recorded_once_and_read_back_by_any_handle() {
    let folder = tempfile::tempdir().unwrap();
    let kb = open(folder.path());
    let full = InteractionEvent {
        suggestion_id: Some("5f3a".into()),
        articles: vec!["refund".into(), "invoice".into()],
        probability: Some(0.7),
        promised_precision: Some(0.8),
        held_out: true,
        locale: Some("pt-BR".parse().unwrap()),
        brand: Some("acme".into()),
        requester: Some("ana".into()),
        session: Some("s-81".into()),
        ticket_id: Some("4711".into()),
        ..event(Interaction::Offered)
    };
    let later = InteractionEvent {
        at: Timestamp::from_unix_seconds(AT.unix_seconds() + 1),
        ..full.clone()
    };
    let keyed = InteractionEvent {
        key: Some("view 1".into()),
        ..event(Interaction::Viewed)
    };
    let same_key = InteractionEvent {
        key: Some("view 1".into()),
        ..event(Interaction::TicketCreated)
    };
    let counts = kb
        .record([full.clone(), full.clone(), later.clone()])
        .unwrap();
    assert_eq!((counts.added, counts.repeated, counts.verdicts), (2, 1, 0));
    let other = open(folder.path());
    let counts = other
        .record([full.clone(), keyed.clone(), same_key])
        .unwrap();
    assert_eq!((counts.added, counts.repeated), (1, 2));
    assert_eq!(recorded(&kb), [full, later, keyed]);
    let report = KnowledgeBase::check(folder.path()).unwrap();
    assert!(report.is_whole());
    assert_eq!((report.events, report.verdicts), (3, 0));
    assert!(recorded(&KnowledgeBase::in_memory()).is_empty());
}

#[test]
fn an_event_that_says_nothing_possible_is_refused_with_its_number_and_nothing_is_recorded() {
    let kb = KnowledgeBase::in_memory();
    let whole = event(Interaction::Viewed);
    let faulty = [
        (event(Interaction::Clicked), "clicked names no article"),
        (
            InteractionEvent {
                rank: Some(0),
                ..about(Interaction::Clicked, "1", "a")
            },
            "rank 0 is given with 1 articles",
        ),
        (
            InteractionEvent {
                rank: Some(1),
                ..event(Interaction::Viewed)
            },
            "rank 1 is given with 0 articles",
        ),
        (
            InteractionEvent {
                reason: Some(Rejection::NotRelated),
                ..event(Interaction::Helpful)
            },
            "helpful has a reason",
        ),
        (
            InteractionEvent {
                probability: Some(f32::NAN),
                ..event(Interaction::Offered)
            },
            "probability NaN is not in 0 to 1",
        ),
        (
            InteractionEvent {
                promised_precision: Some(0.9),
                ..event(Interaction::Viewed)
            },
            "viewed has a promised_precision",
        ),
        (
            InteractionEvent {
                held_out: true,
                ..event(Interaction::Viewed)
            },
            "viewed is held_out",
        ),
        (
            InteractionEvent {
                session: Some(String::new()),
                ..event(Interaction::Viewed)
            },
            "session is empty",
        ),
        (about(Interaction::Clicked, "1", ""), "article id"),
    ];
    for (faulty, fault) in faulty {
        let error = kb.record([whole.clone(), faulty]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let message = error.to_string();
        assert!(
            message.starts_with("entry 2: ") && message.contains(fault),
            "{message}"
        );
    }
    assert!(recorded(&kb).is_empty());
}

#[test]
fn an_interaction_that_is_a_verdict_on_a_ticket_is_learned_once() {
    let kb = KnowledgeBase::in_memory();
    let rejected = InteractionEvent {
        reason: Some(Rejection::NotRelated),
        ..about(Interaction::NotHelpful, "1", "c")
    };
    let events = [
        about(Interaction::Resolved, "1", "a"),
        about(Interaction::AgentLinked, "1", "b"),
        rejected,
        about(Interaction::AgentRemoved, "1", "d"),
        about(Interaction::Helpful, "1", "e"),
        about(Interaction::Clicked, "1", "f"),
        about(Interaction::Offered, "1", "g"),
        about(Interaction::Viewed, "1", "g"),
        about(Interaction::TicketCreated, "1", "g"),
        // Nothing to learn from: no ticket, and no article.
        InteractionEvent {
            ticket_id: None,
            ..about(Interaction::Resolved, "1", "a")
        },
        InteractionEvent {
            articles: Vec::new(),
            ..about(Interaction::Resolved, "1", "a")
        },
    ];
    assert_eq!(kb.record(events.clone()).unwrap().verdicts, 5);
    let again = events.map(|event| InteractionEvent {
        key: Some("k".into()),
        ..event
    });
    assert_eq!(kb.record(again).unwrap().verdicts, 0);
    let learned = kb.feedback().unwrap();
    let verdicts: Vec<_> = learned
        .iter()
        .map(|f| (f.verdict, &*f.articles[0]))
        .collect();
    assert_eq!(
        verdicts,
        [
            (Verdict::Resolved, "a"),
            (Verdict::Linked, "b"),
            (Verdict::Rejected(Rejection::NotRelated), "c"),
            (Verdict::Rejected(Rejection::Unknown), "d"),
            (Verdict::Clicked, "e"),
        ]
    );
}

#[test]
fn a_forgotten_requester_leaves_no_byte_in_the_events_of_their_sessions_and_tickets() {
    let folder = tempfile::tempdir().unwrap();
    let kb = open(folder.path());
    let of = |requester: Option<&str>, session: &str, article: &str| InteractionEvent {
        requester: requester.map(Into::into),
        session: Some(session.into()),
        key: Some(format!("key of {article}")),
        ..about(
            Interaction::Helpful,
            &format!("ticket of {session}"),
            article,
        )
    };
    let events = [
        of(Some("ana-requester"), "ana-session", "zebra"),
        of(None, "ana-session", "giraffe"),
        InteractionEvent {
            session: None,
            ..of(None, "ana-session", "okapi")
        },
        of(Some("bo"), "bo-session", "lion"),
        of(None, "other-session", "tiger"),
    ];
    assert_eq!(kb.record(events).unwrap().verdicts, 5);
    for bytes in ["ana-requester", "zebra", "giraffe", "okapi"] {
        assert!(holds(folder.path(), bytes), "{bytes}");
    }
    let ana = Erasure::Requester("ana-requester".into());
    let forgotten = kb.forget(&ana).unwrap();
    assert_eq!((forgotten.verdicts, forgotten.events), (3, 3));
    for bytes in ["ana-", "zebra", "giraffe", "okapi"] {
        assert!(!holds(folder.path(), bytes), "{bytes}");
    }
    assert_eq!(recorded(&kb).len(), 2);
    let ticket = Erasure::Ticket("ticket of bo-session".into());
    assert_eq!(kb.forget(&ticket).unwrap().events, 1);
    assert!(!holds(folder.path(), "lion") && holds(folder.path(), "tiger"));
}

#[test]
fn what_is_older_than_the_retention_goes_from_one_log_and_stays_in_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let kb = open(folder.path());
    let day = |day: i64| Timestamp::from_unix_seconds(day * 86_400);
    let events = (0..10).map(|number| InteractionEvent {
        at: day(number),
        ..about(Interaction::Resolved, &format!("t{number}"), "refund")
    });
    kb.record(events).unwrap();
    let forgotten = kb.forget(&Erasure::EventsBefore(day(7))).unwrap();
    assert_eq!((forgotten.verdicts, forgotten.events), (0, 7));
    let forgotten = kb.forget(&Erasure::FeedbackBefore(day(2))).unwrap();
    assert_eq!((forgotten.verdicts, forgotten.events), (2, 0));
    assert_eq!(recorded(&kb).iter().map(|e| e.at).min(), Some(day(7)));
    assert_eq!(kb.feedback().unwrap().len(), 8);
}

#[test]
fn threads_and_handles_record_every_event_once() {
    let folder = tempfile::tempdir().unwrap();
    let handles = [open(folder.path()), open(folder.path())];
    thread::scope(|scope| {
        for (number, kb) in [0, 1, 2, 3].into_iter().zip(handles.iter().cycle()) {
            scope.spawn(move || {
                for i in 0..25 {
                    let own = format!("{number}-{i}");
                    let events = [own, format!("shared-{i}")].map(|key| InteractionEvent {
                        key: Some(key),
                        ..event(Interaction::Viewed)
                    });
                    kb.record(events).unwrap();
                }
            });
        }
    });
    assert_eq!(recorded(&handles[0]).len(), 125);
    assert_eq!(recorded(&handles[0]), recorded(&handles[1]));
}

#[test]
fn a_log_cut_at_any_byte_keeps_whole_batches_and_takes_the_rest_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work/events.log");
    let first = [
        about(Interaction::Clicked, "1", "a"),
        about(Interaction::Clicked, "2", "a"),
    ];
    let second = [about(Interaction::Clicked, "3", "a")];
    open(folder.path()).record(first.clone()).unwrap();
    let end_of_first = fs::read(&path).unwrap().len();
    open(folder.path()).record(second.clone()).unwrap();
    let whole = fs::read(&path).unwrap();
    for size in 0..=whole.len() {
        fs::write(&path, &whole[..size]).unwrap();
        let kb = open(folder.path());
        let kept = recorded(&kb).len();
        let expected = match size {
            _ if size == whole.len() => 3,
            _ if size >= end_of_first => 2,
            _ => 0,
        };
        assert_eq!(kept, expected, "cut at {size}");
        let again = kb.record(first.iter().chain(&second).cloned()).unwrap();
        assert_eq!(
            (again.added, again.repeated),
            (3 - kept, kept),
            "cut at {size}"
        );
    }
}

#[test]
fn a_damaged_log_of_events_is_refused_and_repaired_and_learning_goes_on_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work/events.log");
    let kb = open(folder.path());
    kb.record([about(Interaction::Resolved, "1", "a")]).unwrap();
    kb.record([about(Interaction::Resolved, "2", "a")]).unwrap();
    let mut damaged = fs::read(&path).unwrap();
    damaged[40] ^= 1;
    fs::write(&path, damaged).unwrap();
    let again = open(folder.path());
    let error = again.record([event(Interaction::Viewed)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(error.path(), Some(&*path));
    assert!(again.events().is_err());
    assert_eq!(again.feedback().unwrap().len(), 2);
    assert!(!KnowledgeBase::check(folder.path()).unwrap().is_whole());
    let repaired = KnowledgeBase::repair(folder.path(), None).unwrap();
    assert_eq!((repaired.verdicts, repaired.events), (None, Some(0)));
    assert!(KnowledgeBase::check(folder.path()).unwrap().is_whole());
    assert_eq!(
        open(folder.path())
            .record([event(Interaction::Viewed)])
            .unwrap()
            .added,
        1
    );
}

#[test]
fn no_name_of_a_person_is_in_the_debug_form() {
    let event = InteractionEvent {
        requester: Some("marker".into()),
        session: Some("marker".into()),
        ticket_id: Some("marker".into()),
        key: Some("marker".into()),
        ..event(Interaction::Viewed)
    };
    assert!(!format!("{event:?}").contains("marker"));
    assert!(!format!("{:?}", Erasure::Requester("marker".into())).contains("marker"));
}

//! The learning log holds solved tickets, cleaned and masked, with their verdicts. Models are trained from it.
//!
//! `work/tickets.log` is a [`KeyedLog`] of JSON records, each an object with one key that says what it is; after the head
//! of the log come verdicts alone:
//!
//! ```text
//! {"verdict": {"key": "<128 bits in hexadecimal>",       of the idempotency key, or of ticket, verdict, articles
//!              "host_key": "click-9",                    the idempotency key, where the host gave one
//!              "ticket_id": "4711",
//!              "requester": "ana" or null, "locale": "en" or null,
//!              "at": 1772357400,                         Unix seconds
//!              "verdict": "linked",                      or {"rejected": "not_related"} and so on
//!              "articles": ["refund"],
//!              "subject": "...", "text": "..."}}         cleaned and masked
//! ```
//!
//! Its lock is not the lock of those who change articles: neither waits for the other. A key is the first 128 bits of a
//! BLAKE3 hash.

pub(crate) mod record;
mod selection;

use std::path::PathBuf;

use serde::Serialize;

use self::record::{
    NewVerdict, REMEDY, Record, VerdictRecord, check_record, other_version, read_label_key,
};
use self::selection::SelectedVerdicts;
use crate::erasure::Erasure;
use crate::error::Result;
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::storage::keyed_log::{KeyedLog, LogKind};
use crate::storage::log_head::{LogHome, LogMark};

/// The kind of log that holds solved tickets: its files, its remedy, and how its records are read.
pub(crate) static LEARNING_LOG: LogKind = LogKind {
    file: "tickets.log",
    lock_file: "tickets.lock",
    remedy: REMEDY,
    read_key: read_label_key,
    check: check_record,
};

/// The counts of a call that learned verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Learned {
    /// The number of verdicts that were new and were added to the log.
    pub added: usize,
    /// The number of verdicts that were in the log already, or came more than once; the first one counts.
    pub repeated: usize,
    /// The ids of articles that the current generation does not have, in order. Their verdicts are kept, and are used
    /// as soon as the articles exist.
    pub unknown_articles: Vec<String>,
}

/// The verdicts of one knowledge base. Several threads and processes may add to it at the same time.
pub(crate) struct LearningLog {
    log: KeyedLog,
}

impl LearningLog {
    /// Makes the log in `folder`, which need not exist; without a folder the log is in memory.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            log: KeyedLog::new(&LEARNING_LOG, folder),
        }
    }

    /// Adds the verdicts that are not there yet; see [`KeyedLog::add`]. It leaves `unknown_articles` empty.
    ///
    /// # Errors
    /// As [`KeyedLog::add`]. No verdict is learned then.
    pub(crate) fn learn(&self, home: &LogHome, verdicts: Vec<NewVerdict>) -> Result<Learned> {
        let records = verdicts.into_iter().map(NewVerdict::into_record).collect();
        let added = self.log.add(home, records)?;
        Ok(Learned {
            added: added.added,
            repeated: added.repeated,
            unknown_articles: Vec::new(),
        })
    }

    /// Returns all verdicts in chronological order; see [`CleanFeedback::in_order`]. The result is empty when nothing
    /// was learned.
    ///
    /// # Errors
    /// As [`KeyedLog::records`].
    pub(crate) fn solved(&self, home: &LogHome) -> Result<Vec<CleanFeedback>> {
        let mut all = Vec::new();
        self.read(home, |record| {
            all.push(record.into_clean()?);
            Ok(())
        })?;
        Ok(CleanFeedback::in_order(all))
    }

    /// Returns all events in the order in which they were learned, in the form that [`learn`](Self::learn) takes.
    ///
    /// # Errors
    /// As [`KeyedLog::records`].
    pub(crate) fn events(&self, home: &LogHome) -> Result<Vec<FeedbackEvent>> {
        let mut all = Vec::new();
        self.read(home, |record| {
            all.push(record.into_event()?);
            Ok(())
        })?;
        Ok(all)
    }

    fn read(
        &self,
        home: &LogHome,
        mut take: impl FnMut(VerdictRecord) -> Result<()>,
    ) -> Result<()> {
        let path = self.log.path().unwrap_or_default();
        for payload in self.log.records(home)? {
            let read = serde_json::from_slice(&payload?);
            let Record::Verdict(record) = read.map_err(|_| other_version().at_path(&path))?;
            take(*record).map_err(|_| other_version().at_path(&path))?;
        }
        Ok(())
    }

    /// Returns the number of times that verdicts were forgotten, and the mark of the log for a manifest; see
    /// [`KeyedLog::erasures`]. Models that were trained at another number may contain what was forgotten since.
    ///
    /// # Errors
    /// As [`KeyedLog::records`].
    pub(crate) fn erasures(&self, home: &LogHome) -> Result<(u64, Option<LogMark>)> {
        self.log.erasures(home)
    }

    /// Forgets the verdicts that the erasure is about and returns their number. When this returns, the file contains no
    /// byte of them; the next publish trains without them.
    ///
    /// # Errors
    /// As [`KeyedLog::forget`].
    pub(crate) fn forget(&self, home: &LogHome, what: &Erasure) -> Result<usize> {
        match SelectedVerdicts::of(what) {
            Some(mut selected) => self.log.forget(home, &mut selected),
            None => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;
    use std::thread;

    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;
    use crate::feedback_event::verdict::{Rejection, Verdict};
    use crate::storage::file_lock::FileLock;
    use crate::storage::files::Access;
    use crate::storage::identity::Owner;
    use crate::storage::record_log::RecordLog;
    use crate::ticket::Ticket;
    use crate::timestamp::Timestamp;

    fn verdict(ticket_id: &str, verdict: Verdict, article: &str, text: &str) -> FeedbackEvent {
        FeedbackEvent {
            ticket_id: ticket_id.into(),
            ticket: Ticket::from_text(text),
            at: Timestamp::from_unix_seconds(1_772_357_400),
            verdict,
            articles: vec![article.into()],
            key: None,
        }
    }

    fn home() -> LogHome {
        LogHome {
            owner: Owner::example(),
            access: Access::Owner,
            published: None,
        }
    }

    fn learn(
        log: &LearningLog,
        tickets: impl IntoIterator<Item = FeedbackEvent>,
    ) -> Result<Learned> {
        log.learn(&home(), NewVerdict::all(tickets)?)
    }

    fn linked(ticket_id: &str, text: &str) -> FeedbackEvent {
        verdict(ticket_id, Verdict::Linked, "refund", text)
    }

    fn of(requester: &str, mut solved: FeedbackEvent) -> FeedbackEvent {
        solved.ticket.requester = Some(requester.into());
        solved
    }

    fn counts(learned: &Learned) -> (usize, usize) {
        (learned.added, learned.repeated)
    }

    fn ids(log: &LearningLog) -> Vec<String> {
        let solved = log.solved(&home()).unwrap();
        solved.into_iter().map(|solved| solved.ticket_id).collect()
    }

    /// Whether any file of the folder contains the bytes.
    fn holds(folder: &Path, bytes: &str) -> bool {
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .any(|file| file.windows(bytes.len()).any(|w| w == bytes.as_bytes()))
    }

    fn batch_count(folder: &Path) -> usize {
        let file = fs::read(folder.join(LEARNING_LOG.file)).unwrap();
        let mark = [0xB1, b'H', b'D', 0x0A];
        file.windows(4).filter(|window| *window == mark).count()
    }

    #[test]
    fn what_is_learned_is_read_back_as_the_host_would_have_passed_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = of("ana", linked("1", "Hello,\n\nI want my money back"));
        first.ticket.locale = Some("pt-BR".parse().unwrap());
        first.ticket.subject = Some("Re: Money \"back\" \u{1F4B0}".into());
        let mut rejected = linked("1", "");
        rejected.verdict = Verdict::Rejected(Rejection::RelatedButDidNotAnswer);
        let mut none = linked("2", "why is the sky blue");
        (none.verdict, none.articles) = (Verdict::NoArticle, Vec::new());
        // Moments that have no text form.
        (first.at, none.at) = (
            Timestamp::from_unix_seconds(i64::MAX),
            Timestamp::from_unix_seconds(i64::MIN),
        );
        let all = [first.clone(), rejected, none, first];
        for place in [None, Some(folder.path().join("work"))] {
            let log = LearningLog::new(place);
            assert_eq!(counts(&learn(&log, all.clone()).unwrap()), (3, 1));
            let solved = log.solved(&home()).unwrap();
            assert_eq!(solved, CleanFeedback::from_tickets(all.clone()).unwrap());
            let texts: Vec<&str> = solved.iter().map(|solved| &*solved.text).collect();
            assert_eq!(texts, ["why is the sky blue", "", "I want my money back"]);
            assert_eq!(solved[2].requester.as_deref(), Some("ana"));
        }
    }

    #[test]
    fn nothing_of_entries_with_a_fault_is_learned() {
        let folder = tempfile::tempdir().unwrap();
        let log = LearningLog::new(Some(folder.path().join("work")));
        let error = learn(&log, [linked("1", ""), linked("", "marker")]);
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("entry 2, ticket \"\""), "{error}");
        assert!(log.solved(&home()).unwrap().is_empty());
        assert_eq!(counts(&learn(&log, Vec::new()).unwrap()), (0, 0));
        assert_eq!(
            log.forget(&home(), &Erasure::Ticket("1".into())).unwrap(),
            0
        );
        assert_eq!(log.erasures(&home()).unwrap().0, 0);
        assert!(!folder.path().join("work").exists());
    }

    #[test]
    fn ten_thousand_identical_tickets_are_learned_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = LearningLog::new(Some(folder.path().to_owned()));
        let same = std::iter::repeat_with(|| linked("1", "money back"));
        assert_eq!(counts(&learn(&log, same.take(10_000)).unwrap()), (1, 9_999));
        let others = (0..10_000).map(|i| linked(&format!("t{i}"), "money back"));
        assert_eq!(counts(&learn(&log, others).unwrap()), (10_000, 0));
        assert_eq!(log.solved(&home()).unwrap().len(), 10_001);
    }

    #[test]
    fn threads_that_learn_at_the_same_time_are_written_together() {
        let folder = tempfile::tempdir().unwrap();
        let log = LearningLog::new(Some(folder.path().to_owned()));
        let lock_file =
            FileLock::wait(&folder.path().join(LEARNING_LOG.lock_file), Access::Owner).unwrap();
        thread::scope(|scope| {
            let learn = |id: usize| {
                let solved = [linked(&id.to_string(), "x"), linked("shared", "x")];
                learn(&log, solved).unwrap()
            };
            let threads: Vec<_> = (0..16).map(|id| scope.spawn(move || learn(id))).collect();
            while log.log.waiting_count() < threads.len() {
                thread::yield_now();
            }
            drop(lock_file);
            let learned: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
            let sum = |count: fn(&Learned) -> usize| learned.iter().map(count).sum::<usize>();
            assert_eq!((sum(|l| l.added), sum(|l| l.repeated)), (17, 15));
        });
        assert_eq!(batch_count(folder.path()), 1);
        assert_eq!(ids(&log).len(), 17);
    }

    #[test]
    fn threads_and_handles_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let open = || LearningLog::new(Some(folder.path().to_owned()));
        let logs = [open(), open()];
        thread::scope(|scope| {
            for (number, log) in (0..).zip([&logs[0], &logs[0], &logs[1], &logs[1]]) {
                scope.spawn(move || {
                    for i in 0..25 {
                        let solved = linked(&format!("{number}-{i}"), "money back");
                        assert_eq!(counts(&learn(log, [solved]).unwrap()), (1, 0));
                    }
                });
            }
        });
        assert_eq!(ids(&open()).len(), 100);
        assert_eq!(ids(&logs[0]), ids(&logs[1]));
    }

    #[test]
    fn handles_see_what_others_wrote_and_forgot() {
        let folder = tempfile::tempdir().unwrap();
        let one = LearningLog::new(Some(folder.path().to_owned()));
        let two = LearningLog::new(Some(folder.path().to_owned()));
        learn(&one, [linked("1", "x")]).unwrap();
        assert_eq!(counts(&learn(&two, [linked("1", "x")]).unwrap()), (0, 1));
        learn(&two, [linked("2", "x")]).unwrap();
        assert_eq!(counts(&learn(&one, [linked("2", "x")]).unwrap()), (0, 1));
        assert_eq!(
            two.forget(&home(), &Erasure::Ticket("1".into())).unwrap(),
            1
        );
        assert_eq!(one.erasures(&home()).unwrap().0, 1);
        assert_eq!(counts(&learn(&one, [linked("1", "x")]).unwrap()), (1, 0));
        assert_eq!(counts(&learn(&two, [linked("1", "x")]).unwrap()), (0, 1));
        // Somebody moved the log away.
        fs::remove_file(folder.path().join(LEARNING_LOG.file)).unwrap();
        assert!(one.solved(&home()).unwrap().is_empty());
        assert_eq!(counts(&learn(&two, [linked("2", "x")]).unwrap()), (1, 0));
        assert_eq!(ids(&one), ["2"]);
        assert_eq!(one.erasures(&home()).unwrap().0, 0);
    }

    #[test]
    fn a_forgotten_requester_leaves_no_byte_in_any_file() {
        let folder = tempfile::tempdir().unwrap();
        let log = LearningLog::new(Some(folder.path().to_owned()));
        let mut keyed = of("ana-requester", linked("ana-1", "the zebra is striped"));
        keyed.key = Some("ana-key".into());
        let all = [
            keyed.clone(),
            // Known to be hers by the other verdict alone.
            verdict("ana-1", Verdict::Clicked, "zoo", "the giraffe is tall"),
            of("bo", linked("bo-1", "my lion is loud")),
        ];
        learn(&log, all.clone()).unwrap();
        // What a rewrite left behind that did not come to its end.
        let unfinished = folder.path().join("tickets.rewritten");
        fs::copy(folder.path().join(LEARNING_LOG.file), &unfinished).unwrap();
        assert!(holds(folder.path(), "zebra") && holds(folder.path(), "lion"));
        let key = format!("{:032x}", keyed.key_hash());
        assert!(holds(folder.path(), &key) && holds(folder.path(), "ana-key"));

        let ana = Erasure::Requester("ana-requester".into());
        assert_eq!(log.forget(&home(), &ana).unwrap(), 2);
        for bytes in ["ana", "zebra", "giraffe", "zoo", &key] {
            assert!(!holds(folder.path(), bytes), "{bytes}");
        }
        assert_eq!(ids(&log), ["bo-1"]);
        assert_eq!(log.erasures(&home()).unwrap().0, 1);
        // Whoever is not there is forgotten already.
        assert_eq!(log.forget(&home(), &ana).unwrap(), 0);
        assert_eq!(log.erasures(&home()).unwrap().0, 1);
        assert_eq!(counts(&learn(&log, all).unwrap()), (2, 1));
        assert!(Erasure::Requester(String::new()).check().is_err());
    }

    #[test]
    fn what_an_unfinished_rewrite_left_is_removed_though_the_log_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tickets.rewritten"), "zebra").unwrap();
        let log = LearningLog::new(Some(folder.path().to_owned()));
        assert_eq!(
            log.forget(&home(), &Erasure::Ticket("1".into())).unwrap(),
            0
        );
        assert!(!holds(folder.path(), "zebra"));
    }

    #[test]
    fn a_log_cut_at_any_byte_keeps_what_was_whole_and_takes_the_rest_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LEARNING_LOG.file);
        let open = || LearningLog::new(Some(folder.path().to_owned()));
        let first = [linked("1", "x"), linked("2", "x")];
        let second = [linked("3", "x")];
        learn(&open(), first.clone()).unwrap();
        let end_of_first = fs::read(&path).unwrap().len();
        learn(&open(), second.clone()).unwrap();
        let whole = fs::read(&path).unwrap();
        for size in 0..=whole.len() {
            fs::write(&path, &whole[..size]).unwrap();
            let kept = ids(&open()).len();
            let expected = match size {
                _ if size == whole.len() => 3,
                _ if size >= end_of_first => 2,
                _ => 0,
            };
            assert_eq!(kept, expected, "cut at {size}");
            let log = open();
            let all = first.iter().chain(&second).cloned();
            let learned = learn(&log, all).unwrap();
            assert_eq!(counts(&learned), (3 - kept, kept), "cut at {size}");
            assert_eq!(ids(&log), ["1", "2", "3"], "cut at {size}");
        }
    }

    #[test]
    fn a_damaged_log_and_one_of_another_version_are_told_and_left_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LEARNING_LOG.file);
        let log = LearningLog::new(Some(folder.path().to_owned()));
        learn(&log, [linked("1", "marker")]).unwrap();
        learn(&log, [linked("2", "marker")]).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        damaged[40] ^= 1;
        let of_another = |from: &str, to: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(LEARNING_LOG.file);
            let mut other = RecordLog::open(&path, home(), REMEDY).unwrap();
            let records = labels_as_text(&whole).into_iter();
            let records = records.map(|record| Ok(record.replace(from, to).into_bytes()));
            other.rewrite(records).unwrap();
            fs::read(&path).unwrap()
        };
        let of_another = of_another("{\"verdict\":{\"key\"", "{\"opinion\":{\"key\"");
        for (kind, bytes) in [
            (ErrorKind::Damaged, b"something else".to_vec()),
            (ErrorKind::Damaged, damaged),
            (ErrorKind::OtherVersion, of_another),
        ] {
            fs::write(&path, &bytes).unwrap();
            for log in [&log, &LearningLog::new(Some(folder.path().to_owned()))] {
                let errors = [
                    learn(log, [linked("3", "marker")]).unwrap_err(),
                    log.forget(&home(), &Erasure::Ticket("1".into()))
                        .unwrap_err(),
                    log.solved(&home()).unwrap_err(),
                    log.erasures(&home()).unwrap_err(),
                ];
                for error in errors {
                    assert_eq!(error.kind(), kind);
                    assert_eq!(error.path(), Some(&*path));
                    let shown = format!("{error} {error:?}");
                    assert!(shown.contains("repair the knowledge base"), "{shown}");
                    assert!(!shown.contains("marker"), "{shown}");
                }
            }
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(ids(&log), ["1", "2"]);
    }

    /// Returns the records of a log as texts.
    fn labels_as_text(log: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, log).unwrap();
        let mut log = RecordLog::open(&path, home(), REMEDY).unwrap();
        log.read_on(|_| Ok(())).unwrap();
        let records = log.records().unwrap();
        records
            .map(|record| String::from_utf8(record.unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_for_everyone_who_waits() {
        let folder = tempfile::tempdir().unwrap();
        let not_a_folder = folder.path().join("file");
        fs::write(&not_a_folder, "").unwrap();
        let log = LearningLog::new(Some(not_a_folder));
        for _ in 0..2 {
            let error = learn(&log, [linked("1", "x")]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Storage);
        }
        assert!(log.log.waiting_count() == 0);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Learn(Vec<(u8, u8, Option<u8>)>),
        Forget(Erasure),
        /// Goes on with another handle of the same log.
        Switch,
        Reopen,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let entry = (0..6_u8, 0..3_u8, prop::option::of(0..3_u8));
        let erasure = prop_oneof![
            (0..6_u8).prop_map(|id| Erasure::Ticket(format!("t{id}"))),
            (0..3_u8).prop_map(|name| Erasure::Requester(format!("r{name}"))),
        ];
        let step = prop_oneof![
            6 => prop::collection::vec(entry, 0..4).prop_map(Step::Learn),
            2 => erasure.prop_map(Step::Forget),
            1 => Just(Step::Switch),
            1 => Just(Step::Reopen),
        ];
        prop::collection::vec(step, 0..25)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_sequence_is_as_a_map_would_have_it(steps in steps()) {
            let folder = tempfile::tempdir().unwrap();
            let open = || LearningLog::new(Some(folder.path().to_owned()));
            let mut logs = [open(), open()];
            let in_memory = LearningLog::new(None);
            // By ticket and article, the requester.
            let mut model: BTreeMap<(u8, u8), Option<u8>> = BTreeMap::new();
            let mut erasures = 0;
            for step in steps {
                match step {
                    Step::Learn(entries) => {
                        let solved: Vec<_> = entries.iter().map(|(ticket, article, requester)| {
                            let id = format!("t{ticket}");
                            let mut solved = verdict(&id, Verdict::Clicked, &format!("a{article}"), "x");
                            solved.ticket.requester = requester.map(|name| format!("r{name}"));
                            solved
                        }).collect();
                        let before = model.len();
                        for (ticket, article, requester) in entries.iter().copied() {
                            model.entry((ticket, article)).or_insert(requester);
                        }
                        let added = model.len() - before;
                        let expected = (added, entries.len() - added);
                        prop_assert_eq!(counts(&learn(&logs[0], solved.clone()).unwrap()), expected);
                        prop_assert_eq!(counts(&learn(&in_memory, solved).unwrap()), expected);
                    }
                    Step::Forget(who) => {
                        let gone: BTreeSet<u8> = model.iter().filter(|((ticket, _), requester)| match &who {
                            Erasure::Ticket(id) => *id == format!("t{ticket}"),
                            Erasure::Requester(name) => requester.map(|r| format!("r{r}")).as_ref() == Some(name),
                            Erasure::FeedbackBefore(_) | Erasure::EventsBefore(_) => false,
                        }).map(|((ticket, _), _)| *ticket).collect();
                        let before = model.len();
                        model.retain(|(ticket, _), _| !gone.contains(ticket));
                        let forgotten = before - model.len();
                        erasures += u64::from(forgotten > 0);
                        prop_assert_eq!(logs[0].forget(&home(), &who).unwrap(), forgotten);
                        prop_assert_eq!(in_memory.forget(&home(), &who).unwrap(), forgotten);
                    }
                    Step::Switch => logs.swap(0, 1),
                    Step::Reopen => logs[0] = open(),
                }
            }
            let expected: Vec<_> = model.keys().map(|(t, a)| (format!("t{t}"), format!("a{a}"))).collect();
            for log in [&logs[0], &logs[1], &in_memory] {
                let solved = log.solved(&home()).unwrap();
                let seen: Vec<_> = solved.into_iter().map(|s| (s.ticket_id, s.articles[0].clone())).collect();
                prop_assert_eq!(&seen, &expected);
                prop_assert_eq!(log.erasures(&home()).unwrap().0, erasures);
            }
        }
    }
}

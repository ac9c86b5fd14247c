//! The learning log holds solved tickets, cleaned and masked, with their verdicts. Models are trained from it.
//!
//! `work/tickets.log` is a [`RecordLog`] of JSON records. Each is an object with one key that names its kind; all
//! records behind the head of the log are verdicts:
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
//! Who writes takes `work/tickets.lock`, reads what others wrote since, and appends what is new as one batch. It is
//! not the lock of those who change articles: neither waits for the other. A batch is written and synced before anyone
//! is told that it was learned. So after a crash it is there whole, or was never acknowledged and is cut off.
//!
//! Forgetting writes the records that stay to `work/tickets.rewritten`, as the next incarnation of the log, syncs it,
//! renames it over the log and syncs the folder. So the incarnation counts how often something was forgotten. So after a crash at any point the log is the old one or the new one; what stays
//! behind of an unfinished rewrite is removed before the next verdict is written or forgotten.
//!
//! A key is the first 128 bits of a BLAKE3 hash. Between two batches only keys are kept in memory, no text.

pub(crate) mod forget;
pub(crate) mod record;
mod salvage;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use self::record::{
    Label, NewVerdict, REMEDY, Record, VerdictLabel, VerdictRecord, other_version, read_key,
    read_label,
};
use crate::error::{Error, ErrorKind, Result};
use crate::feedback_event::FeedbackEvent;
use crate::feedback_event::clean::CleanFeedback;
use crate::storage::file_lock::FileLock;
use crate::storage::files;
use crate::storage::log_head::{LogHead, LogHome, LogMark};
use crate::storage::log_reader::Position;
use crate::storage::record_log::RecordLog;

pub(crate) const LOG_FILE: &str = "tickets.log";
const LOCK_FILE: &str = "tickets.lock";

/// The outcome of learning.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Learned {
    /// The number of verdicts that were new.
    pub added: usize,
    /// The number of verdicts that were in the log already, or came more than once; the first one counts.
    pub repeated: usize,
    /// The ids of articles that the current generation does not have, in order. Their verdicts are kept, and are used
    /// as soon as the articles exist.
    pub unknown_articles: Vec<String>,
}

/// The verdicts of one knowledge base. Several threads and processes may add to it at the same time.
pub(crate) struct LearningLog {
    /// The folder of the log; `None` for a log in memory.
    folder: Option<PathBuf>,
    /// The requests that wait to be written. The next thread that locks `state` writes all of them.
    waiting: Mutex<Vec<Arc<Request>>>,
    state: Mutex<State>,
}

/// The verdicts that one caller wants to add.
struct Request {
    verdicts: Vec<NewVerdict>,
    /// The outcome of the request, set by the thread that wrote its verdicts.
    outcome: Mutex<Option<Result<Learned>>>,
}

/// The state of the log as far as it is known.
#[derive(Default)]
struct State {
    /// The position up to which the file was read; `None`: it must be read from its start.
    end: Option<Position>,
    /// The number of times that feedback was forgotten.
    erasures: u64,
    /// The end of the log, for a manifest; `None` when there is no log.
    mark: Option<LogMark>,
    keys: BTreeSet<u128>,
    /// The records of a log in memory.
    in_memory: Vec<Vec<u8>>,
}

/// Whether a log with this head is older than the one that the newest manifest names: it was rewritten since, which
/// only forgetting does.
fn is_older(head: &LogHead, published: Option<&LogMark>) -> bool {
    published.is_some_and(|published| head.incarnation < published.incarnation)
}

impl LearningLog {
    /// Makes the log in `folder`, which need not exist; without a folder the log is in memory.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            waiting: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Adds the verdicts that are new. When this returns, they survive a power cut; verdicts that other threads learn
    /// at the same time are written together. It leaves `unknown_articles` empty.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged), [`OtherVersion`](ErrorKind::OtherVersion), [`Storage`](ErrorKind::Storage). Nothing of it is learned then.
    pub(crate) fn learn(&self, home: &LogHome, verdicts: Vec<NewVerdict>) -> Result<Learned> {
        if verdicts.is_empty() {
            return Ok(Learned::default());
        }
        let request = Arc::new(Request {
            verdicts,
            outcome: Mutex::default(),
        });
        lock(&self.waiting).push(Arc::clone(&request));
        let mut state = self.lock_state();
        if let Some(outcome) = lock(&request.outcome).take() {
            return outcome;
        }
        self.write_waiting(home, &mut state);
        // It is missing when the thread that was writing it panicked.
        let outcome = lock(&request.outcome).take();
        outcome.unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Internal,
                "another thread failed while it wrote the verdicts; learn them again",
            ))
        })
    }

    fn write_waiting(&self, home: &LogHome, state: &mut State) {
        let lock_file = self.lock_file(home);
        // While the lock was waited for others have come.
        let requests = std::mem::take(&mut *lock(&self.waiting));
        let written = lock_file.and_then(|_lock_file| self.write(home, state, &requests));
        if written.is_err() {
            // What the log holds is known again only when it is read again.
            state.end = None;
        }
        let mut written = written.map(Vec::into_iter);
        for request in requests {
            let outcome = match &mut written {
                Ok(learned) => Ok(learned.next().unwrap_or_default()),
                Err(error) => Err(error.clone()),
            };
            *lock(&request.outcome) = Some(outcome);
        }
    }

    /// Writes the new verdicts of all requests as one batch, and returns the outcome of each request, in order.
    fn write(
        &self,
        home: &LogHome,
        state: &mut State,
        requests: &[Arc<Request>],
    ) -> Result<Vec<Learned>> {
        let mut log = self.open_log(home, state)?;
        let mut keys = BTreeSet::new();
        let mut payloads: Vec<&[u8]> = Vec::new();
        let mut outcomes = Vec::new();
        for request in requests {
            let mut learned = Learned::default();
            for NewVerdict { key, payload, .. } in &request.verdicts {
                if state.keys.contains(key) || !keys.insert(*key) {
                    learned.repeated += 1;
                } else {
                    learned.added += 1;
                    payloads.push(payload);
                }
            }
            outcomes.push(learned);
        }
        if payloads.is_empty() {
            return Ok(outcomes);
        }
        if let Some(log) = &mut log {
            log.append(payloads)?;
            state.went_on(log);
        } else {
            let payloads = payloads.into_iter().map(<[u8]>::to_vec);
            state.in_memory.extend(payloads);
        }
        state.keys.append(&mut keys);
        Ok(outcomes)
    }

    /// Returns all verdicts in chronological order; see [`CleanFeedback::in_order`]. The result is empty when nothing
    /// was learned.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged) or [`OtherVersion`](ErrorKind::OtherVersion) for a log that cannot be used,
    /// [`Storage`](ErrorKind::Storage).
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
    /// As [`solved`](Self::solved).
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
        // What was read up to now does not change any more: others may write while it is read.
        let records = {
            let mut state = self.lock_state();
            if !self.is_there(home)? {
                return Ok(());
            }
            let _lock_file = self.lock_file(home)?;
            let log = self.open_log(home, &mut state)?;
            records(log.as_ref(), &state)?
        };
        for payload in records {
            let read = serde_json::from_slice(&payload?).map_err(|_| self.other_version())?;
            let Record::Verdict(record) = read;
            take(*record).map_err(|_| self.other_version())?;
        }
        Ok(())
    }

    /// Returns how often feedback was forgotten, as the log counts it, and the mark of the log for a manifest. A model
    /// that was built when the count was different may still know what was forgotten. Call this before
    /// [`solved`](Self::solved), so that the count is never newer than what was read.
    ///
    /// # Errors
    /// As [`solved`](Self::solved).
    pub(crate) fn erasures(&self, home: &LogHome) -> Result<(u64, Option<LogMark>)> {
        let mut state = self.lock_state();
        if self.is_there(home)? {
            let _lock_file = self.lock_file(home)?;
            self.open_log(home, &mut state)?;
        }
        Ok((state.erasures, state.mark.clone()))
    }

    /// Whether the log has to be read: always in memory and when a manifest names it, else when the file exists.
    fn is_there(&self, home: &LogHome) -> Result<bool> {
        match self.log_path() {
            Some(path) if home.published.is_none() => files::exists(&path),
            _ => Ok(true),
        }
    }

    fn log_path(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(LOG_FILE))
    }

    /// Takes the lock of the log file; `None` in memory. Creates the folder if it is missing, because a process that
    /// only reads the knowledge base may learn too.
    fn lock_file(&self, home: &LogHome) -> Result<Option<FileLock>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        files::make_folder(folder, home.access)?;
        FileLock::wait(&folder.join(LOCK_FILE), home.access).map(Some)
    }

    /// Opens the log and reads the keys that others wrote since the last time; `None` in memory. The lock must be held.
    fn open_log(&self, home: &LogHome, state: &mut State) -> Result<Option<RecordLog>> {
        let Some(path) = self.log_path() else {
            return Ok(None);
        };
        RecordLog::remove_unfinished(&path)?;
        let mut log = RecordLog::open(&path, home.clone(), REMEDY)?;
        let goes_on = match state.end.take() {
            Some(end) => log.resume(end)?,
            None => false,
        };
        if !goes_on {
            *state = State::default();
        }
        log.read_on(|payload| {
            let Label::Verdict(label) = read_label(payload)?;
            state.keys.insert(read_key(&label.key)?);
            Ok(())
        })?;
        state.went_on(&log);
        Ok(Some(log))
    }

    fn other_version(&self) -> Error {
        let path = self.log_path().unwrap_or_default();
        other_version().at_path(&path)
    }

    /// Locks the state. If a thread panicked and may have left the state half changed, the log is read again from its
    /// start.
    fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| {
            self.state.clear_poison();
            let mut state = poisoned.into_inner();
            state.end = None;
            state
        })
    }
}

impl State {
    fn went_on(&mut self, log: &RecordLog) {
        self.end = Some(log.end());
        self.erasures = log.incarnation();
        self.mark = log.mark();
    }
}

/// Returns the records of the file, or those in memory if there is no file.
fn records(
    log: Option<&RecordLog>,
    state: &State,
) -> Result<Box<dyn Iterator<Item = Result<Vec<u8>>>>> {
    Ok(match log {
        Some(log) => Box::new(log.records()?),
        None => Box::new(state.in_memory.clone().into_iter().map(Ok)),
    })
}

fn labels(
    records: impl Iterator<Item = Result<Vec<u8>>>,
) -> impl Iterator<Item = Result<VerdictLabel>> {
    records.map(|payload| {
        let Label::Verdict(label) = read_label(&payload?)?;
        Ok(label)
    })
}

/// Locks a mutex. A lock that a panic poisoned is used all the same: no change under these locks can stop half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;
    use std::thread;

    use proptest::prelude::*;

    use super::*;
    use crate::feedback_event::FeedbackEvent;
    use crate::feedback_event::verdict::{Rejection, Verdict};
    use crate::learning_log::forget::Erasure;
    use crate::storage::files::Access;
    use crate::storage::identity::Owner;
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

    /// Tells whether any file of the folder contains the bytes.
    fn holds(folder: &Path, bytes: &str) -> bool {
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .any(|file| file.windows(bytes.len()).any(|w| w == bytes.as_bytes()))
    }

    fn batch_count(folder: &Path) -> usize {
        let file = fs::read(folder.join(LOG_FILE)).unwrap();
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
        let lock_file = FileLock::wait(&folder.path().join(LOCK_FILE), Access::Owner).unwrap();
        thread::scope(|scope| {
            let learn = |id: usize| {
                let solved = [linked(&id.to_string(), "x"), linked("shared", "x")];
                learn(&log, solved).unwrap()
            };
            let threads: Vec<_> = (0..16).map(|id| scope.spawn(move || learn(id))).collect();
            while lock(&log.waiting).len() < threads.len() {
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
        fs::remove_file(folder.path().join(LOG_FILE)).unwrap();
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
        fs::copy(folder.path().join(LOG_FILE), &unfinished).unwrap();
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
        let path = folder.path().join(LOG_FILE);
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
        let path = folder.path().join(LOG_FILE);
        let log = LearningLog::new(Some(folder.path().to_owned()));
        learn(&log, [linked("1", "marker")]).unwrap();
        learn(&log, [linked("2", "marker")]).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        damaged[40] ^= 1;
        let of_another = |from: &str, to: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(LOG_FILE);
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

    /// The records of a log, by their text alone.
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
        assert!(lock(&log.waiting).is_empty());
    }

    #[derive(Debug, Clone)]
    enum Step {
        Learn(Vec<(u8, u8, Option<u8>)>),
        Forget(Erasure),
        /// With another handle.
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

//! A log of records with keys, each kept once, to which threads and processes add at the same time.
//!
//! It is a [`RecordLog`] beside a lock file. A writer takes the lock, reads what others wrote since, and appends its new
//! records as one batch. A batch is written and synced before its writers are told that it is kept, so after a crash it is
//! there whole, or it was never acknowledged and is cut off. Threads that wait for the lock at the same time share a batch.
//!
//! Forgetting writes the remaining records to a second file, as the next incarnation of the log, syncs it, renames it over
//! the log and syncs the folder. The incarnation therefore counts the erasures. After a crash at any point the log is the
//! old one or the new one; the next writer removes the remains of an unfinished rewrite.
//!
//! A key has 128 bits. Between two batches only keys are kept in memory.

pub(crate) mod forget;
mod salvage;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::storage::file_lock::FileLock;
use crate::storage::files;
use crate::storage::log_head::{LogHome, LogMark};
use crate::storage::log_reader::Position;
use crate::storage::record_log::RecordLog;

/// A kind of log: the names of its files, and how its records are read.
pub(crate) struct LogKind {
    /// The name of the file of the log.
    pub file: &'static str,
    /// The name of the lock file.
    pub lock_file: &'static str,
    /// The remedy that errors name for a damaged log.
    pub remedy: &'static str,
    /// Reads the key of a record, and as little else as possible.
    pub read_key: fn(&[u8]) -> Result<u128>,
    /// Checks that a whole record can be read.
    pub check: fn(&[u8]) -> Result<()>,
}

/// A record that is to be added to a log unless the log has its key.
pub(crate) struct KeyedRecord {
    pub key: u128,
    pub payload: Vec<u8>,
}

/// The counts of adding records: of new ones, and of those that were in the log already or came more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Added {
    pub added: usize,
    pub repeated: usize,
}

/// One log of records with keys.
pub(crate) struct KeyedLog {
    kind: &'static LogKind,
    /// The folder of the log; `None` for a log in memory.
    folder: Option<PathBuf>,
    /// The requests that wait to be written. The next thread that locks `state` writes all of them.
    waiting: Mutex<Vec<Arc<Request>>>,
    state: Mutex<State>,
}

/// The records that one caller wants to add.
struct Request {
    records: Vec<KeyedRecord>,
    /// The counts or the error, set by the thread that wrote the records; `None` before that.
    outcome: Mutex<Option<Result<Added>>>,
}

/// What is known of the log in memory, as of the last time it was read.
#[derive(Default)]
struct State {
    /// The position up to which the file was read; `None`: it must be read from its start.
    end: Option<Position>,
    /// The number of times that records were forgotten.
    erasures: u64,
    /// The position at the end of the log, for a manifest; `None` when there is no log.
    mark: Option<LogMark>,
    keys: BTreeSet<u128>,
    /// The records of a log that is only in memory.
    in_memory: Vec<Vec<u8>>,
}

impl KeyedLog {
    /// Makes the log in `folder`, which need not exist; without a folder the log is in memory.
    pub(crate) fn new(kind: &'static LogKind, folder: Option<PathBuf>) -> Self {
        Self {
            kind,
            folder,
            waiting: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Adds the records that are not there yet. When this returns they survive a power cut; the records of other threads
    /// at the same time are written with them.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged), [`OtherVersion`](ErrorKind::OtherVersion), [`Storage`](ErrorKind::Storage). Nothing
    /// is added then.
    pub(crate) fn add(&self, home: &LogHome, records: Vec<KeyedRecord>) -> Result<Added> {
        if records.is_empty() {
            return Ok(Added::default());
        }
        let request = Arc::new(Request {
            records,
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
                "another thread failed while it wrote the records; give them again",
            ))
        })
    }

    fn write_waiting(&self, home: &LogHome, state: &mut State) {
        let lock_file = self.lock_file(home);
        // While the lock was waited for others have come.
        let requests = std::mem::take(&mut *lock(&self.waiting));
        let written = lock_file.and_then(|_lock_file| self.write(home, state, &requests));
        if written.is_err() {
            // The content of the log is known again only after it is read again.
            state.end = None;
        }
        let mut written = written.map(Vec::into_iter);
        for request in requests {
            let outcome = match &mut written {
                Ok(added) => Ok(added.next().unwrap_or_default()),
                Err(error) => Err(error.clone()),
            };
            *lock(&request.outcome) = Some(outcome);
        }
    }

    /// Writes the records of all requests as one batch, and returns the counts of each request, in their order.
    fn write(
        &self,
        home: &LogHome,
        state: &mut State,
        requests: &[Arc<Request>],
    ) -> Result<Vec<Added>> {
        let mut log = self.open_log(home, state)?;
        let mut keys = BTreeSet::new();
        let mut payloads: Vec<&[u8]> = Vec::new();
        let mut outcomes = Vec::new();
        for request in requests {
            let mut outcome = Added::default();
            for KeyedRecord { key, payload } in &request.records {
                if state.keys.contains(key) || !keys.insert(*key) {
                    outcome.repeated += 1;
                } else {
                    outcome.added += 1;
                    payloads.push(payload);
                }
            }
            outcomes.push(outcome);
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

    /// Returns the records in the order in which they were added. They do not change while others add to the log.
    ///
    /// # Errors
    /// [`Damaged`](ErrorKind::Damaged) or [`OtherVersion`](ErrorKind::OtherVersion) for a log that cannot be used,
    /// [`Storage`](ErrorKind::Storage).
    pub(crate) fn records(
        &self,
        home: &LogHome,
    ) -> Result<Box<dyn Iterator<Item = Result<Vec<u8>>> + Send>> {
        let mut state = self.lock_state();
        if !self.is_there(home)? {
            return Ok(Box::new(std::iter::empty()));
        }
        let _lock_file = self.lock_file(home)?;
        let log = self.open_log(home, &mut state)?;
        records(log.as_ref(), &state)
    }

    /// Returns the number of times that records were forgotten, and the mark of the log for a manifest. Call it before
    /// [`records`](Self::records), so that the number is never newer than the records.
    ///
    /// # Errors
    /// As [`records`](Self::records).
    pub(crate) fn erasures(&self, home: &LogHome) -> Result<(u64, Option<LogMark>)> {
        let mut state = self.lock_state();
        if self.is_there(home)? {
            let _lock_file = self.lock_file(home)?;
            self.open_log(home, &mut state)?;
        }
        Ok((state.erasures, state.mark.clone()))
    }

    /// Whether there is a log to read: always true for a log in memory, and for one that a publish has recorded in a
    /// manifest.
    fn is_there(&self, home: &LogHome) -> Result<bool> {
        match self.path() {
            Some(path) if home.published.is_none() => files::exists(&path),
            _ => Ok(true),
        }
    }

    /// Returns the path of the log; `None` in memory.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(self.kind.file))
    }

    /// Takes the lock of the log file; `None` in memory. Creates the folder if it is missing, because a process that
    /// only reads the knowledge base may add too.
    fn lock_file(&self, home: &LogHome) -> Result<Option<FileLock>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        files::make_folder(folder, home.access)?;
        FileLock::wait(&folder.join(self.kind.lock_file), home.access).map(Some)
    }

    /// Opens the log and reads the keys that others wrote since the last time; `None` in memory. The lock must be held.
    fn open_log(&self, home: &LogHome, state: &mut State) -> Result<Option<RecordLog>> {
        let Some(path) = self.path() else {
            return Ok(None);
        };
        RecordLog::remove_unfinished(&path)?;
        let mut log = RecordLog::open(&path, home.clone(), self.kind.remedy)?;
        let goes_on = match state.end.take() {
            Some(end) => log.resume(end)?,
            None => false,
        };
        if !goes_on {
            *state = State::default();
        }
        log.read_on(|payload| {
            state.keys.insert((self.kind.read_key)(payload)?);
            Ok(())
        })?;
        state.went_on(&log);
        Ok(Some(log))
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

    /// Returns the number of requests that wait to be written.
    #[cfg(test)]
    pub(crate) fn waiting_count(&self) -> usize {
        lock(&self.waiting).len()
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
) -> Result<Box<dyn Iterator<Item = Result<Vec<u8>>> + Send>> {
    Ok(match log {
        Some(log) => Box::new(log.records()?),
        None => Box::new(state.in_memory.clone().into_iter().map(Ok)),
    })
}

/// Locks a mutex. A lock that a panic poisoned is used all the same: no change under these locks can stop half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Forgets records of a log.

use std::collections::BTreeSet;

use super::{KeyedLog, State, records};
use crate::error::Result;
use crate::storage::files;
use crate::storage::log_head::LogHome;
use crate::storage::record_log::RecordLog;

/// The choice of the records that a log forgets.
pub(crate) trait Selection {
    /// Looks at a record. This is called for every record of the log before the first call of [`has`](Self::has).
    fn look(&mut self, payload: &[u8]) -> Result<()>;

    /// Whether the record is to be forgotten.
    fn has(&self, payload: &[u8]) -> Result<bool>;
}

impl KeyedLog {
    /// Forgets the selected records and returns their number. When this returns, the file contains no byte of them.
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged), [`OtherVersion`](crate::ErrorKind::OtherVersion),
    /// [`Storage`](crate::ErrorKind::Storage).
    pub(crate) fn forget(&self, home: &LogHome, selection: &mut dyn Selection) -> Result<usize> {
        let mut state = self.lock_state();
        if let Some(folder) = &self.folder
            && !files::exists(folder)?
        {
            return Ok(0);
        }
        let _lock_file = self.lock_file(home)?;
        let forgotten = self.forget_locked(home, &mut state, selection);
        if forgotten.is_err() {
            state.end = None;
        }
        forgotten
    }

    fn forget_locked(
        &self,
        home: &LogHome,
        state: &mut State,
        selection: &mut dyn Selection,
    ) -> Result<usize> {
        let mut log = match self.path() {
            Some(path) if home.published.is_none() && !files::exists(&path)? => {
                RecordLog::remove_unfinished(&path)?;
                return Ok(0);
            }
            _ => self.open_log(home, state)?,
        };
        for payload in records(log.as_ref(), state)? {
            selection.look(&payload?)?;
        }
        let mut keys = BTreeSet::new();
        let mut count = 0;
        for payload in records(log.as_ref(), state)? {
            let payload = payload?;
            if selection.has(&payload)? {
                count += 1;
            } else {
                keys.insert((self.kind.read_key)(&payload)?);
            }
        }
        if count == 0 {
            return Ok(0);
        }
        let selection = &*selection;
        let kept = records(log.as_ref(), state)?.filter(|payload| match payload {
            Ok(payload) => !selection.has(payload).unwrap_or(false),
            // The reader of the records returns the error.
            Err(_) => true,
        });
        if let Some(log) = &mut log {
            log.rewrite(kept)?;
            state.went_on(log);
        } else {
            state.in_memory = kept.collect::<Result<_>>()?;
            state.erasures += 1;
        }
        state.keys = keys;
        Ok(count)
    }
}

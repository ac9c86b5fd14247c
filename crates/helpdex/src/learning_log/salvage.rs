//! Checks a log without changing it, or starts it anew with the verdicts that can still be read.

use std::path::Path;

use super::{LOCK_FILE, LOG_FILE, LearningLog, is_older};
use crate::error::Result;
use crate::learning_log::record::{REMEDY, check_record};
use crate::storage::file_lock::FileLock;
use crate::storage::files::{self, Access};
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHead, LogMark};
use crate::storage::record_log::RecordLog;

impl LearningLog {
    /// Reads the log without changing it; returns the number of its verdicts, and the number of bytes behind its last
    /// complete batch.
    pub(crate) fn check(
        log: &Path,
        owner: Option<&Owner>,
        published: Option<&LogMark>,
    ) -> Result<(usize, u64)> {
        let mut count = 0;
        let torn_bytes = RecordLog::check(log, owner, published, REMEDY, |payload| {
            check_record(payload)?;
            count += 1;
            Ok(())
        })?;
        Ok((count, torn_bytes))
    }

    /// Rebuilds the log in this folder from the readable verdicts, and returns their number. This counts as another
    /// erasure. A log from before the published one is not used, because it contains verdicts that were forgotten
    /// later.
    pub(crate) fn begin_anew(
        folder: &Path,
        owner: &Owner,
        access: Access,
        published: Option<LogMark>,
    ) -> Result<usize> {
        files::make_folder(folder, access)?;
        let _lock_file = FileLock::wait(&folder.join(LOCK_FILE), access)?;
        let path = folder.join(LOG_FILE);
        let (found, payloads) = match RecordLog::salvage(&path)? {
            Some((head, payloads))
                if head.owner() == owner && !is_older(&head, published.as_ref()) =>
            {
                (Some(head), payloads)
            }
            // They are another one's, nobody knows whose, or they know what was forgotten.
            _ => (None, Vec::new()),
        };
        let payloads: Vec<Vec<u8>> = payloads
            .into_iter()
            .filter(|payload| check_record(payload).is_ok())
            .collect();
        let count = payloads.len();
        let head = LogHead::replacing(owner, found, published);
        RecordLog::begin(&path, access, head, payloads.into_iter().map(Ok))?;
        Ok(count)
    }
}

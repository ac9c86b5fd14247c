//! Checks a log without changing it, or rebuilds it with the records that can be read.

use std::path::Path;

use super::{KeyedLog, LogKind};
use crate::error::Result;
use crate::storage::file_lock::FileLock;
use crate::storage::files::{self, Access};
use crate::storage::identity::Owner;
use crate::storage::log_head::{LogHead, LogMark};
use crate::storage::record_log::RecordLog;

impl KeyedLog {
    /// Reads a log without changing it, and returns the number of its records, and the number of bytes at its end that
    /// belong to no record.
    pub(crate) fn check(
        kind: &LogKind,
        log: &Path,
        owner: Option<&Owner>,
        published: Option<&LogMark>,
    ) -> Result<(usize, u64)> {
        let mut count = 0;
        let torn_bytes = RecordLog::check(log, owner, published, kind.remedy, |payload| {
            (kind.check)(payload)?;
            count += 1;
            Ok(())
        })?;
        Ok((count, torn_bytes))
    }

    /// Rebuilds the log in this folder with the readable records, and returns their number. This counts as another
    /// erasure. Nothing is kept of a log from before a published one, because it contains records that were forgotten
    /// since.
    pub(crate) fn begin_anew(
        kind: &LogKind,
        folder: &Path,
        owner: &Owner,
        access: Access,
        published: Option<LogMark>,
    ) -> Result<usize> {
        files::make_folder(folder, access)?;
        let _lock_file = FileLock::wait(&folder.join(kind.lock_file), access)?;
        let path = folder.join(kind.file);
        let (found, payloads) = match RecordLog::salvage(&path)? {
            Some((head, payloads))
                if head.owner() == owner && !is_older(&head, published.as_ref()) =>
            {
                (Some(head), payloads)
            }
            // They belong to another knowledge base or to nobody known, or contain what was forgotten.
            _ => (None, Vec::new()),
        };
        let payloads: Vec<Vec<u8>> = payloads
            .into_iter()
            .filter(|payload| (kind.check)(payload).is_ok())
            .collect();
        let count = payloads.len();
        let head = LogHead::replacing(owner, found, published);
        RecordLog::begin(&path, access, head, payloads.into_iter().map(Ok))?;
        Ok(count)
    }
}

/// Whether a log is older than the published one: whether records have been forgotten since it was written.
fn is_older(head: &LogHead, published: Option<&LogMark>) -> bool {
    published.is_some_and(|published| head.incarnation < published.incarnation)
}

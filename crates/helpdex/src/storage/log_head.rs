//! The head of a log, which is its first record and names its owner and the log that it replaced, and the mark that a
//! manifest stores of a log.
//!
//! A log only grows until it is rewritten as a whole, which begins its next incarnation. A manifest stores a
//! [`LogMark`] of each log as of its publish, and a log that does not continue it has lost something.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::storage::files::Access;
use crate::storage::identity::Owner;

/// The version of the records. Increase it whenever the records of a log change their meaning.
const LOG_FORMAT_VERSION: u32 = 2;

/// The first record of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogHead {
    format_version: u32,
    owner: Owner,
    /// The number of times that the log was rewritten before this one was written.
    pub incarnation: u64,
    /// The position at the end of the log that this one replaced; `None` if it replaced none.
    follows: Option<LogMark>,
}

/// A position in a log, with a hash of the batches before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogMark {
    pub incarnation: u64,
    pub size_bytes: u64,
    /// A BLAKE3 hash over the sizes and checksums of all batches before the position.
    pub hash: String,
}

/// The data with which a log is opened: its owner, the access rights of its files, and its mark in the newest manifest.
#[derive(Debug, Clone)]
pub(crate) struct LogHome {
    pub owner: Owner,
    pub access: Access,
    pub published: Option<LogMark>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Log(LogHead),
}

impl LogHead {
    /// Makes the head of the log that replaces the one which ends at `before`, or of the first log if that is `None`.
    pub(crate) fn following(owner: &Owner, before: Option<LogMark>) -> Self {
        Self {
            format_version: LOG_FORMAT_VERSION,
            owner: owner.clone(),
            incarnation: before.as_ref().map_or(0, |before| before.incarnation + 1),
            follows: before,
        }
    }

    /// Returns the head of a new log that replaces a damaged one; it is later than everything known of the old one.
    pub(crate) fn replacing(
        owner: &Owner,
        found: Option<Self>,
        published: Option<LogMark>,
    ) -> Self {
        let mut head = Self::following(owner, published);
        let found = found.map_or(0, |found| found.incarnation + 1);
        head.incarnation = head.incarnation.max(found);
        head
    }

    pub(crate) fn to_record(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&Record::Log(self.clone()))
            .map_err(|e| Error::internal("the head of a log cannot be written", e))
    }

    /// Reads the first record of a log. Its error leaves out the error of serde, which may quote a ticket.
    ///
    /// # Errors
    /// [`OtherVersion`](ErrorKind::OtherVersion) for a log of another version.
    pub(crate) fn read(record: &[u8], remedy: &str) -> Result<Self> {
        match serde_json::from_slice(record) {
            Ok(Record::Log(head)) if head.format_version == LOG_FORMAT_VERSION => Ok(head),
            _ => Err(Error::new(
                ErrorKind::OtherVersion,
                format!(
                    "the log was written by another version of Helpdex; use that one, or {remedy}"
                ),
            )),
        }
    }

    /// Checks that the log belongs to `owner`.
    ///
    /// # Errors
    /// [`OtherOwner`](ErrorKind::OtherOwner) for a log that is another one's.
    pub(crate) fn check_owner(&self, owner: &Owner, remedy: &str) -> Result<()> {
        owner.check(&self.owner, remedy)
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }
}

impl LogMark {
    /// Whether a log continues this state: it has the same bytes up to this position, or it was rewritten from a log
    /// that had them. `hash_there` is the log's own hash at this position; `None` when it has no such position.
    ///
    /// A log that was rewritten twice names the incarnation between.
    pub(crate) fn is_continued_by(&self, head: &LogHead, hash_there: Option<&str>) -> bool {
        if head.incarnation == self.incarnation {
            return hash_there == Some(&self.hash);
        }
        head.incarnation > self.incarnation
            && head.follows.as_ref().is_some_and(|before| {
                let reached = (before.incarnation, before.size_bytes);
                let known = (self.incarnation, self.size_bytes);
                reached > known || (reached == known && before.hash == self.hash)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(incarnation: u64, size_bytes: u64, hash: &str) -> LogMark {
        LogMark {
            incarnation,
            size_bytes,
            hash: hash.into(),
        }
    }

    #[test]
    fn a_log_continues_what_it_grew_from_and_what_it_was_rewritten_from() {
        let owner = Owner::example();
        let known = mark(3, 100, "a");
        let cases = [
            // The same incarnation, with and without the prefix.
            (Some(mark(2, 9, "x")), Some("a"), true),
            (Some(mark(2, 9, "x")), Some("b"), false),
            (Some(mark(2, 9, "x")), None, false),
            // An older one.
            (Some(mark(1, 900, "a")), Some("a"), false),
            (None, Some("a"), false),
            // Rewritten at that place, or later, or twice.
            (Some(mark(3, 100, "a")), None, true),
            (Some(mark(3, 120, "b")), None, true),
            (Some(mark(4, 10, "c")), Some("b"), true),
            // Rewritten from another log or from a shorter one.
            (Some(mark(3, 100, "b")), Some("a"), false),
            (Some(mark(3, 99, "a")), Some("a"), false),
        ];
        for (before, hash_there, expected) in cases {
            let head = LogHead::following(&owner, before);
            let found = known.is_continued_by(&head, hash_there);
            assert_eq!(found, expected, "{head:?} {hash_there:?}");
        }
    }
}

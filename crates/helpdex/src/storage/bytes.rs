//! Bytes that several parts of the program share.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// A range of the bytes of a file in memory. Clones and sub-ranges share the file's bytes.
#[derive(Clone)]
pub(crate) struct Bytes {
    file: Arc<[u8]>,
    range: Range<usize>,
}

impl Bytes {
    pub(crate) fn new(file: Vec<u8>) -> Self {
        Self {
            range: 0..file.len(),
            file: file.into(),
        }
    }

    /// Returns the bytes at `range`, which counts from the first of these bytes and must lie within them.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        debug_assert!(range.end <= self.range.len());
        Self {
            file: Arc::clone(&self.file),
            range: self.range.start + range.start..self.range.start + range.end,
        }
    }

    /// Returns all bytes of the file that these bytes are a part of, and their range in it.
    pub(crate) fn into_file(self) -> (Arc<[u8]>, Range<usize>) {
        (self.file, self.range)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.file[self.range.clone()]
    }
}

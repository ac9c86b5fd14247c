//! A piece of personal data that was found.

use std::ops::Range;

/// A stretch of text and the mask that replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) mask: &'static str,
}

impl Found {
    pub(super) fn new(range: Range<usize>, mask: &'static str) -> Self {
        Self { range, mask }
    }
}

//! The state of the walk over a text that all finders of personal data share.

use std::cell::Cell;

use super::label::Labelled;
use super::number;
use super::token::Token;
use crate::digits;

/// The state of the walk over a text that all finders of personal data share.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    /// The end of the last piece of personal data. A mask replaces it, and the text before it is not read again.
    pub(super) floor: usize,
    /// The end, in bytes, of the last link that was read.
    pub(super) link_end: usize,
    /// The label that was searched for last, with the [`floor`](Self::floor) at the time and the byte of the value in
    /// front of which it was searched for.
    pub(super) label: Cell<Option<(usize, usize, Option<Labelled>)>>,
    /// The token that was read last, kept because several finders look at it.
    pub(super) token: Cell<Option<Token>>,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            floor: 0,
            link_end: 0,
            label: Cell::new(None),
            token: Cell::new(None),
        }
    }

    /// The character before a place; `]` at the end of the last piece of personal data, as if its mask were written
    /// already.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        if at == self.floor && at > 0 {
            return Some(']');
        }
        self.text[self.floor..at].chars().next_back()
    }

    /// Whether another number precedes a place, with a space between: both then belong to a list.
    pub(super) fn is_behind_number(&self, at: usize) -> bool {
        let mut before = self.text[self.floor..at].chars().rev();
        before.next().and_then(number::separator) == Some(' ')
            && before.next().and_then(digits::value).is_some()
    }

    pub(super) fn is_in_link(&self, at: usize) -> bool {
        at < self.link_end
    }
}

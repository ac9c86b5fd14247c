//! The text on the way through it, as the kinds of personal data see it.

use std::cell::Cell;

use super::label::Labelled;
use super::number;
use super::token::Token;
use crate::digits;

/// The text on the way through it.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    /// The end of the last piece of personal data: a mask takes its place, and the text in front is not read again.
    pub(super) floor: usize,
    /// The end of the link that was met last.
    pub(super) link_end: usize,
    /// The last label that was looked for, with the [`floor`](Self::floor) and the place for which it holds.
    pub(super) label: Cell<Option<(usize, usize, Option<Labelled>)>>,
    /// The last token that was read.
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

    /// The character in front of a place; the bracket of the mask where something was found.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        if at == self.floor && at > 0 {
            return Some(']');
        }
        self.text[self.floor..at].chars().next_back()
    }

    /// Whether another number stands in front of a place, a space between: both belong to a list.
    pub(super) fn is_behind_number(&self, at: usize) -> bool {
        let mut before = self.text[self.floor..at].chars().rev();
        before.next().and_then(number::separator) == Some(' ')
            && before.next().and_then(digits::value).is_some()
    }

    pub(super) fn is_in_link(&self, at: usize) -> bool {
        at < self.link_end
    }
}

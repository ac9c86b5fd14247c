//! A token with digits: a password, a key or a code.

use std::ops::Range;

use super::label::Labelled;

/// The letters, digits and signs around a digit, up to white space, quotes and signs that join names with values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    /// The end of the token, without the marks that end a sentence.
    pub(super) end: usize,
    /// The end of the token, with the marks that end a sentence.
    pub(super) whole_end: usize,
    /// The label in front of the token.
    pub(super) labelled: Option<Labelled>,
}

impl Token {
    /// Returns the rest of the token behind the mask that ends at `floor`, if the mask lies inside it.
    pub(super) fn behind(self, floor: usize) -> Self {
        if self.start >= floor {
            return self;
        }
        Self {
            start: floor,
            end: self.end.max(floor),
            labelled: None,
            ..self
        }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

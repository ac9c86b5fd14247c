//! A token that digits stand in: a password, a key or a code.

use std::ops::Range;

use super::label::Labelled;

/// The letters, digits and signs around a digit, up to white space, quotes and signs that join names with values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    /// The end without the marks that end a sentence.
    pub(super) end: usize,
    /// The end with these marks.
    pub(super) whole_end: usize,
    /// The label in front of it.
    pub(super) labelled: Option<Labelled>,
}

impl Token {
    /// Returns the rest of the token behind the mask that ends at `floor`, when the mask lies in it.
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

//! The tokens that digits stand in: passwords, keys and codes, each read once.

use std::ops::Range;

use super::super::words::is_unspaced;
use super::labels::Labelled;
use super::{Scan, credentials};

/// The letters, digits and signs around a digit, up to white space, quotes and signs that join names with values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    /// Its end without the marks that end a sentence.
    end: usize,
    /// Its end with these marks.
    whole_end: usize,
    /// What the words in front of it say.
    pub(super) labelled: Option<Labelled>,
}

impl Token {
    /// The token that the digit at `at` stands in; it is read once, however many numbers it has.
    pub(super) fn around(scan: &Scan<'_>, at: usize) -> Self {
        if let Some(token) = scan.token.get()
            && (token.start..token.whole_end).contains(&at)
        {
            return token.behind(scan.floor);
        }
        let head = &scan.text[scan.floor..at];
        let start = head
            .char_indices()
            .rev()
            .find(|&(_, c)| is_outside(c))
            .map_or(scan.floor, |(before, c)| scan.floor + before + c.len_utf8());
        let rest = &scan.text[at..];
        let whole_end = at + rest.find(is_outside).unwrap_or(rest.len());
        let text = scan.text[start..whole_end].trim_end_matches(credentials::is_trailing);
        let token = Self {
            start,
            end: start + text.len(),
            whole_end,
            labelled: scan.labelled(start),
        };
        scan.token.set(Some(token));
        token
    }

    /// What is left of it behind the mask that ends at `floor`, when there is one in it.
    fn behind(self, floor: usize) -> Self {
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

fn is_outside(c: char) -> bool {
    c.is_whitespace()
        || is_unspaced(c)
        || matches!(c, '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '<' | '>')
        || matches!(c, '=' | ':' | '：' | '(' | '[' | ']')
}

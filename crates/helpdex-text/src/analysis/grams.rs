//! Character n-grams: they carry typing errors, missing diacritics, compounds, and words cut in the wrong place.

use std::ops::Range;

use super::script::Script;

/// Marks the two ends of a word, so that its first and last letters count as such.
const PAD: char = '_';

/// Gram sizes in characters, by measured rank (`XQuAD`, `JaQuAD`, Microsoft 365 articles).
const SPACED_GRAM: usize = 4;
const HEBREW_GRAM: usize = 3;
const HANGUL_GRAM: usize = 2;
pub(crate) const SOUTH_EAST_ASIAN_GRAM: usize = 3;
pub(crate) const EAST_ASIAN_GRAM: usize = 2;

/// The folded words and runs of a text, ready to be read as grams.
///
/// The text is kept once; a gram is a slice of it, so no gram is ever copied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    text: String,
    units: Vec<Unit>,
}

#[derive(Debug, Clone)]
struct Unit {
    range: Range<usize>,
    size: usize,
}

impl Grams {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.units.clear();
    }

    /// Adds a folded word of a spaced script.
    pub(crate) fn push_word(&mut self, word: &str) {
        let start = self.text.len();
        match word.chars().find_map(Script::of) {
            Some(Script::Hangul) => {
                self.text.push_str(word);
                self.push_unit(start, HANGUL_GRAM);
            }
            script => {
                self.text.push(PAD);
                self.text.push_str(word);
                self.text.push(PAD);
                let size = if script == Some(Script::Hebrew) {
                    HEBREW_GRAM
                } else {
                    SPACED_GRAM
                };
                self.push_unit(start, size);
            }
        }
    }

    /// Adds a folded run of a script without spaces.
    pub(crate) fn push_run(&mut self, run: &str, size: usize) {
        let start = self.text.len();
        self.text.push_str(run);
        self.push_unit(start, size);
    }

    fn push_unit(&mut self, start: usize, size: usize) {
        let range = start..self.text.len();
        if !range.is_empty() {
            self.units.push(Unit { range, size });
        }
    }

    /// Every gram in text order; a unit shorter than its gram size is one gram.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.units
            .iter()
            .flat_map(|unit| windows(&self.text[unit.range.clone()], unit.size))
    }
}

/// Every stretch of `size` characters of `text`, or all of `text` when it has fewer.
fn windows(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let first_end = ends.nth(size - 1).unwrap_or(text.len());
    let starts = text.char_indices().map(|(at, _)| at);
    starts
        .zip(std::iter::once(first_end).chain(ends))
        .map(|(start, end)| &text[start..end])
}

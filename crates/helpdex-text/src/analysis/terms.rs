//! The terms and grams of one text.

use std::ops::Range;

use super::grams::Grams;
use super::stem::KnownStems;

/// The longest term, in bytes. A longer term is cut at a character boundary.
pub const MAX_TERM_BYTES: usize = 64;

/// The terms and grams of one text, and the buffers that the next text uses again. After a thousand words it also keeps up to
/// 50,000 words of earlier texts, with their stems, until it is dropped.
///
/// Its `Debug` form shows how many words there are and none of them: the text may be a ticket.
#[derive(Clone, Default)]
pub struct Analysis {
    pub(super) words: Vec<WordRecord>,
    /// The terms of the text, one behind the other without a separator.
    pub(super) terms: String,
    pub(super) grams: Grams,
    /// The word or run that is being analysed, in its normalized form.
    pub(super) normalized: String,
    pub(super) folded: String,
    pub(super) respelled: Respelled,
    /// A cache of the stems of words in earlier texts.
    pub(super) stems: KnownStems,
}

impl std::fmt::Debug for Analysis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analysis")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

/// A run of a script without spaces, spelled as a dictionary spells it.
#[derive(Clone, Default)]
pub(super) struct Respelled {
    pub(super) run: String,
    /// The pairs of positions that [`Normalizer::respell`](super::normalize::Normalizer::respell) gives: one in the respelled run, one in the raw run.
    pub(super) positions: Vec<(usize, usize)>,
}

impl Respelled {
    pub(super) fn clear(&mut self) {
        self.run.clear();
        self.positions.clear();
    }

    /// Returns the position in the raw run for a position in the respelled one; both in bytes.
    pub(super) fn raw(&self, at: usize) -> usize {
        let before = self
            .positions
            .partition_point(|&(respelled, _)| respelled <= at);
        match before.checked_sub(1) {
            Some(index) => self.positions[index].1 + (at - self.positions[index].0),
            None => at,
        }
    }
}

/// A word that was found in a text: its search term and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The search term: stemmed and folded, 1 to [`MAX_TERM_BYTES`] bytes, without white space and control characters.
    pub term: &'a str,
    /// The range of the word in the text, in bytes.
    pub range: Range<usize>,
    /// Whether the word is on the list of function and courtesy words of its language, looked up before stemming.
    /// Always `false` when that list is inactive, because queries have not been shown to do as well without its words.
    pub is_function_word: bool,
}

#[derive(Debug, Clone)]
pub(super) struct WordRecord {
    /// The byte of `terms` at which the term ends; it begins where the term before it ends.
    pub(super) term_end: usize,
    pub(super) range: Range<usize>,
    pub(super) is_function_word: bool,
}

impl Analysis {
    /// Returns the words in the order in which they begin; a joined word (`file.txt`) comes before its parts.
    pub fn words(&self) -> impl Iterator<Item = Word<'_>> {
        let mut start = 0;
        self.words.iter().map(move |word| {
            let term = &self.terms[start..word.term_end];
            start = word.term_end;
            Word {
                term,
                range: word.range.clone(),
                is_function_word: word.is_function_word,
            }
        })
    }

    /// Returns the character n-grams of the folded words and runs in text order, repetitions included. There is also
    /// one gram for each two neighbouring content words: `for_pas` for "forgot password".
    pub fn grams(&self) -> impl Iterator<Item = &str> {
        self.grams.iter()
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.terms.clear();
        self.grams.clear();
    }
}

//! The sender's own words above a message that the sender may have forwarded.

use std::sync::LazyLock;

use super::fold::fold;
use super::page::Line;
use super::rules;
use super::words::{contains_phrase, informative_words};

static POINTERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    rules::read(include_str!("../../data/ticket/pointers.txt"))
        .flat_map(|(_, phrases)| phrases.split('|').map(fold))
        .collect()
});

/// The most words of the sender in front of a quote with which a "see below" makes the quote the question.
///
/// Our own judgement: people who forward write one to three sentences above.
const LONGEST_COVER_NOTE_WORDS: usize = 40;

/// The sender's own words in front of a header, as far as they have been read.
#[derive(Debug, Default)]
pub(super) struct CoverNote {
    lines_read: usize,
    words: usize,
    /// Whether one of the words read so far, such as "below", points to the message below.
    points: bool,
}

impl CoverNote {
    /// Reads those of `lines` that have not been read yet, and counts their words.
    pub(super) fn read(&mut self, lines: &[Line<'_>]) {
        for line in &lines[self.lines_read..] {
            if self.words > LONGEST_COVER_NOTE_WORDS {
                break;
            }
            if line.is_cut() || line.quote_depth > 0 {
                continue;
            }
            self.words += informative_words(line.text, LONGEST_COVER_NOTE_WORDS + 1);
            self.points = self.points
                || POINTERS
                    .iter()
                    .any(|phrase| contains_phrase(&line.folded, phrase));
        }
        self.lines_read = lines.len();
    }

    /// Whether the sender wrote any words of their own.
    pub(super) fn has_words(&self) -> bool {
        self.words > 0
    }

    /// Whether the sender writes about the message below: the note points to it and is short.
    pub(super) fn is_about_next(&self) -> bool {
        self.points && self.words <= LONGEST_COVER_NOTE_WORDS
    }
}

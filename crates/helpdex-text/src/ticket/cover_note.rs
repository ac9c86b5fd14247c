//! The words of a sender above a message that they may forward.

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

/// Own words in front of a quote beyond which a "see below" no longer makes the quote the question.
///
/// Our own judgement: people who forward write one to three sentences above.
const LONGEST_COVER_NOTE_WORDS: usize = 40;

/// The sender's own words in front of a header, as far as they have been read.
#[derive(Debug, Default)]
pub(super) struct CoverNote {
    lines_read: usize,
    words: usize,
    /// Whether a word points to the message below.
    points: bool,
}

impl CoverNote {
    /// Reads the lines that have not been read.
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

    /// Whether the sender wrote words of their own.
    pub(super) fn has_words(&self) -> bool {
        self.words > 0
    }

    /// Whether the message below is what the sender writes about.
    pub(super) fn is_about_next(&self) -> bool {
        self.points && self.words <= LONGEST_COVER_NOTE_WORDS
    }
}

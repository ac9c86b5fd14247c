//! Finds the words next to a number or a value that give it a meaning: `phone:`, `mot de passe est`, `order no`.
//!
//! Most numbers and colons have no label. If the word next to them consists of ASCII letters, it shows so before
//! anything is folded.

use std::cmp::{Ordering, Reverse};
use std::sync::LazyLock;

use super::label::{LABEL_KINDS, Label, LabelKind, Labelled};
use super::scan::Scan;
use crate::ticket::fold::fold;
use crate::ticket::rules::{self, Phrases};
use crate::ticket::words::is_unspaced;

static LABELS: LazyLock<Phrases<LabelKind>> = LazyLock::new(|| {
    let lines = rules::read(include_str!("../../../data/ticket/private_labels.txt"));
    Phrases::from_lines(lines.map(|(kind, words)| (rules::kind(kind, &LABEL_KINDS), words)))
});

/// The phrases of the table that end with a word of ASCII letters and digits, each with that word and its kind.
static ENDINGS: LazyLock<Vec<(String, String, LabelKind)>> = LazyLock::new(|| {
    let mut endings: Vec<_> = LABELS
        .all()
        .map(|(phrase, kind)| (last_word(phrase).to_owned(), phrase.to_owned(), kind))
        .filter(|(word, ..)| !word.is_empty())
        .collect();
    endings.sort_by(|a, b| (&a.0, Reverse(a.1.len())).cmp(&(&b.0, Reverse(b.1.len()))));
    endings
});

/// The first words of the phrases that may follow a one-time code.
static BEGINNINGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut beginnings: Vec<String> = LABELS
        .all()
        .filter(|&(_, kind)| matches!(kind, LabelKind::Label(Label::Code) | LabelKind::Gap))
        .map(|(phrase, _)| first_word(phrase).to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    beginnings.sort();
    beginnings
});

/// The most bytes between the start of a label and its value: four words of the table, and three words between.
const LABEL_WINDOW_BYTES: usize = 96;

/// The most words between a label and its value, as in "phone number is still my old".
const MOST_GAP_WORDS: usize = 5;

/// The most words of a label of the table: "numéro de sécurité sociale", "code à usage unique".
const MOST_LABEL_WORDS: usize = 4;

/// The most characters of a label of the table in a script without spaces.
const MOST_UNSPACED_CHARS: usize = 18;

/// Returns the label in front of a place. Several kinds of personal data ask for it; it is searched for once.
pub(super) fn labelled(scan: &Scan<'_>, at: usize) -> Option<Labelled> {
    if let Some((floor, place, labelled)) = scan.label.get()
        && (floor, place) == (scan.floor, at)
    {
        return labelled;
    }
    let labelled = before(scan, at);
    scan.label.set(Some((scan.floor, at, labelled)));
    labelled
}

/// Returns the meaning of the label in front of a place.
pub(super) fn label(scan: &Scan<'_>, at: usize) -> Option<Label> {
    labelled(scan, at).map(|labelled| labelled.label)
}

/// Whether the words in front of a place say that the number there is that of a thing, not of a person.
pub(super) fn is_thing(scan: &Scan<'_>, at: usize) -> bool {
    matches!(label(scan, at), Some(Label::Thing | Label::Book))
}

/// Searches for the label in front of a value that begins at `start`.
pub(super) fn before(scan: &Scan<'_>, start: usize) -> Option<Labelled> {
    let window = window_before(scan, start);
    if !may_end_with_label(window) {
        return None;
    }
    let folded = fold(window).replace('_', " ");
    let mut rest = folded.as_str();
    let mut is_joined = false;
    for _ in 0..=MOST_GAP_WORDS {
        let trimmed = rest.trim_end_matches(is_edge);
        is_joined |= rest[trimmed.len()..].contains([':', '=']);
        rest = trimmed;
        let (phrase_start, kind) = longest_suffix(rest)?;
        match kind {
            LabelKind::Label(label) => return Some(Labelled { label, is_joined }),
            LabelKind::Gap => is_joined = true,
            LabelKind::Link => return None,
        }
        rest = &rest[..phrase_start];
    }
    None
}

/// Whether the words behind a value say that it is a one-time code: "482913 is your verification code".
pub(super) fn is_code_behind(scan: &Scan<'_>, end: usize) -> bool {
    let behind = &scan.text[end..];
    let window = &behind[..floor_boundary(behind, LABEL_WINDOW_BYTES)];
    let window = window.split('\n').next().unwrap_or_default();
    if !may_begin_with_code(window) {
        return false;
    }
    let folded = fold(window);
    let mut rest = folded.as_str();
    for _ in 0..=MOST_GAP_WORDS {
        rest = rest.trim_start_matches(is_edge);
        let word_end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        match LABELS.longest_prefix(rest) {
            Some((len, LabelKind::Label(Label::Code)))
                if !rest[len..].starts_with(char::is_alphanumeric) =>
            {
                return true;
            }
            _ if LABELS.value_of(&rest[..word_end]) == Some(LabelKind::Gap) => {
                rest = &rest[word_end..];
            }
            _ => return false,
        }
    }
    false
}

/// Whether a part of a link's path, such as `reset` or `invite`, says that the next part is a token.
pub(super) fn announces_token(part: &str) -> bool {
    part.len() <= LABEL_WINDOW_BYTES
        && LABELS
            .value_of(&part.to_ascii_lowercase())
            .is_some_and(|kind| {
                matches!(
                    kind,
                    LabelKind::Link | LabelKind::Label(Label::Token | Label::Password)
                )
            })
}

/// Returns the text in front of a value in its line, or the line before if that ends with a colon.
fn window_before<'t>(scan: &Scan<'t>, start: usize) -> &'t str {
    let from = start.saturating_sub(LABEL_WINDOW_BYTES).max(scan.floor);
    let from = (from..=start)
        .find(|&at| scan.text.is_char_boundary(at))
        .unwrap_or(start);
    let window = &scan.text[from..start];
    let trimmed = window.trim_end();
    let is_next_line = window[trimmed.len()..].contains('\n');
    if is_next_line && !trimmed.ends_with([':', '：']) {
        return "";
    }
    let line = trimmed.rfind('\n').map_or(0, |at| at + 1);
    let is_cut =
        line == 0 && from > scan.floor && scan.before(from).is_some_and(char::is_alphanumeric);
    let whole = if is_cut {
        trimmed
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(trimmed.len())
    } else {
        line
    };
    &window[whole..]
}

/// Returns the start and the kind of the longest phrase of the table that a folded text ends with.
fn longest_suffix(folded: &str) -> Option<(usize, LabelKind)> {
    let word = last_word(folded);
    let before = folded[..folded.len() - word.len()].chars().next_back();
    if word.is_empty() || before.is_some_and(char::is_alphanumeric) {
        return longest_suffix_of_characters(folded);
    }
    let same_word = ENDINGS.partition_point(|ending| ending.0.as_str() < word);
    ENDINGS[same_word..]
        .iter()
        .take_while(|ending| ending.0 == word)
        .find_map(|(_, phrase, kind)| {
            let head = folded.strip_suffix(phrase.as_str())?;
            let is_whole = !head.ends_with(char::is_alphanumeric)
                || phrase.starts_with(|c| is_unspaced(c) || is_hangul(c));
            is_whole.then_some((head.len(), *kind))
        })
}

/// Like [`longest_suffix`], for a text that does not end with an ASCII word: the phrase may begin at any character.
fn longest_suffix_of_characters(folded: &str) -> Option<(usize, LabelKind)> {
    let mut best = None;
    let mut words = 0;
    let mut chars = folded.char_indices().rev().enumerate().peekable();
    while let Some((count, (at, c))) = chars.next() {
        let before = chars.peek().map(|&(_, (_, c))| c);
        let is_word_start = before.is_none_or(|c| !c.is_alphanumeric()) && c.is_alphanumeric();
        let is_run = count < MOST_UNSPACED_CHARS && (is_unspaced(c) || is_hangul(c));
        if (is_word_start || is_run)
            && let Some(kind) = LABELS.value_of(&folded[at..])
        {
            best = Some((at, kind));
        }
        words += usize::from(is_word_start);
        if words == MOST_LABEL_WORDS {
            break;
        }
    }
    best
}

/// Returns the ASCII letters and digits at the end of a text.
fn last_word(text: &str) -> &str {
    let len = text
        .bytes()
        .rev()
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    &text[text.len() - len..]
}

/// Returns the ASCII letters and digits at the beginning of a text.
fn first_word(text: &str) -> &str {
    let len = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    &text[..len]
}

/// Whether a text that is not folded may end with a phrase of the table, judged by its last word alone.
fn may_end_with_label(window: &str) -> bool {
    let window = window.trim_end_matches(|c| is_edge(c) || c == '_');
    let word = last_word(window);
    let before = window.as_bytes()[..window.len() - word.len()].last();
    if before.is_some_and(|&byte| may_fold_into_word(byte)) {
        return true;
    }
    // A phrase that does not end with a word of ASCII ends with a character beyond ASCII.
    ENDINGS
        .binary_search_by(|ending| compare_lower(&ending.0, word))
        .is_ok()
}

/// Whether a text that is not folded may begin with a phrase that follows one-time codes, judged by its first word
/// alone.
fn may_begin_with_code(window: &str) -> bool {
    let window = window.trim_start_matches(is_edge);
    let word = first_word(window);
    let behind = window.as_bytes().get(word.len());
    if behind.is_some_and(|&byte| may_fold_into_word(byte)) {
        return true;
    }
    BEGINNINGS
        .binary_search_by(|beginning| compare_lower(beginning, word))
        .is_ok()
}

/// Whether a byte next to a word might disappear or become a letter when the text is folded.
fn may_fold_into_word(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_control() || byte == b'*'
}

/// Compares a lower-case word with a word in any case.
fn compare_lower(lower: &str, word: &str) -> Ordering {
    let word = word.bytes().map(|byte| byte.to_ascii_lowercase());
    lower.bytes().cmp(word)
}

fn is_hangul(c: char) -> bool {
    ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

/// Whether a character may stand between words and values. The bracket that closes a mask may not.
fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '='
                | '.'
                | ','
                | '#'
                | '-'
                | '"'
                | '\''
                | '('
                | ')'
                | '['
                | '<'
                | '>'
                | '*'
                | '|'
                | '/'
                | '\\'
        )
}

/// Returns the last character boundary at or before byte `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

//! Counts informative words without knowing the language.

use std::ops::Range;
use std::sync::LazyLock;

use super::fold::fold;
use super::masks::MASKS;
use super::rules::Phrases;

static UNINFORMATIVE: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(include_str!("../../data/ticket/uninformative_words.txt")));

/// The fewest informative words that a question has. Our own judgement, after the practice of other helpdesks.
pub(super) const FEWEST_WORDS: usize = 3;

/// Returns whether a text has enough informative words for a question.
pub(super) fn has_enough_words(text: &str) -> bool {
    informative_words(text, FEWEST_WORDS) >= FEWEST_WORDS
}

/// Counts informative words, up to `enough`; function words, courtesies, masks and single letters do not count.
///
/// Scripts without spaces are counted by length: two Han or kana characters, or four Thai, Lao, Khmer or Burmese
/// letters, count as a word.
pub(super) fn informative_words(text: &str, enough: usize) -> usize {
    let mut count = 0;
    for token in text.split(is_separator) {
        if count >= enough {
            break;
        }
        let is_mask = MASKS
            .iter()
            .any(|mask| token.trim_end_matches(is_edge).starts_with(mask));
        if is_mask || token.is_empty() {
            continue;
        }
        let token = token.trim_matches(is_edge);
        count += match unspaced_letters(token) {
            Some((letters, letters_a_word)) => {
                let is_courtesy = UNINFORMATIVE.value_of(&fold(token)).is_some();
                if is_courtesy {
                    0
                } else {
                    letters.div_ceil(letters_a_word)
                }
            }
            None => usize::from(is_informative(token)),
        };
    }
    count.min(enough)
}

fn is_informative(token: &str) -> bool {
    // A longer token says something whatever it is, and is not worth folding.
    if token.len() > 100 {
        return true;
    }
    let letters = token.chars().filter(|c| c.is_alphanumeric()).count();
    letters >= 2 && UNINFORMATIVE.value_of(&fold(token)).is_none()
}

/// Returns the number of letters of a token in a script without spaces, and how many of them count as one word; `None`
/// for other scripts.
fn unspaced_letters(token: &str) -> Option<(usize, usize)> {
    let letters_a_word = token.chars().find_map(|c| match c {
        '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' => Some(2),
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => Some(4),
        _ => None,
    })?;
    Some((
        token.chars().filter(|c| c.is_alphanumeric()).count(),
        letters_a_word,
    ))
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | '。' | '，' | '！' | '？' | '；' | '…' | '/' | '|')
}

fn is_edge(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '[' | ']')
}

/// Whether a folded line contains a folded phrase as whole words; in a script without spaces, anywhere.
pub(super) fn contains_phrase(folded: &str, phrase: &str) -> bool {
    folded
        .match_indices(phrase)
        .any(|(at, _)| is_phrase_at(folded, at..at + phrase.len()))
}

/// Whether a range of a folded text begins and ends at the edges of words, or is in a script without spaces.
pub(super) fn is_phrase_at(folded: &str, range: Range<usize>) -> bool {
    let phrase = &folded[range.clone()];
    let before = folded[..range.start].chars().next_back();
    let after = folded[range.end..].chars().next();
    let starts_inside =
        phrase.chars().next().is_some_and(is_spaced_letter) && before.is_some_and(is_spaced_letter);
    let ends_inside = phrase.chars().next_back().is_some_and(is_spaced_letter)
        && after.is_some_and(is_spaced_letter);
    !starts_inside && !ends_inside
}

fn is_spaced_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

/// Whether a letter belongs to a script without spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

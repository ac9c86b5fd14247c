//! Cuts the greetings at the start of messages.

use std::sync::LazyLock;

use super::fold::{fold, fold_prefix};
use super::page::{Line, Page};
use super::removal::RemovalKind::Greeting;
use super::rules::Phrases;
use super::words::is_unspaced;

static GREETINGS: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(include_str!("../../data/ticket/greetings.txt")));
static GREETED: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(include_str!("../../data/ticket/greeted.txt")));

/// The most characters that a greeting and the name behind it have. Our own judgement.
const LONGEST_GREETING_CHARS: usize = 90;

/// The most lines of greetings and courtesies that are cut at the start of a message.
const MOST_GREETING_LINES: usize = 4;

/// The most words of a name behind a greeting, as in "Dear Mr. and Mrs. van der Berg".
const MOST_NAME_WORDS: usize = 6;

/// Cuts the greetings at the start of each message of the page.
pub(super) fn cut(page: &mut Page<'_>) {
    for message in page.messages.clone() {
        let mut at = message.start;
        for _ in 0..MOST_GREETING_LINES {
            let Some(i) = page.next_filled(at, message.end) else {
                break;
            };
            let Some(greeting) = find(&page.lines[i]) else {
                break;
            };
            if greeting.is_whole_line {
                page.cut_lines(i..i + 1, Greeting, greeting.rule);
                at = i + 1;
            } else {
                page.cut_within(i, greeting.start..greeting.end, Greeting, greeting.rule);
                break;
            }
        }
    }
}

#[derive(Debug)]
struct Found {
    rule: &'static str,
    /// The byte of the line's text at which the greeting begins.
    start: usize,
    /// The byte of the line's text behind the greeting.
    end: usize,
    is_whole_line: bool,
}

fn find(line: &Line<'_>) -> Option<Found> {
    let start = line.text.len() - line.text.trim_start().len();
    let start = start.max(line.body_start);
    let body = &line.text[start..];
    let (folded, ends) = fold_prefix(body, LONGEST_GREETING_CHARS);
    let Some((mut at, rule)) = greeting_at(&folded) else {
        return addressed_line(body, &folded).map(|rule| Found {
            rule,
            start,
            end: line.text.len(),
            is_whole_line: true,
        });
    };
    // Two greetings may stand on one line: "Hello, good morning!"
    while let Some((len, _)) = next_greeting(&folded, at) {
        at = len;
    }
    let (end, has_stop) = match name_end(&folded, at, |folded_end| {
        &body[ends[at - 1]..ends[folded_end - 1]]
    }) {
        Some(end) => end,
        None if is_unspaced_greeting(&folded, at) => (at, false),
        None => return None,
    };
    let end = named_behind_stop(&folded, end, |from, to| &body[ends[from - 1]..ends[to - 1]])
        .unwrap_or(end);
    let end_in_body = if end == 0 { 0 } else { ends[end - 1] };
    let rest = &body[end_in_body..];
    let is_whole_line = rest.trim().chars().all(|c| !c.is_alphanumeric());
    if !is_whole_line && !has_stop && !is_unspaced_greeting(&folded, at) {
        return None;
    }
    let end = start + end_in_body + (rest.len() - rest.trim_start().len());
    Some(Found {
        rule,
        start,
        end,
        is_whole_line,
    })
}

/// Returns the length, in bytes, and the rule of the greeting that a folded text begins with.
fn greeting_at(folded: &str) -> Option<(usize, &'static str)> {
    let (len, rule) = GREETINGS.longest_prefix(folded)?;
    ends_as_word(folded, len).then_some((len, rule))
}

/// Whether a word ends at byte `at`; in scripts without spaces other letters may follow directly.
fn ends_as_word(folded: &str, at: usize) -> bool {
    let last = folded[..at].chars().next_back();
    let next = folded[at..].chars().next();
    next.is_none_or(|c| !c.is_alphanumeric() && !is_thai_mark(c))
        || last.is_some_and(|c| is_unspaced(c) && !is_thai_mark_next(next))
}

fn is_thai_mark(c: char) -> bool {
    matches!(c, '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}')
}

fn is_thai_mark_next(next: Option<char>) -> bool {
    next.is_some_and(is_thai_mark)
}

/// Returns the end and the rule of a second greeting that follows the one that ends at `at`.
fn next_greeting(folded: &str, at: usize) -> Option<(usize, &'static str)> {
    let rest = &folded[at..];
    let skipped = rest.len() - rest.trim_start_matches([',', '!', '.', ' ', '。']).len();
    if skipped == 0 {
        return None;
    }
    let (len, rule) = greeting_at(&rest[skipped..])?;
    Some((at + skipped + len, rule))
}

/// Returns the end of the name behind a greeting, and whether a full stop, comma or the like ends it.
///
/// `None` when what follows does not read like a name. `original` returns the text behind the greeting, up to a byte of
/// the folded text, as it was written.
fn name_end<'b>(
    folded: &str,
    at: usize,
    original: impl Fn(usize) -> &'b str,
) -> Option<(usize, bool)> {
    let rest = &folded[at..];
    let stop = stop_behind_name(rest);
    let name = if stop == 0 { "" } else { original(at + stop) };
    let words = name.split_whitespace().count();
    if words > MOST_NAME_WORDS || name.chars().any(char::is_numeric) {
        return None;
    }
    let after_stop = &rest[stop..];
    let stops = after_stop.len()
        - after_stop
            .trim_start_matches(|c: char| is_stop(c) || matches!(c, '.' | ')' | ' '))
            .len();
    let has_stop = stops > 0;
    let ends_line = rest[stop + stops..].is_empty();
    let is_named = name
        .split_whitespace()
        .all(|word| is_greeted(word) || (is_capitalised(word)));
    if is_named || (ends_line && has_stop && words <= 3) {
        return Some((at + stop + stops, has_stop));
    }
    None
}

/// Returns the end of a line on which a name follows the comma of the greeting: "Good day, Mrs Novak!"
fn named_behind_stop<'b>(
    folded: &str,
    at: usize,
    original: impl Fn(usize, usize) -> &'b str,
) -> Option<usize> {
    let rest = folded.get(at..).filter(|rest| !rest.is_empty() && at > 0)?;
    let name = rest.trim_end_matches([',', '!', ':', '.', ' ']);
    let words = original(at, folded.len()).split_whitespace();
    let is_name = words.clone().count() <= 4
        && words
            .clone()
            .all(|word| is_greeted(word) || is_capitalised(word));
    let has_stop = name.len() < rest.len();
    // A line that was longer than what was folded is no greeting.
    (is_name && has_stop && !name.contains(['.', '?', '!'])).then_some(folded.len())
}

/// Returns the rule of a line that begins with the name of the person greeted: "Olga, good day!", "サポートご担当者様".
fn addressed_line(body: &str, folded: &str) -> Option<&'static str> {
    let text = folded.trim_end_matches(|c: char| !c.is_alphanumeric() && !is_thai_mark(c));
    // Longer lines are sentences in all languages that address people so.
    if body.chars().count() > 40 {
        return None;
    }
    if [
        "様", "御中", "さま", "各位", "님께", "님", "先生", "女士", "老师",
    ]
    .iter()
    .any(|title| text.ends_with(title))
    {
        let is_short = text.chars().count() <= 24 && text.split_whitespace().count() <= 4;
        return is_short.then_some("addressed");
    }
    let (name, greeting) = text
        .rsplit_once([',', '،'])
        .or_else(|| text.rsplit_once(' '))?;
    let rule = GREETINGS.value_of(greeting.trim())?;
    let original: String = body.chars().take(name.chars().count() + 4).collect();
    let words = original
        .split([',', '，', '،', ' '])
        .filter(|word| !word.is_empty());
    let name_words = name.split_whitespace().count();
    let is_name = words.take(name_words).all(|word| {
        is_greeted(word) || !word.chars().any(char::is_lowercase) || is_capitalised(word)
    });
    (name_words <= 3 && name.chars().count() <= 30 && is_name).then_some(rule)
}

fn is_capitalised(word: &str) -> bool {
    word.chars()
        .find(|c| c.is_alphabetic())
        .is_some_and(char::is_uppercase)
}

/// Returns the byte of the first punctuation mark that ends a name. A full stop does not count if it belongs to a title
/// such as "Mr."
fn stop_behind_name(rest: &str) -> usize {
    let mut word_start = 0;
    for (at, c) in rest.char_indices() {
        if is_stop(c) {
            return at;
        }
        if c == '.' && at - word_start > 3 {
            return at;
        }
        if c.is_whitespace() {
            word_start = at + c.len_utf8();
        }
    }
    rest.len()
}

fn is_stop(c: char) -> bool {
    matches!(
        c,
        ',' | '!' | ':' | ';' | '。' | '،' | '?' | '-' | '~' | '…' | '\u{1F300}'..='\u{1FAFF}'
    )
}

fn is_greeted(word: &str) -> bool {
    let word = fold(word);
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.is_empty() || GREETED.value_of(word).is_some()
}

/// Whether the greeting is in a script without spaces and ends at `at`, even if the sentence follows without a space.
///
/// A greeting of fewer than six characters must not be followed by a letter, because short ones also begin other words:
/// เรียน is "dear" and "to study".
fn is_unspaced_greeting(folded: &str, at: usize) -> bool {
    let is_unspaced = folded[..at].chars().next_back().is_some_and(is_unspaced);
    let is_parted = folded[at..]
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric());
    is_unspaced && (is_parted || folded[..at].chars().count() >= 6)
}

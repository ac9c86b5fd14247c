//! Recognises headers of older messages by their form alone, in any language.

use std::borrow::Cow;

use super::found::Block;
use super::labels::LONGEST_LABEL_BYTES;
use crate::digits;
use crate::ticket::page::{Line, Page};

/// Returns the text of a header line, with the sign at its end replaced by a plain colon; `None` when the line does not
/// end like a header.
///
/// A header ends in a colon (Armenian and Khmer have their own), or stands between dashes, as Zoho writes it.
pub(super) fn ends_header(joined: &str) -> Option<Cow<'_, str>> {
    if joined.ends_with(':') {
        return Some(Cow::Borrowed(joined));
    }
    if let Some(text) = joined.strip_suffix(['\u{055D}', '\u{0589}', '\u{17D6}']) {
        return Some(Cow::Owned(format!("{text}:")));
    }
    let text = joined.trim_matches(['-', ' ', ':']);
    let is_framed = joined.starts_with("--") && joined.ends_with("--");
    (is_framed && !text.is_empty()).then(|| Cow::Owned(format!("{text}:")))
}

/// Whether a text contains a time of day: `10:22`, `10.22`, `10h22`, in the digits of any script.
pub(super) fn has_clock(text: &str) -> bool {
    let mut before: Option<Number> = None;
    for number in numbers(text) {
        if let Some(hour) = before
            && hour.len <= 2
            && hour.value < 24
            && number.len == 2
            && number.value < 60
            && matches!(&text[hour.end..number.start], ":" | "." | "h" | "時" | "点")
        {
            return true;
        }
        before = Some(number);
    }
    false
}

/// Whether a text contains a day, a month and a year, where the month may be a word: "2 March 2026", "02/03/26".
pub(super) fn has_full_date(text: &str) -> bool {
    let years = 1990..=2100;
    let has_year = numbers(text).any(|n| n.len == 4 && years.contains(&n.value));
    let of_clock = if has_clock(text) { 2 } else { 0 };
    numbers(text).count() >= of_clock + if has_year { 2 } else { 3 }
}

/// The most words of a line with a time above a block of labels: "Message du", and a month.
const MOST_WORDS_OF_TIME: usize = 3;

/// Whether a line has a date with a time of day and hardly anything else: "Message du 02/03/26 10:00".
pub(super) fn is_time_line(text: &str) -> bool {
    let words = text.split_whitespace();
    let words = words.filter(|word| word.chars().any(char::is_alphabetic));
    words.take(MOST_WORDS_OF_TIME + 1).count() <= MOST_WORDS_OF_TIME
        && has_clock(text)
        && has_full_date(text)
}

/// A run of digits with its value.
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    len: usize,
    start: usize,
    end: usize,
}

fn numbers(text: &str) -> impl Iterator<Item = Number> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) =
            chars.find_map(|(at, c)| Some((at, (digits::value(c)?, c.len_utf8()))))?;
        let mut number = Number {
            value: u32::from(first.0),
            len: 1,
            start,
            end: start + first.1,
        };
        while let Some(&(at, c)) = chars.peek()
            && let Some(digit) = digits::value(c)
        {
            number.value = number.value.wrapping_mul(10).wrapping_add(u32::from(digit));
            number.len += 1;
            number.end = at + c.len_utf8();
            chars.next();
        }
        Some(number)
    })
}

/// The most lines of a header block: From, Date, To, Cc, Bcc, Reply-To, Subject and Importance.
const MOST_LINES: usize = 8;

/// Returns the block of labels in an unknown language that begins at this line: at least three lines of a short label,
/// a colon and a value. The first value has an address in brackets, and others have an address and a clock time.
///
/// Copied forms and settings have labels too, but their first value is rarely a name with an address in brackets.
pub(crate) fn wordless_block(page: &Page<'_>, at: usize) -> Option<Block> {
    let first = &page.lines[at];
    if !value_of(first)?.contains("<[email]>") {
        return None;
    }
    let lines: Vec<&Line<'_>> = page.lines[at..]
        .iter()
        .take(MOST_LINES)
        .take_while(|line| line.quote_depth == first.quote_depth && value_of(line).is_some())
        .collect();
    let (_, others) = lines.split_first()?;
    let others = others.iter().filter_map(|line| value_of(line));
    let is_block = lines.len() >= 3
        && others.clone().any(|value| value.contains("[email]"))
        && others.clone().any(has_clock);
    is_block.then_some(Block {
        end: at + lines.len(),
        rule: "any-block",
    })
}

/// Returns the value of a line that begins with a short label and a colon; `None` for any other line, and for an empty
/// value.
fn value_of<'l>(line: &'l Line<'_>) -> Option<&'l str> {
    let (label, value) = line.folded.split_once(':')?;
    let is_label = (1..=LONGEST_LABEL_BYTES).contains(&label.len()) && !label.contains("[email]");
    (line.is_filled() && is_label && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_time_is_known_in_any_digits() {
        for text in [
            "at 10:22",
            "kl. 10.22",
            "à 10h22",
            "۱۰:۰۰",
            "上午10:00",
            "8:05 pm",
        ] {
            assert!(has_clock(text), "{text}");
        }
        for text in ["2.3.2026", "10", "error 404", "1:5", "25:61", "v1.2.3"] {
            assert!(!has_clock(text), "{text}");
        }
    }

    #[test]
    fn a_whole_date_has_day_month_and_year() {
        for text in [
            "2 march 2026",
            "on 02/03/26 10:00",
            "2026-03-02",
            "2026年3月5日 10:22",
        ] {
            assert!(has_full_date(text), "{text}");
        }
        for text in [
            "room 12",
            "2026 at 10:00",
            "at 10:00",
            "2 march at 10:00",
            "4711",
        ] {
            assert!(!has_full_date(text), "{text}");
        }
        assert!(is_time_line("message du 02/03/26 10:00"));
        assert!(!is_time_line("it has failed again since 02/03/26 10:00"));
        assert!(!is_time_line("message du 02/03/26"));
    }

    #[test]
    fn a_header_ends_in_a_colon_or_stands_between_dashes() {
        assert_eq!(ends_header("bo wrote:").as_deref(), Some("bo wrote:"));
        assert_eq!(
            ends_header("---- bo wrote ----").as_deref(),
            Some("bo wrote:")
        );
        assert_eq!(ends_header("բո գրել է՝").as_deref(), Some("բո գրել է:"));
        assert_eq!(ends_header("bo wrote"), None);
        assert_eq!(ends_header("----"), None);
    }
}

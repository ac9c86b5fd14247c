//! A text to its sentences.

use std::ops::Range;

/// Returns the byte ranges of the sentences of a text, in their order: it is split at the ends of lines, at full stops before a
/// word that may begin a sentence, and in scripts without full stops at spaces between letters. None is empty.
///
/// ```
/// let text = "Open the app. Tap Refund, e.g. for a dress.\nDone";
/// let sentences: Vec<&str> = helpdex_text::sentences(text).map(|range| &text[range]).collect();
/// assert_eq!(sentences, ["Open the app.", "Tap Refund, e.g. for a dress.", "Done"]);
/// ```
pub fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').flat_map(move |line| {
        let offset = start;
        start += line.len();
        let of_line = sentences_of_line(line).into_iter();
        of_line.map(move |range| range.start + offset..range.end + offset)
    })
}

fn sentences_of_line(line: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        let next = line[after..].trim_start().chars().next();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                let is_spaced = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
                is_spaced && next.is_none_or(|next| !next.is_lowercase())
            }
            ' ' => is_without_full_stops(before) && next.is_some_and(is_without_full_stops),
            _ => false,
        };
        if ends {
            sentences.push(trimmed(line, start..after));
            start = after;
        }
        before = c;
    }
    sentences.push(trimmed(line, start..line.len()));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Returns the range without white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// Whether a letter belongs to a script without full stops: Thai, Lao, Burmese or Khmer.
fn is_without_full_stops(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_is_split_where_a_sentence_may_begin() {
        check("", &[]);
        check("  \n \r\n", &[]);
        check(
            "Pay by card. Or not?  Yes!\r\nVersion 2.5 is e.g. newer",
            &[
                "Pay by card.",
                "Or not?",
                "Yes!",
                "Version 2.5 is e.g. newer",
            ],
        );
        check("返金します。三日以内に", &["返金します。", "三日以内に"]);
        check("คืนเงิน ภายในสามวัน", &["คืนเงิน", "ภายในสามวัน"]);
        check(" . ", &["."]);
    }
}

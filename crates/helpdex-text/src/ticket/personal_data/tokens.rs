//! Finds the tokens around digits, and reads each once.

use super::labels;
use super::scan::Scan;
use super::token::Token;
use crate::ticket::words::is_unspaced;

/// Returns the token around the digit at `at`; it is read once, however many numbers it contains.
pub(super) fn around(scan: &Scan<'_>, at: usize) -> Token {
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
    let text = scan.text[start..whole_end].trim_end_matches(is_trailing);
    let token = Token {
        start,
        end: start + text.len(),
        whole_end,
        labelled: labels::labelled(scan, start),
    };
    scan.token.set(Some(token));
    token
}

/// Whether a character ends a sentence or closes a bracket behind a value.
pub(super) fn is_trailing(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | ')'
            | ']'
            | '}'
            | '>'
            | '"'
            | '\''
            | '?'
            | '”'
            | '»'
            | '…'
            | '、'
            | '。'
            | '，'
    )
}

fn is_outside(c: char) -> bool {
    c.is_whitespace()
        || is_unspaced(c)
        || matches!(c, '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '<' | '>')
        || matches!(c, '=' | ':' | '：' | '(' | '[' | ']')
}

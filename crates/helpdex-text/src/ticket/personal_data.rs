//! Personal data: addresses, phones, card and account numbers, IPs and long digit runs, each replaced by a mask.

use std::ops::Range;

use super::RemovalKind;
use super::draft::Cut;

mod number;

/// What stands in a cleaned text for a piece of personal data.
///
/// No mask is a term: [`is_mask`] tells the analyzer what to skip.
pub(crate) const MASKS: [&str; 6] = ["[email]", "[phone]", "[card]", "[iban]", "[ip]", "[number]"];

/// Whether a text is one of the masks that [`clean_ticket`](crate::clean_ticket) puts in the place of personal data.
///
/// The masks are `[email]`, `[phone]`, `[card]`, `[iban]`, `[ip]` and `[number]`, brackets included. They say nothing
/// about the question, so no search term may come from them.
#[must_use]
pub fn is_mask(text: &str) -> bool {
    MASKS.contains(&text)
}

/// A stretch of text and the mask that takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    range: Range<usize>,
    mask: &'static str,
}

/// Finds personal data; linear in the text.
pub(super) fn find(text: &str) -> Vec<Cut> {
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let hit = match bytes[at] {
            b'@' => email_around(
                text,
                at,
                found.last().map_or(0, |last: &Found| last.range.end),
            ),
            // Digits of other scripts start with the last of these bytes: Arabic, Indic, Thai and full-width ones.
            b'+' | b'(' | b'0'..=b'9' | 0xD9 | 0xDB | 0xE0 | 0xE1 | 0xEF => number::at(text, at),
            b'A'..=b'Z' | b'a'..=b'z' | b':' => {
                number::iban_at(text, at).or_else(|| number::ipv6_at(text, at))
            }
            _ => None,
        };
        match hit {
            Some(hit) => {
                at = hit.range.end;
                found.push(hit);
            }
            None => at = skip(text, at),
        }
    }
    let cut = |found: Found| Cut {
        kind: RemovalKind::PersonalData,
        range: found.range,
        rule: found.mask.trim_matches(['[', ']']),
        mask: Some(found.mask),
    };
    found.into_iter().map(cut).collect()
}

/// The next place where something may start: behind a run of digits or of letters, so that no run is read twice.
fn skip(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters > 0 {
        return at + letters;
    }
    let digits = rest
        .find(|c: char| number::digit(c).is_none())
        .unwrap_or(rest.len());
    if digits > 0 {
        return at + digits;
    }
    at + rest.chars().next().map_or(1, char::len_utf8)
}

/// Longest address: 64 characters before the `@`, 255 behind it (RFC 5321, section 4.5.3.1).
const MOST_LOCAL_CHARS: usize = 64;
const MOST_DOMAIN_CHARS: usize = 255;

/// The e-mail address around the `@` at `at`, if it is one and does not reach into what was found before.
fn email_around(text: &str, at: usize, not_before: usize) -> Option<Found> {
    let is_local = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '=' | '&' | '#')
    };
    let local = text[not_before.min(at)..at]
        .chars()
        .rev()
        .take(MOST_LOCAL_CHARS)
        .take_while(|&c| is_local(c))
        .map(char::len_utf8)
        .sum::<usize>();
    let before = text[at - local..at].trim_start_matches(['.', '\'', '-', '=', '&', '#']);
    if before.is_empty() {
        return None;
    }
    let start = at - before.len();
    let rest = &text[at + 1..];
    let domain_end = rest
        .char_indices()
        .take(MOST_DOMAIN_CHARS)
        .find(|&(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '-')))
        .map_or_else(
            || {
                rest.char_indices()
                    .nth(MOST_DOMAIN_CHARS)
                    .map_or(rest.len(), |(i, _)| i)
            },
            |(i, _)| i,
        );
    let domain = rest[..domain_end].trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    // Text in a script without spaces may follow at once: "a@b.co です" without the space.
    let top_len = top
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(top.len());
    let is_domain = !name.is_empty()
        && !name.contains("..")
        && (top_len >= 2 || top.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    if !is_domain {
        return None;
    }
    let top_end = if top_len >= 2 { top_len } else { top.len() };
    let end = at + 1 + name.len() + 1 + top_end;
    Some(Found {
        range: start..end,
        mask: "[email]",
    })
}

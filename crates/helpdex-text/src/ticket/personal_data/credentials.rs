//! Finds credentials by what is next to them: authorization headers, parameters of links, and words such as `password`.

use std::ops::Range;

use super::found::Found;
use super::keys::token_len;
use super::label::Label;
use super::labels;
use super::number::Number;
use super::scan::Scan;
use super::tokens::{self, is_trailing};
use crate::ticket::masks::MASKS;
use crate::ticket::words::is_unspaced;

/// The fewest characters of a value behind "password:" that is masked; PINs have four digits.
const FEWEST_PASSWORD_CHARS: usize = 4;

/// The fewest bytes of a value behind "token:" that is masked; shorter ones are examples and words. Our own judgement:
/// session ids have 16 letters and more.
const FEWEST_TOKEN_BYTES: usize = 16;

/// The fewest bytes of credentials in an authorization header: `user:pw` in base 64.
const FEWEST_HEADER_BYTES: usize = 8;

/// The most characters of a value that are read to judge it. The whole value is masked.
const JUDGED_CHARS: usize = 256;

/// The most spaces in front of a value.
const MOST_SPACES: usize = 4;

/// The number of digits of a one-time code.
const CODE_DIGITS: std::ops::RangeInclusive<usize> = 4..=10;

/// Returns the token behind the word `Bearer` at `start` (RFC 6750, 2.1).
pub(super) fn behind_bearer(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let from = start + "bearer ".len();
    let rest = scan.text[start + "bearer".len()..].strip_prefix(' ')?;
    let len = token_len(rest, b"._~+/-=");
    is_random(
        &rest.as_bytes()[..len.min(JUDGED_CHARS)],
        FEWEST_TOKEN_BYTES,
    )
    .then(|| Found::new(from..from + len, "[secret]"))
}

/// Returns the secret behind the `:` or `=` at `at`, if the words in front announce one.
pub(super) fn behind_sign(scan: &Scan<'_>, at: usize, sign_len: usize) -> Option<Found> {
    let from = at + sign_len;
    let bytes = scan.text.as_bytes();
    let is_time =
        at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(from).is_some_and(u8::is_ascii_digit);
    if is_time || at == scan.floor {
        return None;
    }
    let labelled = labels::before(scan, at);
    let range = match labelled.map(|labelled| labelled.label) {
        Some(Label::Password) => {
            let value = Value::read(scan, from)?;
            is_password(value.judged, value.end.quote.is_some()).then(|| value.range())
        }
        Some(Label::Token) => {
            let value = Value::read(scan, from)?;
            is_random(value.judged.as_bytes(), FEWEST_TOKEN_BYTES).then(|| value.range())
        }
        Some(Label::Header) => authorization(scan, from),
        Some(Label::Cookie) => cookies(scan, from),
        _ => parameter(scan, at, from),
    }?;
    Some(Found::new(range, "[secret]"))
}

/// Returns the value of a link's parameter with a name that says little, such as `?code=` and `&k=`, if the value is
/// random.
fn parameter(scan: &Scan<'_>, at: usize, from: usize) -> Option<Range<usize>> {
    const NAMES: [&str; 12] = [
        "code", "key", "k", "t", "hash", "h", "auth", "otp", "ticket", "state", "nonce", "invite",
    ];
    if !scan.text[at..].starts_with('=') {
        return None;
    }
    let head = &scan.text[scan.floor..at];
    let name_start = head
        .bytes()
        .rev()
        .take(8)
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    let (before, name) = head.split_at(head.len() - name_start);
    let is_parameter = before.ends_with(['?', '&', '#', ';']);
    if !is_parameter || !NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let value = Value::read(scan, from)?;
    is_random(value.judged.as_bytes(), FEWEST_TOKEN_BYTES).then(|| value.range())
}

/// Returns the credentials of an authorization header, which follow the name of the scheme (RFC 9110, 11.6.2).
fn authorization(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let first = Value::read(scan, from)?;
    let is_scheme = first.judged.bytes().all(|byte| byte.is_ascii_alphabetic());
    let value = if is_scheme {
        Value::read(scan, first.start + first.judged.len())?
    } else {
        first
    };
    is_random(value.judged.as_bytes(), FEWEST_HEADER_BYTES).then(|| value.range())
}

/// Returns the cookies of a header up to the end of the line, at least one name and value (RFC 6265).
fn cookies(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let first = Value::read(scan, from)?;
    let (name, value) = first.judged.split_once('=')?;
    if name.is_empty() || value.len() < FEWEST_PASSWORD_CHARS {
        return None;
    }
    let line = scan.text[first.start..]
        .split('\n')
        .next()
        .unwrap_or_default();
    let len = line.trim_end_matches(['"', '\'', ' ', '\r']).len();
    Some(first.start..first.start + len)
}

/// Returns the secret whose digits begin at `at`, if a word says that it is one: `my PIN is 4821`, `Passwort Hund77!`.
pub(super) fn labelled_at(scan: &Scan<'_>, at: usize, number: &Number) -> Option<Found> {
    let found = tokens::around(scan, at);
    let token = found.range();
    let is_number = token.start == at && number.digits.len() == token.len();
    let judged = judged(&scan.text[token.clone()]);
    let range = match found.labelled.map(|labelled| labelled.label) {
        Some(Label::Password) => {
            let is_told = found.labelled.is_some_and(|labelled| labelled.is_joined);
            let is_long = number.digits.len() >= 6
                || (is_told && number.digits.len() >= FEWEST_PASSWORD_CHARS);
            let is_value = if is_number {
                is_long
            } else {
                is_password(judged, false)
            };
            is_value.then_some(token)
        }
        Some(Label::Token) => is_random(judged.as_bytes(), FEWEST_TOKEN_BYTES).then_some(token),
        Some(Label::Pin) => (is_number && (4..=8).contains(&token.len())).then_some(token),
        Some(Label::Code) => code_end(number).map(|end| at..end),
        None if token.start == at || scan.before(at) == Some('-') => code_end(number)
            .filter(|&end| labels::is_code_behind(scan, end))
            .map(|end| at..end),
        _ => None,
    }?;
    Some(Found::new(range, "[secret]"))
}

/// Returns the beginning of a token, by which it is judged.
fn judged(token: &str) -> &str {
    &token[..token.floor_char_boundary(JUDGED_CHARS)]
}

/// Returns the end of a one-time code: one group of digits, or two with a space or dash between.
fn code_end(number: &Number) -> Option<usize> {
    let is_plain = !number.has_plus && number.bracket_at.is_none();
    number
        .parts()
        .find(|part| {
            is_plain
                && part.group_count() <= 2
                && CODE_DIGITS.contains(&part.digits().len())
                && part.separators().all(|c| matches!(c, ' ' | '-'))
        })
        .map(|part| part.end())
}

/// A value behind a sign or a word: its start, and the beginning of it by which it is judged.
struct Value<'t> {
    text: &'t str,
    start: usize,
    judged: &'t str,
    end: ValueEnd,
}

/// Decides which characters end a value.
#[derive(Clone, Copy)]
struct ValueEnd {
    /// The quote that closes the value; `None` when no quote opens it.
    quote: Option<char>,
    is_in_link: bool,
    /// Whether the value begins with an ASCII character. Letters of a script without spaces then end it.
    is_ascii: bool,
}

impl ValueEnd {
    fn is(self, c: char) -> bool {
        c.is_whitespace()
            || Some(c) == self.quote
            || matches!(c, '"' | '<' | '>')
            || (self.is_in_link && matches!(c, '&' | '#' | ';' | ')'))
            || (self.is_ascii && (is_unspaced(c) || matches!(c, '、' | '。' | '，' | '」')))
    }
}

impl<'t> Value<'t> {
    /// Reads the value that begins behind a few spaces, in quotes or not; `None` when a mask stands there.
    fn read(scan: &Scan<'t>, from: usize) -> Option<Self> {
        let text = scan.text;
        let spaces = text[from..]
            .char_indices()
            .take(MOST_SPACES)
            .take_while(|&(_, c)| c.is_whitespace())
            .map(|(_, c)| c.len_utf8())
            .sum::<usize>();
        let start = from + spaces;
        let opening = text[start..].chars().next()?;
        let quote = match opening {
            '"' | '\'' | '`' => Some(opening),
            '“' | '„' | '”' => Some('”'),
            '«' => Some('»'),
            '「' => Some('」'),
            _ => None,
        };
        let start = start + quote.map_or(0, |_| opening.len_utf8());
        let end = ValueEnd {
            quote,
            is_in_link: scan.is_in_link(from),
            is_ascii: text[start..].starts_with(|c: char| c.is_ascii()),
        };
        let len = text[start..]
            .char_indices()
            .take(JUDGED_CHARS)
            .take_while(|&(_, c)| !end.is(c))
            .last()
            .map_or(0, |(at, c)| at + c.len_utf8());
        let judged = text[start..start + len].trim_end_matches(is_trailing);
        let value = Self {
            text,
            start,
            judged,
            end,
        };
        (!judged.is_empty() && !value.has_mask()).then_some(value)
    }

    fn has_mask(&self) -> bool {
        let behind = &self.text[self.start..];
        MASKS
            .iter()
            .any(|mask| self.judged.contains(mask) || behind.starts_with(mask))
    }

    /// Returns the range of the whole value, however long it is. Called only for a value that is masked, so that
    /// nothing is read twice.
    fn range(&self) -> Range<usize> {
        let rest = &self.text[self.start..];
        let len = rest.find(|c| self.end.is(c)).unwrap_or(rest.len());
        let value = rest[..len].trim_end_matches(is_trailing);
        self.start..self.start + value.len()
    }
}

/// Whether a value behind "password" is a password and not a word: it has a digit, a sign or a capital letter inside,
/// or is in quotes.
fn is_password(value: &str, is_quoted: bool) -> bool {
    let bytes = &value.as_bytes()[..value.len().min(JUDGED_CHARS)];
    let chars = value.chars().take(JUDGED_CHARS).count();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let has_letter = value.chars().take(JUDGED_CHARS).any(char::is_alphabetic);
    let has_sign = value.chars().take(JUDGED_CHARS).any(|c| {
        matches!(
            c,
            '!' | '@' | '#' | '$' | '%' | '^' | '&' | '*' | '+' | '~' | '?' | '_' | '='
        )
    });
    let has_inner_capital = bytes
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_told = if has_letter {
        digits > 0 || (has_sign && chars >= 6) || has_inner_capital || is_quoted
    } else {
        digits >= FEWEST_PASSWORD_CHARS && !is_amount(value)
    };
    chars >= FEWEST_PASSWORD_CHARS && is_told && !value.contains("://")
}

/// Whether a value is a number with a unit that few passwords end with: `1000%`, `1.250,00€`.
fn is_amount(value: &str) -> bool {
    let number = value.trim_end_matches(['%', '‰', '€']);
    number.len() < value.len()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// Whether a token has at least `fewest` bytes and looks random: with digits and letters, or with alternating small and
/// capital letters.
pub(super) fn is_random(token: &[u8], fewest: usize) -> bool {
    let turns = token
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count();
    let has_both =
        token.iter().any(u8::is_ascii_digit) && token.iter().any(u8::is_ascii_alphabetic);
    token.len() >= fewest && token.iter().all(u8::is_ascii_graphic) && (has_both || turns >= 2)
}

//! Finds secrets in links: users with their passwords, and parts of a path that open an account to anyone with the
//! link.

use std::ops::Range;

use super::found::Found;
use super::labels;
use super::scan::Scan;
use crate::ticket::links;

/// The most bytes that are read of a link's user, password and host; a host name has at most 253 characters (RFC 1035).
const MOST_AUTHORITY_BYTES: usize = 512;

/// The fewest bytes of a part of a path that is a token; shorter parts are names. Behind `reset` or `invite` shorter
/// parts are tokens as well.
const FEWEST_BYTES: usize = 16;
/// The fewest bytes of a token in a path behind a word such as `reset` or `invite`.
const FEWEST_BYTES_BEHIND_WORD: usize = 12;

/// The most bytes that are read of the part in front of a token in a path; the longest word of the table has 14 bytes.
const MOST_WORD_BYTES: usize = 32;

/// Returns the end of the link whose `://` is at `at`.
pub(super) fn end_of(text: &str, at: usize) -> usize {
    let start = at + "://".len();
    start + links::link_len(&text[start..])
}

/// Returns the user and password in front of the host of the link whose `://` is at `at` (RFC 3986, 3.2.1).
pub(super) fn user_at(scan: &Scan<'_>, at: usize) -> Option<Found> {
    let start = at + "://".len();
    let rest = &scan.text[start..];
    let authority = rest
        .bytes()
        .take(MOST_AUTHORITY_BYTES)
        .take_while(|byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'<' | b'>')
        })
        .count();
    let user_len = rest.as_bytes()[..authority]
        .iter()
        .rposition(|&byte| byte == b'@')?;
    let (name, password) = rest[..user_len].split_once(':')?;
    let is_user =
        !password.is_empty() && !name.contains(['[', ']']) && !password.contains(['[', ']']);
    is_user.then(|| Found::new(start..start + user_len, "[secret]"))
}

/// Returns the part of a link's path behind the slash at `at`, if it is a token.
pub(super) fn token_behind(scan: &Scan<'_>, at: usize, link_end: usize) -> Option<Found> {
    let start = at + 1;
    let rest = &scan.text.as_bytes()[start..link_end];
    let len = rest
        .iter()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'~')
        })
        .count();
    let is_whole = rest
        .get(len)
        .is_none_or(|byte| matches!(byte, b'/' | b'?' | b'#' | b'&' | b',' | b';'));
    let range = start..start + scan.text[start..start + len].trim_end_matches('.').len();
    let fewest = if labels::announces_token(part_before(scan, at)) {
        FEWEST_BYTES_BEHIND_WORD
    } else {
        FEWEST_BYTES
    };
    if !is_whole || range.len() < fewest {
        return None;
    }
    let is_announced = fewest == FEWEST_BYTES_BEHIND_WORD;
    is_token(scan, &range, is_announced).then(|| Found::new(range, "[secret]"))
}

/// Returns the part of a path in front of the slash at `at`.
fn part_before<'t>(scan: &Scan<'t>, at: usize) -> &'t str {
    let head = &scan.text.as_bytes()[scan.floor..at];
    let len = head
        .iter()
        .rev()
        .take(MOST_WORD_BYTES)
        .take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
        .count();
    &scan.text[at - len..at]
}

/// Whether a part of a path is a token: it has digits, and small and capital letters in turn. Behind a word such as
/// `reset` digits and letters are enough.
fn is_token(scan: &Scan<'_>, range: &Range<usize>, is_announced: bool) -> bool {
    let token = &scan.text[range.clone()];
    let has_digit = token.bytes().any(|byte| byte.is_ascii_digit());
    let has_lower = token.bytes().any(|byte| byte.is_ascii_lowercase());
    let has_upper = token.bytes().any(|byte| byte.is_ascii_uppercase());
    // One capital is that of a name, and a dot that of a file: debian-10.5.0-amd64-D.
    let capitals = token.bytes().filter(u8::is_ascii_uppercase).count();
    let is_mixed = has_digit && has_lower && capitals > 1 && !token.contains('.');
    let is_told = is_announced && has_digit && (has_lower || has_upper);
    (is_mixed || is_told) && links::is_random(token)
}

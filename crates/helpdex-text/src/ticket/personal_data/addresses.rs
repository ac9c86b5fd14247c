//! Finds e-mail addresses, also those that people disguise from programs.

use super::found::Found;
use super::scan::Scan;

/// The most characters between the quotes of a quoted local part: the limit of a local part (RFC 5321, 4.5.3.1.1).
const MOST_QUOTED_CHARS: usize = 64;

/// The most bytes of an `@` or dot that is written out: `( apenstaartje )`, with some room for spaces.
const MOST_SIGN_BYTES: usize = 24;

/// Words that replace an `@` when they stand in brackets, in lower case.
const AT_WORDS: [&str; 16] = [
    "at",
    "@",
    "ät",
    "arroba",
    "arobase",
    "arobas",
    "chiocciola",
    "malpa",
    "małpa",
    "eta",
    "zavinac",
    "zavináč",
    "kukac",
    "apenstaartje",
    "snabel-a",
    "собака",
];

/// Words that replace a dot when they stand in brackets or between spaces, in lower case.
const DOT_WORDS: [&str; 12] = [
    "dot",
    ".",
    "punkt",
    "punto",
    "point",
    "ponto",
    "taškas",
    "taskas",
    "kropka",
    "nokta",
    "punkts",
    "точка",
];

/// Returns the e-mail address around the sign at `at`, which is an `@` in ASCII, full width or small.
pub(super) fn around_sign(scan: &Scan<'_>, at: usize, sign_len: usize) -> Option<Found> {
    let is_spaced = scan.before(at) == Some(' ') && scan.text[at + sign_len..].starts_with(' ');
    let space = usize::from(is_spaced);
    around(scan, at - space, at + sign_len + space)
}

/// Returns the address around an `@` that is escaped as `%40` or `&#64;`, as in links.
pub(super) fn around_escape(scan: &Scan<'_>, at: usize) -> Option<Found> {
    const ESCAPES: [&str; 2] = ["%40", "&#64;"];
    let rest = &scan.text[at..];
    let escape = ESCAPES.iter().find(|escape| rest.starts_with(**escape))?;
    around(scan, at, at + escape.len())
}

/// Returns the address around the bracket at `at`, if `(at)`, `[arroba]` or the like begins with it.
pub(super) fn around_bracket(scan: &Scan<'_>, at: usize) -> Option<Found> {
    let len = bracketed(&scan.text[at..], &AT_WORDS)?;
    let end = at + len;
    let space_before = usize::from(scan.before(at) == Some(' '));
    let space_behind = usize::from(scan.text[end..].starts_with(' '));
    around(scan, at - space_before, end + space_behind)
}

/// Returns the address around the word "at" at `at`: `bo.li at example dot com`.
///
/// The local part must have a digit, dot or underscore; any word of a sentence could be one without.
pub(super) fn around_word(scan: &Scan<'_>, at: usize) -> Option<Found> {
    let end = at + "at".len();
    if scan.before(at) != Some(' ') || !scan.text[end..].starts_with(' ') {
        return None;
    }
    let name_len = scan.text[end + 1..]
        .bytes()
        .take(MOST_SIGN_BYTES)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        .count();
    written_dot(&scan.text[end + 1 + name_len..])?;
    let found = around(scan, at - 1, end + 1)?;
    let local = &scan.text[found.range.start..at - 1];
    local
        .contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'))
        .then_some(found)
}

/// Returns the e-mail address whose local part ends at `local_end` and whose domain begins at `domain_start`, in bytes.
fn around(scan: &Scan<'_>, local_end: usize, domain_start: usize) -> Option<Found> {
    let start = local_start(scan, local_end)?;
    let end = domain_end(scan.text, domain_start)?;
    Some(Found::new(start..end, "[email]"))
}

/// Returns the start of the local part that ends here.
///
/// It is read back as far as characters of an address go. There is no `@` among them, so that no character is read for
/// two addresses.
fn local_start(scan: &Scan<'_>, end: usize) -> Option<usize> {
    let text = scan.text;
    if text[scan.floor..end].ends_with('"') {
        let inside = &text[scan.floor..end - 1];
        let (at, c) = inside
            .char_indices()
            .rev()
            .take(MOST_QUOTED_CHARS + 1)
            .find(|&(_, c)| matches!(c, '"' | '\n'))?;
        return (c == '"' && at + 1 < inside.len()).then_some(scan.floor + at);
    }
    let is_in_link = scan.is_in_link(end);
    let is_escaped = text[end..].starts_with('%');
    // Braces around the sign itself: those of other signs are read for them.
    let is_braced = text[end..].trim_start_matches(' ').starts_with('{');
    let mut start = end;
    let mut chars = text[scan.floor..end].chars().rev().peekable();
    while let Some(c) = chars.next() {
        let goes_on = if c.is_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '\'') {
            true
        } else if is_in_link {
            c == '%' && !is_escaped
        } else if matches!(c, '=' | '&' | '#') || (c == '%' && !is_escaped) {
            true
        } else {
            // RFC 5322 allows more signs, which mostly stand beside an address and not in it.
            let is_rare = matches!(c, '!' | '~' | '/' | '|' | '$' | '*' | '?' | '^' | '`');
            (is_rare || (matches!(c, '{' | '}') && !is_braced))
                && chars.peek().is_some_and(|c| c.is_alphanumeric())
        };
        if !goes_on {
            break;
        }
        start -= c.len_utf8();
    }
    let local = text[start..end].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
    (!local.is_empty()).then(|| end - local.len())
}

/// Returns the end of the domain that begins here, if its last part consists of letters.
///
/// It is read as far as it goes. There is no `@` in it, so that no character is read for two addresses.
fn domain_end(text: &str, start: usize) -> Option<usize> {
    let mut end = start;
    loop {
        let rest = &text[end..];
        let len = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        end += len;
        match written_dot(&text[end..]) {
            Some(len) if end > start => end += len,
            _ => break,
        }
    }
    let domain = text[start..end].trim_end_matches(['.', '-', ' ', ']', ')']);
    let last_dot = domain.rfind(|c: char| !(c.is_alphanumeric() || c == '-'))?;
    let top_start = last_dot + domain[last_dot..].chars().next().map_or(1, char::len_utf8);
    let (name, top) = (&domain[..last_dot], &domain[top_start..]);
    // Text in a script without spaces may follow at once: "a@b.co です" without the space.
    let top_len = top
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(top.len());
    let is_foreign = top.starts_with(|c: char| !c.is_ascii() && c.is_alphabetic())
        && top.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let is_domain = name.contains(char::is_alphanumeric)
        && !name.contains("..")
        && (top_len >= 2 || is_foreign);
    let top_end = if top_len >= 2 { top_len } else { top.len() };
    is_domain.then_some(start + top_start + top_end)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '\u{FF0E}')
}

/// Returns the length of a dot that is written out: ` dot `, `(dot)`, ` [punkt] `.
fn written_dot(rest: &str) -> Option<usize> {
    let space = usize::from(rest.starts_with(' '));
    let inner = &rest[space..];
    if let Some(len) = bracketed(inner, &DOT_WORDS) {
        let behind = usize::from(inner[len..].starts_with(' '));
        return Some(space + len + behind);
    }
    let word = DOT_WORDS
        .iter()
        .find(|word| word.len() > 1 && inner.starts_with(**word))?;
    let is_between_spaces = space == 1 && inner[word.len()..].starts_with(' ');
    is_between_spaces.then(|| space + word.len() + 1)
}

/// Returns the length of a bracket that contains one of the words.
fn bracketed(rest: &str, words: &[&str]) -> Option<usize> {
    let close = match rest.as_bytes().first()? {
        b'(' => ')',
        b'[' => ']',
        b'{' => '}',
        b'<' => '>',
        _ => return None,
    };
    let window = rest
        .bytes()
        .take(MOST_SIGN_BYTES)
        .position(|byte| byte == close as u8)?;
    let inside = rest[1..window].trim().to_lowercase();
    words.contains(&inside.as_str()).then_some(window + 1)
}

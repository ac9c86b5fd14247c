//! Finds the addresses of machines: IPv4 and IPv6.

use super::found::Found;
use super::label::Label;
use super::labels;
use super::scan::Scan;

/// The most characters of an IPv6 address: eight groups of four digits and seven colons, and one more.
const MOST_IPV6_CHARS: usize = 40;

/// The most characters that are read of a part of an IPv4 address: one more than a part has, to see that a part is too
/// long.
const MOST_IPV4_PART_CHARS: usize = 4;

/// Returns the end of an IPv4 address: four numbers of at most 255 between dots, unless the words in front say that
/// they are a version.
pub(super) fn ipv4_end(scan: &Scan<'_>, start: usize) -> Option<usize> {
    let text = scan.text;
    if scan
        .before(start)
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
    {
        return None;
    }
    let mut at = start;
    for part in 0..4 {
        let rest = &text[at..];
        let len = rest
            .bytes()
            .take(MOST_IPV4_PART_CHARS)
            .take_while(u8::is_ascii_digit)
            .count();
        if len == 0 || len > 3 || rest[..len].parse::<u16>().is_ok_and(|value| value > 255) {
            return None;
        }
        at += len;
        if part < 3 {
            if !text[at..].starts_with('.') {
                return None;
            }
            at += 1;
        }
    }
    // The machine itself and "any address" are nobody's.
    if text[start..at].starts_with("127.") || &text[start..at] == "0.0.0.0" {
        return None;
    }
    let rest = &text[at..];
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || (rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()));
    (!goes_on && labels::label(scan, start) != Some(Label::Thing)).then_some(at)
}

/// Returns the IPv6 address that begins at `start`: eight groups of hexadecimal digits, or fewer around one `::`.
pub(super) fn ipv6_at(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let text = scan.text;
    // A group has at most four digits.
    if !text.as_bytes()[start..].iter().take(5).any(|&b| b == b':') {
        return None;
    }
    if scan
        .before(start)
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '.' | '_' | '-'))
    {
        return None;
    }
    let rest = &text[start..];
    let len = rest
        .bytes()
        .take(MOST_IPV6_CHARS)
        .take_while(|&b| b.is_ascii_hexdigit() || b == b':')
        .count();
    let address = &rest[..len].trim_end_matches(':');
    let address = if rest[address.len()..len].len() >= 2 {
        &rest[..address.len() + 2]
    } else {
        address
    };
    if rest[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let groups = address.split(':').filter(|group| !group.is_empty());
    let colons = address.matches(':').count();
    let shortened = address.matches("::").count();
    let (count, is_short) = groups.fold((0, true), |(count, is_short), group| {
        (count + 1, is_short && group.len() <= 4)
    });
    let is_full = shortened == 0 && count == 8 && colons == 7;
    // "::" alone stands in code (std::fs, a::b); an address that people paste has at least three groups.
    let is_shortened = shortened == 1 && (3..8).contains(&count);
    (is_short && (is_full || is_shortened))
        .then(|| Found::new(start..start + address.len(), "[ip]"))
}

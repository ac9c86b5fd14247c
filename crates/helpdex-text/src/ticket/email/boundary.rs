//! Finds where a part of a mail ends before a boundary, and where the next begins behind it (RFC 2046, section 5.1.1).

/// Returns the end of a part. `dashes` is the position of the `--` of its boundary; a line end in front of the dashes
/// belongs to the boundary.
pub(super) fn part_end(raw: &[u8], start: usize, dashes: usize) -> usize {
    match &raw[start..dashes] {
        [.., b'\r', b'\n'] => dashes - 2,
        [.., b'\n'] => dashes - 1,
        _ => dashes,
    }
}

/// Returns whether a boundary is the last of its multipart, and the position behind it. `at` is the position behind the
/// text of the boundary.
pub(super) fn after_boundary(raw: &[u8], at: usize) -> (bool, usize) {
    match raw.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => (false, at + 2),
        [b'-', b'-', ..] => (true, at + 2),
        [b'\n', ..] => (false, at + 1),
        [byte, ..] if byte.is_ascii_whitespace() => (false, skip_line_end(raw, at + 1)),
        _ => (false, at),
    }
}

/// Returns the position behind the spaces at `at` and the line end that follows them.
pub(super) fn skip_line_end(raw: &[u8], at: usize) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    let spaces = rest
        .iter()
        .take_while(|b| matches!(b, b'\r' | b' ' | b'\t'))
        .count();
    at + spaces + usize::from(rest.get(spaces) == Some(&b'\n'))
}

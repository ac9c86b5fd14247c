//! Cuts what is not text for a reader: control characters, placeholders of images, and what PGP adds.

use super::draft::Cut;
use super::page::{Line, Page};
use super::removal::RemovalKind::Markup;
use crate::html::is_kept;

/// Finds control characters, byte order marks, soft hyphens and marks that change the direction of text.
pub(super) fn find_invisible(text: &str) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for (at, c) in text.char_indices() {
        if is_kept(c) || matches!(c, '\n' | '\r' | '\t') {
            continue;
        }
        let range = at..at + c.len_utf8();
        match cuts.last_mut() {
            Some(last) if last.range.end == range.start => last.range.end = range.end,
            _ => cuts.push(Cut {
                kind: Markup,
                range,
                rule: "invisible",
                mask: None,
            }),
        }
    }
    cuts
}

/// Cuts placeholders of images, and the lines that PGP adds to a signed text.
pub(super) fn cut(page: &mut Page<'_>) {
    cut_pgp_armour(page);
    cut_image_places(page);
}

/// Cuts what PGP writes around a signed text: its first lines, its signature, and keys (RFC 4880, sections 6.2 and 7).
fn cut_pgp_armour(page: &mut Page<'_>) {
    let mut at = 0;
    while at < page.lines.len() {
        let Some(name) = armour_name(page.lines[at].body(), "-----BEGIN PGP ") else {
            at += 1;
            continue;
        };
        let end = if name == "SIGNED MESSAGE" {
            behind_armour_fields(page, at + 1)
        } else {
            behind_armour(page, at + 1)
        };
        page.cut_lines(at..end, Markup, "pgp-armour");
        at = end;
    }
}

/// Returns the name in a line that begins or ends PGP armour: `SIGNATURE` in `-----BEGIN PGP SIGNATURE-----`.
fn armour_name<'l>(line: &'l str, opening: &str) -> Option<&'l str> {
    line.strip_prefix(opening)?.strip_suffix("-----")
}

/// Returns the line behind the fields of a signed text, such as `Hash: SHA256`, that begin at line `at`.
fn behind_armour_fields(page: &Page<'_>, at: usize) -> usize {
    let fields = page.lines[at..]
        .iter()
        .take_while(|line| is_armour_field(line));
    at + fields.count()
}

/// Returns the line behind a block of base 64 that begins at line `at`: behind its last line, or before the first line
/// that cannot belong to it.
fn behind_armour(page: &Page<'_>, at: usize) -> usize {
    for (i, line) in page.lines.iter().enumerate().skip(at) {
        let body = line.body();
        if armour_name(body, "-----END PGP ").is_some() {
            return i + 1;
        }
        let is_base64 = body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        if !is_armour_field(line) && !is_base64 {
            return i;
        }
    }
    page.lines.len()
}

/// Whether a line is a field of PGP armour, such as `Version: GnuPG v2`.
fn is_armour_field(line: &Line<'_>) -> bool {
    const NAMES: [&str; 6] = [
        "Version",
        "Comment",
        "Hash",
        "Charset",
        "MessageID",
        "NotDashEscaped",
    ];
    let field = line.body().split_once(": ");
    field.is_some_and(|(name, _)| NAMES.contains(&name))
}

/// Cuts the placeholders that mail programs write for images: `[image: logo.png]`, `[cid:image001.png@01D]`.
fn cut_image_places(page: &mut Page<'_>) {
    for i in 0..page.lines.len() {
        if page.lines[i].is_cut() {
            continue;
        }
        let text = page.lines[i].text;
        let whole = text.len() - text.trim_start().len()..text.trim_end().len();
        let mut at = 0;
        while let Some(found) = text[at..].find('[') {
            let start = at + found;
            let Some(len) = image_place_len(&text[start..]) else {
                at = start + 1;
                continue;
            };
            at = start + len;
            if start <= whole.start && at >= whole.end {
                page.cut_lines(i..i + 1, Markup, "image-place");
            } else {
                page.cut_within(i, start..at, Markup, "image-place");
            }
        }
    }
}

/// The longest inside of a placeholder of an image, in bytes: the longest file names that mail programs write there are
/// shorter.
const LONGEST_INSIDE_BYTES: usize = 200;

/// Returns the length of the placeholder of an image that a text begins with, brackets included.
fn image_place_len(text: &str) -> Option<usize> {
    const MARKS: [&str; 9] = [
        "image:",
        "cid:",
        "inline image",
        "img:",
        "bild:",
        "görsel:",
        "изображение:",
        "obraz:",
        "画像:",
    ];
    let inside = text.strip_prefix('[')?;
    if !MARKS.iter().any(|mark| begins_with(inside, mark)) {
        return None;
    }
    let looked_at = inside.as_bytes().iter().take(LONGEST_INSIDE_BYTES + 1);
    let len = looked_at.copied().position(|byte| byte == b']')?;
    Some(1 + len + 1)
}

/// Whether a text begins with a mark, in any case; `mark` is in lower case.
fn begins_with(text: &str, mark: &str) -> bool {
    let mut chars = text.chars().flat_map(char::to_lowercase);
    mark.chars().all(|c| chars.next() == Some(c))
}

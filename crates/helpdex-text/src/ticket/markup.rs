//! Cuts markup that no reader sees or reads: control characters, placeholders of images.

use super::draft::Cut;
use super::page::Page;
use super::removal::RemovalKind::Markup;
use crate::html::is_kept;

/// Finds control characters, byte order marks, soft hyphens and marks that turn the direction of text.
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

/// Cuts the placeholders that mail programs write for images: `[image: logo.png]`, `[cid:image001.png@01D]`.
pub(super) fn cut_image_places(page: &mut Page<'_>) {
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

/// Longest inside of a place, in bytes: the longest file names that mail programs write here stay below.
const LONGEST_INSIDE_BYTES: usize = 200;

/// The length of the place of an image that a text starts with, brackets included.
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

/// Whether a text begins with a mark in any case; the mark is in lower case.
fn begins_with(text: &str, mark: &str) -> bool {
    let mut chars = text.chars().flat_map(char::to_lowercase);
    mark.chars().all(|c| chars.next() == Some(c))
}

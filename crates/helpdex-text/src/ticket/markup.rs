//! What no reader sees or reads: control characters, placeholders of images.

use super::RemovalKind::Markup;
use super::draft::Cut;
use super::page::Page;
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

/// Cuts what mail programs write in the place of images: `[image: logo.png]`, `[cid:image001.png@01D]`.
pub(super) fn cut_image_places(page: &mut Page<'_>) {
    for i in 0..page.lines.len() {
        if page.lines[i].is_cut() {
            continue;
        }
        let text = page.lines[i].text;
        let mut at = 0;
        while let Some(found) = text[at..].find('[') {
            let start = at + found;
            let Some(len) = text[start..].find(']') else {
                break;
            };
            let end = start + len + 1;
            if is_image_place(&text[start + 1..end - 1]) {
                if text[..start].trim().is_empty() && text[end..].trim().is_empty() {
                    page.cut_lines(i..i + 1, Markup, "image-place");
                } else {
                    page.cut_within(i, start..end, Markup, "image-place");
                }
                at = end;
            } else {
                at = start + 1;
            }
        }
    }
}

fn is_image_place(inside: &str) -> bool {
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
    // The longest file names that mail programs write here stay below.
    inside.len() <= 200 && {
        let inside = inside.to_lowercase();
        MARKS.iter().any(|mark| inside.starts_with(mark))
    }
}

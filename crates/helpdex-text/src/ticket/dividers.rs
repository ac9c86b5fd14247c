//! Lines that stand between a message and the one before it: `-------- Original Message --------`.

use std::sync::LazyLock;

use super::page::Page;
use super::reply_header::{Block, header_block, wordless_block};
use super::rules::{self, Phrases};

static DIVIDERS: LazyLock<Phrases<Divider>> = LazyLock::new(|| {
    let lines = rules::read(include_str!("../../data/ticket/dividers.txt"));
    Phrases::from_lines(lines.map(|(kind, rest)| {
        let (rule, phrases) = rest.split_once(char::is_whitespace).unwrap_or_default();
        let kind = rules::kind(kind, &DIVIDER_KINDS);
        (Divider { kind, rule }, phrases)
    }))
});

/// A line that stands between a message and the one before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Divider {
    pub(super) kind: DividerKind,
    pub(super) rule: &'static str,
}

/// The meaning of a divider for the message below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DividerKind {
    /// The sender forwards the message: it stays.
    Forward,
    /// The mail program quotes the message.
    Original,
    /// The message below is an older notification, and the reply is above the line.
    Above,
}

const DIVIDER_KINDS: [(&str, DividerKind); 3] = [
    ("forward", DividerKind::Forward),
    ("original", DividerKind::Original),
    ("above", DividerKind::Above),
];

/// Returns the divider that a folded line is, such as `-------- Original Message --------`.
pub(super) fn divider(folded: &str) -> Option<Divider> {
    // The longest text of the table has under 80 characters; the dashes around it seldom more.
    if folded.len() > 400 {
        return None;
    }
    let text = folded.trim_matches(is_frame);
    let divider = DIVIDERS.value_of(text)?;
    // "Original message" may be a heading of the sender's own; Japanese "転送" alone is a word.
    let is_framed = text.len() + 4 <= folded.len() || folded.ends_with(':');
    let is_unmistakable =
        divider.kind == DividerKind::Above || text.contains(' ') || text.chars().count() >= 6;
    (is_framed || (is_unmistakable && divider.kind != DividerKind::Original)).then_some(divider)
}

/// Whether a character may be part of the frame around the text of a divider.
fn is_frame(c: char) -> bool {
    matches!(
        c,
        '-' | '=' | '_' | '#' | '~' | '+' | ':' | '.' | '[' | ']' | '(' | ')' | ' '
    )
}

/// Returns the header block below the line at `at`, if that is a line of dashes, with or without text between them in
/// any language, or the bare text of a divider.
pub(super) fn framed_block(page: &Page<'_>, at: usize) -> Option<Block> {
    let line = &page.lines[at];
    let text = line.folded.trim_matches(is_frame);
    let frame = line.folded.len() - text.len();
    let is_framed =
        text.is_empty() || (line.folded.starts_with("--") && line.folded.ends_with("--"));
    let is_divider = DIVIDERS.value_of(text).is_some();
    if !is_divider && (frame < FEWEST_FRAME_BYTES || !is_framed) {
        return None;
    }
    let next = page.next_filled(at + 1, page.lines.len())?;
    header_block(page, next).or_else(|| wordless_block(page, next))
}

/// The fewest dashes of a line that divides two messages: a signature has two, and programs write eight and more.
const FEWEST_FRAME_BYTES: usize = 5;

//! Cleans subjects of the prefixes that mail programs and helpdesks add.

use std::sync::LazyLock;

use super::draft::Draft;
use super::fold::fold;
use super::masking::mask_personal_data;
use super::rules::{self, Phrases};
use crate::budget::{Budget, Ended};

static PREFIXES: LazyLock<Phrases<PrefixKind>> = LazyLock::new(|| {
    let lines = rules::read(include_str!("../../data/ticket/subject_prefixes.txt"));
    Phrases::from_lines(lines.map(|(kind, words)| (rules::kind(kind, &PREFIX_KINDS), words)))
});

/// The kind of a word in front of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PrefixKind {
    /// A reply, such as `Re:`.
    Reply,
    /// A forwarded mail, such as `Fwd:`.
    Forward,
    /// A mail that a machine wrote, such as `Automatic reply:`.
    Machine,
    /// A word before the number of a ticket, in brackets.
    Ticket,
    /// A word alone in brackets, such as `[EXTERNAL]`.
    Banner,
}

const PREFIX_KINDS: [(&str, PrefixKind); 5] = [
    ("reply", PrefixKind::Reply),
    ("forward", PrefixKind::Forward),
    ("machine", PrefixKind::Machine),
    ("ticket", PrefixKind::Ticket),
    ("banner", PrefixKind::Banner),
];

/// A subject with personal data masked, and without its prefixes and ticket numbers.
#[derive(Debug, Default)]
pub(super) struct Subject {
    pub(super) text: String,
    /// Whether the first prefix says that the mail was forwarded.
    pub(super) is_forward: bool,
    /// Whether the first prefix says that a machine answered.
    pub(super) is_machine_written: bool,
}

/// The longest subject that is kept, in bytes; RFC 5322 allows a line of 998.
const LONGEST_SUBJECT_BYTES: usize = 1000;

/// Cleans a subject; one that is longer than 1,000 bytes is cut at a character boundary.
pub(super) fn clean(subject: &str, budget: &mut Budget<'_>) -> Result<Subject, Ended> {
    let mut end = subject.len().min(LONGEST_SUBJECT_BYTES);
    while !subject.is_char_boundary(end) {
        end -= 1;
    }
    let one_line: String = subject[..end]
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|&c| crate::html::is_kept(c))
        .collect();
    let mut rest = one_line.trim();
    let mut first_kind = None;
    loop {
        let before = rest;
        if let Some((after, kind)) = strip_prefix(rest) {
            first_kind.get_or_insert(kind);
            rest = after;
        }
        rest = strip_ticket_number(rest);
        if rest == before {
            break;
        }
    }
    let draft = mask_personal_data(Draft::new(rest), budget)?;
    let (text, _) = draft.finish();
    Ok(Subject {
        text,
        is_forward: first_kind == Some(PrefixKind::Forward),
        is_machine_written: first_kind == Some(PrefixKind::Machine),
    })
}

/// Removes a prefix such as `Re:`, `AW:`, `Fwd:`, `RE[2]:` or `YNT:`; returns the rest and the kind of the prefix.
fn strip_prefix(subject: &str) -> Option<(&str, PrefixKind)> {
    // The longest prefix of the table has 33 characters.
    let head_end = subject
        .char_indices()
        .map(|(i, _)| i)
        .nth(40)
        .unwrap_or(subject.len());
    let colon = subject[..head_end].find(is_colon)?;
    let head = subject[..colon].trim();
    // Counters: RE[2]:, Re(3):, Re^2:
    let name = head.trim_end_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^' | ' ')
    });
    let kind = PREFIXES.value_of(&fold(name))?;
    let after = subject[colon..].trim_start_matches(is_colon);
    Some((after.trim_start(), kind))
}

fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：' | '∶')
}

/// Removes a ticket number or banner from either end: `[Ticket#123]`, `[#123]`, `(Case: 123)`, `##123##`, `[EXTERNAL]`.
fn strip_ticket_number(subject: &str) -> &str {
    let subject = subject.trim();
    for (open, close) in [('[', ']'), ('(', ')'), ('【', '】'), ('{', '}')] {
        if let Some(inside) = subject.strip_prefix(open)
            && let Some(end) = inside.find(close)
            && is_ticket_number(&inside[..end])
        {
            return inside[end + close.len_utf8()..].trim_start_matches([' ', ':', '-']);
        }
        if let Some(inside) = subject.strip_suffix(close)
            && let Some(start) = inside.rfind(open)
            && is_ticket_number(&inside[start + open.len_utf8()..])
        {
            return inside[..start].trim_end_matches([' ', ':', '-']);
        }
    }
    if let Some(inside) = subject.strip_prefix("##")
        && let Some(end) = inside.find("##")
        && is_ticket_number(&inside[..end])
    {
        return inside[end + 2..].trim_start();
    }
    subject
}

/// Whether the inside of a bracket names a ticket or is a banner, rather than the name of a product.
fn is_ticket_number(inside: &str) -> bool {
    let folded = fold(inside);
    if PREFIXES.value_of(&folded) == Some(PrefixKind::Banner) {
        return true;
    }
    let digits = folded.chars().filter(|c| c.is_numeric()).count();
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let has_label = PREFIXES.value_of(&letters) == Some(PrefixKind::Ticket);
    let is_number_sign = folded.starts_with('#') && letters.is_empty();
    // Issue trackers write the project before the number: [SUP-123], [HELP-42]; product codes stand there as well.
    digits > 0 && (has_label || is_number_sign)
}

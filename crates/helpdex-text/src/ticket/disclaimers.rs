//! Legal notices, banners about external senders and other footers that companies put around a message.

use std::sync::LazyLock;

use super::RemovalKind::Disclaimer;
use super::fold::fold;
use super::page::Page;
use super::rules;
use super::words::contains_phrase;

static NOTICES: LazyLock<Vec<Notice>> = LazyLock::new(|| {
    rules::read(include_str!("../../data/ticket/disclaimers.txt"))
        .flat_map(|(rule, phrases)| {
            phrases
                .split('|')
                .map(move |phrase| Notice::new(rule, phrase.trim()))
        })
        .collect()
});

/// A phrase of a notice.
#[derive(Debug)]
struct Notice {
    rule: &'static str,
    phrase: String,
    /// Whether the phrase alone makes a notice of a paragraph.
    is_enough: bool,
}

impl Notice {
    fn new(rule: &'static str, phrase: &str) -> Self {
        Self {
            rule,
            phrase: fold(phrase.trim_start_matches('!')),
            is_enough: phrase.starts_with('!'),
        }
    }
}

/// Shortest paragraph that a phrase alone makes a notice, in bytes: shorter than any banner of the table's languages.
const SHORTEST_NOTICE_BYTES: usize = 24;

/// Different phrases that make a notice when none is enough alone.
///
/// Our own judgement: two of "confidential", "virus" and the like may stand in a question, three hardly.
const PHRASES_OF_A_NOTICE: usize = 3;

/// Cuts paragraphs that are notices.
pub(super) fn cut(page: &mut Page<'_>) {
    let mut start = 0;
    while let Some(first) = page.next_filled(start, page.lines.len()) {
        let end = (first..page.lines.len())
            .find(|&i| !page.lines[i].is_filled())
            .unwrap_or(page.lines.len());
        let mut paragraph = String::new();
        for line in &page.lines[first..end] {
            paragraph.push_str(&line.folded);
            // Lines of a paragraph in a script without spaces go on without one.
            paragraph.push(' ');
        }
        if let Some(rule) = notice(&paragraph) {
            page.cut_lines(first..end, Disclaimer, rule);
        }
        start = end;
    }
}

/// The rule by which a folded paragraph is a notice.
fn notice(paragraph: &str) -> Option<&'static str> {
    if paragraph.len() < SHORTEST_NOTICE_BYTES {
        return None;
    }
    let mut found: Option<(&'static str, usize)> = None;
    for notice in NOTICES.iter() {
        if !contains_phrase(paragraph, &notice.phrase) {
            continue;
        }
        if notice.is_enough {
            return Some(notice.rule);
        }
        let count = match found {
            Some((rule, count)) if rule == notice.rule => count + 1,
            _ => 1,
        };
        if count >= PHRASES_OF_A_NOTICE {
            return Some(notice.rule);
        }
        found = Some((notice.rule, count));
    }
    None
}

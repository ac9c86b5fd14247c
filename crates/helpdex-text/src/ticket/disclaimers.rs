//! Cuts legal notices, banners about external senders and other footers that companies put around a message.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::fold::fold;
use super::page::Page;
use super::removal::RemovalKind::Disclaimer;
use super::rules;
use super::words::is_phrase_at;

static NOTICES: LazyLock<Notices> =
    LazyLock::new(|| Notices::read(include_str!("../../data/ticket/disclaimers.txt")));

/// The phrases of all notices, ready to be searched for at once.
#[derive(Debug)]
struct Notices {
    phrases: AhoCorasick,
    /// The rule of each phrase, and whether the phrase alone makes a paragraph a notice.
    rules: Vec<(&'static str, bool)>,
}

impl Notices {
    fn read(table: &'static str) -> Self {
        let mut phrases = Vec::new();
        let mut rules = Vec::new();
        for (rule, line) in rules::read(table) {
            for phrase in line.split('|').map(str::trim) {
                phrases.push(fold(phrase.trim_start_matches('!')));
                rules.push((rule, phrase.starts_with('!')));
            }
        }
        let phrases = AhoCorasick::new(phrases)
            .expect("the table has far fewer phrases than the automaton can hold");
        Self { phrases, rules }
    }
}

/// The shortest paragraph that a single phrase can make a notice, in bytes: shorter than any banner in the languages of
/// the table.
const SHORTEST_NOTICE_BYTES: usize = 24;

/// The number of different phrases that make a paragraph a notice when none of them is enough alone.
///
/// Our own judgement: two of "confidential", "virus" and the like may occur in a question, three hardly.
const PHRASES_OF_A_NOTICE: usize = 3;

/// Cuts the paragraphs of a page that are notices.
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

/// Returns the rule by which a folded paragraph is a notice.
fn notice(paragraph: &str) -> Option<&'static str> {
    if paragraph.len() < SHORTEST_NOTICE_BYTES {
        return None;
    }
    let notices = &*NOTICES;
    // "Why does it say that this e-mail is confidential?"
    let is_question = paragraph.contains(['?', '？', '؟']);
    let mut seen: Vec<usize> = Vec::new();
    for found in notices.phrases.find_overlapping_iter(paragraph) {
        let (rule, is_enough) = notices.rules[found.pattern().as_usize()];
        if seen.contains(&found.pattern().as_usize()) || !is_phrase_at(paragraph, found.range()) {
            continue;
        }
        let of_rule = seen
            .iter()
            .filter(|&&phrase| notices.rules[phrase].0 == rule)
            .count();
        if (is_enough && !is_question) || of_rule + 1 >= PHRASES_OF_A_NOTICE {
            return Some(rule);
        }
        seen.push(found.pattern().as_usize());
    }
    None
}

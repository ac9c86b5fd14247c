//! The lines over a quoted message: "On 5 March, Bo wrote:" and From/Sent/To/Subject blocks.

use std::sync::LazyLock;

use super::fold::fold;
use super::page::{Line, Page};
use super::rules::{self, Pattern};

static REPLY_HEADERS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| Pattern::read_all(include_str!("../../data/ticket/reply_headers.txt")));

static LABELS: LazyLock<Labels> =
    LazyLock::new(|| Labels::read(include_str!("../../data/ticket/header_labels.txt")));

/// Longest header line in bytes of its folded form: a date, a name and an address, with room to spare.
const LONGEST_HEADER_BYTES: usize = 400;

/// Mail programs break a header at 72 to 78 characters, so that a long one takes up to three lines.
const MOST_HEADER_LINES: usize = 3;

/// Longest label before a colon, in bytes: the longest of the table has 24 characters of up to 3 bytes.
const LONGEST_LABEL_BYTES: usize = 71;

/// A header block has five labels at most, and its list of recipients may be broken over some lines.
const MOST_BLOCK_LINES: usize = 14;

/// A line such as "On 5 March, Bo wrote:", up to `end`.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) end: usize,
    pub(super) rule: &'static str,
}

/// A From/Sent/To/Subject block, up to `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) end: usize,
    pub(super) rule: &'static str,
}

/// The reply header that starts at this line, on one line or broken over up to three.
pub(super) fn header_lines(page: &Page<'_>, at: usize) -> Option<Header> {
    let depth = page.lines[at].quote_depth;
    let mut joined = String::new();
    for end in at + 1..=page.lines.len().min(at + MOST_HEADER_LINES) {
        let line = &page.lines[end - 1];
        if !line.is_filled()
            || line.quote_depth != depth
            || joined.len() + line.folded.len() > LONGEST_HEADER_BYTES
        {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line.folded.trim());
        if !joined.ends_with([':', '>', ']']) {
            continue;
        }
        if let Some(rule) = header_rule(page, &joined, at, end) {
            return Some(Header { end, rule });
        }
    }
    None
}

fn header_rule(page: &Page<'_>, folded: &str, at: usize, end: usize) -> Option<&'static str> {
    let has_address = folded.contains("[email]");
    let has_digit = folded.chars().any(char::is_numeric);
    if !folded.ends_with(':') {
        return None;
    }
    // A date, an address in brackets and a colon need no words: "2024年3月5日(火) 10:22 田中 <tanaka@example.com>:"
    let is_address_line = folded.ends_with("<[email]>:") || folded.ends_with("([email]):");
    if has_digit && is_address_line {
        return Some("any-date-address");
    }
    let next = page.next_filled(end, page.lines.len());
    let is_quote_next =
        next.is_some_and(|next| page.lines[next].quote_depth > page.lines[at].quote_depth);
    if !has_digit && !has_address && !is_quote_next {
        return None;
    }
    let found = REPLY_HEADERS.iter().find(|pattern| pattern.matches(folded));
    found.map(Pattern::name)
}

/// The header block that starts at this line.
///
/// It needs a sender, and two of time, recipient and subject; without a subject also an address.
pub(super) fn header_block(page: &Page<'_>, at: usize) -> Option<Block> {
    let block = BlockReader::read(page, at)?;
    let has_subject_or_address = block.seen[SUBJECT] || block.has_address;
    (block.seen[FROM] && block.role_count() >= 3 && has_subject_or_address).then(|| block.finish())
}

/// The header block that starts at a line below a divider, where a sender and one more label are enough.
pub(super) fn header_block_below_divider(page: &Page<'_>, at: usize) -> Option<Block> {
    let block = BlockReader::read(page, at)?;
    (block.seen[FROM] && block.role_count() >= 2).then(|| block.finish())
}

/// Reads the labels of a block, line by line.
struct BlockReader<'p, 't> {
    lines: &'p [Line<'t>],
    start: usize,
    end: usize,
    /// The languages that all labels so far belong to.
    languages: u64,
    seen: [bool; ROLES],
    has_address: bool,
    has_empty_value: bool,
    /// Lines without a label since the last one with a label.
    continuation: usize,
}

impl<'p, 't> BlockReader<'p, 't> {
    fn read(page: &'p Page<'t>, at: usize) -> Option<Self> {
        let lines = &page.lines;
        LABELS.of_line(&lines[at].folded)?;
        let mut block = Self {
            lines,
            start: at,
            end: at,
            languages: u64::MAX,
            seen: [false; ROLES],
            has_address: false,
            has_empty_value: false,
            continuation: 0,
        };
        let depth = lines[at].quote_depth;
        for (i, line) in lines.iter().enumerate().skip(at).take(MOST_BLOCK_LINES) {
            if line.is_cut() || line.quote_depth != depth || !block.take(i, line) {
                break;
            }
            block.end = i + 1;
        }
        Some(block)
    }

    /// Takes the next line; false when the block ends before it.
    fn take(&mut self, i: usize, line: &Line<'_>) -> bool {
        if line.is_blank_body() {
            // Outlook for the web leaves an empty line between the labels when it is turned into text.
            let next = self.lines.get(i + 1);
            return self.end == i
                && self.role_count() < 4
                && next.is_some_and(|next| LABELS.of_line(&next.folded).is_some());
        }
        match LABELS.of_line(&line.folded) {
            Some((label, value)) => self.take_label(label, value),
            None if is_continuation(line, self.continuation, self.has_empty_value) => {
                self.has_address |= line.folded.contains("[email]");
                self.continuation += 1;
                self.has_empty_value = false;
                true
            }
            None => false,
        }
    }

    fn take_label(&mut self, label: usize, value: &str) -> bool {
        // Programs that are translated in part mix their language with English.
        let languages = LABELS.languages_of(label);
        if languages & ENGLISH == 0 {
            if self.languages & languages == 0 {
                return false;
            }
            self.languages &= languages;
        }
        for role in LABELS.roles_of(label, self.languages | ENGLISH) {
            self.seen[role] = true;
        }
        self.has_address |= value.contains("[email]");
        self.has_empty_value = value.is_empty();
        self.continuation = 0;
        true
    }

    fn role_count(&self) -> usize {
        self.seen.iter().filter(|&&is_seen| is_seen).count()
    }

    fn finish(self) -> Block {
        Block {
            end: self.end - trailing_continuation(self.lines, self.start, self.end),
            rule: LABELS.first_rule(self.languages),
        }
    }
}

/// Below a divider of the HTML: at least two lines of a short label, a colon and a value, in any language.
pub(super) fn unknown_block(page: &Page<'_>, at: usize, rule: &'static str) -> Option<Block> {
    let count = page.lines[at..]
        .iter()
        .take(MOST_BLOCK_LINES)
        .take_while(|line| is_labelled(line))
        .count();
    (count >= 2).then_some(Block {
        end: at + count,
        rule,
    })
}

/// Whether a line begins with a label, known or not.
fn is_labelled(line: &Line<'_>) -> bool {
    let head = line.folded.split(':').next().unwrap_or_default();
    line.is_filled() && head.len() < line.folded.len() && head.len() <= LONGEST_LABEL_BYTES
}

/// Lines without a label that a block may have behind one.
///
/// Our own judgement: a list of recipients that fills more of them is rare.
const MOST_CONTINUATION_LINES: usize = 4;

/// Longest line without a label in bytes of its folded form: two addresses and names, with room to spare.
const LONGEST_CONTINUATION_BYTES: usize = 200;

/// Whether a line without a label goes on with the label above it: more recipients, or the value on a line of its own.
fn is_continuation(line: &Line<'_>, before: usize, has_empty_value: bool) -> bool {
    let is_list = line.folded.contains("[email]")
        || line.folded.ends_with(';')
        || line.text.starts_with([' ', '\t']);
    before < MOST_CONTINUATION_LINES
        && line.folded.len() < LONGEST_CONTINUATION_BYTES
        && (is_list || has_empty_value)
}

/// Lines at the end of a block that only looked like more of its last value.
fn trailing_continuation(lines: &[Line<'_>], at: usize, end: usize) -> usize {
    let labels = &*LABELS;
    let plain = lines[at..end]
        .iter()
        .rev()
        .take_while(|line| {
            labels.of_line(&line.folded).is_none()
                && !line.folded.contains("[email]")
                && !line.text.starts_with([' ', '\t'])
        })
        .count();
    let before = &lines[end - plain - 1];
    let value_is_missing = labels
        .of_line(&before.folded)
        .is_some_and(|(_, value)| value.is_empty());
    plain - usize::from(value_is_missing && plain > 0)
}

/// A line that a mail system put over the text, such as `Message-ID: <1@x>`.
pub(super) fn is_delivery_header(folded: &str) -> bool {
    const NAMES: [&str; 8] = [
        "message-id:",
        "reply-to:",
        "x-mailer:",
        "mime-version:",
        "content-type:",
        "in-reply-to:",
        "return-path:",
        "content-transfer-encoding:",
    ];
    NAMES.iter().any(|name| folded.starts_with(name))
}

/// The language of the table's first line.
const ENGLISH: u64 = 1;

const ROLES: usize = 5;
const FROM: usize = 0;
const SUBJECT: usize = 4;

/// The labels of all languages; a set of languages is a bit mask in the order of the file.
#[derive(Debug)]
struct Labels {
    /// Folded label, then for each role the languages in which it means that role.
    sorted: Vec<(String, [u64; ROLES])>,
    rules: Vec<&'static str>,
}

impl Labels {
    fn read(table: &'static str) -> Self {
        let mut meanings: Vec<(String, usize, u64)> = Vec::new();
        let mut rules = Vec::new();
        for (language, (rule, roles)) in rules::read(table).enumerate() {
            rules.push(rule);
            for (role, labels) in roles.split('|').enumerate().take(ROLES) {
                let labels = labels.split(',').map(|label| fold(label.trim()));
                meanings.extend(
                    labels
                        .filter(|label| !label.is_empty())
                        .map(|label| (label, role, 1 << language)),
                );
            }
        }
        assert!(rules.len() <= 64, "a set of languages is a mask of 64 bits");
        // Many mail programs leave "Cc" and "Bcc" in English.
        let all = u64::MAX >> (64 - rules.len());
        meanings.extend(["cc", "bcc"].map(|label| (label.to_owned(), 3, all)));
        meanings.sort();
        let mut sorted: Vec<(String, [u64; ROLES])> = Vec::new();
        for (label, role, language) in meanings {
            if sorted.last().is_none_or(|(last, _)| *last != label) {
                sorted.push((label, [0; ROLES]));
            }
            if let Some((_, roles)) = sorted.last_mut() {
                roles[role] |= language;
            }
        }
        Self { sorted, rules }
    }

    /// The label that a folded line starts with, and the value behind its colon.
    fn of_line<'l>(&self, folded: &'l str) -> Option<(usize, &'l str)> {
        // The longest label of the table has 24 characters of up to 3 bytes.
        let head_end = folded
            .char_indices()
            .map(|(i, _)| i)
            .nth(28)
            .unwrap_or(folded.len());
        let colon = folded[..head_end].find(':')?;
        let label = folded[..colon].trim().trim_start_matches(['-', '|']).trim();
        let found = self
            .sorted
            .binary_search_by(|(known, _)| known.as_str().cmp(label))
            .ok()?;
        Some((found, folded[colon + 1..].trim()))
    }

    fn languages_of(&self, label: usize) -> u64 {
        self.sorted[label].1.iter().fold(0, |all, role| all | role)
    }

    fn roles_of(&self, label: usize, languages: u64) -> impl Iterator<Item = usize> {
        let roles = self.sorted[label].1;
        (0..ROLES).filter(move |&role| roles[role] & languages != 0)
    }

    fn first_rule(&self, languages: u64) -> &'static str {
        self.rules[languages.trailing_zeros() as usize]
    }
}

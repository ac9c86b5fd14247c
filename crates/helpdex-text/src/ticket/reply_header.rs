//! Recognises the lines over a quoted message: "On 5 March, Bo wrote:" and From/Sent/To/Subject blocks.

use std::ops::Range;
use std::sync::LazyLock;

mod found;
mod labels;
mod wordless;

use super::page::{Line, Page};
use super::rules::Pattern;
pub(super) use found::{Block, Header};
use labels::{ENGLISH, FROM, LABELS, LONGEST_LABEL_BYTES, Labels, ROLES, SUBJECT, TIME};
pub(super) use wordless::wordless_block;
use wordless::{ends_header, has_clock, has_full_date, is_time_line};

static REPLY_HEADERS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| Pattern::read_all(include_str!("../../data/ticket/reply_headers.txt")));

/// The longest header line, in bytes of its folded form: a date, a name and an address, with room to spare.
const LONGEST_HEADER_BYTES: usize = 400;

/// The most lines of a header that a mail program breaks at 72 to 78 characters.
const MOST_HEADER_LINES: usize = 3;

/// The most lines of a header block: it has five labels at most, and its list of recipients may be broken over some
/// lines.
const MOST_BLOCK_LINES: usize = 14;

/// Returns the reply header that begins at this line, on one line or broken over up to three.
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
        // An address may stand behind a line break: "Bo <" and "bo@example.com>:" on the next line.
        if !joined.is_empty() && !joined.ends_with('<') {
            joined.push(' ');
        }
        joined.push_str(line.folded.trim());
        if let Some(rule) = header_rule(page, &joined, at..end) {
            return (!begins_below(page, at, end)).then_some(Header { end, rule });
        }
    }
    None
}

/// Whether the first of these lines is the sender's own and the header is in the lines below it: a mail program may
/// write the header directly below the last sentence.
///
/// It is so if the lines below are a header with a date or a time, and the first line has no digit or ends a sentence. If
/// the first line may hold a part of the date, the lines below must have a whole one.
fn begins_below(page: &Page<'_>, at: usize, end: usize) -> bool {
    let own = page.lines[at].folded.trim();
    let may_have_date = own.chars().any(char::is_numeric) && !ends_sentence(own);
    (at + 1..end).any(|start| {
        let below = page.lines[start..end].iter();
        let below: Vec<&str> = below.map(|line| line.folded.trim()).collect();
        let below = below.join(" ");
        let is_dated = if may_have_date {
            has_full_date(&below)
        } else {
            below.chars().any(char::is_numeric)
        };
        is_dated && header_rule(page, &below, start..end).is_some()
    })
}

/// Whether a line ends with the full stop or the like of a sentence, and not with that of a number or an abbreviation
/// of one letter.
fn ends_sentence(line: &str) -> bool {
    let mut back = line.chars().rev();
    let is_end = back
        .next()
        .is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।'));
    is_end && back.by_ref().take(2).filter(|c| c.is_alphabetic()).count() == 2
}

/// Returns the rule by which joined lines are a header.
fn header_rule(page: &Page<'_>, joined: &str, lines: Range<usize>) -> Option<&'static str> {
    let Some(text) = ends_header(joined) else {
        return header_before_text(joined);
    };
    let has_address = text.contains("[email]");
    let has_digit = text.chars().any(char::is_numeric);
    // A time, an address in brackets and a colon need no words: "2024年3月5日(火) 10:22 田中 <tanaka@example.com>:"
    let is_address_line = text.ends_with("<[email]>:") || text.ends_with("([email]):");
    let has_bracketed = text.contains("<[email]>");
    if (has_digit && is_address_line) || (has_bracketed && has_clock(&text)) {
        return Some("any-date-address");
    }
    let is_quote_next = is_quote_next(page, &lines);
    if !has_digit && !has_address && !is_quote_next {
        return None;
    }
    let found = REPLY_HEADERS.iter().find(|pattern| pattern.matches(&text));
    if let Some(pattern) = found
        && (has_address || is_quote_next || names_writer(page, lines, pattern))
    {
        return Some(pattern.name());
    }
    (is_quote_next && has_clock(&text)).then_some("any-date-quote")
}

/// Returns the rule of a header whose message follows on the same line, as Yahoo Mail for Android writes it.
fn header_before_text(joined: &str) -> Option<&'static str> {
    let address = joined.find("[email]")?;
    let colon = address + joined[address..].find(": ")?;
    let header = &joined[..=colon];
    if !header.chars().any(char::is_numeric) {
        return None;
    }
    let found = REPLY_HEADERS.iter().find(|pattern| pattern.matches(header));
    found.map(Pattern::name)
}

/// Whether lines that are quoted more deeply follow these lines.
fn is_quote_next(page: &Page<'_>, lines: &Range<usize>) -> bool {
    let next = page.next_filled(lines.end, page.lines.len());
    next.is_some_and(|next| page.lines[next].quote_depth > page.lines[lines.start].quote_depth)
}

/// Whether the word in front of the verb is written like a name: "Bo wrote:", but not "the printer wrote:".
///
/// It is a name if it begins with a capital, a digit or a letter of a script without capitals, or stands alone behind a
/// comma.
fn names_writer(page: &Page<'_>, lines: Range<usize>, pattern: &Pattern) -> bool {
    let words = page.lines[lines]
        .iter()
        .flat_map(|line| line.body().split_whitespace());
    let mut words = words
        .filter(|word| word.contains(char::is_alphanumeric))
        .rev();
    let Some(name) = words.nth(pattern.words_behind_last_gap()) else {
        return true;
    };
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.is_none_or(|c| !c.is_lowercase()) || words.next().is_some_and(|word| word.ends_with(','))
}

/// Returns the header block that begins at this line.
///
/// It needs a sender, and two of time, recipient and subject; without a subject also an address. The time may stand above
/// the labels: "Message du 02/03/26 10:00".
pub(super) fn header_block(page: &Page<'_>, at: usize) -> Option<Block> {
    if let Some(block) = labelled_block(page, at) {
        return Some(block.finish());
    }
    let (line, next) = (&page.lines[at], page.lines.get(at + 1)?);
    if !line.is_filled() || line.quote_depth != next.quote_depth || !is_time_line(&line.folded) {
        return None;
    }
    let block = labelled_block(page, at + 1)?;
    (!block.seen[TIME]).then(|| block.finish())
}

fn labelled_block<'p, 't>(page: &'p Page<'t>, at: usize) -> Option<BlockReader<'p, 't>> {
    let block = BlockReader::read(page, at, Labels::of_line)?;
    let has_subject_or_address = block.seen[SUBJECT] || block.has_address;
    (block.seen[FROM] && block.role_count() >= 3 && has_subject_or_address).then_some(block)
}

/// Returns the header block that begins at a line below a divider, where a sender and one more label are enough.
pub(super) fn header_block_below_divider(page: &Page<'_>, at: usize) -> Option<Block> {
    let block = BlockReader::read(page, at, |labels, line| {
        labels.of_line(line).or_else(|| labels.bare_of_line(line))
    })?;
    (block.seen[FROM] && block.role_count() >= 2).then(|| block.finish())
}

/// A function that finds the label at the start of a folded line: its index, and the value behind it.
type LabelOf = for<'l> fn(&Labels, &'l str) -> Option<(usize, &'l str)>;

/// Reads the labels of a header block, line by line.
struct BlockReader<'p, 't> {
    label_of: LabelOf,
    lines: &'p [Line<'t>],
    start: usize,
    end: usize,
    /// The set of the languages that all labels so far belong to, as a bit mask.
    languages: u64,
    seen: [bool; ROLES],
    has_address: bool,
    has_empty_value: bool,
    /// The number of lines without a label since the last one with a label.
    continuation: usize,
}

impl<'p, 't> BlockReader<'p, 't> {
    fn read(page: &'p Page<'t>, at: usize, label_of: LabelOf) -> Option<Self> {
        let lines = &page.lines;
        label_of(&LABELS, &lines[at].folded)?;
        let mut block = Self {
            label_of,
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

    /// Adds the next line to the block; returns false if the block ends before it.
    fn take(&mut self, i: usize, line: &Line<'_>) -> bool {
        if line.is_blank_body() {
            // Outlook for the web leaves an empty line between the labels when it is turned into text.
            let next = self.lines.get(i + 1);
            return self.end == i
                && self.role_count() < 4
                && next.is_some_and(|next| (self.label_of)(&LABELS, &next.folded).is_some());
        }
        match (self.label_of)(&LABELS, &line.folded) {
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
            end: self.end - trailing_continuation(self.lines, self.start..self.end, self.label_of),
            rule: LABELS.first_rule(self.languages),
        }
    }
}

/// Returns the header block below a divider of the HTML: at least two lines of a short label, a colon and a value, in
/// any language.
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

/// Whether a line begins with a short label and a colon; the label need not be known.
fn is_labelled(line: &Line<'_>) -> bool {
    let head = line.folded.split(':').next().unwrap_or_default();
    line.is_filled() && head.len() < line.folded.len() && head.len() <= LONGEST_LABEL_BYTES
}

/// The most lines without a label that may follow a label.
///
/// Our own judgement: a list of recipients that fills more lines is rare.
const MOST_CONTINUATION_LINES: usize = 4;

/// The longest line without a label, in bytes of its folded form: two addresses and names, with room to spare.
const LONGEST_CONTINUATION_BYTES: usize = 200;

/// Whether a line without a label continues the label above it: with more recipients, or with its value on a line of
/// its own.
fn is_continuation(line: &Line<'_>, before: usize, has_empty_value: bool) -> bool {
    let is_list = line.folded.contains("[email]")
        || line.folded.ends_with(';')
        || line.text.starts_with([' ', '\t']);
    before < MOST_CONTINUATION_LINES
        && line.folded.len() < LONGEST_CONTINUATION_BYTES
        && (is_list || has_empty_value)
}

/// Returns how many lines at the end of a block only looked like a continuation of its last value.
fn trailing_continuation(lines: &[Line<'_>], block: Range<usize>, label_of: LabelOf) -> usize {
    let plain = lines[block.clone()]
        .iter()
        .rev()
        .take_while(|line| {
            label_of(&LABELS, &line.folded).is_none()
                && !line.folded.contains("[email]")
                && !line.text.starts_with([' ', '\t'])
        })
        .count();
    let before = &lines[block.end - plain - 1];
    let value_is_missing =
        label_of(&LABELS, &before.folded).is_some_and(|(_, value)| value.is_empty());
    plain - usize::from(value_is_missing && plain > 0)
}

/// Whether a line is one that a mail system put over the text, such as `Message-ID: <1@x>`.
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

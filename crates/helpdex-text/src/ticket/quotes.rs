//! Quoted messages: `>` lines, the lines and blocks over them, forwarded messages.

use std::ops::Range;
use std::sync::LazyLock;

use super::fold::fold;
use super::page::{Line, Page};
use super::removal::RemovalKind::{Markup, QuotedReply, ReplyHeader};
use super::reply_header::{
    Block, header_block, header_block_below_divider, header_lines, is_delivery_header,
    unknown_block,
};
use super::rules::{self, Phrases};
use super::words::{contains_phrase, informative_words};

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
struct Divider {
    kind: DividerKind,
    rule: &'static str,
}

/// The message below a divider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DividerKind {
    /// The sender forwards it: it stays.
    Forward,
    /// The mail program quotes it.
    Original,
    /// It is an older notification, and the reply stands above the line.
    Above,
}

const DIVIDER_KINDS: [(&str, DividerKind); 3] = [
    ("forward", DividerKind::Forward),
    ("original", DividerKind::Original),
    ("above", DividerKind::Above),
];

static POINTERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    rules::read(include_str!("../../data/ticket/pointers.txt"))
        .flat_map(|(_, phrases)| phrases.split('|').map(fold))
        .collect()
});

/// The treatment of quoted messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// They are someone else's words: all are cut except a forwarded one.
    Cut,
    /// The sender forwards the first of them: it stays, and the messages that it quotes are cut.
    KeepFirst,
    /// They are all there is: only the lines over them go.
    KeepAll,
}

/// Own words in front of a quote beyond which a "see below" no longer makes the quote the question.
///
/// Our own judgement: people who forward write one to three sentences above.
const LONGEST_COVER_NOTE_WORDS: usize = 40;

/// Cuts quoted messages and the lines over them, and splits the page where a forwarded message begins.
pub(super) fn cut(page: &mut Page<'_>, quotes: Quotes) {
    let mut walk = Walk {
        quotes,
        kept_depth: 0,
        message_start: 0,
        messages: Vec::new(),
        has_forwarded: false,
        cover_note: CoverNote::default(),
        container_end: 0,
    };
    let end = page.lines.len();
    let mut at = 0;
    while at < end {
        at = walk.step(page, at);
    }
    walk.messages.push(walk.message_start..end);
    page.messages = walk.messages;
}

struct Walk {
    quotes: Quotes,
    /// Lines with this many `>` or fewer belong to the message that is read.
    kept_depth: usize,
    message_start: usize,
    messages: Vec<Range<usize>>,
    has_forwarded: bool,
    cover_note: CoverNote,
    /// The line behind the last quoted mail that the HTML marks.
    container_end: usize,
}

impl Walk {
    /// Judges the line at `at` and returns the line to go on with.
    fn step(&mut self, page: &mut Page<'_>, at: usize) -> usize {
        let end = page.lines.len();
        let line = &page.lines[at];
        if let Some((container_end, _)) = line.html.quote {
            self.container_end = container_end;
        }
        if line.is_blank() || line.is_cut() {
            return at + 1;
        }
        if line.quote_depth > self.kept_depth && self.quotes != Quotes::KeepAll {
            return self.quoted_lines(page, at);
        }
        if let Some(divider) = divider(&line.folded) {
            return self.after_divider(page, at, divider);
        }
        if let Some((header_end, rule)) = line.html.quote_header {
            let is_forward = line.folded.starts_with("---");
            if is_forward && !self.has_forwarded {
                return self.begin_forwarded(page, at..header_end, rule, 0);
            }
            return self.after_header_lines(page, at..header_end, rule);
        }
        if let Some(block) = header_block(page, at) {
            return self.after_header_block(page, at..at, block);
        }
        if let Some(header) = header_lines(page, at) {
            return self.after_header_lines(page, at..header.end, header.rule);
        }
        if let Some(rule) = line.html.divider
            && let Some(block) = unknown_block(page, at, rule)
        {
            return self.after_header_block(page, at..at, block);
        }
        if let Some((container_end, rule)) = line.html.quote
            && self.quotes != Quotes::KeepAll
        {
            return self.container(page, at..container_end, rule);
        }
        if line.quote_depth > 0 {
            let range = 0..line.body_start;
            page.cut_within(at, range, Markup, "quote-mark");
        }
        if is_delivery_header(&page.lines[at].folded) && at + 1 < end {
            page.cut_lines(at..at + 1, ReplyHeader, "delivery-header");
        }
        at + 1
    }

    /// A quoted mail without a header that we know.
    fn container(&mut self, page: &mut Page<'_>, lines: Range<usize>, rule: &'static str) -> usize {
        if self.keeps_next(page, lines.start) {
            return self
                .begin_forwarded(page, lines.start..lines.start, rule, 0)
                .max(lines.start + 1);
        }
        page.cut_lines(lines.clone(), QuotedReply, rule);
        lines.end
    }

    fn quoted_lines(&mut self, page: &mut Page<'_>, at: usize) -> usize {
        let mut end = at;
        while end < page.lines.len() && (page.lines[end].quote_depth > self.kept_depth) {
            end += 1;
        }
        if end == at + 1 && is_no_quote(&page.lines[at]) {
            return end;
        }
        page.cut_lines(at..end, QuotedReply, "quote-marks");
        end
    }

    fn after_divider(&mut self, page: &mut Page<'_>, at: usize, divider: Divider) -> usize {
        let Divider { kind, rule } = divider;
        let depth = page.lines[at].quote_depth;
        let next = page.next_filled(at + 1, page.lines.len());
        if kind == DividerKind::Above {
            self.cover_note.read(&page.lines[..at]);
            if self.cover_note.words > 0 && self.quotes == Quotes::Cut {
                return self.cut_to_end(page, at, at + 1, rule);
            }
            page.cut_lines(at..at + 1, ReplyHeader, rule);
            return at + 1;
        }
        let block = next.and_then(|next| header_block_below_divider(page, next));
        if kind == DividerKind::Forward && !(self.has_forwarded && self.quotes != Quotes::KeepAll) {
            let body = next.unwrap_or(at + 1);
            let lines = at..block.as_ref().map_or(at + 1, |block| block.end);
            let depth = depth.max(page.lines.get(body).map_or(0, |line| line.quote_depth));
            return self.begin_forwarded(page, lines, rule, depth);
        }
        match block {
            Some(block) => {
                self.after_header_block(page, at..next.unwrap_or(at), Block { rule, ..block })
            }
            None => self.after_header_lines(page, at..at + 1, rule),
        }
    }

    /// `above` are the lines of a divider over the block, if there was one.
    fn after_header_block(
        &mut self,
        page: &mut Page<'_>,
        above: Range<usize>,
        block: Block,
    ) -> usize {
        if self.keeps_next(page, above.start) {
            let depth = page.lines[above.start].quote_depth;
            return self.begin_forwarded(page, above.start..block.end, block.rule, depth);
        }
        self.cut_to_end(page, above.start, block.end, block.rule)
    }

    fn after_header_lines(
        &mut self,
        page: &mut Page<'_>,
        header: Range<usize>,
        rule: &'static str,
    ) -> usize {
        let next = page.next_filled(header.end, page.lines.len());
        let depth = next.map_or(0, |next| page.lines[next].quote_depth);
        if self.keeps_next(page, header.start) {
            return self.begin_forwarded(page, header, rule, depth);
        }
        if depth > self.kept_depth {
            page.cut_lines(header.clone(), ReplyHeader, rule);
            return header.end;
        }
        self.cut_to_end(page, header.start, header.end, rule)
    }

    fn begin_forwarded(
        &mut self,
        page: &mut Page<'_>,
        header: Range<usize>,
        rule: &'static str,
        depth: usize,
    ) -> usize {
        page.cut_lines(header.clone(), ReplyHeader, rule);
        self.messages.push(self.message_start..header.start);
        self.message_start = header.end;
        self.has_forwarded = true;
        self.kept_depth = self.kept_depth.max(depth);
        header.end
    }

    /// Cuts a header and everything below it, to the end of the quoted mail or of the text.
    fn cut_to_end(
        &self,
        page: &mut Page<'_>,
        header: usize,
        body: usize,
        rule: &'static str,
    ) -> usize {
        let end = if header < self.container_end {
            self.container_end
        } else {
            page.lines.len()
        };
        page.cut_lines(header..body, ReplyHeader, rule);
        page.cut_lines(body..end.max(body), QuotedReply, rule);
        end.max(body)
    }

    /// Whether the message under a header at this line is the sender's business.
    fn keeps_next(&mut self, page: &Page<'_>, header: usize) -> bool {
        match self.quotes {
            Quotes::KeepAll => true,
            _ if self.has_forwarded => false,
            Quotes::KeepFirst => true,
            Quotes::Cut => {
                self.cover_note.read(&page.lines[..header]);
                self.cover_note.points && self.cover_note.words <= LONGEST_COVER_NOTE_WORDS
            }
        }
    }
}

/// The divider that a line is, such as `-------- Original Message --------`.
fn divider(folded: &str) -> Option<Divider> {
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

/// Whether a character may be drawn around the text of a divider.
fn is_frame(c: char) -> bool {
    matches!(
        c,
        '-' | '=' | '_' | '#' | '~' | '+' | ':' | '.' | '[' | ']' | '(' | ')' | ' '
    )
}

/// A single line with `>` before it that is no quote: a path through menus, a prompt, markup.
fn is_no_quote(line: &Line<'_>) -> bool {
    let body = line.body();
    body.contains(" > ") || (line.quote_depth == 3 && body.contains(['(', '=']))
}

/// The sender's own words in front of a header, as far as they have been read.
#[derive(Debug, Default)]
struct CoverNote {
    lines_read: usize,
    words: usize,
    /// Whether a word points to the message below.
    points: bool,
}

impl CoverNote {
    fn read(&mut self, lines: &[Line<'_>]) {
        for line in &lines[self.lines_read..] {
            if self.words > LONGEST_COVER_NOTE_WORDS {
                break;
            }
            if line.is_cut() || line.quote_depth > 0 {
                continue;
            }
            self.words += informative_words(line.text, LONGEST_COVER_NOTE_WORDS + 1);
            self.points = self.points
                || POINTERS
                    .iter()
                    .any(|phrase| contains_phrase(&line.folded, phrase));
        }
        self.lines_read = lines.len();
    }
}

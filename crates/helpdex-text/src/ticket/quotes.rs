//! Cuts quoted messages: lines with `>`, the lines and blocks over them, forwarded messages.

use std::ops::Range;

use super::cover_note::CoverNote;
use super::dividers::{Divider, DividerKind, divider, framed_block};
use super::page::{Line, Page};
use super::removal::RemovalKind::{Markup, QuotedReply, ReplyHeader};
use super::reply_header::{
    Block, header_block, header_block_below_divider, header_lines, is_delivery_header,
    unknown_block, wordless_block,
};

/// The treatment of quoted messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Quoted messages are somebody else's words: all are cut except a forwarded one.
    Cut,
    /// The sender forwards the first quoted message: it stays, and the messages that it quotes are cut.
    KeepFirst,
    /// The quoted messages are all that the ticket has: they stay, and only the lines over them are cut.
    KeepAll,
}

/// Cuts quoted messages and the lines over them, and divides the page where a forwarded message begins.
pub(super) fn cut(page: &mut Page<'_>, quotes: Quotes) {
    let mut walk = Walk {
        quotes,
        kept_depth: 0,
        message_start: 0,
        messages: Vec::new(),
        has_forwarded: false,
        has_header: false,
        quoted_runs: None,
        words_above: (0, None),
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
    /// The most `>` of a line that belongs to the message being read.
    kept_depth: usize,
    message_start: usize,
    messages: Vec<Range<usize>>,
    has_forwarded: bool,
    /// Whether a header, a divider or the container of an older message has been found.
    has_header: bool,
    /// The number of runs of lines with `>` on the page; counted when first needed.
    quoted_runs: Option<usize>,
    /// The line up to which words of the sender were searched for, and the last line above it that has some.
    words_above: (usize, Option<usize>),
    cover_note: CoverNote,
    /// The line behind the last quoted mail that the HTML marks.
    container_end: usize,
}

impl Walk {
    /// Cuts the quote or the older message that begins at the line `at`, if one begins there, and returns the line to
    /// continue with.
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
        if let Some(block) = framed_block(page, at) {
            return self.after_header_block(page, at..at, block);
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
        if let Some(block) = wordless_block(page, at) {
            return self.after_header_block(page, at..at, block);
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
        if is_delivery_header(&page.lines[at].folded) && at + 1 < end && !is_behind_words(page, at)
        {
            page.cut_lines(at..at + 1, ReplyHeader, "delivery-header");
        }
        at + 1
    }

    /// Cuts a quoted mail that the HTML marks and that has no known header, unless the sender forwarded it. Returns the
    /// line to continue with.
    fn container(&mut self, page: &mut Page<'_>, lines: Range<usize>, rule: &'static str) -> usize {
        self.has_header = true;
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
        if self.is_own_quotation(page, &(at..end)) {
            for i in at..end {
                let marks = 0..page.lines[i].body_start;
                page.cut_within(i, marks, Markup, "quote-mark");
            }
            return end;
        }
        page.cut_lines(at..end, QuotedReply, "quote-marks");
        end
    }

    /// Whether a quotation is the sender's own, because nothing marks it as another message.
    ///
    /// A block quote of the HTML is the sender's own if no header is above or in it. Lines with `>` are also what is
    /// left of a quoted message when its header was deleted: they are the sender's own if they are the only ones, and
    /// are between words of the sender or behind a colon.
    fn is_own_quotation(&mut self, page: &Page<'_>, lines: &Range<usize>) -> bool {
        let quoted = &page.lines[lines.clone()];
        if self.has_header || quoted.iter().any(|line| line.is_cited) || has_header(page, lines) {
            return false;
        }
        if quoted
            .iter()
            .all(|line| line.quote_depth == line.block_quote_depth)
        {
            return true;
        }
        let Some(above) = self.find_words_above(page, lines.start) else {
            return false;
        };
        let above = &page.lines[above];
        let is_between = page.next_filled(lines.end, page.lines.len()).is_some();
        let is_flat = quoted.iter().all(|line| line.quote_depth <= 1);
        is_flat && (is_between || above.folded.ends_with(':')) && self.count_runs(page) == 1
    }

    /// Returns the last line above `at` that is neither blank nor cut. Each line is read once, so that many quotations
    /// stay linear.
    fn find_words_above(&mut self, page: &Page<'_>, at: usize) -> Option<usize> {
        let (searched, found) = self.words_above;
        let is_there = found.is_none_or(|line| page.lines[line].is_filled());
        let start = if is_there { searched } else { 0 };
        let new = page.lines[start..at]
            .iter()
            .rposition(Line::is_filled)
            .map(|line| start + line);
        self.words_above = (at, new.or(found.filter(|_| is_there)));
        self.words_above.1
    }

    fn count_runs(&mut self, page: &Page<'_>) -> usize {
        *self.quoted_runs.get_or_insert_with(|| {
            let is_quoted = page.lines.iter().filter(|line| !line.is_blank());
            let is_quoted: Vec<bool> = is_quoted.map(|line| line.quote_depth > 0).collect();
            let starts = is_quoted.windows(2).filter(|pair| !pair[0] && pair[1]);
            starts.count() + usize::from(is_quoted.first() == Some(&true))
        })
    }

    fn after_divider(&mut self, page: &mut Page<'_>, at: usize, divider: Divider) -> usize {
        let Divider { kind, rule } = divider;
        self.has_header |= kind != DividerKind::Above;
        let depth = page.lines[at].quote_depth;
        let next = page.next_filled(at + 1, page.lines.len());
        if kind == DividerKind::Above {
            self.cover_note.read(&page.lines[..at]);
            if self.cover_note.has_words() && self.quotes == Quotes::Cut {
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

    /// Cuts or keeps the message below a header block. Returns the line to continue with. `above` holds the lines of a
    /// divider over the block; empty without one.
    fn after_header_block(
        &mut self,
        page: &mut Page<'_>,
        above: Range<usize>,
        block: Block,
    ) -> usize {
        self.has_header = true;
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
        self.has_header = true;
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

    /// Cuts a header and everything below it, up to the end of the quoted mail or of the text. Returns the line to
    /// continue with.
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

    /// Whether to keep the message below the header at line `header`: because all are kept, or because it is the first
    /// one and the sender forwarded it or points to it.
    fn keeps_next(&mut self, page: &Page<'_>, header: usize) -> bool {
        match self.quotes {
            Quotes::KeepAll => true,
            _ if self.has_forwarded => false,
            Quotes::KeepFirst => true,
            Quotes::Cut => {
                self.cover_note.read(&page.lines[..header]);
                self.cover_note.is_about_next()
            }
        }
    }
}

/// Whether one of these lines is a divider or begins a header.
fn has_header(page: &Page<'_>, lines: &Range<usize>) -> bool {
    lines.clone().any(|i| {
        let line = &page.lines[i];
        !line.is_blank_body()
            && (divider(&line.folded).is_some()
                || header_block(page, i).is_some()
                || header_lines(page, i).is_some())
    })
}

/// Whether the line above `at`, blank ones aside, is kept.
fn is_behind_words(page: &Page<'_>, at: usize) -> bool {
    let above = page.lines[..at].iter().rfind(|line| !line.is_blank());
    above.is_some_and(|line| !line.is_cut())
}

/// Whether a single line with `>` before it is not a quote: a path through menus, a prompt, markup.
fn is_no_quote(line: &Line<'_>) -> bool {
    let body = line.body();
    body.contains(" > ") || (line.quote_depth == 3 && body.contains(['(', '=']))
}

//! A draft's text as the lines that the cleaning steps work on, and the cuts that they ask for.

use std::ops::Range;

use super::draft::Cut;
use super::fold::{fold, is_invisible};
use super::removal::RemovalKind;

/// The lines of a draft's text, with the lines cut so far, and the boundaries between messages.
#[derive(Debug)]
pub(super) struct Page<'t> {
    pub(super) lines: Vec<Line<'t>>,
    /// The messages on the page, in order, as ranges of lines: first the ticket itself, then the messages that it
    /// forwards.
    pub(super) messages: Vec<Range<usize>>,
    cuts_within: Vec<Cut>,
}

/// The quotes, headers and signatures that HTML marks and that begin on a line. Each has the number of the line behind
/// its end, and the rule that found it.
#[derive(Debug, Default)]
pub(super) struct HtmlHints {
    /// A container that a mail program put around a quoted or forwarded message and the lines over it.
    pub(super) quote: Option<(usize, &'static str)>,
    /// The lines above a quote that say who wrote it and when, as a mail program marked them.
    pub(super) quote_header: Option<(usize, &'static str)>,
    /// The rule of a divider: from this line on, everything is an older message.
    pub(super) divider: Option<&'static str>,
    /// A signature that a mail program marked.
    pub(super) signature: Option<(usize, &'static str)>,
}

/// One line of a page.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// The line as it is in the text, without its line break.
    pub(super) text: &'t str,
    /// The byte of the draft's text at which the line starts.
    pub(super) start: usize,
    /// The byte at which the next line starts: behind the line break.
    pub(super) end: usize,
    /// The number of `>` before the text of the line, block quotes of the HTML included.
    pub(super) quote_depth: usize,
    /// The number of block quotes of the HTML around the line; `quote_depth` includes them.
    pub(super) block_quote_depth: usize,
    /// Whether one of the block quotes around the line is marked as a cited message.
    pub(super) is_cited: bool,
    /// The byte of `text` at which the body begins, behind the `>`.
    pub(super) body_start: usize,
    /// The bytes of `text` from the first to the last character that a reader sees; empty if there are none.
    seen: Range<usize>,
    /// The body, folded to the form in which rules are compared.
    pub(super) folded: String,
    pub(super) html: HtmlHints,
    /// The kind and the rule with which a step has cut the whole line; `None` when it is not cut.
    pub(super) cut: Option<(RemovalKind, &'static str)>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, start: usize, end: usize) -> Self {
        let mut quote_depth = 0;
        let mut body_start = 0;
        for (at, c) in text.char_indices() {
            match c {
                '>' | '＞' => {
                    quote_depth += 1;
                    body_start = at + c.len_utf8();
                }
                ' ' | '\t' | '\u{A0}' => {}
                _ => break,
            }
        }
        if quote_depth > 0 && text[body_start..].starts_with(' ') {
            body_start += 1;
        }
        let seen_end = text.trim_end_matches(is_blank).len();
        let seen_start = text[..seen_end].find(|c| !is_blank(c)).unwrap_or(seen_end);
        Self {
            text,
            start,
            end,
            quote_depth,
            block_quote_depth: 0,
            is_cited: false,
            body_start,
            seen: seen_start..seen_end,
            folded: fold(&text[body_start..]),
            html: HtmlHints::default(),
            cut: None,
        }
    }

    /// Returns the line without the `>` before it and without white space around.
    pub(super) fn body(&self) -> &'t str {
        self.text[self.body_start..].trim_matches(is_blank)
    }

    /// Whether the line has visible text before byte `at` of the draft's text.
    fn has_text_before(&self, at: usize) -> bool {
        !self.is_blank() && self.start + self.seen.start < at
    }

    /// Whether the line has visible text behind byte `at` of the draft's text.
    fn has_text_behind(&self, at: usize) -> bool {
        !self.is_blank() && self.start + self.seen.end > at
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Whether the line is neither cut nor blank.
    pub(super) fn is_filled(&self) -> bool {
        !self.is_cut() && !self.is_blank()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.seen.is_empty()
    }

    /// Whether the line is blank apart from its `>`.
    pub(super) fn is_blank_body(&self) -> bool {
        self.is_blank() || self.seen.end <= self.body_start
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

impl<'t> Page<'t> {
    /// Makes the page of a text that is a single message.
    pub(super) fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            lines.push(Line::new(line, start, end));
            start = end;
        }
        let whole = 0..lines.len();
        Self {
            lines,
            messages: vec![whole],
            cuts_within: Vec::new(),
        }
    }

    /// Returns the lines whose text lies in a range of the draft's text, without a line whose text begins before the
    /// range or continues behind it; `None` when there is no such line. For an empty range, returns an empty range at
    /// the line where it lies.
    pub(super) fn lines_of(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.lines.partition_point(|line| line.end <= range.start);
        if range.is_empty() {
            return Some(first..first);
        }
        let end = self.lines.partition_point(|line| line.start < range.end);
        // Text in front of the range on its first line, or behind it on its last, is not the range's.
        let starts_inside = self
            .lines
            .get(first)
            .is_some_and(|line| line.has_text_before(range.start));
        let ends_inside = end > 0 && self.lines[end - 1].has_text_behind(range.end);
        let first = first + usize::from(starts_inside);
        let end = end - usize::from(ends_inside);
        (first < end).then_some(first..end)
    }

    /// Cuts whole lines; a line that is cut already stays as it is.
    pub(super) fn cut_lines(&mut self, lines: Range<usize>, kind: RemovalKind, rule: &'static str) {
        for line in &mut self.lines[lines] {
            line.cut.get_or_insert((kind, rule));
        }
    }

    /// Cuts a part of a line; `range` counts bytes of the line's text.
    pub(super) fn cut_within(
        &mut self,
        line: usize,
        range: Range<usize>,
        kind: RemovalKind,
        rule: &'static str,
    ) {
        let line = &self.lines[line];
        if !line.is_cut() && !range.is_empty() {
            self.cuts_within.push(Cut {
                kind,
                range: line.start + range.start..line.start + range.end,
                rule,
                mask: None,
            });
        }
    }

    /// Returns the next line from `from` on, before `end`, that is neither cut nor blank.
    pub(super) fn next_filled(&self, from: usize, end: usize) -> Option<usize> {
        (from..end).find(|&i| self.lines[i].is_filled())
    }

    /// Returns all cuts of the page, including those of empty lines around cut lines that would otherwise be left over.
    pub(super) fn into_cuts(mut self) -> Vec<Cut> {
        let mut cuts = self.cut_hanging_blank_lines();
        cuts.append(&mut self.cuts_within);
        cuts.extend(self.lines.iter().filter_map(|line| {
            let (kind, rule) = line.cut?;
            Some(Cut {
                kind,
                range: line.start..line.end,
                rule,
                mask: None,
            })
        }));
        cuts
    }

    /// Leaves at most one empty line where lines were cut, and none at the ends of the text.
    ///
    /// Returns the cut of the line break in front of cut lines that reach the end of the text.
    fn cut_hanging_blank_lines(&mut self) -> Vec<Cut> {
        let mut line_breaks = Vec::new();
        let mut at = 0;
        while at < self.lines.len() {
            let Some(mut cut) = self.lines[at].cut else {
                at += 1;
                continue;
            };
            let first = self.lines[..at]
                .iter()
                .rposition(|line| line.is_cut() || !line.is_blank())
                .map_or(0, |i| i + 1);
            let mut end = at;
            while end < self.lines.len() && (self.lines[end].is_cut() || self.lines[end].is_blank())
            {
                end += 1;
            }
            let reaches_an_end = first == 0 || end == self.lines.len();
            let mut kept = usize::from(!reaches_an_end);
            for line in &mut self.lines[first..at] {
                if kept > 0 {
                    kept -= 1;
                } else {
                    line.cut = Some(cut);
                }
            }
            // With no empty line before the cut, the last one behind it still parts what is left.
            for line in &mut self.lines[at..end] {
                match line.cut {
                    Some(line_cut) => cut = line_cut,
                    None if kept > 0 => kept -= 1,
                    None => line.cut = Some(cut),
                }
            }
            if end == self.lines.len() && first > 0 {
                let before = &self.lines[first - 1];
                let (kind, rule) = self.lines[first].cut.unwrap_or(cut);
                line_breaks.push(Cut {
                    kind,
                    range: before.start + before.text.len()..before.end,
                    rule,
                    mask: None,
                });
            }
            at = end;
        }
        line_breaks.retain(|cut| !cut.range.is_empty());
        line_breaks
    }
}

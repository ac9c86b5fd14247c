//! A decoded text, with the marks of its HTML.

use std::ops::Range;

use super::draft::{Cut, Draft};
use super::page::Page;
use super::removal::RemovalKind;
use crate::budget::{Budget, Ended};
use crate::html::{self, Mark, MarkKind};

/// The longest decoded text that is kept whole, in bytes. Our own judgement: 256 KiB are 40,000 words, and no customer
/// writes as many.
pub(super) const MOST_TEXT_BYTES: usize = 256 * 1024;

/// The number of bytes that are kept from the beginning of a longer text: the beginning has the question, and the end
/// may have the answer to a question of ours.
const FIRST_BYTES: usize = 192 * 1024;
/// The number of bytes that are kept from the end of a longer text.
const LAST_BYTES: usize = 32 * 1024;

/// A decoded text, with the marks of its HTML.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) subject: Option<String>,
    pub(super) text: String,
    /// The marks of the HTML, ordered by their start.
    pub(super) marks: Vec<Mark>,
    pub(super) is_truncated: bool,
    /// Whether the mail says that a machine wrote it.
    pub(super) is_machine_written: bool,
    /// The number of marks that there were before the last text was added.
    marks_before_last: usize,
}

impl Decoded {
    pub(super) fn from_text(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    pub(super) fn from_html(html: &str, budget: &mut Budget<'_>) -> Result<Self, Ended> {
        let read = html::read_within(html, budget)?;
        Ok(Self {
            text: read.text,
            marks: read.marks,
            ..Self::default()
        })
    }

    /// Adds a text behind this one, with an empty line between them.
    pub(super) fn push(&mut self, other: Decoded) {
        if other.text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.truncate(self.text.trim_end().len());
            // The text before the last one is not blank, so the marks of others lie in front of what was trimmed.
            let last = self.marks.split_off(self.marks_before_last);
            self.marks.extend(last.into_iter().filter_map(|mut mark| {
                mark.range.end = mark.range.end.min(self.text.len());
                (mark.range.start <= mark.range.end).then_some(mark)
            }));
            self.text.push_str("\n\n");
        }
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.marks_before_last = self.marks.len();
        self.marks.extend(other.marks.into_iter().map(|mark| Mark {
            range: mark.range.start + shift..mark.range.end + shift,
            ..mark
        }));
    }

    /// Returns the first 192 KiB and the last 32 KiB of the text, with a line break between them.
    pub(super) fn truncated(mut self) -> Self {
        let mut first = FIRST_BYTES.min(self.text.len());
        while !self.text.is_char_boundary(first) {
            first -= 1;
        }
        let mut last = self.text.len().saturating_sub(LAST_BYTES).max(first);
        while !self.text.is_char_boundary(last) {
            last += 1;
        }
        self.text.replace_range(first..last, "\n");
        let left_out = first..last;
        for mark in &mut self.marks {
            mark.range =
                behind_cut(&left_out, mark.range.start)..behind_cut(&left_out, mark.range.end);
        }
        self.is_truncated = true;
        self
    }

    /// Returns cuts for the text that the HTML does not show.
    pub(super) fn hidden(&self) -> impl Iterator<Item = Cut> {
        self.marks
            .iter()
            .filter(|mark| mark.kind == MarkKind::Hidden && !mark.range.is_empty())
            .map(|mark| Cut {
                kind: RemovalKind::Markup,
                range: mark.range.clone(),
                rule: mark.rule,
                mask: None,
            })
    }

    /// Transfers the marks of the HTML to the lines of a page.
    pub(super) fn mark_lines(&self, page: &mut Page<'_>, draft: &Draft) {
        let mut depths = vec![Depths::default(); page.lines.len() + 1];
        for mark in &self.marks {
            let lines = page.lines_of(&draft.range_of(&mark.range));
            let Some(lines) = lines.filter(|lines| lines.start < page.lines.len()) else {
                continue;
            };
            mark_line_range(page, mark, lines, &mut depths);
        }
        let mut depth = Depths::default();
        for (line, change) in page.lines.iter_mut().zip(depths) {
            depth.all += change.all;
            depth.cited += change.cited;
            line.block_quote_depth = usize::try_from(depth.all).unwrap_or_default();
            line.quote_depth += line.block_quote_depth;
            line.is_cited = depth.cited > 0;
        }
    }
}

/// Returns where a position lies once the range `left_out` has been replaced by a line break.
fn behind_cut(left_out: &Range<usize>, at: usize) -> usize {
    match at {
        at if at <= left_out.start => at,
        at if at < left_out.end => left_out.start,
        at => at - left_out.end + left_out.start + 1,
    }
}

/// The number of block quotes around a line, or the change of that number between two lines.
#[derive(Debug, Clone, Copy, Default)]
struct Depths {
    all: isize,
    cited: isize,
}

/// Notes one mark at the line where it starts, and the depth of block quotes as changes between lines.
fn mark_line_range(page: &mut Page<'_>, mark: &Mark, lines: Range<usize>, depths: &mut [Depths]) {
    let line = &mut page.lines[lines.start];
    match mark.kind {
        MarkKind::BlockQuote { is_cited } if !lines.is_empty() => {
            depths[lines.start].all += 1;
            depths[lines.end].all -= 1;
            depths[lines.start].cited += isize::from(is_cited);
            depths[lines.end].cited -= isize::from(is_cited);
        }
        MarkKind::Quote if !lines.is_empty() => {
            line.html.quote.get_or_insert((lines.end, mark.rule));
        }
        MarkKind::QuoteHeader if !lines.is_empty() => {
            line.html.quote_header = Some((lines.end, mark.rule));
        }
        MarkKind::Divider => line.html.divider = Some(mark.rule),
        MarkKind::Signature if !lines.is_empty() => {
            line.html.signature = Some((lines.end, mark.rule));
        }
        _ => {}
    }
}

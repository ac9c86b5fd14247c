//! Writes the text of an HTML page: white space is collapsed, each block becomes a line, and spans are marked.

use super::html_text::{Mark, MarkKind};

/// A placeholder between two cells of a row, until it is known whether the row fits on one line.
///
/// It is unambiguous, because no control character but line ends and tabs enters the text.
const CELL_BOUNDARY: char = '\u{1f}';

/// The text that is put between two cells of a row on one line.
const CELL_SEPARATOR: &str = " | ";

/// Collects text and its marks.
///
/// Line ends and spaces are held back until more text comes, so that no line ends in a space and the text neither
/// starts nor ends with an empty line.
#[derive(Debug, Default)]
pub(super) struct TextWriter {
    text: String,
    /// The number of line ends to write before the next text.
    line_ends: usize,
    /// The spaces to write before the next text, if no line end comes first.
    spaces: String,
    /// Whether the space that is held back was a line end in the source.
    is_wrapped: bool,
    /// The number of a list item, written before the first text of the item.
    prefix: Option<String>,
    /// The number of open cells in tables with a heading; inside them everything is on one line.
    one_line_depth: usize,
    line_ends_written: usize,
    rows: Vec<OpenRow>,
    boundaries: Vec<CellBoundary>,
    marks: Vec<Mark>,
    /// The marks that begin where the next text begins, by their indices in `marks`.
    marks_to_start: Vec<usize>,
}

/// A table row that is being written.
#[derive(Debug, Default)]
struct OpenRow {
    has_text: bool,
    /// The value of `line_ends_written` when the first text of the open cell was written; `None` before that.
    cell_started_at: Option<usize>,
    boundary_is_due: bool,
    has_cell_of_many_lines: bool,
    /// The boundaries between the cells of the row, as indices into `TextWriter::boundaries`.
    boundaries: Vec<usize>,
}

#[derive(Debug)]
struct CellBoundary {
    offset: usize,
    is_line_end: bool,
}

impl TextWriter {
    /// Adds text, with each run of white space turned into one space.
    pub(super) fn push_text(&mut self, text: &str) {
        for c in text.chars() {
            if is_collapsible(c) {
                self.push_space();
                self.is_wrapped |= c == '\n';
            } else if is_kept(c) {
                if self.is_wrapped {
                    self.unwrap_before(c);
                }
                self.start_text();
                self.text.push(c);
            }
        }
    }

    /// Drops the held-back space before `c` if it was a line end of the source and the characters on both sides belong
    /// to scripts without spaces, whose lines are wrapped within words.
    fn unwrap_before(&mut self, c: char) {
        self.is_wrapped = false;
        if is_wrapped_anywhere(c) && self.text.ends_with(is_wrapped_anywhere) {
            self.spaces.clear();
        }
    }

    /// Adds text and keeps its line ends and spaces.
    pub(super) fn push_preformatted(&mut self, text: &str) {
        if self.one_line_depth > 0 {
            return self.push_text(text);
        }
        for c in text.chars() {
            match c {
                '\n' => {
                    self.spaces.clear();
                    self.line_ends += 1;
                }
                ' ' | '\t' => self.spaces.push(c),
                '\u{a0}' => self.spaces.push(' '),
                _ if is_kept(c) => {
                    self.start_text();
                    self.text.push(c);
                }
                _ => {}
            }
        }
    }

    /// Puts at most one space between the text so far and the text that follows.
    pub(super) fn push_space(&mut self) {
        if self.spaces.is_empty() && self.line_ends == 0 && !self.text.is_empty() {
            self.spaces.push(' ');
        }
    }

    /// Puts at least `line_ends` line ends between the text so far and the text that follows.
    pub(super) fn break_lines(&mut self, line_ends: usize) {
        if line_ends == 0 || self.prefix.is_some() {
            return;
        }
        if self.one_line_depth > 0 {
            return self.push_space();
        }
        self.spaces.clear();
        self.line_ends = self.line_ends.max(line_ends);
    }

    /// Ends the line. A second call in a row makes an empty line; further ones have no effect.
    pub(super) fn push_line_break(&mut self) {
        self.break_lines((self.line_ends + 1).min(2));
    }

    /// Sets the text to write before the next text.
    pub(super) fn set_prefix(&mut self, prefix: String) {
        self.prefix = Some(prefix);
    }

    /// Removes the prefix of an item that turned out to have no text.
    pub(super) fn clear_prefix(&mut self) {
        self.prefix = None;
    }

    /// Begins a table row.
    pub(super) fn open_row(&mut self) {
        self.rows.push(OpenRow::default());
    }

    /// Begins a cell of the open row; `on_one_line` turns line ends in it into spaces.
    pub(super) fn open_cell(&mut self, on_one_line: bool) {
        self.one_line_depth += usize::from(on_one_line);
        if let Some(row) = self.rows.last_mut() {
            row.cell_started_at = None;
            row.boundary_is_due = true;
        }
    }

    /// Ends a cell that was begun with the same `on_one_line`.
    pub(super) fn close_cell(&mut self, on_one_line: bool) {
        self.one_line_depth -= usize::from(on_one_line);
        let line_ends_written = self.line_ends_written;
        if let Some(row) = self.rows.last_mut() {
            let started_at = row.cell_started_at.take();
            row.has_cell_of_many_lines |= started_at.is_some_and(|n| n < line_ends_written);
            row.boundary_is_due = false;
        }
    }

    /// Ends a row. Its cells are put on one line if each of them has one line only, else on lines of their own.
    pub(super) fn close_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        if row.has_cell_of_many_lines {
            for index in row.boundaries {
                self.boundaries[index].is_line_end = true;
            }
        }
    }

    /// Opens a mark that begins with the next text, and returns its index for [`close_mark`](Self::close_mark).
    pub(super) fn open_mark(&mut self, kind: MarkKind, rule: &'static str) -> usize {
        let index = self.marks.len();
        self.marks.push(Mark {
            kind,
            range: usize::MAX..usize::MAX,
            rule,
        });
        self.marks_to_start.push(index);
        index
    }

    /// Ends a mark behind the last text that was written.
    pub(super) fn close_mark(&mut self, index: usize) {
        if let Some(waiting) = self.marks_to_start.iter().rposition(|i| *i == index) {
            self.marks_to_start.remove(waiting);
        } else {
            self.marks[index].range.end = self.text.len();
        }
    }

    /// Marks the place between the text so far and the next text as a divider; several in a row become one.
    pub(super) fn mark_divider(&mut self, rule: &'static str) {
        let last = self.marks_to_start.last().map(|i| &self.marks[*i].kind);
        if last != Some(&MarkKind::Divider) {
            self.open_mark(MarkKind::Divider, rule);
        }
    }

    /// Sets the anchor of an open heading mark that has none yet.
    pub(super) fn set_anchor(&mut self, index: usize, found: &str) {
        if let MarkKind::Heading { anchor, .. } = &mut self.marks[index].kind
            && anchor.is_none()
        {
            *anchor = Some(found.to_owned());
        }
    }

    /// Whether text was written since a mark was opened.
    pub(super) fn has_text_in(&self, index: usize) -> bool {
        self.marks[index].range.start < self.text.len()
    }

    /// Returns the number of bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Returns the text, and its marks ordered by their start, an outer mark before an inner one.
    pub(super) fn finish(self) -> (String, Vec<Mark>) {
        let (text, shifts) = join_cells(self.text, &self.boundaries);
        let mut marks = self.marks;
        marks.retain(|mark| mark.range.start != usize::MAX);
        for mark in &mut marks {
            mark.range.start = shifted(mark.range.start, &shifts);
            mark.range.end = shifted(mark.range.end, &shifts);
        }
        (text, marks)
    }

    /// Writes the spaces and line ends that were held back; called before the first character of a text.
    fn start_text(&mut self) {
        let nothing_is_due = self.line_ends == 0
            && self.spaces.is_empty()
            && self.prefix.is_none()
            && self.marks_to_start.is_empty()
            && self
                .rows
                .last()
                .is_none_or(|row| row.cell_started_at.is_some());
        if !nothing_is_due {
            self.write_held_back();
        }
    }

    fn write_held_back(&mut self) {
        let boundary_is_due = self
            .rows
            .last()
            .is_some_and(|row| row.boundary_is_due && row.has_text);
        if boundary_is_due {
            if let Some(row) = self.rows.last_mut() {
                row.boundary_is_due = false;
                row.boundaries.push(self.boundaries.len());
            }
            self.boundaries.push(CellBoundary {
                offset: self.text.len(),
                is_line_end: false,
            });
            self.text.push(CELL_BOUNDARY);
            self.spaces.clear();
        } else if self.line_ends > 0 && !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', self.line_ends));
            self.line_ends_written += 1;
        }
        self.line_ends = 0;
        self.is_wrapped = false;
        for index in self.marks_to_start.drain(..) {
            self.marks[index].range = self.text.len()..self.text.len();
        }
        self.text.push_str(&self.spaces);
        self.spaces.clear();
        if let Some(prefix) = self.prefix.take() {
            self.text.push_str(&prefix);
        }
        for row in self.rows.iter_mut().rev() {
            if row.cell_started_at.is_some() {
                break;
            }
            row.cell_started_at = Some(self.line_ends_written);
            row.has_text = true;
            row.boundary_is_due = false;
        }
    }
}

/// Replaces the placeholders between cells by separators. Returns the text, and the offsets behind those placeholders
/// whose separator is longer.
fn join_cells(text: String, boundaries: &[CellBoundary]) -> (String, Vec<usize>) {
    if boundaries.is_empty() {
        return (text, Vec::new());
    }
    let mut joined = String::with_capacity(text.len() + boundaries.len() * CELL_SEPARATOR.len());
    let mut grown = Vec::new();
    let mut written = 0;
    for boundary in boundaries {
        joined.push_str(&text[written..boundary.offset]);
        written = boundary.offset + CELL_BOUNDARY.len_utf8();
        if boundary.is_line_end {
            joined.push('\n');
        } else {
            joined.push_str(CELL_SEPARATOR);
            grown.push(written);
        }
    }
    joined.push_str(&text[written..]);
    (joined, grown)
}

/// Returns the new offset for `offset`, when the text before it grew at each of the offsets `grown`.
fn shifted(offset: usize, grown: &[usize]) -> usize {
    let grown_before = grown.partition_point(|end| *end <= offset);
    offset + grown_before * (CELL_SEPARATOR.len() - CELL_BOUNDARY.len_utf8())
}

/// Whether a character is white space that collapses: that of HTML, no-break spaces (which mail programs write for
/// layout), and Unicode's line ends.
fn is_collapsible(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether lines are wrapped before and after the character without a space: Chinese and Japanese
/// writing and its punctuation, but not Korean (CSS Text Module Level 3, section 4.1.3).
fn is_wrapped_anywhere(c: char) -> bool {
    matches!(
        c,
        '\u{2e80}'..='\u{312f}'
            | '\u{3190}'..='\u{a4cf}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}'
            | '\u{ff00}'..='\u{ff9f}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// Whether a character other than white space belongs in a text.
///
/// Not kept are control characters, soft hyphens and byte order marks (both split words for a search), and the
/// direction overrides with which a text can be made to look like another.
pub(crate) fn is_kept(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

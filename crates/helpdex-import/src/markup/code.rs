//! Replaces code in Markdown by placeholders while the markup around it is converted, and puts it back unchanged.

use std::fmt::Write as _;

/// The sign before the number of a piece of code in a placeholder: a private character that no page has.
const OPEN: char = '\u{F8F0}';
/// The sign behind the number of a piece of code in a placeholder.
const CLOSE: char = '\u{F8F1}';

/// The most fences of a page that may lack their end; further ones are read as text, so that no page is read too often.
const MAX_UNCLOSED: usize = 20;

/// The code of a page that was replaced by placeholders: blocks between fences, and spans between backticks.
#[derive(Default)]
pub(super) struct Code {
    pieces: Vec<Piece>,
}

struct Piece {
    /// The lines of the code, without the prefix that all of them have.
    lines: Vec<String>,
}

impl Code {
    /// Replaces all code in a text by placeholders; those that it has stay. The content of a fence with the language
    /// `mdx-code-block` is not code.
    pub(super) fn take(&mut self, text: &str) -> String {
        let without_blocks = self.take_blocks(text);
        self.take_spans(&without_blocks)
    }

    /// Stores a text unchanged, and returns the placeholder for it.
    pub(super) fn keep(&mut self, text: &str) -> String {
        self.pieces.push(Piece {
            lines: text.lines().map(str::to_owned).collect(),
        });
        format!("{OPEN}{}{CLOSE}", self.pieces.len() - 1)
    }

    fn take_blocks(&mut self, text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let mut taken = String::with_capacity(text.len());
        let mut at = 0;
        let mut mdx_fence: Option<Fence> = None;
        let mut unclosed = 0;
        while at < lines.len() {
            let line = lines[at];
            if mdx_fence
                .as_ref()
                .is_some_and(|fence| fence.is_closed_by(line))
            {
                mdx_fence = None;
                taken.push('\n');
                at += 1;
                continue;
            }
            let Some(fence) = Fence::opened_by(line) else {
                taken.push_str(line);
                taken.push('\n');
                at += 1;
                continue;
            };
            if fence.info.starts_with("mdx-code-block") {
                mdx_fence = Some(fence);
                taken.push('\n');
                at += 1;
                continue;
            }
            let is_read = unclosed < MAX_UNCLOSED;
            let end = (at + 1..lines.len()).find(|&end| is_read && fence.is_closed_by(lines[end]));
            unclosed += usize::from(end.is_none());
            let Some(end) = end.or_else(|| (fence.prefix.len() < 4).then_some(lines.len())) else {
                taken.push_str(line);
                taken.push('\n');
                at += 1;
                continue;
            };
            let inner = lines[at..lines.len().min(end + 1)].iter();
            let piece = Piece {
                lines: inner
                    .map(|line| fence.without_prefix(line).to_owned())
                    .collect(),
            };
            self.pieces.push(piece);
            let number = self.pieces.len() - 1;
            let _ = writeln!(taken, "{}{OPEN}{number}{CLOSE}", fence.prefix);
            at = end + 1;
        }
        taken
    }

    /// Replaces the spans between backticks by placeholders; a span ends before the next empty line.
    fn take_spans(&mut self, text: &str) -> String {
        let mut taken = String::with_capacity(text.len());
        for paragraph in text.split_inclusive("\n\n") {
            let mut rest = paragraph;
            while let Some(start) = rest.find('`') {
                let (before, from) = rest.split_at(start);
                taken.push_str(before);
                let run = from.len() - from.trim_start_matches('`').len();
                let behind = &from[run..];
                let Some(end) = end_of_span(behind, run) else {
                    taken.push_str(&from[..run]);
                    rest = behind;
                    continue;
                };
                if before.ends_with('\\') {
                    taken.push_str(&from[..run]);
                    rest = behind;
                    continue;
                }
                let whole = &from[..run + end + run];
                taken.push_str(&self.keep(&whole.replace('\n', " ")));
                rest = &from[run + end + run..];
            }
            taken.push_str(rest);
        }
        taken
    }

    /// Replaces the placeholders by their code. The lines of a block get the indentation of the placeholder.
    pub(super) fn put_back(&self, text: &str) -> String {
        let mut whole = String::with_capacity(text.len() * 2);
        for line in text.split_inclusive('\n') {
            self.put_back_line(line, &mut whole, 0);
        }
        whole
    }

    fn put_back_line(&self, line: &str, whole: &mut String, depth: usize) {
        let mut rest = line;
        while let Some(start) = rest.find(OPEN) {
            let before = &rest[..start];
            let behind = &rest[start + OPEN.len_utf8()..];
            let Some((number, after)) = behind.split_once(CLOSE) else {
                break;
            };
            whole.push_str(before);
            if let Some(piece) = number.parse().ok().and_then(|n: usize| self.pieces.get(n)) {
                let prefix: String = if piece.lines.len() > 1 {
                    prefix_of(before).to_owned()
                } else {
                    String::new()
                };
                for (index, inner) in piece.lines.iter().enumerate() {
                    if index > 0 {
                        whole.push('\n');
                        whole.push_str(&prefix);
                    }
                    // A span that was set aside may lie in a text that was.
                    if depth < 3 && inner.contains(OPEN) {
                        self.put_back_line(inner, whole, depth + 1);
                    } else {
                        whole.push_str(inner);
                    }
                }
            }
            rest = after;
        }
        whole.push_str(rest);
    }

    /// Replaces every line of code by the result of `change`.
    pub(super) fn change_lines(&mut self, change: impl Fn(&str) -> String) {
        for line in self.pieces.iter_mut().flat_map(|piece| &mut piece.lines) {
            *line = change(line);
        }
    }
}

/// Removes the signs of placeholders from a text, so that none is there but those of [`Code`].
pub(super) fn without_signs(text: String) -> String {
    if text.contains(OPEN) || text.contains(CLOSE) {
        return text.replace([OPEN, CLOSE], "");
    }
    text
}

fn end_of_span(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`') {
        let from = &text[at + start..];
        let length = from.len() - from.trim_start_matches('`').len();
        if length == run {
            return Some(at + start);
        }
        at += start + length;
    }
    None
}

/// Returns the beginning of a line before its text: spaces, and the signs of quotes.
pub(super) fn prefix_of(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t', '>']);
    &line[..line.len() - text.len()]
}

/// A line of Markdown that opens or closes a block of code: three or more backticks or tildes.
struct Fence {
    prefix: String,
    mark: char,
    length: usize,
    info: String,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let prefix = prefix_of(line);
        let text = &line[prefix.len()..];
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = text.chars().take_while(|c| *c == mark).count();
        let info = text[length..].trim();
        let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then(|| Self {
            prefix: prefix.to_owned(),
            mark,
            length,
            info: info.to_owned(),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line[prefix_of(line).len()..].trim_end();
        text.len() >= self.length && text.chars().all(|c| c == self.mark)
    }

    fn without_prefix<'a>(&self, line: &'a str) -> &'a str {
        let own = prefix_of(line);
        let cut = own.len().min(self.prefix.len());
        &line[cut..]
    }
}

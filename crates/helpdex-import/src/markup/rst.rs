//! Converts reStructuredText to Markdown, block by block. Unknown markup keeps its text and loses its signs.

mod directives;
mod inline;
mod lines;
mod tables;

use std::collections::BTreeMap;

use self::lines::{
    Marker, dedented, end_of_body, end_of_indented, end_of_paragraph, field, indent_of, is_rule,
    list_marker, starts_block,
};
use super::context::Context;

/// The deepest nesting of lists and directives that is read.
const MAX_DEPTH: usize = 24;

/// Converts a page from reStructuredText to Markdown, in time linear in its length and in the depth of nesting.
pub(crate) fn of_rst(source: &str, context: &mut Context<'_>) -> String {
    let source = source.replace("\r\n", "\n").replace('\t', "        ");
    let lines: Vec<String> = source
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let mut reader = Reader {
        context,
        levels: Vec::new(),
        substitutions: BTreeMap::new(),
        output: String::with_capacity(source.len()),
    };
    reader.find_substitutions(&lines);
    reader.blocks(&lines, "", 0);
    reader.output
}

struct Reader<'a, 'b> {
    context: &'a mut Context<'b>,
    /// The characters that underline headings, and whether they are also above them, in the order of their first use:
    /// the first is that of the title.
    levels: Vec<(char, bool)>,
    substitutions: BTreeMap<String, String>,
    output: String,
}

impl Reader<'_, '_> {
    fn find_substitutions(&mut self, lines: &[String]) {
        for line in lines {
            let Some((name, rest)) = line
                .trim_start()
                .strip_prefix(".. |")
                .and_then(|r| r.split_once('|'))
            else {
                continue;
            };
            if let Some(text) = rest.trim().strip_prefix("replace::") {
                self.substitutions
                    .insert(name.to_owned(), text.trim().to_owned());
            }
        }
    }

    /// Writes the blocks in lines that are not indented; each written line begins with `prefix`.
    fn blocks(&mut self, lines: &[String], prefix: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut at = 0;
        while at < lines.len() {
            let line = &lines[at];
            if line.is_empty() {
                at += 1;
                continue;
            }
            let width = indent_of(line);
            if width > 0 {
                // A quotation.
                let end = end_of_indented(lines, at, width);
                self.blocks(&dedented(&lines[at..end]), prefix, depth + 1);
                at = end;
                continue;
            }
            at = self.block(lines, at, prefix, depth);
        }
    }

    /// Writes the block that begins at line `at`, and returns the line behind it.
    fn block(&mut self, lines: &[String], at: usize, prefix: &str, depth: usize) -> usize {
        let line = lines[at].as_str();
        if let Some(end) = self.heading(lines, at, prefix) {
            return end;
        }
        if line == ".." || line.starts_with(".. ") || line == "__" || line.starts_with("__ ") {
            let end = end_of_body(lines, at);
            self.explicit(lines, at, end, prefix, depth);
            return end;
        }
        if let Some(end) = self.table(lines, at, prefix) {
            return end;
        }
        if line.starts_with(">>> ") {
            let end = end_of_paragraph(lines, at);
            self.code(&lines[at..end], prefix);
            return end;
        }
        if let Some(marker) = list_marker(line) {
            return self.item(lines, at, &marker, prefix, depth);
        }
        if let Some((name, value)) = field(line) {
            return self.field(lines, at, name, value, prefix, depth);
        }
        if is_rule(line) {
            return at + 1;
        }
        self.paragraph(lines, at, prefix, depth)
    }

    fn heading(&mut self, lines: &[String], at: usize, prefix: &str) -> Option<usize> {
        let line = lines[at].as_str();
        let next = lines.get(at + 1).map_or("", String::as_str);
        let (title, mark, is_over, end) = if is_rule(line)
            && lines.get(at + 2).is_some_and(|under| under == line)
            && !next.is_empty()
        {
            (next.trim(), line.chars().next()?, true, at + 3)
        } else if is_rule(next)
            && next.chars().count() + 1 >= line.chars().count().min(60)
            && !is_rule(line)
        {
            (line, next.chars().next()?, false, at + 2)
        } else {
            return None;
        };
        let known = self
            .levels
            .iter()
            .position(|level| *level == (mark, is_over));
        let level = known.unwrap_or_else(|| {
            self.levels.push((mark, is_over));
            self.levels.len() - 1
        });
        let text = self.inline(title);
        let anchor = anchor_of(title);
        let marks = "#".repeat((level + 1).min(6));
        let anchor = if anchor.is_empty() {
            String::new()
        } else {
            format!(" {{#{anchor}}}")
        };
        self.write(prefix, &format!("{marks} {text}{anchor}"));
        self.write(prefix, "");
        Some(end)
    }

    /// Writes a block that begins with `..`: a directive, a comment, a target, a footnote.
    fn explicit(&mut self, lines: &[String], at: usize, end: usize, prefix: &str, depth: usize) {
        let line = lines[at].trim_start_matches("..").trim();
        let body = dedented(&lines[at + 1..end]);
        if let Some(rest) = line.strip_prefix('[') {
            // A footnote.
            if let Some((_, text)) = rest.split_once(']') {
                let mut inner = vec![text.trim().to_owned()];
                inner.extend(body);
                self.blocks(&inner, prefix, depth + 1);
            }
            return;
        }
        let Some((name, argument)) = line.split_once("::") else {
            return;
        };
        let name = name.trim();
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_:+.".contains(c));
        if !is_name {
            return;
        }
        self.directive(name, argument.trim(), &body, prefix, depth);
    }

    fn item(
        &mut self,
        lines: &[String],
        at: usize,
        marker: &Marker,
        prefix: &str,
        depth: usize,
    ) -> usize {
        let mut end = at + 1;
        while end < lines.len() && (lines[end].is_empty() || indent_of(&lines[end]) > 0) {
            end += 1;
        }
        let mut inner = vec![lines[at][marker.width..].trim_start().to_owned()];
        inner.extend(dedented(&lines[at + 1..end]));
        let start = self.output.len();
        let indent = " ".repeat(marker.shown.len());
        self.blocks(&inner, &format!("{prefix}{indent}"), depth + 1);
        // The mark takes the place of the first indentation.
        let written = self.output.split_off(start);
        let first = format!("{prefix}{indent}");
        let written = match written.strip_prefix(&first) {
            Some(rest) => format!("{prefix}{}{rest}", marker.shown),
            None => format!("{prefix}{}\n{written}", marker.shown.trim_end()),
        };
        self.output.push_str(&written);
        end
    }

    fn field(
        &mut self,
        lines: &[String],
        at: usize,
        name: &str,
        value: &str,
        prefix: &str,
        depth: usize,
    ) -> usize {
        let end = end_of_body(lines, at);
        let is_metadata = matches!(
            name,
            "orphan" | "tocdepth" | "nocomments" | "nosearch" | "description" | "keywords"
        );
        if !is_metadata {
            let name = self.inline(name);
            let mut inner = vec![format!("{name}: {value}")];
            inner.extend(dedented(&lines[at + 1..end]));
            self.blocks_of_text(&inner, prefix, depth);
        }
        end
    }

    fn blocks_of_text(&mut self, lines: &[String], prefix: &str, depth: usize) {
        let first = self.inline(&lines[0]);
        self.write(prefix, &first);
        self.write(prefix, "");
        self.blocks(&lines[1..], prefix, depth + 1);
    }

    /// Writes a paragraph and the lines indented below it, which are code behind `::`, else the meaning of a term.
    /// Returns the line behind them.
    fn paragraph(&mut self, lines: &[String], at: usize, prefix: &str, depth: usize) -> usize {
        let mut end = at + 1;
        while end < lines.len()
            && !lines[end].is_empty()
            && indent_of(&lines[end]) == 0
            && !starts_block(lines, end)
        {
            end += 1;
        }
        let text = lines[at..end].join("\n");
        let is_line_block = text == "|" || text.starts_with("| ") || text.starts_with("|\n");
        let literal = text.ends_with("::");
        let shown = match text.strip_suffix("::") {
            Some("") => String::new(),
            Some(before) if before.ends_with(char::is_whitespace) => before.trim_end().to_owned(),
            Some(before) => format!("{before}:"),
            None => text,
        };
        for line in self.inline(&shown).lines() {
            let line = if is_line_block {
                line.trim_start_matches('|').trim().to_owned() + "  "
            } else {
                line.to_owned()
            };
            self.write(prefix, &line);
        }
        self.write(prefix, "");
        let mut next = end;
        while next < lines.len() && lines[next].is_empty() {
            next += 1;
        }
        if literal && next < lines.len() && indent_of(&lines[next]) > 0 {
            let stop = end_of_indented(lines, next, 1);
            self.code(&dedented(&lines[next..stop]), prefix);
            return stop;
        }
        if end < lines.len() && !lines[end].is_empty() && indent_of(&lines[end]) > 0 {
            let stop = end_of_indented(lines, end, 1);
            self.blocks(&dedented(&lines[end..stop]), prefix, depth + 1);
            return stop;
        }
        end
    }

    fn write(&mut self, prefix: &str, line: &str) {
        if !line.is_empty() {
            self.output.push_str(prefix);
            self.output.push_str(line);
        }
        self.output.push('\n');
    }
}

/// Returns the anchor that docutils makes of a title.
fn anchor_of(title: &str) -> String {
    let mut anchor = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            anchor.push(c);
        } else if !anchor.ends_with('-') {
            anchor.push('-');
        }
    }
    let anchor = anchor.trim_matches('-');
    anchor
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> String {
        let variables = BTreeMap::new();
        let mut file = |path: &str| (path == "part.rst").then(|| "Included *text*.\n".to_owned());
        let text = of_rst(source, &mut Context::new(&mut file, &variables));
        text.lines()
            .map(str::trim_end)
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(read(source), expected, "{source:?}");
    }

    #[test]
    fn headings_get_levels_by_their_marks() {
        check(
            "=====\nTitle\n=====\n\nPart\n----\n\nText\n\nMore\n~~~~\n\nPart 2\n------\n",
            "# Title {#title}\n## Part {#part}\nText\n### More {#more}\n## Part 2 {#part-2}",
        );
    }

    #[test]
    fn a_literal_ends_at_the_last_sign_of_a_run() {
        check("like ``:func:`.name``` now", "like `` :func:`.name` `` now");
        check(
            "``a``, ``b`` and ``c````",
            "`` a ``, `` b `` and ``` c`` ```",
        );
    }

    #[test]
    fn a_cell_of_a_grid_may_hold_a_bar() {
        check(
            "+-----+------+\n| a   | b    |\n+=====+======+\n| c|d | e |f |\n+-----+------+\n|c    |d     |\n+-----+------+\n",
            "| a | b |\n| --- | --- |\n| c\\|d | e \\|f |\n| c | d |",
        );
        // Wide letters move the signs away from below the corners.
        check(
            "+------+------+\n| a    | b    |\n+------+------+\n| 設定 | 表示 |\n+------+------+\n",
            "| a | b |\n| --- | --- |\n| 設定 | 表示 |",
        );
    }

    #[test]
    fn directives_keep_what_readers_see() {
        check(
            ".. note:: Take care.\n\n   More.\n\nafter",
            "Take care.\nMore.\nafter",
        );
        check(
            ".. toctree::\n   :maxdepth: 2\n\n   a\n   b\n\ntext",
            "text",
        );
        check(".. secret comment\n   of two lines\n\ntext", "text");
        check(
            ".. code-block:: sh\n   :caption: Run\n\n   run <x>\n     deep\n",
            "**Run**\n````\nrun <x>\n  deep\n````",
        );
        check(
            ".. figure:: a.png\n   :alt: The menu\n\n   Its caption.",
            "The menu\nIts caption.",
        );
        check(
            ".. tab-set::\n\n   .. tab-item:: Linux\n\n      Do.\n",
            "**Linux**\nDo.",
        );
        check(
            ".. list-table:: Plans\n   :header-rows: 1\n\n   * - Plan\n     - Price\n   * - Free\n     - 0\n",
            "**Plans**\n| Plan | Price |\n| --- | --- |\n| Free | 0 |",
        );
        check(".. include:: part.rst", "Included *text*.");
        check(
            ".. _target:\n\n.. |x| replace:: Tap\n\nUse |x| now",
            "Use Tap now",
        );
        check(
            ".. raw:: html\n\n   <b>x</b>\n\n.. only:: latex\n\n   y",
            "",
        );
    }

    #[test]
    fn text_keeps_no_marks_of_roles_and_references() {
        check(
            "See :doc:`the guide </a>` and `site <https://x.y>`_, ``code`` :kbd:`Ctrl` here_.",
            "See the guide and site, `` code `` Ctrl here.",
        );
        check(
            "Press :guilabel:`Save` or :menuselection:`File --> Open`.",
            "Press Save or File > Open.",
        );
        check(
            "Run::\n\n    do it\n\nthen",
            "Run:\n````\ndo it\n````\nthen",
        );
        check(
            "* one\n* two\n\n  more\n\n#. first\n#. second",
            "- one\n- two\n  more\n1. first\n1. second",
        );
        check("term\n    its meaning\n", "term\nits meaning");
        check("one\n\n|\n\n| two\n|\n| three", "one\ntwo\nthree");
        check(":orphan:\n\ntext", "text");
        check(
            "===== =====\nA     B\n===== =====\n1     2\n===== =====\n",
            "| A | B |\n| --- | --- |\n| 1 | 2 |",
        );
        check(
            "+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n",
            "| a | b |\n| --- | --- |\n| c | d |",
        );
    }

    #[test]
    fn hostile_pages_are_read_in_bounded_time() {
        for piece in [
            "* ",
            ".. ",
            ".. a::\n\n   ",
            "`",
            "|",
            "=====\n",
            " ",
            "::\n\n  ",
            "+-+\n",
            "= =\n",
            "a\n  ",
            ":a: ",
        ] {
            let _ = read(&piece.repeat(60_000 / piece.len()));
        }
    }
}

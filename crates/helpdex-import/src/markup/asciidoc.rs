//! Converts `AsciiDoc` to Markdown, block by block. Unknown markup keeps its text and loses its signs.

mod inline;
mod lines;
mod tables;

use std::collections::BTreeMap;

use self::inline::{raised, sign};
use self::lines::{anchor_of, columns, described, list_item, of_tag, without_callouts};
use super::context::Context;

/// The most conditions (`ifdef`) and blocks that may be open at once, each.
const MAX_OPEN: usize = 50;

/// Converts a page from `AsciiDoc` to Markdown, in time linear in its length and that of the files it includes.
pub(crate) fn of_asciidoc(source: &str, context: &mut Context<'_>) -> String {
    let mut reader = Reader {
        attributes: context.variables.clone(),
        context,
        output: String::with_capacity(source.len()),
        blocks: Vec::new(),
        hidden: Vec::new(),
        pending: Pending::default(),
        table: None,
    };
    reader.read(source, 0);
    reader.close_all();
    reader.output
}

/// The settings that a line such as `[source]` gives to the block below it.
#[derive(Default)]
struct Pending {
    anchor: Option<String>,
    is_code: bool,
    columns: Option<usize>,
}

struct Reader<'a, 'b> {
    attributes: BTreeMap<String, String>,
    context: &'a mut Context<'b>,
    output: String,
    /// The open blocks, outermost first.
    blocks: Vec<Block>,
    /// For each open condition, outermost first, whether its text is hidden.
    hidden: Vec<bool>,
    pending: Pending,
    table: Option<Table>,
}

struct Block {
    delimiter: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Dropped,
    Text,
}

struct Table {
    columns: Option<usize>,
    cells: Vec<String>,
}

impl Reader<'_, '_> {
    fn read(&mut self, source: &str, depth: usize) {
        for line in source.replace("\r\n", "\n").lines() {
            self.line(line.trim_end(), depth);
        }
    }

    fn line(&mut self, line: &str, depth: usize) {
        if self.condition(line) || self.hidden.contains(&true) {
            return;
        }
        if let Some(rest) = line.strip_prefix("include::") {
            let target = rest.split('[').next().unwrap_or_default();
            let target = self.with_attributes(target);
            if depth < super::context::MAX_INCLUDE_DEPTH
                && let Some(text) = self.context.include(&target)
            {
                let tag = rest
                    .split_once("tag=")
                    .and_then(|(_, t)| t.split([']', ';', ',']).next());
                self.read(&of_tag(&text, tag), depth + 1);
            }
            return;
        }
        if let Some(kind) = self
            .blocks
            .last()
            .map(|block| block.kind)
            .filter(|kind| *kind != Kind::Text)
        {
            self.line_of_block(line, kind);
            return;
        }
        if self.table.is_some() {
            self.line_of_table(line);
            return;
        }
        if line.starts_with("//") && !line.starts_with("///") {
            return;
        }
        if self.delimiter(line)
            || self.attribute(line)
            || self.block_line(line)
            || self.heading(line)
        {
            return;
        }
        self.text(line);
    }

    /// Reads a line of a condition: `ifdef::a[]`, `ifndef::a[]`, `ifeval::[]` or `endif::[]`. Returns whether the line
    /// is one.
    fn condition(&mut self, line: &str) -> bool {
        if line.starts_with("endif::") {
            self.hidden.pop();
            return true;
        }
        let (is_negative, rest) =
            match (line.strip_prefix("ifdef::"), line.strip_prefix("ifndef::")) {
                (Some(rest), _) => (false, rest),
                (_, Some(rest)) => (true, rest),
                _ if line.starts_with("ifeval::") => {
                    self.open_condition(false);
                    return true;
                }
                _ => return false,
            };
        let (names, inner) = rest.split_once('[').unwrap_or((rest, "]"));
        let is_set = names
            .split([',', '+'])
            .any(|name| self.attributes.contains_key(name));
        let is_hidden = is_set == is_negative;
        let inner = inner.trim_end_matches(']').to_owned();
        if inner.is_empty() {
            self.open_condition(is_hidden);
        } else if !is_hidden && !self.hidden.contains(&true) {
            self.line(&inner, super::context::MAX_INCLUDE_DEPTH);
        }
        true
    }

    fn open_condition(&mut self, is_hidden: bool) {
        if self.hidden.len() < MAX_OPEN {
            self.hidden.push(is_hidden);
        }
    }

    fn line_of_block(&mut self, line: &str, kind: Kind) {
        let is_end = self
            .blocks
            .last()
            .is_some_and(|block| block.delimiter == line);
        if is_end {
            self.blocks.pop();
            if kind == Kind::Code {
                self.write("````\n");
            }
        } else if kind == Kind::Code {
            self.write(&without_callouts(line));
        }
    }

    /// Reads a line that opens or closes a block. Returns whether the line is one.
    fn delimiter(&mut self, line: &str) -> bool {
        let first = line.chars().next().unwrap_or(' ');
        let is_run = line.len() >= 4 && line.chars().all(|c| c == first);
        if line.starts_with("|===") || line.starts_with(",===") || line.starts_with("!===") {
            self.table = Some(Table {
                columns: self.pending.columns,
                cells: Vec::new(),
            });
            return true;
        }
        let kind = match first {
            '/' | '+' if is_run => Kind::Dropped,
            '-' | '.' if is_run => Kind::Code,
            '=' | '*' | '_' if is_run => Kind::Text,
            '-' if line == "--" => {
                if self.pending.is_code {
                    Kind::Code
                } else {
                    Kind::Text
                }
            }
            '`' if line.starts_with("```") => Kind::Code,
            _ => return false,
        };
        let delimiter = if first == '`' {
            "```".to_owned()
        } else {
            line.to_owned()
        };
        self.pending = Pending::default();
        if self
            .blocks
            .last()
            .is_some_and(|block| block.delimiter == delimiter)
        {
            self.blocks.pop();
            self.write("");
        } else if self.blocks.len() < MAX_OPEN {
            self.blocks.push(Block { delimiter, kind });
            self.write(if kind == Kind::Code { "\n````" } else { "" });
        }
        true
    }

    /// Reads a line that sets an attribute: `:name: value` or `:!name:`. Returns whether the line is one.
    fn attribute(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.strip_prefix(':').and_then(|rest| rest.split_once(':'))
        else {
            return false;
        };
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_!@".contains(c));
        if !is_name || !(value.is_empty() || value.starts_with(' ')) {
            return false;
        }
        let value = self.with_attributes(value.trim());
        if let Some(unset) = name.strip_prefix('!').or_else(|| name.strip_suffix('!')) {
            self.attributes.remove(unset);
        } else {
            self.attributes.insert(name.to_owned(), value);
        }
        true
    }

    /// Reads a line that describes the next block or has no text: `[source,sh]`, `[#id]`, `.Title`, `+`, `'''`,
    /// `toc::[]`. Returns whether the line is one.
    fn block_line(&mut self, line: &str) -> bool {
        if let Some(inner) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let anchor = inner
                .strip_prefix('#')
                .or_else(|| inner.strip_prefix('[').map(|i| i.trim_end_matches(']')));
            if let Some(anchor) = anchor {
                let anchor = anchor.split([',', '.', '%']).next().unwrap_or(anchor);
                self.pending.anchor = Some(anchor.to_owned());
            }
            self.pending.is_code |= inner.starts_with("source")
                || inner.starts_with("listing")
                || inner.starts_with(',');
            self.pending.columns = columns(inner).or(self.pending.columns);
            return true;
        }
        if matches!(line, "+" | "'''" | "<<<" | "---" | "***") || line.starts_with("toc::") {
            self.write("");
            return true;
        }
        let title = line
            .strip_prefix('.')
            .filter(|t| t.starts_with(|c: char| !c.is_whitespace() && c != '.'));
        if let Some(title) = title {
            let title = self.inline(title);
            self.write(&format!("\n**{title}**\n"));
            return true;
        }
        false
    }

    fn heading(&mut self, line: &str) -> bool {
        let level = line.len() - line.trim_start_matches('=').len();
        let Some(title) = line[level..]
            .strip_prefix(' ')
            .filter(|_| (1..=6).contains(&level))
        else {
            return false;
        };
        let text = self.inline(title.trim());
        let anchor = self
            .pending
            .anchor
            .take()
            .unwrap_or_else(|| anchor_of(&text));
        self.pending = Pending::default();
        self.write(&format!("\n{} {text} {{#{anchor}}}\n", "#".repeat(level)));
        true
    }

    fn text(&mut self, line: &str) {
        let is_break = line.ends_with(" +");
        let line = line.strip_suffix(" +").unwrap_or(line);
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            self.pending = Pending::default();
            self.write("");
            return;
        }
        // A paragraph that is code.
        if self.pending.is_code && self.blocks.is_empty() {
            self.write(&format!("`{}`  ", line.replace('`', "")));
            return;
        }
        for name in ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"] {
            if let Some(rest) = trimmed
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(": "))
            {
                let text = self.inline(rest);
                self.write(&text);
                return;
            }
        }
        if let Some((marks, rest)) = list_item(trimmed) {
            let indent = "    ".repeat(marks.len().saturating_sub(1).min(6));
            let mark = if marks.starts_with('.') || marks.starts_with('1') {
                "1."
            } else {
                "-"
            };
            let text = self.inline(
                rest.trim_start_matches("[*] ")
                    .trim_start_matches("[ ] ")
                    .trim_start_matches("[x] "),
            );
            self.write(&format!("{indent}{mark} {text}"));
            return;
        }
        if let Some((term, meaning)) = described(trimmed) {
            let (term, meaning) = (self.inline(term), self.inline(meaning));
            self.write(&format!("\n{term}\n\n{meaning}"));
            return;
        }
        let text = self.inline(trimmed);
        self.write(&if is_break { format!("{text}  ") } else { text });
    }

    fn close_all(&mut self) {
        if let Some(table) = self.table.take() {
            self.write_table(&table);
        }
        if self
            .blocks
            .last()
            .is_some_and(|block| block.kind == Kind::Code)
        {
            self.write("````");
        }
    }

    fn write(&mut self, line: &str) {
        self.output.push_str(line);
        self.output.push('\n');
    }

    fn with_attributes(&mut self, text: &str) -> String {
        let mut output = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let (before, from) = rest.split_at(start);
            output.push_str(before.strip_suffix('\\').unwrap_or(before));
            let window = &from[..from.floor_char_boundary(100)];
            let name = window.find('}').map(|end| &from[1..end]);
            let name = name.filter(|n| {
                !n.is_empty() && n.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
            });
            let Some(name) = name else {
                output.push('{');
                rest = &from[1..];
                continue;
            };
            if before.ends_with('\\') {
                output.push_str(&from[..name.len() + 2]);
            } else {
                output.push_str(&self.value_of(name));
            }
            rest = &from[name.len() + 2..];
        }
        output.push_str(rest);
        output
    }

    fn value_of(&mut self, name: &str) -> String {
        const SIGNS: [(&str, &str); 14] = [
            ("empty", ""),
            ("nbsp", " "),
            ("sp", " "),
            ("plus", "+"),
            ("asterisk", "*"),
            ("amp", "&"),
            ("lt", "&lt;"),
            ("gt", "&gt;"),
            ("apos", "'"),
            ("quot", "\""),
            ("startsb", "["),
            ("endsb", "]"),
            ("vbar", "|"),
            ("zwsp", ""),
        ];
        if let Some(value) = self.attributes.get(name) {
            return value.clone();
        }
        if let Some((_, text)) = SIGNS.iter().find(|(sign, _)| *sign == name) {
            return (*text).to_owned();
        }
        if self.context.unknown_variables.len() < super::context::MAX_NAMED {
            self.context.unknown_variables.push(name.to_owned());
        }
        String::new()
    }

    /// Converts the macros, references and signs in a text.
    fn inline(&mut self, text: &str) -> String {
        let text = self.with_attributes(text);
        let text = text.replace("(((", "((").replace(")))", "))");
        let mut output = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(start) = rest.find(['[', '<', '`', '+', '#', '(', '^', '~']) {
            let (before, from) = rest.split_at(start);
            output.push_str(before);
            if let Some((inner, behind)) = raised(from) {
                output.push_str(inner);
                rest = behind;
            } else {
                rest = sign(from, &mut output);
            }
        }
        output.push_str(rest);
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> String {
        let variables = [("product".to_owned(), "Tap".to_owned())].into();
        let mut file = |path: &str| {
            (path == "part.adoc").then(|| "// tag::a[]\nIn.\n// end::a[]\nOut.\n".to_owned())
        };
        let text = of_asciidoc(source, &mut Context::new(&mut file, &variables));
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
    fn headings_attributes_and_conditions_are_read() {
        check(
            "= Title\n:name: Ana\n\n== Part of {name}\n\n{product} {unknown}x",
            "# Title {#_title}\n## Part of Ana {#_part_of_ana}\nTap x",
        );
        check(
            "[#own]\n== Part\n\nifdef::name[]\nhidden\nendif::[]\nifndef::name[]\nshown\nendif::[]",
            "## Part {#own}\nshown",
        );
        check(
            "include::part.adoc[tag=a]\n// secret\n////\nsecret\n////\nend",
            "In.\nend",
        );
    }

    #[test]
    fn blocks_and_lists_keep_their_text() {
        check(
            "NOTE: Take care.\n\n[TIP]\n====\nA tip.\n====",
            "Take care.\nA tip.",
        );
        check(
            "[source,sh]\n----\nrun <1>\n  deep\n----\n<1> It runs",
            "````\nrun\n  deep\n````\n1. It runs",
        );
        check(
            ".Steps\n. one\n.. two\n* three",
            "**Steps**\n1. one\n    1. two\n- three",
        );
        check("Term:: Its meaning", "Term\nIts meaning");
        check(
            "[cols=\"1,1\"]\n|===\n|A |B\n\n|1\n|2\n|===",
            "| A | B |\n| --- | --- |\n| 1 | 2 |",
        );
    }

    #[test]
    fn macros_show_their_text() {
        check(
            "See xref:a:b.adoc#c[the guide], <<_part,that part>> and https://x.y[site].",
            "See the guide, that part and site.",
        );
        check(
            "H~2~O, shares ^*^, ~/a and ~/b, a ^ b ^ c",
            "H2O, shares *, ~/a and ~/b, a ^ b ^ c",
        );
        check(
            "Press kbd:[Ctrl+C] or btn:[OK], menu:File[Save > As]. image:a.png[The menu]",
            "Press Ctrl+C or OK, File > Save > As. The menu",
        );
        check(
            "a footnote:[b] [.x]#c# ((d)) `+e+` icon:f[]",
            "a  (b) c d `e`",
        );
    }

    #[test]
    fn hostile_pages_are_read_in_bounded_time() {
        for piece in [
            "[",
            "<<",
            "`",
            "{",
            "ifdef::a[]\n",
            "====\n",
            "|===\n",
            "* ",
            "a::",
            "xref:a[",
            "++",
            "#",
            "((",
            "=====\n",
        ] {
            let _ = read(&piece.repeat(100_000 / piece.len()));
        }
    }
}

//! `AsciiDoc` to Markdown, by its blocks: what is not known keeps its text and loses its marks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::context::Context;

/// The most conditions and blocks that may stand in one another.
const MAX_OPEN: usize = 50;

/// Reads a page. Linear in its length and that of what it includes.
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

/// The settings of a block line for the block that follows.
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
    /// The delimiters of the blocks that are open, outermost first.
    blocks: Vec<Block>,
    /// Whether its text is hidden, for each condition that is open.
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

    /// `ifdef::a[]`, `ifndef::a[]`, `ifeval::[]` up to `endif::[]`.
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

    /// A line that opens or closes a block.
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

    /// `:name: value`, `:!name:`.
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

    /// `[source,sh]`, `[#id]`, `.Title`, `+`, `'''`, `toc::[]`.
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

    fn line_of_table(&mut self, line: &str) {
        let Some(mut table) = self.table.take() else {
            return;
        };
        if line.starts_with("|===") || line.starts_with(",===") || line.starts_with("!===") {
            self.write_table(&table);
            return;
        }
        let cells = cells_of(line);
        if table.columns.is_none() && cells.len() > 1 {
            table.columns = Some(cells.len());
        }
        let starts_cell = line.contains('|');
        if starts_cell {
            table.cells.extend(cells);
        } else if let Some(cell) = table.cells.last_mut().filter(|_| !line.is_empty()) {
            cell.push(' ');
            cell.push_str(line.trim());
        }
        self.table = Some(table);
    }

    fn write_table(&mut self, table: &Table) {
        let columns = table.columns.unwrap_or(1).clamp(1, 100);
        let cells: Vec<String> = table
            .cells
            .iter()
            .map(|cell| self.inline(cell.trim()).replace('|', "\\|"))
            .collect();
        self.write("");
        for (number, row) in cells.chunks(columns).enumerate() {
            self.write(&format!("| {} |", row.join(" | ")));
            if number == 0 {
                self.write(&format!("|{}", " --- |".repeat(columns)));
            }
        }
        self.write("");
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

    /// Reads macros, references and marks in a text.
    fn inline(&mut self, text: &str) -> String {
        let text = self.with_attributes(text);
        let text = text.replace("(((", "((").replace(")))", "))");
        let mut output = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(start) = rest.find(['[', '<', '`', '+', '#', '(']) {
            let (before, from) = rest.split_at(start);
            output.push_str(before);
            rest = sign(from, &mut output);
        }
        output.push_str(rest);
        output
    }
}

/// Reads the sign that a text begins with, and returns the rest.
fn sign<'t>(from: &'t str, output: &mut String) -> &'t str {
    let window = &from[..from.floor_char_boundary(2_000)];
    if from.starts_with('[') {
        if let Some(end) = closing_bracket(window) {
            let inner = &from[1..end];
            let behind = &from[end + 1..];
            // `[.role]#text#`
            if inner.starts_with(['.', '#']) && behind.starts_with('#') {
                return behind;
            }
            if inner.starts_with('[') && inner.ends_with(']') {
                return behind;
            }
            if let Some(shown) = take_macro(output, inner) {
                output.push_str(&shown);
                return behind;
            }
        }
    } else if let Some(rest) = from.strip_prefix("<<") {
        if let Some(end) = window.find(">>") {
            let inner = &rest[..end - 2];
            let shown = inner.split_once(',').map_or(inner, |(_, text)| text);
            output.push_str(
                &shown
                    .trim()
                    .trim_start_matches('#')
                    .replace(['_', '-'], " "),
            );
            return &from[end + 2..];
        }
    } else if let Some(rest) = from.strip_prefix('`') {
        if let Some(end) = window[1..].find('`').filter(|end| *end > 0) {
            let inner = rest[..end].trim_matches('+');
            if !from[end + 2..].starts_with('"') && !output.ends_with('"') {
                let _ = write!(output, "`{inner}`");
                return &from[end + 2..];
            }
        }
        return rest;
    } else if let Some(rest) = from.strip_prefix("++") {
        if let Some(end) = window[2..].find("++").filter(|end| *end > 0) {
            output.push_str(&rest[..end].replace('<', "&lt;"));
            return rest[end + 2..].trim_start_matches('+');
        }
    } else if let Some(rest) = from.strip_prefix('#') {
        let is_open =
            output.is_empty() || output.ends_with(|c: char| c.is_whitespace() || c == '#');
        if let Some(end) = window[1..].find('#').filter(|end| *end > 0 && is_open) {
            let inner = &rest[..end];
            if inner.trim() == inner {
                output.push_str(inner);
                return rest[end + 1..].trim_start_matches('#');
            }
        }
    } else if let Some(rest) = from.strip_prefix("((")
        && let Some(end) = window[2..].find("))")
    {
        output.push_str(&rest[..end]);
        return &rest[end + 2..];
    }
    let first = from.chars().next().unwrap_or(' ');
    if first == '<' && from[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        output.push_str("&lt;");
    } else {
        output.push(first);
    }
    &from[first.len_utf8()..]
}

fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Takes a macro such as `xref:page.adoc` off the end of a text, and returns what is shown of it; `inner` stands in its
/// brackets.
fn take_macro(output: &mut String, inner: &str) -> Option<String> {
    let start = output
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | '"' | '>' | ','))
        .map_or(0, |at| {
            at + output[at..].chars().next().map_or(1, char::len_utf8)
        });
    let word = output[start..].to_owned();
    let word = word.trim_start_matches('_');
    let (name, target) = word.split_once(':')?;
    let target = target.trim_start_matches(':');
    let first = inner
        .split(',')
        .next()
        .unwrap_or_default()
        .trim()
        .trim_matches('"');
    let text = inner
        .split_once(",role=")
        .map_or(inner, |(text, _)| text)
        .trim_matches('"')
        .trim_end_matches('^');
    let text = text
        .split(",window=")
        .next()
        .unwrap_or(text)
        .trim_end_matches('^')
        .to_owned();
    let shown = match name {
        "xref" | "link" | "mailto" | "http" | "https" | "ftp" => {
            if text.is_empty() && name == "xref" {
                let page = target.rsplit(['/', ':']).next().unwrap_or(target);
                page.split(".adoc")
                    .next()
                    .unwrap_or(page)
                    .replace(['_', '-', '#'], " ")
            } else if text.is_empty() {
                word.trim_start_matches("link:").to_owned()
            } else {
                text
            }
        }
        "image" => {
            if inner.contains('=') && !first.contains('=') || !inner.contains('=') {
                first.to_owned()
            } else {
                alt(inner)
            }
        }
        "kbd" => inner.replace(',', "+"),
        "menu" => {
            let path = inner.replace('>', " > ");
            let path: Vec<&str> = path.split_whitespace().collect();
            let path = path.join(" ");
            if path.is_empty() {
                target.to_owned()
            } else {
                format!("{target} > {path}")
            }
        }
        "footnote" => format!(" ({text})"),
        "btn" | "pass" | "stem" | "latexmath" | "asciimath" => text,
        "icon" | "anchor" | "indexterm" | "indexterm2" | "video" | "audio" | "toc" | "bibitem" => {
            String::new()
        }
        _ => return None,
    };
    output.truncate(start);
    Some(shown)
}

fn alt(inner: &str) -> String {
    let alt = inner.split_once("alt=").map_or("", |(_, alt)| alt);
    alt.trim_start_matches('"')
        .split(['"', ','])
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The part of an included file between `tag::name[]` and `end::name[]`; all of it without such lines where no tag is named.
fn of_tag(text: &str, tag: Option<&str>) -> String {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut kept = String::new();
    for line in text.lines() {
        let name = |mark: &str| {
            let (_, rest) = line.split_once(mark)?;
            rest.split_once("[]").map(|(name, _)| name)
        };
        if let Some(name) = name("tag::") {
            open.insert(name);
        } else if let Some(name) = name("end::") {
            open.remove(name);
        } else if tag.is_none_or(|tag| open.contains(tag)) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn list_item(line: &str) -> Option<(&str, &str)> {
    if let Some((number, text)) = line
        .strip_prefix('<')
        .and_then(|rest| rest.split_once("> "))
        && number.len() <= 3
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return Some(("1", text));
    }
    let first = line.chars().next()?;
    let marks = match first {
        '*' | '.' | '-' => line.len() - line.trim_start_matches(first).len(),
        _ => {
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let is_number = (1..=3).contains(&digits) && line[digits..].starts_with(". ");
            return is_number.then(|| ("1", &line[digits + 2..]));
        }
    };
    let is_item = marks <= 6 && line[marks..].starts_with(' ') && (first != '-' || marks == 1);
    is_item.then(|| (&line[..marks], line[marks..].trim_start()))
}

/// `term:: meaning`.
fn described(line: &str) -> Option<(&str, &str)> {
    let at = line.find("::")?;
    let (term, rest) = line.split_at(at);
    let meaning = rest.trim_start_matches(':');
    let is_term = !term.is_empty()
        && !term.contains("://")
        && (meaning.is_empty() || meaning.starts_with(' '));
    is_term.then(|| (term, meaning.trim()))
}

/// The cells of a line of a table, without what says how they are drawn.
fn cells_of(line: &str) -> Vec<String> {
    let Some((_, rest)) = line.split_once('|') else {
        return Vec::new();
    };
    let mut cells = Vec::new();
    for cell in rest.split('|') {
        cells.push(cell.to_owned());
    }
    let last = cells.len().saturating_sub(1);
    for cell in &mut cells[..last] {
        let text = cell.trim_end();
        let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let is_drawing = !text[start..].is_empty()
            && text[start..]
                .chars()
                .all(|c| c.is_ascii_digit() || ".+*<^>aehlmsd".contains(c))
            && text[start..].len() <= 5
            && text[start..]
                .chars()
                .any(|c| "+*<^>.".contains(c) || text[start..].len() == 1);
        if is_drawing && start > 0 {
            cell.truncate(start);
        }
    }
    cells
}

/// Returns how many columns `cols="1,2a"` or `cols=3*` names.
fn columns(inner: &str) -> Option<usize> {
    let (_, rest) = inner.split_once("cols=")?;
    let list = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(',').next()?,
    };
    let count = list.split([',', ';']).map(|column| {
        column
            .split_once('*')
            .and_then(|(times, _)| times.trim().parse().ok())
            .unwrap_or(1_usize)
    });
    Some(count.sum())
}

fn without_callouts(line: &str) -> String {
    let mut line = line.to_owned();
    while line.ends_with('>') {
        let Some(start) = line.rfind('<') else { break };
        let inner = &line[start + 1..line.len() - 1];
        if inner.is_empty() || !inner.chars().all(|c| c.is_ascii_digit() || c == '.') {
            break;
        }
        line.truncate(start);
        line.truncate(line.trim_end().len());
    }
    line
}

/// The anchor that Asciidoctor makes: `_` before it and for each space.
fn anchor_of(title: &str) -> String {
    let mut anchor = String::from("_");
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            anchor.push(c);
        } else if matches!(c, ' ' | '.' | '-' | '_') && !anchor.ends_with('_') {
            anchor.push('_');
        }
    }
    anchor.trim_end_matches('_').to_owned()
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

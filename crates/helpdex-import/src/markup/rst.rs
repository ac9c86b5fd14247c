//! reStructuredText to Markdown, by its blocks: what is not known keeps its text and loses its marks.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::context::Context;

/// The deepest that lists and directives are read in one another.
const MAX_DEPTH: usize = 24;

/// Directives that readers see nothing of, or whose content is not for them.
const DROPPED: [&str; 22] = [
    "toctree",
    "raw",
    "contents",
    "meta",
    "index",
    "highlight",
    "currentmodule",
    "module",
    "default-role",
    "role",
    "todo",
    "todolist",
    "sectnum",
    "tabularcolumns",
    "cssclass",
    "class",
    "automodule",
    "autoclass",
    "autofunction",
    "ifconfig",
    "graphviz",
    "mermaid",
];

/// Directives whose content is code.
const CODE: [&str; 10] = [
    "code-block",
    "code",
    "sourcecode",
    "literalinclude",
    "parsed-literal",
    "prompt",
    "doctest",
    "testcode",
    "math",
    "productionlist",
];

/// Directives that a title stands behind.
const TITLED: [&str; 16] = [
    "admonition",
    "topic",
    "sidebar",
    "rubric",
    "tab",
    "tab-item",
    "group-tab",
    "dropdown",
    "card",
    "grid-item-card",
    "details",
    "collapse",
    "table",
    "list-table",
    "csv-table",
    "centered",
];

/// Reads a page. Linear in its length, but for the depth of what is nested.
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
    /// The marks of headings, in the order in which they come: the first one is that of the title.
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

    /// Writes blocks of lines that begin at the left; each line that is written gets `prefix`.
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

    /// Writes the block that begins on a line, and returns the line behind it.
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

    /// Writes what begins with `..`: a directive, a comment, a target, a footnote.
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

    fn directive(
        &mut self,
        name: &str,
        argument: &str,
        body: &[String],
        prefix: &str,
        depth: usize,
    ) {
        let name = name.to_ascii_lowercase();
        let options = body.iter().take_while(|line| field(line).is_some()).count();
        let option = |wanted: &str| {
            let mut all = body[..options].iter().filter_map(|line| field(line));
            all.find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.to_owned())
        };
        let content = &body[options..];
        if DROPPED.contains(&name.as_str()) || (name == "only" && !argument.contains("html")) {
            return;
        }
        if CODE.contains(&name.as_str()) {
            if let Some(caption) = option("caption") {
                self.title(&caption, prefix);
            }
            self.code(content, prefix);
            return;
        }
        match name.as_str() {
            "include" => {
                let text = self.context.include(argument).unwrap_or_default();
                let text = between_marks(
                    &text,
                    option("start-after").as_deref(),
                    option("end-before").as_deref(),
                );
                let lines: Vec<String> = text
                    .lines()
                    .map(|line| line.trim_end().replace('\t', "        "))
                    .collect();
                self.blocks(&lines, prefix, depth + 1);
                return;
            }
            "image" | "figure" | "thumbnail" => {
                if let Some(alt) = option("alt") {
                    let alt = self.inline(&alt);
                    self.write(prefix, &alt);
                    self.write(prefix, "");
                }
            }
            "list-table" => {
                self.title(argument, prefix);
                self.list_table(content, prefix);
                return;
            }
            "csv-table" => {
                self.title(argument, prefix);
                let header = option("header").into_iter();
                let rows: Vec<Vec<String>> = header
                    .chain(content.iter().filter(|line| !line.is_empty()).cloned())
                    .map(|line| csv_cells(&line))
                    .collect();
                self.rows(&rows, prefix);
                return;
            }
            _ if TITLED.contains(&name.as_str()) => self.title(argument, prefix),
            _ if name.contains(':') || argument.contains('(') => {
                // What a domain documents, such as a function.
                self.write(prefix, &format!("`{}`", argument.replace('`', "")));
                self.write(prefix, "");
            }
            _ if !argument.is_empty() => {
                let mut inner = vec![argument.to_owned()];
                inner.extend(content.iter().cloned());
                self.blocks(&inner, prefix, depth + 1);
                return;
            }
            _ => {}
        }
        self.blocks(content, prefix, depth + 1);
    }

    fn title(&mut self, title: &str, prefix: &str) {
        if !title.is_empty() {
            let title = self.inline(title);
            self.write(prefix, &format!("**{title}**"));
            self.write(prefix, "");
        }
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

    /// Writes a paragraph, and what is indented below it: code behind `::`, else the meaning of a term.
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
        let is_line_block = text.starts_with("| ");
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

    fn code(&mut self, lines: &[String], prefix: &str) {
        let first = lines.iter().position(|line| !line.is_empty());
        let last = lines.iter().rposition(|line| !line.is_empty());
        if let (Some(first), Some(last)) = (first, last) {
            self.write(prefix, "````");
            for line in &lines[first..=last] {
                self.write(prefix, line);
            }
            self.write(prefix, "````");
            self.write(prefix, "");
        }
    }

    fn list_table(&mut self, content: &[String], prefix: &str) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for line in content {
            let text = line.trim_start();
            if let Some(cell) = text
                .strip_prefix("* -")
                .or_else(|| text.strip_prefix("* *"))
            {
                rows.push(vec![cell.trim().to_owned()]);
                continue;
            }
            let Some(row) = rows.last_mut() else { continue };
            let is_cell = text.starts_with("- ") || text == "-";
            if is_cell && indent_of(line) <= 3 {
                row.push(text[1..].trim().to_owned());
            } else if let Some(cell) = row.last_mut() {
                cell.push(' ');
                cell.push_str(text);
            }
        }
        self.rows(&rows, prefix);
    }

    fn rows(&mut self, rows: &[Vec<String>], prefix: &str) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<String> = (0..columns)
                .map(|column| {
                    let cell = row.get(column).map_or("", String::as_str);
                    self.inline(cell.trim())
                        .replace('|', "\\|")
                        .replace('\n', " ")
                })
                .collect();
            self.write(prefix, &format!("| {} |", cells.join(" | ")));
            if number == 0 {
                self.write(prefix, &format!("|{}", " --- |".repeat(columns)));
            }
        }
        self.write(prefix, "");
    }

    /// Writes a grid or a simple table, and returns the line behind it.
    fn table(&mut self, lines: &[String], at: usize, prefix: &str) -> Option<usize> {
        let line = lines[at].as_str();
        if line.starts_with("+-") && line.ends_with('+') {
            let end = (at..lines.len())
                .find(|&end| !lines[end].starts_with(['+', '|']))
                .unwrap_or(lines.len());
            let rows = grid_rows(&lines[at..end]);
            self.rows(&rows, prefix);
            return Some(end);
        }
        let is_border = |line: &str| {
            line.contains(' ')
                && line.starts_with('=')
                && line.chars().all(|c| c == '=' || c == ' ')
        };
        if !is_border(line) {
            return None;
        }
        let borders: Vec<usize> = (at..lines.len().min(at + 2_000))
            .filter(|&n| is_border(&lines[n]))
            .collect();
        let blank =
            (at..lines.len()).find(|&n| lines[n].is_empty() && n > 0 && is_border(&lines[n - 1]));
        let end = blank.unwrap_or(lines.len());
        let last = borders.iter().copied().rfind(|&n| n < end)?;
        if last == at {
            return None;
        }
        let rows = simple_rows(&lines[at..last], line);
        self.rows(&rows, prefix);
        Some(last + 1)
    }

    fn write(&mut self, prefix: &str, line: &str) {
        if !line.is_empty() {
            self.output.push_str(prefix);
            self.output.push_str(line);
        }
        self.output.push('\n');
    }

    /// Reads roles, references and substitutions in a text.
    fn inline(&self, text: &str) -> String {
        let mut output = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(['`', '|', '<', '\\', '_']) {
            let (before, from) = rest.split_at(start);
            output.push_str(before);
            rest = self.sign(from, &mut output);
        }
        output.push_str(rest);
        output
    }

    /// Reads the sign that a text begins with, and returns the rest.
    fn sign<'t>(&self, from: &'t str, output: &mut String) -> &'t str {
        let window = &from[..from.floor_char_boundary(2_000)];
        if from.starts_with("``")
            && let Some(end) = window[2..].find("``")
        {
            let _ = write!(output, "`` {} ``", &from[2..2 + end]);
            return &from[end + 4..];
        }
        if from.starts_with('`')
            && let Some(end) = window[1..].find('`')
        {
            let inner = &from[1..=end];
            let role = take_role(output);
            output.push_str(&shown(inner, role.as_deref()));
            let behind = &from[end + 2..];
            // A role may stand behind, and the mark of a reference.
            let behind = behind.trim_start_matches('_');
            return behind;
        }
        if from.starts_with('|')
            && let Some(end) = window[1..].find('|')
        {
            let name = &from[1..=end];
            if let Some(value) = self.substitutions.get(name) {
                output.push_str(value);
                return from[end + 2..].trim_start_matches('_');
            }
        }
        if let Some(behind) = from.strip_prefix('\\') {
            let escaped = behind.chars().next();
            if let Some(c) = escaped.filter(|c| !c.is_whitespace()) {
                if matches!(c, '*' | '_' | '`') {
                    output.push('\\');
                }
                output.push(c);
            }
            return &behind[escaped.map_or(0, char::len_utf8)..];
        }
        if let Some(behind) = from.strip_prefix('_') {
            let follows = behind.chars().next();
            let is_word = output.ends_with(|c: char| c.is_alphanumeric() || c == ']');
            let ends = follows.is_none_or(|c| c.is_whitespace() || ".,;:!?)".contains(c));
            // `word_` refers to something.
            if !(is_word && ends) {
                output.push('_');
            }
            return behind;
        }
        output.push_str(if from.starts_with('<') {
            "&lt;"
        } else {
            &from[..1]
        });
        &from[1..]
    }
}

/// Takes `:role:` off the end of a text.
fn take_role(output: &mut String) -> Option<String> {
    let before = output.strip_suffix(':')?;
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || "-_:.+".contains(c)))
        .map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
    let role = before[start..].strip_prefix(':')?.to_owned();
    output.truncate(start);
    (!role.is_empty()).then_some(role)
}

/// Returns what a reader sees of the text between backticks.
fn shown(inner: &str, role: Option<&str>) -> String {
    let is_code = matches!(
        role,
        Some(
            "code"
                | "samp"
                | "file"
                | "command"
                | "program"
                | "literal"
                | "envvar"
                | "option"
                | "math"
        )
    );
    if let Some((text, _)) = inner.rsplit_once('<').filter(|_| inner.ends_with('>')) {
        let text = text.trim();
        if !text.is_empty() {
            return text.replace('<', "&lt;");
        }
    }
    if is_code {
        return format!("`{}`", inner.replace('`', ""));
    }
    let inner = inner.trim_start_matches('!').trim_matches(['<', '>']);
    let last = match role {
        Some(_) if inner.starts_with('~') => inner.rsplit('.').next().unwrap_or(inner),
        Some("doc" | "ref" | "numref") => inner.rsplit('/').next().unwrap_or(inner),
        _ => inner,
    };
    let text = last.trim_start_matches('~');
    match role {
        Some("menuselection") => text.replace("-->", ">"),
        Some("doc" | "ref" | "numref") => text.replace(['-', '_'], " "),
        _ => text.replace('<', "&lt;"),
    }
}

struct Marker {
    width: usize,
    shown: String,
}

fn list_marker(line: &str) -> Option<Marker> {
    let first = line.chars().next()?;
    if matches!(first, '*' | '-' | '+' | '•') {
        let width = first.len_utf8();
        let rest = &line[width..];
        return (rest.is_empty() || rest.starts_with(' ')).then(|| Marker {
            width,
            shown: "- ".to_owned(),
        });
    }
    let text = line.trim_start_matches('(');
    let end = text.find(['.', ')'])?;
    let number = &text[..end];
    let is_number = number == "#"
        || (!number.is_empty() && number.len() <= 4 && number.chars().all(|c| c.is_ascii_digit()))
        || (number.len() == 1 && number.chars().all(|c| c.is_ascii_alphabetic()) && line.len() > 3);
    if !is_number || !text[end + 1..].starts_with(' ') {
        return None;
    }
    let number = number.parse::<u32>().unwrap_or(1);
    Some(Marker {
        width: line.len() - text.len() + end + 1,
        shown: format!("{number}. "),
    })
}

/// Reads `:name: value`.
fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix(':')?;
    let (name, value) = rest.split_once(':')?;
    let is_name =
        !name.is_empty() && !name.starts_with(' ') && !name.contains('`') && name.len() < 60;
    let is_role = value.starts_with('`') || (!value.is_empty() && !value.starts_with(' '));
    (is_name && !is_role).then(|| (name, value.trim()))
}

/// A line of one sign of punctuation, at least three times.
fn is_rule(line: &str) -> bool {
    let Some(first) = line.chars().next().filter(char::is_ascii_punctuation) else {
        return false;
    };
    line.len() >= 2
        && line.chars().all(|c| c == first)
        && !(line.len() == 2 && first != '=' && first != '-')
        && line != ".."
        && line != "::"
}

fn starts_block(lines: &[String], at: usize) -> bool {
    let line = &lines[at];
    line.starts_with(".. ")
        || lines
            .get(at + 1)
            .is_some_and(|next| is_rule(next) && next.len() >= line.len() && next.len() > 3)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn end_of_paragraph(lines: &[String], at: usize) -> usize {
    (at..lines.len())
        .find(|&end| lines[end].is_empty())
        .unwrap_or(lines.len())
}

/// The line behind those that are indented, empty ones between them included.
fn end_of_indented(lines: &[String], at: usize, width: usize) -> usize {
    let mut end = at;
    let mut last = at;
    while end < lines.len() && (lines[end].is_empty() || indent_of(&lines[end]) >= width) {
        end += 1;
        if !lines[end - 1].is_empty() {
            last = end;
        }
    }
    last.max(at + 1)
}

/// The line behind what belongs to the mark on a line.
fn end_of_body(lines: &[String], at: usize) -> usize {
    let mut end = at + 1;
    let mut last = end;
    while end < lines.len() && (lines[end].is_empty() || indent_of(&lines[end]) > 0) {
        end += 1;
        if !lines[end - 1].is_empty() {
            last = end;
        }
    }
    last
}

/// The lines without the indentation that all of them have.
fn dedented(lines: &[String]) -> Vec<String> {
    let filled = lines.iter().filter(|line| !line.is_empty());
    let width = filled.map(|line| indent_of(line)).min().unwrap_or(0);
    lines
        .iter()
        .map(|line| line.get(width..).unwrap_or_default().to_owned())
        .collect()
}

/// The anchor that docutils makes.
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

fn between_marks(text: &str, after: Option<&str>, before: Option<&str>) -> String {
    let text = match after.and_then(|mark| text.split_once(mark)) {
        Some((_, rest)) => rest,
        None => text,
    };
    match before.and_then(|mark| text.split_once(mark)) {
        Some((rest, _)) => rest.to_owned(),
        None => text.to_owned(),
    }
}

fn csv_cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            c => cells.last_mut().expect("there is one cell").push(c),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn grid_rows(lines: &[String]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for line in lines {
        if line.starts_with('+') {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(std::mem::take(&mut row));
            }
            row.clear();
            continue;
        }
        let inner = line.trim_start_matches('|').trim_end_matches('|');
        for (index, part) in inner.split('|').enumerate() {
            if row.len() <= index {
                row.push(String::new());
            }
            row[index].push_str(part.trim());
            row[index].push(' ');
        }
    }
    rows
}

fn simple_rows(lines: &[String], border: &str) -> Vec<Vec<String>> {
    let mut starts = Vec::new();
    let mut was_space = true;
    for (at, c) in border.chars().enumerate() {
        if c == '=' && was_space {
            starts.push(at);
        }
        was_space = c == ' ';
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        if line.chars().all(|c| matches!(c, '=' | '-' | ' ')) {
            continue;
        }
        let letters: Vec<char> = line.chars().collect();
        let cells: Vec<String> = (0..starts.len())
            .map(|column| {
                let from = starts[column].min(letters.len());
                let to = starts
                    .get(column + 1)
                    .map_or(letters.len(), |end| (*end).min(letters.len()));
                letters[from..to.max(from)]
                    .iter()
                    .collect::<String>()
                    .trim()
                    .to_owned()
            })
            .collect();
        // A row goes on where its first cell is empty.
        match rows.last_mut().filter(|_| cells[0].is_empty()) {
            Some(last) => {
                for (cell, more) in last
                    .iter_mut()
                    .zip(&cells)
                    .filter(|(_, more)| !more.is_empty())
                {
                    cell.push(' ');
                    cell.push_str(more);
                }
            }
            None => rows.push(cells),
        }
    }
    rows
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

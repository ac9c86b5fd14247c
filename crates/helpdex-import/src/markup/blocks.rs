//! Converts blocks that site generators add to Markdown: directives, admonitions, tabs, callouts, includes.

use std::collections::BTreeMap;

use super::context::Context;
use super::dialect::Dialect;
use super::inline;

/// Replaces the lines that include files by the text of those files. Includes of templates are not handled here.
pub(super) fn with_includes(source: &str, context: &mut Context<'_>) -> String {
    let mut whole = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        match included_path(line) {
            Some(path) => {
                if let Some(text) = context.include(&path) {
                    let indent = &line[..line.len() - line.trim_start().len()];
                    for inner in text.lines() {
                        whole.push_str(indent);
                        whole.push_str(inner);
                        whole.push('\n');
                    }
                }
            }
            None => whole.push_str(line),
        }
    }
    whole
}

/// Returns the path in quotation marks, without the part of the file that may follow a colon.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['"', '\'']);
    let text = text.split(':').next().unwrap_or(text);
    (!text.is_empty() && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

/// Returns the path of the file that a line includes: `--8<-- "a.md"`, `<!--@include: a.md-->`, `[!INCLUDE [t](a.md)]`,
/// `{!a.md!}`, `<<< @/a.md`.
fn included_path(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches(['>', ' ']);
    if let Some(rest) = line
        .strip_prefix("--8<--")
        .or_else(|| line.strip_prefix("-8<-"))
    {
        return quoted(rest);
    }
    if let Some(rest) = line.strip_prefix("<!--") {
        let inner = rest.strip_suffix("-->")?.trim();
        let path = inner.strip_prefix("@include:")?.trim();
        return Some(path.split(['{', '#']).next().unwrap_or(path).to_owned());
    }
    if let Some(rest) = line
        .strip_prefix("{!")
        .and_then(|rest| rest.strip_suffix("!}"))
    {
        return quoted(rest);
    }
    let lower = line.get(..9)?.to_ascii_lowercase();
    if lower == "[!include" {
        let (_, target) = line.split_once("](")?;
        return target.split_once(')').map(|(path, _)| path.to_owned());
    }
    None
}

/// Puts fences around code that a template highlights: `{% highlight ruby %}`, `{{< highlight go >}}`, `{% code %}`.
pub(super) fn with_fences(source: &str) -> String {
    let mut output = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        let is_tag = text.starts_with("{%") || text.starts_with("{{<") || text.starts_with("{{%");
        let inner = text.trim_matches(['{', '}', '%', '<', '>', '-', ' ']);
        let opens = inner.starts_with("highlight ") || inner.starts_with("prism ");
        let closes = matches!(
            inner,
            "endhighlight" | "/highlight" | "/ highlight" | "endprism"
        );
        let is_whole = is_tag && (text.ends_with("%}") || text.ends_with("}}"));
        if is_whole
            && (opens || closes)
            && text.matches("%}").count() + text.matches("}}").count() == 1
        {
            let indent = &line[..line.len() - line.trim_start().len()];
            output.push_str(indent);
            output.push_str("```\n");
        } else {
            output.push_str(line);
        }
    }
    output
}

/// Converts directives, admonitions, tabs, callouts, definitions and headings, line by line.
pub(super) fn read_lines(text: &str, dialect: Dialect) -> String {
    let mut lines = Lines {
        output: String::with_capacity(text.len()),
        containers: Vec::new(),
        anchors: BTreeMap::new(),
        dialect,
        was_text: false,
    };
    for line in text.lines() {
        lines.read(line);
    }
    lines.output
}

struct Lines {
    output: String,
    /// The indentation of each open admonition, tab and meaning of a term, outermost first.
    containers: Vec<usize>,
    anchors: BTreeMap<String, usize>,
    dialect: Dialect,
    /// Whether the line before belongs to a paragraph.
    was_text: bool,
}

/// The deepest nesting of admonitions and the like.
const MAX_CONTAINERS: usize = 20;

impl Lines {
    fn read(&mut self, line: &str) {
        let line = self.without_indent(line);
        self.read_content(&line);
    }

    /// Reads a line without the indentation of what it is part of.
    fn read_content(&mut self, line: &str) {
        let text = line.trim();
        let indent = &line[..line.len() - line.trim_start().len()];
        if self.read_directive(indent, text)
            || self.read_admonition(line, indent, text)
            || self.read_callout(line)
            || is_dropped(text)
        {
            self.was_text = false;
            return;
        }
        if let Some(heading) = self.heading(text) {
            self.write(indent, &heading);
            self.was_text = false;
            return;
        }
        // `<br>` behind an empty line only adds space, but would keep the text below it from being read as Markdown.
        if is_break(text) && self.output.ends_with("\n\n") {
            return;
        }
        if self.read_definition(indent, line.trim_start()) {
            return;
        }
        self.was_text = !text.is_empty();
        self.write("", line);
    }

    fn write(&mut self, indent: &str, text: &str) {
        self.output.push_str(indent);
        self.output.push_str(text);
        self.output.push('\n');
    }

    fn write_title(&mut self, indent: &str, title: &str) {
        let title = inline::icons(title);
        let title = title.trim().trim_matches('*').trim();
        self.output.push('\n');
        if !title.is_empty() {
            self.write(indent, &format!("**{title}**"));
            self.output.push('\n');
        }
    }

    /// Removes the indentation that a line has as part of open admonitions.
    fn without_indent(&mut self, line: &str) -> String {
        let line = line.replace('\t', "    ");
        let width = line.len() - line.trim_start().len();
        if !line.trim().is_empty() {
            while self
                .containers
                .last()
                .is_some_and(|indent| width < indent + 4)
            {
                self.containers.pop();
            }
        }
        let cut = (4 * self.containers.len()).min(width);
        line[cut..].to_owned()
    }

    /// Converts a directive: `:::note[Title]{.x}`, `::: tip Title`, `:::`, and one without a body:
    /// `::video[Title]{src=a}`. Returns whether the line is one.
    fn read_directive(&mut self, indent: &str, text: &str) -> bool {
        let quoted = text.trim_start_matches(['>', ' ']);
        let colons = quoted.len() - quoted.trim_start_matches(':').len();
        let rest = quoted[colons..].trim();
        if colons < 2 || (colons == 2 && !rest.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return false;
        }
        if colons == 2 && !rest.contains(['[', '{']) {
            return false;
        }
        // One that stands on a line alone: `:::image alt-text="...":::`.
        if let Some(inner) = rest.strip_suffix(":::") {
            let alt = inner
                .split_once("alt-text=\"")
                .and_then(|(_, rest)| rest.split_once('"'));
            self.write(indent, alt.map_or("", |(alt, _)| alt));
            return true;
        }
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace());
        let rest = match rest.strip_prefix('{') {
            Some(braced) => braced.split_once('}').map_or("", |(_, title)| title),
            None => {
                rest.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'))
            }
        };
        let title = match rest.strip_prefix('[') {
            Some(bracket) => bracket.rsplit_once(']').map_or(bracket, |(title, _)| title),
            None => rest.split('{').next().unwrap_or_default(),
        };
        let is_attribute = title.contains("=\"");
        self.write_title(indent, if is_attribute { "" } else { title });
        true
    }

    /// Converts the first line of an admonition or tab, whose body is indented below it: `!!! type "Title"`, `???
    /// type`, `=== "Tab"`. Returns whether the line is one.
    fn read_admonition(&mut self, line: &str, indent: &str, text: &str) -> bool {
        let rest = ["!!!", "???+", "???", "===!", "===+", "==="]
            .iter()
            .find_map(|mark| text.strip_prefix(mark).map(|rest| (*mark, rest)));
        let Some((mark, rest)) = rest else {
            return false;
        };
        let rest = rest.trim();
        let is_tab = mark.starts_with("===");
        let names_type = rest.starts_with(|c: char| c.is_alphabetic());
        let is_titled = rest.starts_with(['"', '\'']) && rest.len() > 1;
        let opens = is_titled || (names_type && !is_tab);
        if !opens || self.containers.len() >= MAX_CONTAINERS {
            return false;
        }
        let title = rest.split_once('"').map_or("", |(_, title)| {
            title.rsplit_once('"').map_or(title, |(t, _)| t)
        });
        self.write_title(indent, title);
        let width = line.len() - line.trim_start().len();
        self.containers.push(width + 4 * self.containers.len());
        true
    }

    /// Converts the first line of the meaning of a term, whose other lines are indented below it: `:   Its meaning`.
    /// It may open an admonition. Returns whether the line is one.
    fn read_definition(&mut self, indent: &str, text: &str) -> bool {
        let Some(meaning) = definition(text, self.was_text) else {
            return false;
        };
        self.output.push('\n');
        if self.containers.len() < MAX_CONTAINERS {
            self.containers
                .push(indent.len() + 4 * self.containers.len());
            self.read_content(&format!("{indent}{meaning}"));
        } else {
            self.was_text = true;
            self.write(indent, meaning);
        }
        true
    }

    /// Converts the first line of a callout: `> [!tip]- Title`. Returns whether the line is one.
    fn read_callout(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let quotes = text.len() - text.trim_start_matches(['>', ' ']).len();
        if !text.starts_with('>') {
            return false;
        }
        let Some(inner) = text[quotes..].strip_prefix("[!") else {
            return false;
        };
        let Some((name, title)) = inner.split_once(']') else {
            return false;
        };
        if name.contains(['(', '[']) || title.starts_with('(') {
            return false;
        }
        let prefix = line[..line.len() - inner.len() - 2].trim_end().to_owned();
        let title = title.trim_start_matches(['-', '+']).trim();
        let is_type = !name.contains(' ');
        if is_type && !title.is_empty() {
            self.write("", &format!("{prefix} **{title}**\n{prefix}"));
        } else {
            self.write("", &prefix);
        }
        true
    }

    /// Returns a heading with its anchor; a tab of `DocFX`, `# [Title](#tab/a)`, becomes a title.
    fn heading(&mut self, text: &str) -> Option<String> {
        let level = text.len() - text.trim_start_matches('#').len();
        let title = text[level..].strip_prefix([' ', '\t'])?.trim();
        if !(1..=6).contains(&level) {
            return None;
        }
        let title = title.trim_end_matches('#').trim_end();
        if title.contains("](#tab/") {
            let label = title
                .trim_start_matches('[')
                .split_once("](")
                .map_or("", |(label, _)| label);
            return Some(format!("\n**{label}**\n"));
        }
        if title.ends_with('}') && title.contains("{#") {
            return Some(format!("{} {title}", &text[..level]));
        }
        let plain: String = title.replace(['*', '`'], "");
        match self
            .dialect
            .slugs
            .of(&without_links(&plain), &mut self.anchors)
        {
            Some(anchor) => Some(format!("{} {title} {{#{anchor}}}", &text[..level])),
            None => Some(format!("{} {title}", &text[..level])),
        }
    }
}

/// Returns the Markdown text with each link `[text](target)` replaced by its text.
fn without_links(text: &str) -> String {
    let mut output = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("](") {
        output.push_str(&before.replace('[', ""));
        rest = behind.split_once(')').map_or("", |(_, rest)| rest);
    }
    output.push_str(rest);
    output
}

/// Returns the meaning in a line `:   Its meaning`. Without a line of text directly above it, the meaning must be
/// indented like the lines below it, as nobody writes so otherwise.
fn definition(text: &str, is_below_text: bool) -> Option<&str> {
    let meaning = text.strip_prefix(':')?;
    let is_indented = meaning.starts_with("   ") || meaning.starts_with('\t');
    (is_indented || (is_below_text && meaning.starts_with(' '))).then(|| meaning.trim())
}

/// Whether a line is a break alone: `<br>`, `<br/>`, `<br />`.
fn is_break(text: &str) -> bool {
    let inner = text.strip_prefix("<br").and_then(|t| t.strip_suffix('>'));
    inner.is_some_and(|inner| inner.trim_matches([' ', '/']).is_empty())
}

/// Whether a line is for the program alone, so that it is removed.
fn is_dropped(text: &str) -> bool {
    let is_attributes =
        text.starts_with("{:") && text.ends_with('}') && text.matches('{').count() == 1;
    let is_abbreviation = text.starts_with("*[") && text.contains("]:");
    is_attributes
        || is_abbreviation
        || matches!(
            text,
            "[TOC]"
                | "[[toc]]"
                | "[[TOC]]"
                | "[[_TOC_]]"
                | "* TOC"
                | "- TOC"
                | "<!-- more -->"
                | "--8<--"
                | ";--8<--"
        )
        || text.starts_with("<<< ")
        || (text.starts_with('^')
            && text.len() > 1
            && text[1..]
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

//! Removes components of MDX and Vue from Markdown, and keeps HTML elements.

use super::code::Code;
use super::context::is_title_name;
use std::fmt::Write as _;

/// The most bytes of one tag. An attribute may hold code, or an image as a data URL.
const MAX_TAG_BYTES: usize = 20_000;

/// The names of HTML elements, which the text layer reads; every other name is a component.
const HTML_NAMES: [&str; 88] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "object",
    "ol",
    "option",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "th",
    "thead",
    "time",
    "tr",
    "u",
];

const MORE_HTML_NAMES: [&str; 9] = [
    "ul", "var", "video", "wbr", "svg", "path", "tfoot", "tt", "track",
];

/// Removes the tags of components, and keeps the text between them and their titles. HTML elements stay, without the
/// attributes that hold code. With `mdx`, expressions between braces are removed too.
pub(super) fn without_components(text: &str, mdx: bool, code: &mut Code) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    let signs: &[char] = if mdx { &['<', '{'] } else { &['<'] };
    let mut work = Work(WORK_PER_BYTE * text.len() + MAX_TAG_BYTES);
    let last_pre_end = text.to_ascii_lowercase().rfind("</pre>");
    while let Some(start) = rest.find(signs) {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        if from.starts_with('{') {
            let is_escaped = before.ends_with('\\');
            let read = work.attempt(from, expression);
            let read = read.filter(|_| !is_escaped);
            let (shown, length) = read.unwrap_or(("{".to_owned(), 1));
            output.push_str(&shown);
            rest = &from[length..];
            continue;
        }
        if from.starts_with("<!--") {
            let end = from.find("-->").map_or(from.len(), |end| end + 3);
            rest = &from[end..];
            continue;
        }
        // A fragment of MDX.
        if mdx && (from.starts_with("<>") || from.starts_with("</>")) {
            rest = &from[from.find('>').map_or(1, |end| end + 1)..];
            continue;
        }
        let Some(tag) = work.attempt(from, Tag::at) else {
            output.push('<');
            rest = &from[1..];
            continue;
        };
        let behind = &from[tag.length..];
        if is_html(tag.name) {
            let at = text.len() - from.len();
            let is_open = last_pre_end.is_some_and(|end| end > at);
            if tag.name.eq_ignore_ascii_case("pre") && !tag.is_end && is_open {
                rest = keep_preformatted(from, &tag, code, &mut output);
                continue;
            }
            tag.write_html(&from[..tag.length], mdx, &mut output);
        } else {
            let is_alone = before
                .rsplit('\n')
                .next()
                .is_some_and(|b| b.trim().is_empty());
            tag.write_titles(is_alone, &mut output);
        }
        rest = behind;
    }
    output.push_str(rest);
    output
}

/// Stores a block of preformatted HTML in `code`, because braces in it are text. Returns the rest of the text.
fn keep_preformatted<'a>(
    from: &'a str,
    tag: &Tag<'_>,
    code: &mut Code,
    output: &mut String,
) -> &'a str {
    let behind = &from[tag.length..];
    let end = behind.match_indices("</").map(|(at, _)| at).find(|at| {
        behind[at + 2..]
            .get(..4)
            .is_some_and(|name| name.eq_ignore_ascii_case("pre>"))
    });
    let Some(end) = end else {
        output.push_str(&from[..tag.length]);
        return behind;
    };
    output.push_str(&code.keep(&from[..tag.length + end + 6]));
    &behind[end + 6..]
}

/// The number of bytes that failed attempts to read markup may look at, for each byte of a page. Beyond it, signs that
/// may open markup are read as text.
const WORK_PER_BYTE: usize = 20;

/// A budget of bytes that failed attempts to read markup may still look at.
struct Work(usize);

impl Work {
    fn attempt<'a, T>(&mut self, from: &'a str, read: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let cost = from.len().min(MAX_TAG_BYTES);
        if self.0 < cost {
            return None;
        }
        let result = read(from);
        if result.is_none() {
            self.0 -= cost;
        }
        result
    }
}

fn is_html(name: &str) -> bool {
    let is_lower = !name.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = name.to_ascii_lowercase();
    let is_shouted = name.len() <= 10
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    (is_lower || is_shouted)
        && (HTML_NAMES.contains(&lower.as_str()) || MORE_HTML_NAMES.contains(&lower.as_str()))
}

struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    is_closed: bool,
    attributes: Vec<(&'a str, &'a str, Value)>,
    length: usize,
}

/// The kind of an attribute's value: plain text, or the code of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Text,
    Code,
}

impl<'a> Tag<'a> {
    /// Parses the tag that a text begins with; `None` if it begins with none.
    fn at(from: &'a str) -> Option<Self> {
        let from = &from[..from.floor_char_boundary(MAX_TAG_BYTES)];
        let is_end = from.starts_with("</");
        let start = if is_end { 2 } else { 1 };
        let inner = &from[start..];
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end =
            inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))?;
        let name = &inner[..name_end];
        let mut at = start + name_end;
        if !from[at..].starts_with(|c: char| c.is_whitespace() || matches!(c, '/' | '>')) {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            at += from[at..].len() - from[at..].trim_start().len();
            let rest = &from[at..];
            if let Some(closed) = rest
                .strip_prefix("/>")
                .map(|_| 2)
                .or_else(|| rest.strip_prefix('>').map(|_| 1))
            {
                return Some(Self {
                    name,
                    is_end,
                    is_closed: closed == 2,
                    attributes,
                    length: at + closed,
                });
            }
            if rest.starts_with('{') {
                at += balanced(rest)?;
                continue;
            }
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<'))?;
            if end == 0 {
                // A lone sign such as `/` in an address without quotes.
                if rest.starts_with(['<', '=']) {
                    return None;
                }
                at += 1;
                continue;
            }
            let key = &rest[..end];
            at += end;
            let spaces = from[at..].len() - from[at..].trim_start().len();
            if !from[at + spaces..].starts_with('=') {
                attributes.push((key, "", Value::Text));
                continue;
            }
            at += spaces + 1;
            at += from[at..].len() - from[at..].trim_start().len();
            let (value, kind, length) = value(&from[at..])?;
            attributes.push((key, value, kind));
            at += length;
        }
    }

    /// Writes an HTML tag without the attributes that hold code.
    fn write_html(&self, source: &str, mdx: bool, output: &mut String) {
        let has_code = self.attributes.iter().any(|(key, _, kind)| {
            *kind == Value::Code || (mdx && *key == "className") || key.starts_with(['@', ':', '#'])
        });
        if !has_code {
            output.push_str(source);
            return;
        }
        output.push('<');
        output.push_str(self.name);
        for (key, value, kind) in &self.attributes {
            if *kind == Value::Text && !key.starts_with(['@', ':', '#']) {
                output.push(' ');
                output.push_str(key);
                if !value.is_empty() {
                    output.push_str("=\"");
                    output.push_str(&value.replace('"', "&quot;"));
                    output.push('"');
                }
            }
        }
        output.push_str(if self.is_closed { " />" } else { ">" });
    }

    /// Writes the titles and alternative texts among the attributes of a component.
    fn write_titles(&self, is_alone: bool, output: &mut String) {
        for (key, value, kind) in &self.attributes {
            let value = match kind {
                Value::Text => (*value).to_owned(),
                Value::Code => literal(value).unwrap_or_default(),
            };
            let is_shown = is_title_name(&key.to_ascii_lowercase());
            if !is_shown || value.trim().is_empty() {
                continue;
            }
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_alone {
                let indent: String = line_start(output).to_owned();
                let _ = write!(output, "**{value}**\n\n{indent}");
            } else {
                output.push_str(&value);
                output.push(' ');
            }
        }
    }
}

/// Returns the last line of a text if it consists of white space, else "".
fn line_start(text: &str) -> &str {
    let line = text.rsplit('\n').next().unwrap_or_default();
    if line.trim().is_empty() { line } else { "" }
}

/// Parses the value of an attribute. Returns the value, its kind, and its length in the source.
fn value(from: &str) -> Option<(&str, Value, usize)> {
    let first = from.chars().next()?;
    match first {
        '"' | '\'' => {
            let end = from[1..].find(first)?;
            Some((&from[1..=end], Value::Text, end + 2))
        }
        '{' => {
            let length = balanced(from)?;
            Some((&from[1..length - 1], Value::Code, length))
        }
        _ => {
            let end = from.find(|c: char| c.is_whitespace() || c == '>')?;
            let end = if from[..end].ends_with('/') && from[end..].starts_with('>') {
                end - 1
            } else {
                end
            };
            Some((&from[..end], Value::Text, end))
        }
    }
}

/// Returns the length of the text between a brace at the start and the brace that closes it; braces in quotes do not
/// count.
fn balanced(from: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let most = from.floor_char_boundary(MAX_TAG_BYTES);
    let mut last = '\0';
    for (at, c) in from[..most].char_indices() {
        match quote {
            Some(open) => {
                if c == open && last != '\\' {
                    quote = None;
                }
            }
            None => match c {
                // An apostrophe in a word of text opens nothing.
                '\'' if last.is_alphanumeric() => {}
                '"' | '\'' | '`' => quote = Some(c),
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            },
        }
        last = c;
    }
    None
}

/// Returns the text of an expression that is a single string literal.
fn literal(code: &str) -> Option<String> {
    let code = code.trim();
    let quote = code
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = code[1..].strip_suffix(quote)?;
    (!inner.contains(quote)).then(|| inner.to_owned())
}

/// Returns the visible text of an expression between braces, and the length of the expression in the source; `None` if
/// the brace is part of the text.
fn expression(from: &str) -> Option<(String, usize)> {
    // An anchor of a heading, and attributes.
    if from.starts_with("{#") || from.starts_with("{:") || from.starts_with("{.") {
        return None;
    }
    if from.starts_with("{/*") {
        let end = from.find("*/}")? + 3;
        return Some((String::new(), end));
    }
    let length = balanced(from)?;
    let inner = &from[1..length - 1];
    if let Some(text) = literal(inner) {
        return Some((text, length));
    }
    // Markup in an expression is shown under a condition: its text is kept.
    if inner.contains('<') && inner.contains('>') {
        return None;
    }
    Some((String::new(), length))
}

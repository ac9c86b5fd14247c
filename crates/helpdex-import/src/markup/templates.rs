//! Removes template tags from Markdown: Liquid of Jekyll and `GitBook`, shortcodes of Hugo, variables between braces.

use std::collections::BTreeMap;

use super::code::Code;
use super::context::{Context, is_title_name};

/// The most bytes between the braces of one tag.
const MAX_TAG_BYTES: usize = 10_000;

/// Removes every template tag, and keeps the text between tags, and the titles and alternative texts in them.
pub(super) fn without_tags(text: &str, code: &mut Code, context: &mut Context<'_>) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        // `style={{...}}` is an object of MDX.
        let is_object = from.starts_with("{{") && before.ends_with('=');
        if !from[1..].starts_with(['%', '{']) || is_object {
            let length = if is_object { 2 } else { 1 };
            output.push_str(&from[..length]);
            rest = &from[length..];
            continue;
        }
        let Some(tag) = Tag::at(from) else {
            output.push_str(&from[..2]);
            rest = &from[2..];
            continue;
        };
        let behind = &from[tag.length..];
        rest = match tag.kind {
            Kind::Comment => behind,
            Kind::Liquid if matches!(tag.name, "comment" | "raw" | "verbatim") => {
                let (inner, after) = up_to_end(behind, tag.name);
                if tag.name != "comment" {
                    output.push_str(&code.keep(inner));
                }
                after
            }
            Kind::Shortcode if tag.name == "comment" => up_to_end(behind, "comment").1,
            Kind::Escaped => {
                output.push_str(&code.keep(&format!("`{}`", tag.arguments)));
                behind
            }
            Kind::Variable => {
                output.push_str(&context.value_of(tag.arguments));
                behind
            }
            Kind::Liquid | Kind::Shortcode => {
                let is_alone = before
                    .rsplit('\n')
                    .next()
                    .is_some_and(|b| b.trim().is_empty())
                    && behind
                        .split('\n')
                        .next()
                        .is_some_and(|b| b.trim().is_empty());
                write_tag(&tag, is_alone, context, &mut output);
                behind
            }
        };
    }
    output.push_str(rest);
    output
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    Escaped,
    Liquid,
    Shortcode,
    Variable,
}

struct Tag<'a> {
    kind: Kind,
    name: &'a str,
    arguments: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    fn at(from: &'a str) -> Option<Self> {
        let (kind, open, close) = if from.starts_with("{{</*") || from.starts_with("{{%/*") {
            (Kind::Escaped, 5, "}}")
        } else if from.starts_with("{{/*") {
            (Kind::Comment, 4, "*/}}")
        } else if from.starts_with("{{!--") {
            (Kind::Comment, 5, "--}}")
        } else if from.starts_with("{{<") {
            (Kind::Shortcode, 3, ">}}")
        } else if from.starts_with("{{%") {
            (Kind::Shortcode, 3, "%}}")
        } else if from.starts_with("{{") {
            (Kind::Variable, 2, "}}")
        } else {
            (Kind::Liquid, 2, "%}")
        };
        let most = from.floor_char_boundary(MAX_TAG_BYTES);
        let end = open + end_of_tag(&from[open..most], close)?;
        let inner =
            from[open..end].trim_matches(|c: char| matches!(c, '-' | '~') || c.is_whitespace());
        let inner = inner.trim_end_matches(['/', '*', '>', '%']).trim();
        let name_end = inner
            .find(|c: char| c.is_whitespace())
            .unwrap_or(inner.len());
        let (name, arguments) = inner.split_at(name_end);
        let arguments = match kind {
            Kind::Variable | Kind::Escaped => inner,
            _ => arguments,
        };
        Some(Self {
            kind,
            name,
            arguments: arguments.trim(),
            length: end + close.len(),
        })
    }
}

/// Returns the position at which a tag ends; `close` inside quotes does not count.
fn end_of_tag(text: &str, close: &str) -> Option<usize> {
    let plain = text.find(close)?;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            None if text[at..].starts_with(close) => return Some(at),
            None if matches!(c, '"' | '`') => quote = Some(c),
            Some(open) if c == open => quote = None,
            // Quotes that do not close on their line are none.
            Some(_) if c == '\n' => return Some(plain),
            _ => {}
        }
    }
    Some(plain)
}

/// Splits the text behind the tag `name` at the tag that ends it; the second part is empty when no tag does.
fn up_to_end<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(start) = text[from..].find('{') {
        let at = from + start;
        let tag = Tag::at(&text[at..])
            .filter(|_| text[at..].starts_with("{%") || text[at..].starts_with("{{"));
        if let Some(tag) = tag {
            let ended = tag
                .name
                .trim_start_matches('/')
                .trim_start_matches("end")
                .trim();
            let is_end = tag.name.starts_with("end") || tag.name.starts_with('/');
            let in_arguments = tag.name == "/" && tag.arguments == name;
            if (is_end && ended == name) || in_arguments {
                return (&text[..at], &text[at + tag.length..]);
            }
        }
        from = at + 1;
    }
    (text, "")
}

/// Writes what a reader sees of a tag: an included file, a title, an alternative text.
fn write_tag(tag: &Tag<'_>, is_alone: bool, context: &mut Context<'_>, output: &mut String) {
    if tag.name.starts_with("end") || tag.name.starts_with('/') {
        return;
    }
    let arguments = arguments(tag.arguments);
    let is_include = matches!(
        tag.name,
        "include" | "include_relative" | "include_cached" | "render" | "readfile"
    );
    if is_include {
        let file = arguments.get("file").cloned();
        let file = file.or_else(|| {
            tag.arguments
                .split_whitespace()
                .next()
                .map(|f| f.trim_matches(['"', '\'', ',']).to_owned())
        });
        if let Some(text) = file.and_then(|file| context.include(&file)) {
            output.push_str(&text);
        }
    }
    for (name, value) in &arguments {
        if is_title_name(name) && !value.is_empty() {
            if is_alone {
                output.push_str("\n**");
                output.push_str(value);
                output.push_str("**\n");
            } else {
                output.push_str(value);
                output.push(' ');
            }
        }
    }
}

/// Parses arguments such as `title="Careful" open=true`; a value in braces or without quotes is kept as written.
fn arguments(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some(sign) = rest.find(['=', ':']) {
        let name: String = rest[..sign]
            .trim_end()
            .rsplit(|c: char| c.is_whitespace() || c == ',')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let value = rest[sign + 1..].trim_start();
        let quote = value
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'));
        let Some(quote) = quote else {
            // A variable or a number is no text.
            rest = &value[value.find(char::is_whitespace).unwrap_or(value.len())..];
            continue;
        };
        let inner = &value[1..];
        let (value, after) = inner.split_once(quote).unwrap_or((inner, ""));
        if !name.is_empty() {
            found
                .entry(name)
                .or_insert_with(|| value.replace('\n', " ").trim().to_owned());
        }
        rest = after;
    }
    found
}

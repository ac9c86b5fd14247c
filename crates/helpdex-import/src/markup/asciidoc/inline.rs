//! Converts the macros, references and signs in a text of `AsciiDoc`.

use std::fmt::Write as _;

/// Converts the markup that a text begins with, and returns the rest of the text.
pub(super) fn sign<'t>(from: &'t str, output: &mut String) -> &'t str {
    let window = &from[..from.floor_char_boundary(2_000)];
    if from.starts_with('[') {
        if let Some(behind) = take_brackets(from, window, output) {
            return behind;
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

/// The longest raised or lowered text, in bytes with its signs.
const MAX_RAISED_BYTES: usize = 40;

/// Splits a raised or lowered text from what follows it, if a text begins with one: `^2^`, `~2~`.
pub(super) fn raised(from: &str) -> Option<(&str, &str)> {
    let sign = from.chars().next().filter(|c| matches!(c, '^' | '~'))?;
    let window = &from[..from.floor_char_boundary(MAX_RAISED_BYTES)];
    let (inner, _) = window[1..].split_once(sign)?;
    let is_text = !inner.is_empty() && !inner.contains([' ', '/', '\\', '`', '[']);
    is_text.then(|| (inner, &from[inner.len() + 2..]))
}

/// Converts the brackets that a text begins with if they belong to a role, an anchor or a macro, and returns the rest;
/// `None` for brackets that are part of the text.
fn take_brackets<'t>(from: &'t str, window: &str, output: &mut String) -> Option<&'t str> {
    let end = closing_bracket(window)?;
    let inner = &from[1..end];
    let behind = &from[end + 1..];
    // `[.role]#text#`
    let is_role = inner.starts_with(['.', '#']) && behind.starts_with('#');
    let is_anchor = inner.starts_with('[') && inner.ends_with(']');
    if !is_role && !is_anchor {
        let shown = take_macro(output, inner)?;
        output.push_str(&shown);
    }
    Some(behind)
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

/// Removes a macro such as `xref:page.adoc` from the end of a text, and returns the text that a reader sees in its
/// place; `inner` is the text in its brackets.
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
    let text = text_of_link(inner);
    let shown = match name {
        "xref" | "link" | "mailto" | "http" | "https" | "ftp" => {
            if text.is_empty() && name == "xref" {
                name_of_page(target)
            } else if text.is_empty() {
                word.trim_start_matches("link:").to_owned()
            } else {
                text.to_owned()
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
        "btn" | "pass" | "stem" | "latexmath" | "asciimath" => text.to_owned(),
        "icon" | "anchor" | "indexterm" | "indexterm2" | "video" | "audio" | "toc" | "bibitem" => {
            String::new()
        }
        _ => return None,
    };
    output.truncate(start);
    Some(shown)
}

/// Returns the text of a link without its attributes.
fn text_of_link(inner: &str) -> &str {
    let text = inner.split_once(",role=").map_or(inner, |(text, _)| text);
    let text = text.trim_matches('"').trim_end_matches('^');
    let text = text.split_once(",window=").map_or(text, |(text, _)| text);
    text.trim_end_matches('^')
}

/// Returns the name of a page, for a reference to it without a text.
fn name_of_page(target: &str) -> String {
    let page = target.rsplit(['/', ':']).next().unwrap_or(target);
    let page = page.split_once(".adoc").map_or(page, |(page, _)| page);
    page.replace(['_', '-', '#'], " ")
}

fn alt(inner: &str) -> String {
    let alt = inner.split_once("alt=").map_or("", |(_, alt)| alt);
    alt.trim_start_matches('"')
        .split(['"', ','])
        .next()
        .unwrap_or_default()
        .to_owned()
}

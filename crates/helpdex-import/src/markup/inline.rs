//! Converts signs inside the lines of a page: wiki links, keys, icons, marks and attributes.

use std::collections::BTreeSet;

/// Converts the signs in each line of a text.
pub(super) fn read(text: &str) -> String {
    let text = without_comments(text);
    let defined: BTreeSet<&str> = text.lines().filter_map(defined_name).collect();
    let mut output = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = wiki_links(line);
        let line = references(&line, &defined);
        let line = bracket_signs(&line);
        let line = attributes(&line);
        let line = icons(&line);
        let line = between(&line, "++", keys);
        let line = between(&line, "==", |inner| Some(inner.to_owned()));
        output.push_str(&line);
    }
    output
}

/// The longest attribute list or sign in brackets, in bytes; a longer one is text.
const MAX_SIGN_BYTES: usize = 500;

/// Removes the text between `%%` and `%%`, which is a comment of Obsidian.
fn without_comments(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("%%") {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let is_start = before.is_empty() || before.ends_with(char::is_whitespace);
        if !is_start {
            output.push_str("%%");
            rest = &from[2..];
            continue;
        }
        let Some(end) = from[2..].find("%%") else {
            output.push_str("%%");
            rest = &from[2..];
            break;
        };
        rest = &from[2 + end + 2..];
    }
    output.push_str(rest);
    output
}

/// Replaces `[[page|shown]]` and `![[file|shown]]` by the text that a reader sees.
fn wiki_links(line: &str) -> String {
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(end) = rest.find("]]") {
        let behind = &rest[end + 2..];
        let start = rest[..end].rfind("[[");
        // A link of Markdown in brackets, such as `[[1]](url)`, is none.
        let Some(start) =
            start.filter(|start| !rest[start + 2..end].contains('[') && !behind.starts_with('('))
        else {
            output.push_str(&rest[..end + 2]);
            rest = behind;
            continue;
        };
        let before = &rest[..start];
        let inner = &rest[start + 2..end];
        let is_embedded = before.ends_with('!');
        output.push_str(before.strip_suffix('!').unwrap_or(before));
        let (target, shown) = inner
            .rsplit_once('|')
            .map_or((inner, None), |(t, s)| (t, Some(s)));
        match shown {
            Some(size) if is_embedded && size.chars().all(|c| c.is_ascii_digit() || c == 'x') => {}
            Some(shown) => output.push_str(shown),
            None if is_embedded || inner.eq_ignore_ascii_case("toc") || inner == "_TOC_" => {}
            None => output.push_str(
                target
                    .split('#')
                    .next()
                    .filter(|t| !t.is_empty())
                    .unwrap_or(target.trim_start_matches('#')),
            ),
        }
        rest = behind;
    }
    output.push_str(rest);
    output
}

/// Returns the name in a line `[name]: https://...`.
fn defined_name(line: &str) -> Option<&str> {
    Some(line.trim_start().strip_prefix('[')?.split_once("]:")?.0)
}

/// Replaces `[text][package.name]` by its text if the page does not say what the name is: `MkDocs` looks it up in other
/// pages.
fn references(line: &str, defined: &BTreeSet<&str>) -> String {
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(middle) = rest.find("][") {
        let (before, behind) = (&rest[..middle], &rest[middle + 2..]);
        let start = before.rfind('[');
        let name = behind.split(']').next().unwrap_or_default();
        let is_name = name.len() < behind.len()
            && name.contains('.')
            && !name.contains(|c: char| c.is_whitespace() || c == '[');
        if let Some(start) = start.filter(|_| is_name && !defined.contains(name)) {
            output.push_str(&before[..start]);
            output.push_str(&before[start + 1..]);
            rest = &behind[name.len() + 1..];
        } else {
            output.push_str(&rest[..middle + 2]);
            rest = behind;
        }
    }
    output.push_str(rest);
    output
}

/// Replaces `[!UICONTROL Save]` by `Save`, and removes `[!VIDEO ...]` and the like.
fn bracket_signs(line: &str) -> String {
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("[!") {
        let (before, from) = rest.split_at(start);
        let window = &from[..from.floor_char_boundary(MAX_SIGN_BYTES)];
        let Some(end) = window.find(']') else {
            output.push_str(before);
            output.push_str("[!");
            rest = &from[2..];
            continue;
        };
        let inner = &from[2..end];
        let (name, text) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let is_sign =
            name.len() >= 3 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // An image in a link.
        if !is_sign || name.starts_with('[') {
            output.push_str(before);
            output.push_str("[!");
            rest = &from[2..];
            continue;
        }
        output.push_str(before);
        if matches!(name, "UICONTROL" | "DNL") {
            output.push_str(text.trim());
        }
        rest = &from[end + 1..];
        // The address behind `[!INCLUDE[title](path)]`.
        if rest.starts_with('(') {
            rest = rest
                .find(')')
                .map_or(rest, |end| rest[end + 1..].trim_start_matches(']'));
        }
    }
    output.push_str(rest);
    output
}

/// Removes attributes such as `{: .cls}`, `{ .cls }`, `{:target="_blank"}` and `{width=50%}`; the `{#id}` of a heading
/// stays.
fn attributes(line: &str) -> String {
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let window = &from[..from.floor_char_boundary(MAX_SIGN_BYTES)];
        let end = window
            .find('}')
            .filter(|end| is_attributes(&from[1..*end], before));
        if end.is_none() {
            output.push('{');
        }
        rest = &from[end.unwrap_or(0) + 1..];
    }
    output.push_str(rest);
    output
}

fn is_attributes(inner: &str, before: &str) -> bool {
    let text = inner.trim();
    let is_heading_id =
        text.starts_with('#') && !text.contains(' ') && before.trim_start().starts_with('#');
    if is_heading_id || text.contains('{') {
        return false;
    }
    let is_behind_element = before.ends_with([')', ']', '>', '*', '_', '`', '\u{F8F1}'])
        || (before.ends_with(':') && icons(before).len() < before.len());
    let begins = text.starts_with(':')
        || (text.starts_with('.') && text.len() > 1 && !text.starts_with(".."))
        || text.starts_with('#');
    begins
        && (inner.starts_with(':')
            || is_behind_element
            || before.trim().is_empty()
            || inner.starts_with(' '))
        || (is_behind_element && are_pairs(text) && !text.is_empty())
}

/// Whether a text is a list of `name=value`, `.class` and `#id`. A value in quotes may hold spaces.
fn are_pairs(text: &str) -> bool {
    let unquoted: String = text.split('"').step_by(2).collect();
    unquoted
        .split_whitespace()
        .all(|word| word.contains('=') || word.starts_with(['.', '#']))
}

/// Removes icons such as `:material-check:`, which are drawn and not read.
pub(super) fn icons(line: &str) -> String {
    const SETS: [&str; 7] = [
        ":material-",
        ":octicons-",
        ":fontawesome-",
        ":simple-",
        ":fa-",
        ":mdi-",
        ":icon-",
    ];
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(':') {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let is_icon = SETS.iter().any(|set| from.starts_with(set));
        let end = from[1..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .map(|end| end + 1);
        if let Some(end) = end.filter(|end| is_icon && from[*end..].starts_with(':')) {
            let behind = &from[end + 1..];
            rest = behind.strip_prefix(' ').unwrap_or(behind);
        } else {
            output.push(':');
            rest = &from[1..];
        }
    }
    output.push_str(rest);
    output
}

/// Replaces each text between two marks, if no white space is at its ends, by the result of `change`.
fn between(line: &str, mark: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let mut output = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(mark) {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let inner = &from[mark.len()..];
        let end = inner.find(mark).filter(|end| {
            let text = &inner[..*end];
            !text.is_empty() && text.trim() == text && !text.contains('=')
        });
        if let Some((end, text)) = end.and_then(|end| Some((end, change(&inner[..end])?))) {
            output.push_str(&text);
            rest = &inner[end + mark.len()..];
        } else {
            output.push_str(mark);
            rest = inner;
        }
    }
    output.push_str(rest);
    output
}

/// Returns `Ctrl+Alt+Del` for `ctrl+alt+del`; `None` for a text that names no keys.
fn keys(inner: &str) -> Option<String> {
    let mut letters = inner.chars();
    if !letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '"')) {
        return None;
    }
    let names = inner.split('+').map(|name| {
        let name = name.trim_matches('"');
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    Some(names.collect::<Vec<_>>().join("+"))
}

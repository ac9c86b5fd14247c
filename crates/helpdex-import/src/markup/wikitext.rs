//! Converts the wikitext of `MediaWiki` to Markdown. Unknown markup keeps its text and loses its signs.

use std::fmt::Write as _;

/// The most bytes of one template, table or link.
const MAX_SIGN_BYTES: usize = 20_000;

/// Converts a page from `MediaWiki`'s wikitext to Markdown, in time linear in its length.
pub(crate) fn of_wikitext(source: &str) -> String {
    let text = without_comments(source);
    let text = without_templates(&text);
    let text = without_links(&text);
    let mut output = String::with_capacity(text.len());
    let mut row: Vec<String> = Vec::new();
    let mut rows = 0;
    let mut is_table = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("{|") {
            is_table = true;
            rows = 0;
            continue;
        }
        if is_table {
            let is_end = trimmed.starts_with("|}");
            if is_end || trimmed.starts_with("|-") {
                write_row(&mut row, &mut rows, &mut output);
                is_table = !is_end;
                if is_end {
                    output.push('\n');
                }
            } else if let Some(caption) = trimmed.strip_prefix("|+") {
                let _ = write!(output, "**{}**\n\n", marks(cell(caption)));
            } else if trimmed.starts_with(['|', '!']) {
                let inner = trimmed[1..].replace("!!", "||");
                row.extend(inner.split("||").map(|text| marks(cell(text))));
            } else if let Some(last) = row.last_mut() {
                last.push(' ');
                last.push_str(&marks(trimmed));
            }
            continue;
        }
        write_line(trimmed, &mut output);
    }
    write_row(&mut row, &mut rows, &mut output);
    output
}

fn write_row(row: &mut Vec<String>, rows: &mut usize, output: &mut String) {
    if row.is_empty() {
        return;
    }
    let count = row.len();
    let _ = writeln!(output, "| {} |", row.join(" | ").replace('\n', " "));
    if *rows == 0 {
        let _ = writeln!(output, "|{}", " --- |".repeat(count));
    }
    *rows += 1;
    row.clear();
}

/// Returns the text of a table cell, without its attributes.
fn cell(text: &str) -> &str {
    match text.split_once('|') {
        Some((attributes, text)) if attributes.contains('=') => text.trim(),
        _ => text.trim(),
    }
}

fn write_line(line: &str, output: &mut String) {
    let level = line.len() - line.trim_start_matches('=').len();
    let is_heading =
        (1..=6).contains(&level) && line.len() > 2 * level && line.ends_with(&"=".repeat(level));
    if is_heading {
        let title = marks(line[level..line.len() - level].trim());
        let anchor = title.replace(' ', "_");
        let _ = write!(output, "\n{} {title} {{#{anchor}}}\n\n", "#".repeat(level));
        return;
    }
    let listed = line.len() - line.trim_start_matches(['*', '#', ':', ';']).len();
    if listed > 0 {
        let indent = "    ".repeat((listed - 1).min(6));
        let mark = match line.as_bytes()[listed - 1] {
            b'*' => "- ",
            b'#' => "1. ",
            _ => "\n",
        };
        let _ = writeln!(
            output,
            "{}{mark}{}",
            if mark == "\n" { "" } else { &indent },
            marks(line[listed..].trim())
        );
        return;
    }
    if line.starts_with("__") && line.ends_with("__") {
        return;
    }
    output.push_str(&marks(line));
    output.push('\n');
}

/// Converts bold and italic marks.
fn marks(text: &str) -> String {
    text.replace("'''''", "**")
        .replace("'''", "**")
        .replace("''", "*")
        .replace("{{!}}", "|")
}

fn without_comments(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<!--") {
        output.push_str(before);
        rest = behind.split_once("-->").map_or("", |(_, rest)| rest);
    }
    output.push_str(rest);
    // References are notes at the end of a page.
    let mut whole = String::with_capacity(output.len());
    let mut rest = output.as_str();
    while let Some(start) = rest.find("<ref") {
        whole.push_str(&rest[..start]);
        let from = &rest[start..];
        let tag = from.find('>').map_or(from.len(), |end| end + 1);
        rest = if from[..tag].ends_with("/>") {
            &from[tag..]
        } else {
            from.split_once("</ref>").map_or("", |(_, rest)| rest)
        };
    }
    whole.push_str(rest);
    whole
}

/// Replaces templates by the values of their arguments, the innermost templates first.
fn without_templates(text: &str) -> String {
    let mut stack: Vec<String> = vec![String::with_capacity(text.len())];
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(start);
        top(&mut stack).push_str(before);
        if from.starts_with("{{") && stack.len() < 40 {
            stack.push(String::new());
            rest = &from[2..];
        } else if from.starts_with("}}") && stack.len() > 1 {
            let inner = stack.pop().unwrap_or_default();
            let shown = shown_of(&inner);
            top(&mut stack).push_str(&shown);
            rest = &from[2..];
        } else {
            top(&mut stack).push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    top(&mut stack).push_str(rest);
    stack.concat()
}

/// Returns the text of the innermost open template, or of the page.
fn top(stack: &mut [String]) -> &mut String {
    stack
        .last_mut()
        .expect("the text of the page is always there")
}

/// Returns the values of a template's arguments that contain a letter; other values, such as sizes, are no text.
fn shown_of(template: &str) -> String {
    if template.len() > MAX_SIGN_BYTES {
        return String::new();
    }
    let mut parts = template.split('|');
    let name = parts.next().unwrap_or_default().trim();
    if name.starts_with('#') || name.contains(':') {
        return String::new();
    }
    let values = parts.map(|part| {
        let is_named = part
            .split_once('=')
            .filter(|(key, _)| !key.contains(['[', '<', '\n']) && key.len() < 30);
        is_named.map_or(part, |(_, value)| value).trim()
    });
    let values: Vec<&str> = values
        .filter(|value| value.chars().any(char::is_alphabetic))
        .collect();
    values.join(" ")
}

/// Replaces links by the text that a reader sees, and removes files and categories.
fn without_links(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find("]]") {
        let behind = &rest[end + 2..];
        let Some(start) = rest[..end].rfind("[[") else {
            output.push_str(&rest[..end]);
            rest = behind;
            continue;
        };
        output.push_str(&rest[..start]);
        let inner = &rest[start + 2..end];
        let (target, shown) = inner
            .split_once('|')
            .map_or((inner, None), |(t, s)| (t, Some(s)));
        let space = target
            .split_once(':')
            .map_or("", |(space, _)| space.trim())
            .to_lowercase();
        let is_file = matches!(
            space.as_str(),
            "file"
                | "image"
                | "media"
                | "category"
                | "datei"
                | "bild"
                | "kategorie"
                | "fichier"
                | "catégorie"
                | "archivo"
                | "categoría"
        );
        if is_file {
            let caption = shown.and_then(|shown| shown.rsplit('|').next());
            let is_text = caption.filter(|c| c.contains(' ') && !c.contains('='));
            output.push_str(is_text.unwrap_or_default());
        } else {
            output.push_str(shown.unwrap_or(target.trim_start_matches(':')));
        }
        rest = behind;
    }
    output.push_str(rest);
    external_links(&output)
}

/// Replaces `[https://example.org shown]` by `shown`.
fn external_links(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("[http") {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let window = &from[..from.floor_char_boundary(2_000)];
        let Some(end) = window.find(']') else {
            output.push('[');
            rest = &from[1..];
            continue;
        };
        let inner = &from[1..end];
        let shown = inner.split_once(' ').map_or(inner, |(_, shown)| shown);
        output.push_str(shown);
        rest = &from[end + 1..];
    }
    output.push_str(rest);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let text = of_wikitext(source);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(lines.join("\n"), expected, "{source:?}");
    }

    #[test]
    fn text_keeps_no_marks() {
        check(
            "== Part ==\n'''Bold''' [[Page|shown]] [https://x.y site]<!-- secret -->",
            "## Part {#Part}\n**Bold** shown site",
        );
        check("{{Note|text=Take care.}} a<ref>b</ref>", "Take care. a");
        check("* one\n** two\n# three", "- one\n    - two\n1. three");
        check(
            "{| class=x\n! A !! B\n|-\n| 1 || 2\n|}",
            "| A | B |\n| --- | --- |\n| 1 | 2 |",
        );
        check(
            "[[File:a.png|thumb|The main menu]] [[Category:X]]",
            "The main menu",
        );
    }

    #[test]
    fn hostile_pages_are_read_in_bounded_time() {
        for piece in [
            "{{", "[[", "{|\n", "<ref", "<!--", "'''", "=", "[http", "}}", "]]", "{{a|",
        ] {
            let _ = of_wikitext(&piece.repeat(100_000 / piece.len()));
        }
    }
}

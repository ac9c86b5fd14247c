//! Reads lines of `AsciiDoc`: items, terms, cells of tables, callouts and tags.

use std::collections::BTreeSet;

/// Returns the part of an included file between `tag::name[]` and `end::name[]`; without a name, the whole file without
/// such lines.
pub(super) fn of_tag(text: &str, tag: Option<&str>) -> String {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut kept = String::new();
    for line in text.lines() {
        if let Some(name) = name_of_tag(line, "tag::") {
            open.insert(name);
        } else if let Some(name) = name_of_tag(line, "end::") {
            open.remove(name);
        } else if tag.is_none_or(|tag| open.contains(tag)) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn name_of_tag<'t>(line: &'t str, mark: &str) -> Option<&'t str> {
    let (_, rest) = line.split_once(mark)?;
    rest.split_once("[]").map(|(name, _)| name)
}

pub(super) fn list_item(line: &str) -> Option<(&str, &str)> {
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

/// Splits a line `term:: meaning` into term and meaning.
pub(super) fn described(line: &str) -> Option<(&str, &str)> {
    let at = line.find("::")?;
    let (term, rest) = line.split_at(at);
    let meaning = rest.trim_start_matches(':');
    let is_term = !term.is_empty()
        && !term.contains("://")
        && (meaning.is_empty() || meaning.starts_with(' '));
    is_term.then(|| (term, meaning.trim()))
}

/// Returns the cells of a line of a table, without their formatting.
pub(super) fn cells_of(line: &str) -> Vec<String> {
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

/// Returns the number of columns that `cols="1,2a"` or `cols=3*` states.
pub(super) fn columns(inner: &str) -> Option<usize> {
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

pub(super) fn without_callouts(line: &str) -> String {
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

/// Returns the anchor that Asciidoctor makes of a title: with `_` before it and for each space.
pub(super) fn anchor_of(title: &str) -> String {
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

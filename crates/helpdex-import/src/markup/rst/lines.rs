//! Recognises lines of reStructuredText, and finds where the lines end that belong together.

/// The marker of a list item.
pub(super) struct Marker {
    pub width: usize,
    pub shown: String,
}

pub(super) fn list_marker(line: &str) -> Option<Marker> {
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

/// Splits a field `:name: value` into name and value.
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix(':')?;
    let (name, value) = rest.split_once(':')?;
    let is_name =
        !name.is_empty() && !name.starts_with(' ') && !name.contains('`') && name.len() < 60;
    let is_role = value.starts_with('`') || (!value.is_empty() && !value.starts_with(' '));
    (is_name && !is_role).then(|| (name, value.trim()))
}

/// Whether a line consists of one punctuation character, repeated at least three times; two are enough for `=` and `-`.
pub(super) fn is_rule(line: &str) -> bool {
    let Some(first) = line.chars().next().filter(char::is_ascii_punctuation) else {
        return false;
    };
    line.len() >= 2
        && line.chars().all(|c| c == first)
        && !(line.len() == 2 && first != '=' && first != '-')
        && line != ".."
        && line != "::"
}

pub(super) fn starts_block(lines: &[String], at: usize) -> bool {
    let line = &lines[at];
    line.starts_with(".. ")
        || lines
            .get(at + 1)
            .is_some_and(|next| is_rule(next) && next.len() >= line.len() && next.len() > 3)
}

pub(super) fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

pub(super) fn end_of_paragraph(lines: &[String], at: usize) -> usize {
    (at..lines.len())
        .find(|&end| lines[end].is_empty())
        .unwrap_or(lines.len())
}

/// Returns the line behind the lines from `at` on that are indented by at least `width`; empty lines between them
/// belong to them.
pub(super) fn end_of_indented(lines: &[String], at: usize, width: usize) -> usize {
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

/// Returns the line behind the indented lines that belong to the marker on line `at`.
pub(super) fn end_of_body(lines: &[String], at: usize) -> usize {
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

/// Returns the lines without the indentation that all of them share.
pub(super) fn dedented(lines: &[String]) -> Vec<String> {
    let filled = lines.iter().filter(|line| !line.is_empty());
    let width = filled.map(|line| indent_of(line)).min().unwrap_or(0);
    lines
        .iter()
        .map(|line| line.get(width..).unwrap_or_default().to_owned())
        .collect()
}

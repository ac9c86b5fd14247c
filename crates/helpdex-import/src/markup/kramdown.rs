//! Adds what kramdown, which Jekyll uses, does not need in a table and other Markdown does.

use super::pipe_table::line_of_dashes;

/// Adds the line of dashes below the first row of tables that have none: in kramdown, rows alone are a table.
pub(super) fn with_table_heads(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    let mut is_in_table = false;
    while let Some(line) = lines.next() {
        output.push_str(line);
        output.push('\n');
        let next = lines.peek().copied().unwrap_or_default();
        if !is_in_table && is_row(line) && is_row(next) && !is_rule(next) {
            let indent = &line[..line.len() - line.trim_start().len()];
            output.push_str(indent);
            output.push_str(&line_of_dashes(cells_of(line)));
            output.push('\n');
        }
        is_in_table = is_row(line);
    }
    output
}

fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.starts_with('|') && line.ends_with('|')
}

/// Whether a row is the line of dashes below the first row.
fn is_rule(line: &str) -> bool {
    line.contains('-')
        && line
            .trim()
            .trim_matches(['|', '-', ':', ' ', '+', '='])
            .is_empty()
}

fn cells_of(row: &str) -> usize {
    row.matches('|').count() - row.matches("\\|").count() - 1
}

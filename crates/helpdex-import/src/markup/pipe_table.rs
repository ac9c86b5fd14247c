//! Writes tables of Markdown, whose cells stand between `|`.

/// Returns the lines of a table of so many columns, whose first row is the header. Cells that a row lacks are empty.
pub(super) fn lines_of(rows: &[Vec<String>], columns: usize) -> Vec<String> {
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for row in rows {
        let cells: Vec<String> = (0..columns)
            .map(|column| {
                let cell = row.get(column).map_or("", String::as_str);
                cell.replace('|', "\\|").replace('\n', " ")
            })
            .collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if lines.len() == 1 {
            lines.push(line_of_dashes(columns));
        }
    }
    lines
}

/// Returns the line below the header of a table.
pub(super) fn line_of_dashes(columns: usize) -> String {
    format!("|{}", " --- |".repeat(columns))
}

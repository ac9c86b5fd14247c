//! Converts tables of reStructuredText: lists, comma-separated values, grids, and simple tables.

use std::collections::BTreeSet;

use super::Reader;
use super::lines::indent_of;
use crate::markup::pipe_table::lines_of;

impl Reader<'_, '_> {
    pub(super) fn list_table(&mut self, content: &[String], prefix: &str) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for line in content {
            let text = line.trim_start();
            if let Some(cell) = text
                .strip_prefix("* -")
                .or_else(|| text.strip_prefix("* *"))
            {
                rows.push(vec![cell.trim().to_owned()]);
                continue;
            }
            let Some(row) = rows.last_mut() else { continue };
            let is_cell = text.starts_with("- ") || text == "-";
            if is_cell && indent_of(line) <= 3 {
                row.push(text[1..].trim().to_owned());
            } else if let Some(cell) = row.last_mut() {
                cell.push(' ');
                cell.push_str(text);
            }
        }
        self.rows(&rows, prefix);
    }

    pub(super) fn csv_table(&mut self, header: Option<&str>, content: &[String], prefix: &str) {
        let content = content.iter().map(String::as_str);
        let rows: Vec<Vec<String>> = header
            .into_iter()
            .chain(content.filter(|line| !line.is_empty()))
            .map(csv_cells)
            .collect();
        self.rows(&rows, prefix);
    }

    fn rows(&mut self, rows: &[Vec<String>], prefix: &str) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            let cells = row.iter().map(|cell| self.inline(cell.trim()));
            shown.push(cells.collect::<Vec<String>>());
        }
        for line in lines_of(&shown, columns) {
            self.write(prefix, &line);
        }
        self.write(prefix, "");
    }

    /// Writes a grid or a simple table, and returns the line behind it; `None` when no table begins at line `at`.
    pub(super) fn table(&mut self, lines: &[String], at: usize, prefix: &str) -> Option<usize> {
        let line = lines[at].as_str();
        if line.starts_with("+-") && line.ends_with('+') {
            let end = (at..lines.len())
                .find(|&end| !lines[end].starts_with(['+', '|']))
                .unwrap_or(lines.len());
            let rows = grid_rows(&lines[at..end]);
            self.rows(&rows, prefix);
            return Some(end);
        }
        if !is_border(line) {
            return None;
        }
        let borders: Vec<usize> = (at..lines.len().min(at + 2_000))
            .filter(|&n| is_border(&lines[n]))
            .collect();
        let blank =
            (at..lines.len()).find(|&n| lines[n].is_empty() && n > 0 && is_border(&lines[n - 1]));
        let end = blank.unwrap_or(lines.len());
        let last = borders.iter().copied().rfind(|&n| n < end)?;
        if last == at {
            return None;
        }
        let rows = simple_rows(&lines[at..last], line);
        self.rows(&rows, prefix);
        Some(last + 1)
    }
}

/// Whether a line is a border of a simple table.
fn is_border(line: &str) -> bool {
    line.contains(' ') && line.starts_with('=') && line.chars().all(|c| c == '=' || c == ' ')
}

/// Splits a line of comma-separated values into its cells.
fn csv_cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            c => cells.last_mut().expect("there is one cell").push(c),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn grid_rows(lines: &[String]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut corners = BTreeSet::new();
    for line in lines.iter().filter(|line| line.starts_with('+')) {
        let signs = line.chars().enumerate();
        corners.extend(signs.filter_map(|(at, c)| (c == '+').then_some(at)));
    }
    for line in lines {
        if line.starts_with('+') {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(std::mem::take(&mut row));
            }
            row.clear();
            continue;
        }
        for (index, part) in grid_cells(line, &corners).into_iter().enumerate() {
            if row.len() <= index {
                row.push(String::new());
            }
            row[index].push_str(part.trim());
            row[index].push(' ');
        }
    }
    rows
}

/// Splits a line of a grid into its cells: at each `|` below a corner of the grid, so that a cell may hold one.
/// The signs of a line with wide letters are not below the corners; such a line is split at each `|` beside a space.
fn grid_cells(line: &str, corners: &BTreeSet<usize>) -> Vec<String> {
    let signs: Vec<char> = line.chars().collect();
    let ends_below_corner = corners.last().is_some_and(|last| signs.len() == last + 1);
    let is_aligned = ends_below_corner && signs.last() == Some(&'|');
    let mut cells = vec![String::new()];
    for (at, &c) in signs.iter().enumerate().skip(1) {
        let is_edge = match (c, is_aligned) {
            ('|', true) => corners.contains(&at),
            ('|', false) => signs[at - 1] == ' ' || signs.get(at + 1).is_none_or(|c| *c == ' '),
            _ => false,
        };
        if is_edge && at + 1 < signs.len() {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut().filter(|_| !is_edge) {
            cell.push(c);
        }
    }
    cells
}

fn simple_rows(lines: &[String], border: &str) -> Vec<Vec<String>> {
    let mut starts = Vec::new();
    let mut was_space = true;
    for (at, c) in border.chars().enumerate() {
        if c == '=' && was_space {
            starts.push(at);
        }
        was_space = c == ' ';
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        if line.chars().all(|c| matches!(c, '=' | '-' | ' ')) {
            continue;
        }
        let letters: Vec<char> = line.chars().collect();
        let cells: Vec<String> = (0..starts.len())
            .map(|column| {
                let from = starts[column].min(letters.len());
                let to = starts
                    .get(column + 1)
                    .map_or(letters.len(), |end| (*end).min(letters.len()));
                letters[from..to.max(from)]
                    .iter()
                    .collect::<String>()
                    .trim()
                    .to_owned()
            })
            .collect();
        // A row goes on where its first cell is empty.
        match rows.last_mut().filter(|_| cells[0].is_empty()) {
            Some(last) => {
                for (cell, more) in last
                    .iter_mut()
                    .zip(&cells)
                    .filter(|(_, more)| !more.is_empty())
                {
                    cell.push(' ');
                    cell.push_str(more);
                }
            }
            None => rows.push(cells),
        }
    }
    rows
}

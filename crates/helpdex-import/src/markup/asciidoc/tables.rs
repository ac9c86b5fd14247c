//! Converts tables of `AsciiDoc`.

use super::lines::cells_of;
use super::{Reader, Table};
use crate::markup::pipe_table::lines_of;

impl Reader<'_, '_> {
    pub(super) fn line_of_table(&mut self, line: &str) {
        let Some(mut table) = self.table.take() else {
            return;
        };
        if line.starts_with("|===") || line.starts_with(",===") || line.starts_with("!===") {
            self.write_table(&table);
            return;
        }
        let cells = cells_of(line);
        if table.columns.is_none() && cells.len() > 1 {
            table.columns = Some(cells.len());
        }
        let starts_cell = line.contains('|');
        if starts_cell {
            table.cells.extend(cells);
        } else if let Some(cell) = table.cells.last_mut().filter(|_| !line.is_empty()) {
            cell.push(' ');
            cell.push_str(line.trim());
        }
        self.table = Some(table);
    }

    pub(super) fn write_table(&mut self, table: &Table) {
        let columns = table.columns.unwrap_or(1).clamp(1, 100);
        let cells: Vec<String> = table
            .cells
            .iter()
            .map(|cell| self.inline(cell.trim()))
            .collect();
        let rows: Vec<Vec<String>> = cells.chunks(columns).map(<[String]>::to_vec).collect();
        self.write("");
        for line in lines_of(&rows, columns) {
            self.write(&line);
        }
        self.write("");
    }
}

//! Reads parts of Markdown pages that tests need: tables, and code inside lines.

/// The rows of a table, without its header.
#[derive(Debug)]
pub struct Table {
    /// Each row as the number of its line, from 1, and its cells without outer white space.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Returns the first table whose header has exactly these cells; `None` when there is none.
#[must_use]
pub fn table(page: &str, header: &[&str]) -> Option<Table> {
    let mut lines = (1..).zip(page.lines());
    lines.find(|(_, line)| cells(line) == header)?;
    let rows = lines
        .skip(1)
        .take_while(|(_, line)| line.starts_with('|'))
        .map(|(number, line)| (number, cells(line)))
        .collect();
    Some(Table { rows })
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// Returns every text between backticks, with the number of its line; fenced blocks are skipped.
#[must_use]
pub fn inline_code(page: &str) -> Vec<(usize, &str)> {
    let mut code = Vec::new();
    let mut is_fenced = false;
    for (number, line) in (1..).zip(page.lines()) {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            let odd = line.split('`').skip(1).step_by(2);
            code.extend(odd.map(|code| (number, code)));
        }
    }
    code
}

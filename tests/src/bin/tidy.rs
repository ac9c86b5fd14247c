//! Prints the figures of the product code that `tests/tidy.rs` checks: one line for each package, or, with the name of
//! a package, every place that counts.

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use helpdex_tests::tidy::{Figures, PACKAGES, Place, root_names};

/// The number of the longest files and functions that are listed.
const LONGEST: usize = 20;

fn main() -> ExitCode {
    let report = match env::args().nth(1) {
        None => Some(table()),
        Some(wanted) => PACKAGES
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, folders)| places(&Figures::read(folders))),
    };
    let Some(report) = report else {
        eprintln!("error: there is no such package; give one of the table, or nothing for all");
        return ExitCode::from(2);
    };
    // A reader that has gone, such as `head`, is no error.
    let _ = io::stdout().write_all(report.as_bytes());
    ExitCode::SUCCESS
}

fn table() -> String {
    let mut table = format!(
        "{:16} {:>12} {:>11} {:>9} {:>20} {:>13} {:>16} {:>17}\n",
        "package",
        "doc comments",
        "fragments %",
        "closures",
        "closures/1,000 lines",
        "longest file",
        "95th percentile",
        "longest function"
    );
    for (name, folders) in PACKAGES {
        let figures = Figures::read(folders);
        let _ = writeln!(
            table,
            "{name:16} {:12} {:11.1} {:9} {:20.1} {:13} {:16} {:17}",
            figures.doc_comments,
            figures.fragments_percent(),
            figures.closures.len(),
            figures.closures_per_1000_lines(),
            figures.longest_file(),
            figures.long_file(),
            figures.longest_function()
        );
    }
    let _ = writeln!(
        table,
        "names at the root of helpdex: {}",
        root_names().len()
    );
    table
}

/// Lists every fragment and named closure, and the longest files and functions.
fn places(figures: &Figures) -> String {
    let mut list = String::new();
    for (kind, places) in [
        ("fragment", &figures.fragments),
        ("closure", &figures.closures),
    ] {
        for place in places {
            let _ = writeln!(list, "{kind}: {}", shown(place));
        }
    }
    for (lines, file) in figures.files.iter().take(LONGEST) {
        let _ = writeln!(list, "file of {lines} lines: {}", file.display());
    }
    for (lines, function) in figures.functions.iter().take(LONGEST) {
        let _ = writeln!(list, "function of {lines} lines: {}", shown(function));
    }
    list
}

fn shown(place: &Place) -> String {
    format!("{}:{}: {}", place.file.display(), place.line, place.text)
}

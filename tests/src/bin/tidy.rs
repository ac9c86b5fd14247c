//! Prints the figures of the product code that `tests/tidy.rs` holds against its bars: a line for each package, or with
//! the name of a package every place that the bars are about.

use std::env;
use std::process::ExitCode;

use helpdex_tests::tidy::{Figures, PACKAGES, root_names};

fn main() -> ExitCode {
    let Some(wanted) = env::args().nth(1) else {
        print_table();
        return ExitCode::SUCCESS;
    };
    let Some((_, folders)) = PACKAGES.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("error: no package {wanted:?}; give one of the table, or nothing for all");
        return ExitCode::from(2);
    };
    print_places(&Figures::read(folders));
    ExitCode::SUCCESS
}

fn print_table() {
    println!(
        "{:16} {:>12} {:>11} {:>9} {:>20} {:>13} {:>16} {:>17}",
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
        println!(
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
    println!("names at the root of helpdex: {}", root_names().len());
}

fn print_places(figures: &Figures) {
    for fragment in &figures.fragments {
        println!(
            "fragment: {}:{}: {}",
            fragment.file.display(),
            fragment.line,
            fragment.text
        );
    }
    for closure in &figures.closures {
        println!(
            "closure: {}:{}: {}",
            closure.file.display(),
            closure.line,
            closure.text
        );
    }
    for (lines, file) in figures.files.iter().take(20) {
        println!("file of {lines} lines: {}", file.display());
    }
    for (lines, function) in figures.functions.iter().take(20) {
        println!(
            "function of {lines} lines: {}:{}: {}",
            function.file.display(),
            function.line,
            function.text
        );
    }
}

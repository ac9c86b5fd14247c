//! Tests with limits that keep the product code readable: few fragments in comments, short files and functions, few
//! named closures, few names at the root of the library.
//!
//! `cargo run -p helpdex-tests --bin tidy` prints the figures; with the name of a package it prints every place that
//! counts.

use helpdex_tests::tidy::{Figures, PACKAGES, root_names};

/// The limits for a package.
struct Bars {
    fragments_percent: f64,
    closures_per_1000_lines: f64,
    longest_file: usize,
    /// The 95th percentile of the numbers of lines of its files.
    long_file: usize,
    longest_function: usize,
}

/// The limits for all code. ripgrep, jiff and minijinja have 1% of fragments and up to 0.5 named closures in 1,000
/// lines.
const BARS: Bars = Bars {
    fragments_percent: 2.0,
    closures_per_1000_lines: 1.0,
    longest_file: 450,
    long_file: 350,
    longest_function: 60,
};

/// The most names at the root of the library, without those that the documentation hides.
const ROOT_NAMES: usize = 30;

#[test]
fn no_package_is_above_its_bars() {
    let mut problems = Vec::new();
    for (package, folders) in PACKAGES {
        let figures = Figures::read(folders);
        let percent = figures.fragments_percent();
        if percent > BARS.fragments_percent {
            let last: Vec<String> = figures
                .fragments
                .iter()
                .map(|place| format!("{}:{}", place.file.display(), place.line))
                .collect();
            problems.push(format!(
                "{package}: {percent:.1}% of the doc comments open with a fragment, at most {}% may; begin them with a \
                 verb or a noun: {}",
                BARS.fragments_percent,
                last.join(", ")
            ));
        }
        let closures = figures.closures_per_1000_lines();
        if closures > BARS.closures_per_1000_lines {
            problems.push(format!(
                "{package}: {closures:.1} closures in 1,000 lines are bound to a name, at most {} may be; make them \
                 functions",
                BARS.closures_per_1000_lines
            ));
        }
        for (lines, file) in &figures.files {
            if *lines > BARS.longest_file {
                problems.push(format!(
                    "{}: {lines} lines without tests, at most {}; split it by what it does",
                    file.display(),
                    BARS.longest_file
                ));
            }
        }
        if figures.long_file() > BARS.long_file {
            problems.push(format!(
                "{package}: more than one file in twenty has over {} lines without tests; split some",
                BARS.long_file
            ));
        }
        for (lines, function) in &figures.functions {
            if *lines > BARS.longest_function {
                problems.push(format!(
                    "{}:{}: `{}` has {lines} lines, at most {}; split it into steps",
                    function.file.display(),
                    function.line,
                    function.text,
                    BARS.longest_function
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_root_of_the_library_has_few_names() {
    let names = root_names();
    assert!(
        names.len() <= ROOT_NAMES,
        "{} names, at most {ROOT_NAMES}; give some a module: {names:?}",
        names.len()
    );
}

mod figures {
    use std::path::Path;

    use super::*;

    fn rust(text: &str) -> Figures {
        let mut figures = Figures::default();
        figures.add_rust(Path::new("src/a.rs"), text, false);
        figures
    }

    fn python(text: &str) -> Figures {
        let mut figures = Figures::default();
        figures.add_python(Path::new("a.py"), text);
        figures
    }

    fn fragments(figures: &Figures) -> (usize, Vec<&str>) {
        let texts = figures.fragments.iter().map(|place| &*place.text).collect();
        (figures.doc_comments, texts)
    }

    fn functions(figures: &Figures) -> Vec<(usize, &str)> {
        let functions = figures.functions.iter();
        functions
            .map(|(lines, place)| (*lines, &*place.text))
            .collect()
    }

    #[test]
    fn a_run_of_doc_lines_counts_once_by_its_first_word() {
        let text = "//! What a file does.\n//! Of it.\n\n/// Returns it.\n/// As it is.\nfn f() {}\n// Of a comment.\n\
                    /// As, or so.\n#[test]\n/// In-memory files.\n//// Of a line.\n";
        assert_eq!(
            fragments(&rust(text)),
            (4, vec!["What a file does.", "As, or so."])
        );
    }

    #[test]
    fn docstrings_count_and_other_strings_do_not() {
        let text = "\"\"\"Of a module.\n\nOf it.\n\"\"\"\n\ndef f():\n    \"\"\"Return it.\"\"\"\n    x = \"\"\"Of x\"\"\"\n";
        assert_eq!(fragments(&python(text)), (2, vec!["Of a module."]));
    }

    #[test]
    fn closures_with_a_name_are_found_outside_of_tests() {
        let text = "fn f() {\n    let a = |x| x;\n    let mut b = move || 1;\n    let c: &dyn Fn() = &|| ();\n    \
                    let d = x.map(|y| y);\n    let e = 1 | 2;\n}\n#[cfg(test)]\nmod tests {\n    fn f() { let g = || 1; }\n}\n";
        let figures = rust(text);
        let names: Vec<&str> = figures.closures.iter().map(|place| &*place.text).collect();
        assert_eq!(names, ["a", "b", "c"]);
        // 3 closures in 7 lines.
        assert!((figures.closures_per_1000_lines() - 3000.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn lines_of_tests_are_left_out() {
        let text = "fn f() {}\n#[cfg(test)]\nuse a::{b, c};\n\n#[cfg(test)]\nmod tests {\n    fn f() {\n    }\n}\nfn g() {}\n";
        let figures = rust(text);
        assert_eq!(figures.longest_file(), 3);
        assert_eq!(functions(&figures), [(1, "f"), (1, "g")]);
    }

    #[test]
    fn a_function_is_measured_from_its_name_to_its_last_brace() {
        let text = "pub fn f<T>(a: [u8; 2])\nwhere\n    T: Fn(),\n{\n    if a {\n    }\n}\ntrait T { fn g(); }\ntype F = fn(u8);\n";
        assert_eq!(functions(&rust(text)), [(7, "f")]);
    }

    #[test]
    fn a_function_of_python_ends_with_its_last_line_that_is_indented() {
        let text = "class A:\n    def f(\n        self,\n    ) -> None:\n        \"\"\"Do it.\n\nOr not.\n        \"\"\"\n        \
                    return\n\n    async def g(self):\n        return\n\n\ndef h():\n    return\n";
        assert_eq!(functions(&python(text)), [(8, "f"), (2, "g"), (2, "h")]);
    }

    #[test]
    fn one_file_in_twenty_may_be_longer_than_the_percentile() {
        let figures = Figures {
            files: (1..=40).rev().map(|lines| (lines, "a.rs".into())).collect(),
            ..Figures::default()
        };
        assert_eq!((figures.longest_file(), figures.long_file()), (40, 38));
    }
}

//! Figures of the product code, which `tests/tidy.rs` compares with limits and `cargo run -p helpdex-tests --bin tidy`
//! prints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::rust_source::{RustSource, Span};
use crate::{files, read};

/// The first words by which a fragment in place of a sentence is recognised.
const FRAGMENT_OPENERS: [&str; 17] = [
    "That", "Those", "Of", "What", "How", "Where", "Who", "Whose", "When", "By", "In", "So",
    "Into", "For", "From", "Its", "As",
];

/// The folders of the product code, by the name of the package.
pub const PACKAGES: [(&str, &[&str]); 11] = [
    ("helpdex-text", &["crates/helpdex-text/src"]),
    ("helpdex", &["crates/helpdex/src"]),
    ("helpdex-import", &["crates/helpdex-import/src"]),
    ("helpdex-eval", &["crates/helpdex-eval/src"]),
    ("helpdex-insight", &["crates/helpdex-insight/src"]),
    ("helpdex-server", &["crates/helpdex-server/src"]),
    ("helpdex-cli", &["crates/helpdex-cli/src"]),
    ("helpdex-python", &["python/src", "python/python"]),
    ("helpdex-benches", &["benches/src", "benches/benches"]),
    ("helpdex-tests", &["tests/src"]),
    ("xtask", &["xtask/src"]),
];

/// The figures of the source files of one package.
#[derive(Debug, Default)]
pub struct Figures {
    /// The number of doc comments: runs of `///` or `//!` lines, and docstrings of Python.
    pub doc_comments: usize,
    /// The doc comments that begin with a fragment.
    pub fragments: Vec<Place>,
    /// The closures that are bound to a name, outside of tests.
    pub closures: Vec<Place>,
    /// The files with their numbers of lines without tests, longest first.
    pub files: Vec<(usize, PathBuf)>,
    /// The functions outside of tests with their numbers of lines, longest first.
    pub functions: Vec<(usize, Place)>,
}

/// A place in the source files.
#[derive(Debug)]
pub struct Place {
    /// The path of the file, from the top of the repository.
    pub file: PathBuf,
    /// The number of the line in the file, from 1.
    pub line: usize,
    /// The name of the function or closure, or the line of the comment.
    pub text: String,
}

impl Figures {
    /// Reads all Rust and Python files of the folders.
    ///
    /// # Panics
    /// When a file cannot be read.
    #[must_use]
    pub fn read(folders: &[&str]) -> Self {
        let mut figures = Self::default();
        for folder in folders {
            let rust = files(folder, "rs");
            let tests = test_modules(&rust);
            for file in &rust {
                let is_test = tests.iter().any(|test| is_of_module(file, test));
                figures.add_rust(file, &read(file), is_test);
            }
            for file in files(folder, "py") {
                figures.add_python(&file, &read(&file));
            }
        }
        figures.files.sort_by(|a, b| b.cmp(a));
        figures
            .functions
            .sort_by_key(|(lines, _)| usize::MAX - lines);
        figures
    }

    /// Adds the figures of a Rust file; for a file with nothing but tests, only its doc comments.
    pub fn add_rust(&mut self, file: &Path, text: &str, is_test: bool) {
        let mut is_comment = false;
        for (line, content) in (1..).zip(text.lines()) {
            let comment = doc_comment(content);
            if let Some(first) = comment.filter(|_| !is_comment) {
                self.add_doc_comment(file, line, first);
            }
            is_comment = comment.is_some();
        }
        if is_test {
            return;
        }
        let source = RustSource::new(text);
        let tests = source.test_code();
        let lines = (1..=text.lines().count()).filter(|line| !is_in(*line, &tests));
        self.files.push((lines.count(), file.to_owned()));
        for closure in source.named_closures() {
            if !is_in(closure.line, &tests) {
                self.closures.push(place(file, closure.line, closure.name));
            }
        }
        for function in source.functions() {
            if !is_in(function.first, &tests) {
                let place = place(file, function.first, &function.name);
                self.functions.push((function.lines(), place));
            }
        }
    }

    /// Adds the figures of a Python file. A string at the beginning of a line is a docstring, and a function ends
    /// before the next line with no deeper indentation.
    pub fn add_python(&mut self, file: &Path, text: &str) {
        let mut open: Vec<(usize, usize, &str)> = Vec::new();
        let mut is_string = false;
        let mut last = 0;
        for (line, content) in (1..).zip(text.lines()) {
            let code = content.trim_start();
            let was_string = is_string;
            if code.matches("\"\"\"").count() % 2 == 1 {
                is_string = !is_string;
            }
            if let Some(first) = code.strip_prefix("\"\"\"").filter(|_| !was_string) {
                self.add_doc_comment(file, line, first);
            }
            if was_string || code.is_empty() {
                last = if was_string { line } else { last };
                continue;
            }
            let indent = content.len() - code.len();
            // A signature over several lines ends in a parenthesis at the depth of its `def`.
            while let Some((start, _, name)) =
                open.pop_if(|(_, depth, _)| indent <= *depth && !code.starts_with(')'))
            {
                self.functions
                    .push((last - start + 1, place(file, start, name)));
            }
            last = line;
            let definition = code.strip_prefix("async ").unwrap_or(code);
            if let Some(rest) = definition.strip_prefix("def ") {
                open.push((line, indent, rest.split('(').next().unwrap_or(rest)));
            }
        }
        for (start, _, name) in open {
            self.functions
                .push((last - start + 1, place(file, start, name)));
        }
        self.files.push((text.lines().count(), file.to_owned()));
    }

    fn add_doc_comment(&mut self, file: &Path, line: usize, first: &str) {
        self.doc_comments += 1;
        let word = first.split_whitespace().next().unwrap_or_default();
        let word = word.trim_end_matches([',', '.', ':', ';']);
        if FRAGMENT_OPENERS.contains(&word) {
            self.fragments.push(place(file, line, first.trim()));
        }
    }

    /// Returns the share of doc comments that begin with a fragment, in percent.
    #[must_use]
    pub fn fragments_percent(&self) -> f64 {
        100.0 * ratio(self.fragments.len(), self.doc_comments)
    }

    /// Returns the number of named closures per 1,000 lines.
    #[must_use]
    pub fn closures_per_1000_lines(&self) -> f64 {
        let lines = self.files.iter().map(|(lines, _)| lines).sum();
        1000.0 * ratio(self.closures.len(), lines)
    }

    /// Returns the number of lines of the longest file; 0 without files.
    #[must_use]
    pub fn longest_file(&self) -> usize {
        self.files.first().map_or(0, |(lines, _)| *lines)
    }

    /// Returns the 95th percentile of the numbers of lines of files: at most one file in twenty is longer.
    #[must_use]
    pub fn long_file(&self) -> usize {
        let longer = self.files.len() / 20;
        self.files.get(longer).map_or(0, |(lines, _)| *lines)
    }

    /// Returns the number of lines of the longest function; 0 without functions.
    #[must_use]
    pub fn longest_function(&self) -> usize {
        self.functions.first().map_or(0, |(lines, _)| *lines)
    }
}

/// Returns the names at the root of the crate `helpdex` that its documentation shows.
///
/// # Panics
/// When the file of the root cannot be read.
#[must_use]
pub fn root_names() -> BTreeSet<String> {
    let root = RustSource::new(&read("crates/helpdex/src/lib.rs"));
    let names = root.documented_reexports();
    names.into_iter().map(|(name, _)| name).collect()
}

fn is_in(line: usize, spans: &[Span]) -> bool {
    spans.iter().any(|span| span.contains(line))
}

/// Returns the text of a line of a Rust doc comment; `None` for another line.
fn doc_comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let outer = line
        .strip_prefix("///")
        .filter(|rest| !rest.starts_with('/'));
    outer.or_else(|| line.strip_prefix("//!"))
}

/// Returns the paths, without file ending, of the modules that are declared for tests alone.
fn test_modules(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut modules = Vec::new();
    for file in files {
        let is_root = ["lib.rs", "main.rs", "mod.rs"]
            .iter()
            .any(|name| file.ends_with(name));
        let folder = if is_root {
            file.with_file_name("")
        } else {
            file.with_extension("")
        };
        for span in RustSource::new(&read(file)).test_code() {
            if !span.name.is_empty() {
                modules.push(folder.join(&span.name));
            }
        }
    }
    modules
}

/// Whether a file contains a module or lies below it.
fn is_of_module(file: &Path, module: &Path) -> bool {
    file.with_extension("").starts_with(module)
}

fn place(file: &Path, line: usize, text: &str) -> Place {
    Place {
        file: file.to_owned(),
        line,
        text: text.to_owned(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio of counts is read to two digits"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

//! Tests of the tables in ARCHITECTURE.md: which crates and modules may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use helpdex_tests::{FileGraph, RustSource, inline_code, read, repository, rust_files, table};

const MAP: &str = "ARCHITECTURE.md";
const LIBRARY: &str = "crates/helpdex/src";

/// A table of ARCHITECTURE.md: the names that each name may use.
struct Allowed {
    by_name: BTreeMap<String, BTreeSet<String>>,
}

impl Allowed {
    /// Reads the table with the header `| <kind> | may use |`; its names are in backticks.
    fn read(kind: &str) -> Self {
        let page = read(MAP);
        let table = table(&page, &[kind, "may use"])
            .unwrap_or_else(|| panic!("{MAP} has no table \"| {kind} | may use |\""));
        let mut by_name = BTreeMap::new();
        for (line, cells) in table.rows {
            assert_eq!(cells.len(), 2, "{MAP}:{line}: a row has two cells");
            let names = |cell: &str| -> BTreeSet<String> {
                inline_code(cell)
                    .into_iter()
                    .map(|(_, name)| name.to_owned())
                    .collect()
            };
            let name = names(&cells[0]).pop_first();
            let name = name.unwrap_or_else(|| panic!("{MAP}:{line}: a row names a {kind}"));
            let before = by_name.insert(name.clone(), names(&cells[1]));
            assert!(
                before.is_none(),
                "{MAP}:{line}: `{name}` has two rows; merge them"
            );
        }
        Self { by_name }
    }

    fn allows(&self, from: &str, to: &str) -> bool {
        from == to || self.by_name.get(from).is_some_and(|all| all.contains(to))
    }

    /// Returns the names in the second column that have no row of their own.
    fn unknown(&self) -> BTreeSet<&String> {
        let used = self.by_name.values().flatten();
        used.filter(|name| !self.by_name.contains_key(*name))
            .collect()
    }

    /// Returns the names that are left when names that use no remaining name are removed again and again; empty without
    /// a circle.
    fn circles(&self) -> BTreeSet<&String> {
        let mut left: BTreeSet<&String> = self.by_name.keys().collect();
        loop {
            let uses_none_left =
                |name: &&String| self.by_name[*name].iter().all(|used| !left.contains(used));
            let done: Vec<&String> = left.iter().copied().filter(uses_none_left).collect();
            if done.is_empty() {
                return left;
            }
            left.retain(|name| !done.contains(name));
        }
    }
}

/// Returns the module of the library that a file belongs to, and the depth of the file in it; `None` for the root of
/// the crate.
fn module_of(file: &Path) -> Option<(String, usize)> {
    let inner = file.strip_prefix(LIBRARY).ok()?.with_extension("");
    let mut parts: Vec<String> = inner
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    parts.retain(|part| part != "mod");
    (parts != ["lib"]).then(|| (parts[0].clone(), parts.len()))
}

fn modules() -> BTreeSet<String> {
    let files = rust_files(LIBRARY);
    files
        .iter()
        .filter_map(|file| module_of(file))
        .map(|(module, _)| module)
        .collect()
}

#[track_caller]
fn check_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn modules_use_only_what_the_map_allows() {
    let allowed = Allowed::read("module");
    let modules = modules();
    let mut problems = Vec::new();
    for file in rust_files(LIBRARY) {
        let Some((module, depth)) = module_of(&file) else {
            continue;
        };
        for path in RustSource::new(&read(&file)).crate_paths(depth) {
            let place = format!("{}:{}", file.display(), path.line);
            let used = &path.first;
            if !modules.contains(used) {
                problems.push(format!(
                    "{place}: `crate::{used}` is no module; name the module that defines what is used"
                ));
            } else if !allowed.allows(&module, used) {
                problems.push(format!(
                    "{place}: `{module}` uses `{used}`, which {MAP} does not allow; move the code to where it may be, \
                     or add `{used}` to the row of `{module}` if that makes no circle"
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn the_map_lists_each_module_of_the_library_and_nothing_else() {
    let allowed = Allowed::read("module");
    let listed: BTreeSet<String> = allowed.by_name.into_keys().collect();
    assert_eq!(
        listed,
        modules(),
        "left: the table in {MAP}; right: the files in {LIBRARY}"
    );
}

#[test]
fn the_tables_have_no_circle() {
    for kind in ["module", "crate"] {
        let allowed = Allowed::read(kind);
        assert_eq!(
            allowed.unknown(),
            BTreeSet::new(),
            "these have no row of their own"
        );
        assert_eq!(
            allowed.circles(),
            BTreeSet::new(),
            "these use each other in a circle"
        );
    }
}

/// The folders of the crates whose files must not use each other in a circle.
const WITHOUT_CIRCLE: [&str; 9] = [
    "crates/helpdex-text/src",
    "crates/helpdex/src",
    "crates/helpdex-import/src",
    "crates/helpdex-eval/src",
    "crates/helpdex-server/src",
    "crates/helpdex-insight/src",
    "crates/helpdex-cli/src",
    "python/src",
    "xtask/src",
];

#[test]
fn files_use_each_other_in_no_circle() {
    let mut problems = Vec::new();
    for root in WITHOUT_CIRCLE {
        let sources: Vec<(PathBuf, String)> = rust_files(root)
            .into_iter()
            .map(|file| (file.clone(), read(file)))
            .collect();
        let graph = FileGraph::new(Path::new(root), &sources);
        for circle in graph.circles() {
            problems.push(format!(
                "{root}: these files use each other; move what two of them share into a third:"
            ));
            for file in &circle {
                let used = graph.used_within(file, &circle);
                problems.push(format!("    {} uses {used:?}", file.display()));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn crates_depend_only_on_what_the_map_allows() {
    let allowed = Allowed::read("crate");
    let mut problems = Vec::new();
    let mut found = BTreeSet::new();
    for folder in members() {
        let manifest = folder.join("Cargo.toml");
        let text = read(&manifest);
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
            .unwrap_or_else(|| panic!("{} has no name", manifest.display()));
        for (line, dependency) in dependencies(&text) {
            let is_ours = allowed.by_name.contains_key(dependency);
            if is_ours && !allowed.allows(name, dependency) {
                problems.push(format!(
                    "{}:{line}: `{name}` depends on `{dependency}`, which {MAP} does not allow",
                    manifest.display()
                ));
            }
            if dependency.starts_with("tantivy") && name != "helpdex" {
                problems.push(format!(
                    "{}:{line}: only `helpdex` depends on tantivy",
                    manifest.display()
                ));
            }
        }
        found.insert(name.to_owned());
    }
    check_none(&problems);
    let listed: BTreeSet<String> = allowed.by_name.into_keys().collect();
    assert_eq!(
        listed, found,
        "left: the table in {MAP}; right: the members of the workspace"
    );
}

/// The only files that may name the crate tantivy.
const NAMES_TANTIVY: [&str; 2] = [
    "crates/helpdex/src/index/postings.rs",
    "crates/helpdex/src/index/postings_writer.rs",
];

#[test]
fn only_some_files_name_tantivy() {
    let mut problems = Vec::new();
    let may_name = |file: &PathBuf| NAMES_TANTIVY.iter().any(|name| file == Path::new(name));
    for file in product_files().filter(|file| !may_name(file)) {
        for identifier in RustSource::new(&read(&file)).identifiers() {
            if identifier.name.starts_with("tantivy") {
                problems.push(format!(
                    "{}:{}: `{}` is named outside of {NAMES_TANTIVY:?}; move the code there",
                    file.display(),
                    identifier.line,
                    identifier.name
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn ticket_text_meets_no_query_parser() {
    let mut problems = Vec::new();
    for file in product_files() {
        for identifier in RustSource::new(&read(&file)).identifiers() {
            let name = identifier.name.to_lowercase().replace('_', "");
            if name.contains("queryparser") || name.contains("querygrammar") {
                problems.push(format!(
                    "{}:{}: `{}`: a query is built from terms, never parsed from text",
                    file.display(),
                    identifier.line,
                    identifier.name
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn files_and_folders_that_the_pages_name_exist() {
    let mut problems = Vec::new();
    for page in [MAP, "README.md", "CONTRIBUTING.md"] {
        let text = read(page);
        for (line, code) in inline_code(&text) {
            if looks_like_a_path(code) && !exists(code) {
                problems.push(format!(
                    "{page}:{line}: `{code}` does not exist; correct or drop it"
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn tests_that_the_page_on_reliability_names_exist() {
    let rust = ["crates", "tests"].into_iter().flat_map(rust_files);
    let mut source: String = rust.map(read).collect::<Vec<_>>().concat();
    let python = fs::read_dir(repository().join("python/tests")).expect("a folder of tests");
    for file in python {
        let path = file.expect("a folder of tests").path();
        if path.extension().is_some_and(|extension| extension == "py") {
            source.push_str(&read(path));
        }
    }
    let page = read("docs/reliability.md");
    // So many words in one are the name of a test.
    let names = inline_code(&page)
        .into_iter()
        .filter(|(_, code)| code.matches('_').count() >= 3);
    let mut count = 0;
    let mut problems = Vec::new();
    for (line, name) in names {
        count += 1;
        if !source.contains(&format!("fn {name}(")) && !source.contains(&format!("def {name}(")) {
            problems.push(format!(
                "docs/reliability.md:{line}: there is no test `{name}`"
            ));
        }
    }
    assert!(count > 60, "{count} names");
    check_none(&problems);
}

/// Whether code in backticks looks like a path: it begins with a file or folder at the top of the repository, or ends
/// like a file that only a repository has.
fn looks_like_a_path(code: &str) -> bool {
    let is_plain = code
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let (first, rest) = code.split_once('/').unwrap_or((code, ""));
    // Made by builds, and not always there.
    let is_made = matches!(first, "target" | ".venv") || code.starts_with("fuzz/artifacts");
    let has_ending = [".rs", ".md", ".toml", ".py"]
        .iter()
        .any(|ending| code.ends_with(ending));
    let is_below = !rest.is_empty() && repository().join(first).exists();
    let is_folder = code.ends_with('/');
    is_plain && !is_made && (has_ending || is_below || is_folder)
}

/// Whether a path exists from the top of the repository; for a Rust file the file name is enough.
fn exists(code: &str) -> bool {
    let is_named = |file: PathBuf| file.file_name().is_some_and(|name| name == code);
    repository().join(code).exists() || product_files().any(is_named)
}

/// Returns the folders of the members of the workspace, from the list in Cargo.toml.
fn members() -> Vec<PathBuf> {
    let manifest = read("Cargo.toml");
    let (_, list) = manifest
        .split_once("members = [")
        .expect("a workspace lists its members");
    let (list, _) = list.split_once(']').expect("the list of members ends");
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(PathBuf::from)
        .collect()
}

/// Returns the names of all dependencies in a manifest, each with its line number.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut is_dependencies = false;
    for (number, line) in (1..).zip(manifest.lines()) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            is_dependencies = section.ends_with("dependencies");
            if let Some((_, name)) = section.split_once("dependencies.") {
                names.push((number, name));
            }
        } else if is_dependencies && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            names.push((number, name));
        }
    }
    names
}

/// Returns the source files that are shipped: those of the crates and of the Python module.
fn product_files() -> impl Iterator<Item = PathBuf> {
    rust_files("crates").into_iter().chain(rust_files("python"))
}

#[cfg(test)]
mod tests {
    use helpdex_tests::CratePath;

    use super::*;

    #[track_caller]
    fn check_paths(source: &str, depth: usize, expected: &[(usize, &str)]) {
        let expected: Vec<CratePath> = expected
            .iter()
            .map(|(line, first)| CratePath {
                line: *line,
                first: (*first).to_owned(),
            })
            .collect();
        assert_eq!(
            RustSource::new(source).crate_paths(depth),
            expected,
            "{source}"
        );
    }

    #[test]
    fn paths_from_the_root_are_found_in_every_form() {
        check_paths("use crate::a::{b, c};", 1, &[(1, "a")]);
        check_paths(
            "use crate::{\n    a::{self, b},\n    C,\n};",
            1,
            &[(2, "a"), (3, "C")],
        );
        check_paths(
            "fn f() -> crate::A { crate::b::c() }",
            1,
            &[(1, "A"), (1, "b")],
        );
        check_paths("use crate::*;", 1, &[(1, "*")]);
        check_paths("use super::a::B;", 1, &[(1, "a")]);
        check_paths("use super::super::{a, b};", 2, &[(1, "a"), (1, "b")]);
        check_paths("mod tests {\n    use super::super::a;\n}", 1, &[(2, "a")]);
    }

    #[test]
    fn what_only_looks_like_a_path_from_the_root_is_passed_over() {
        check_paths(
            "// crate::a\n/* crate::b /* */ crate::c */ //! crate::d",
            1,
            &[],
        );
        check_paths(
            r##"let x = ("crate::a \" crate::b", r#"crate::c "#, b"crate::d", '"');"##,
            1,
            &[],
        );
        check_paths("pub(crate) fn f<'a>(x: &'a str) -> char { '\\'' }", 1, &[]);
        check_paths("use super::a;", 2, &[]);
        check_paths("pub(super) fn f() {}\nmod tests { use super::*; }", 1, &[]);
    }

    /// Reads files `src/<name>` with these texts, and expects circles of these files.
    #[track_caller]
    fn check_circles(files: &[(&str, &str)], expected: &[&[&str]]) {
        let root = Path::new("src");
        let sources: Vec<(PathBuf, String)> = files
            .iter()
            .map(|(name, text)| (root.join(name), (*text).to_owned()))
            .collect();
        let graph = FileGraph::new(root, &sources);
        let expected: Vec<BTreeSet<PathBuf>> = expected
            .iter()
            .map(|circle| circle.iter().map(|name| root.join(name)).collect())
            .collect();
        let found: Vec<BTreeSet<PathBuf>> = graph
            .circles()
            .into_iter()
            .map(|circle| circle.into_iter().map(Path::to_owned).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn files_that_use_each_other_are_found_by_every_form_of_path() {
        for (above, below) in [
            ("mod b; use self::b::B;", "use super::A;"),
            ("mod b; fn f() { b::f() }", "use crate::a::{self, A as C};"),
            ("mod b; pub use crate::a::b::*;", "fn f() -> super::A {}"),
            (
                "mod b; mod c { fn f() { super::b::f() } }",
                "mod c { use super::super::*; }",
            ),
            ("mod b; use crate::{a::b::{B, C}, d};", "use super::{A};"),
        ] {
            let files = [("lib.rs", "mod a;"), ("a.rs", above), ("a/b.rs", below)];
            check_circles(&files, &[&["a.rs", "a/b.rs"]]);
        }
        check_circles(
            &[
                ("main.rs", "mod a; mod b; mod c; use a::A;"),
                ("a.rs", "use crate::b::B;"),
                ("b/mod.rs", "use crate::c::C;"),
                ("c.rs", "use crate::a::A; use crate::d;"),
            ],
            &[&["a.rs", "b/mod.rs", "c.rs", "main.rs"]],
        );
    }

    #[test]
    fn files_that_use_each_other_in_one_direction_or_in_tests_alone_make_no_circle() {
        for (above, below) in [
            (
                "mod b; use self::b::B;",
                "use std::a::A; use other::a::{A};",
            ),
            ("mod b;", "use super::A;"),
            (
                "mod b; use b::B;",
                "mod tests { use super::super::A; use crate::a::A; }",
            ),
            (
                "mod b; use b::B;",
                "// crate::a::A\nmod c { use super::B; }",
            ),
        ] {
            let files = [("lib.rs", "mod a;"), ("a.rs", above), ("a/b.rs", below)];
            check_circles(&files, &[]);
        }
    }

    #[test]
    fn a_circle_is_found() {
        let allowed = |rows: &[(&str, &[&str])]| Allowed {
            by_name: rows
                .iter()
                .map(|(name, used)| {
                    let used = used.iter().map(|&name| name.to_owned()).collect();
                    ((*name).to_owned(), used)
                })
                .collect(),
        };
        assert!(
            allowed(&[("a", &[]), ("b", &["a"]), ("c", &["a", "b"])])
                .circles()
                .is_empty()
        );
        let circle = allowed(&[("a", &["c"]), ("b", &["a"]), ("c", &["b"]), ("d", &[])]);
        assert_eq!(circle.circles().len(), 3);
    }
}

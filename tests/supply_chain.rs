//! Tests the packages that the workspace depends on: their licences, their sources, and which are there in two
//! versions. They ask no service on the network; cargo only gets the packages of other platforms if they are missing
//! (`cargo fetch`).

use std::collections::{BTreeMap, BTreeSet};

use helpdex_tests::cargo;
use serde_json::Value;

/// The permitted licences, which ask for no more than that their text is beside the program. At least one crate is used
/// under each.
const LICENCES: [&str; 8] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    // The table of word frequencies alone, which is data.
    "CC-BY-SA-4.0",
    // It gives up all rights, so it asks for less than the others. The crate is tiny-keccak, which builds ahash of the
    // feature `parquet` for WebAssembly alone.
    "CC0-1.0",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// The crates that are there in several versions: an entry for each older version, with the crate that needs it. Remove
/// an entry when that version is gone.
const DUPLICATES: [(&str, &str); 10] = [
    (
        "constant_time_eq",
        "blake3, where zip asks for the newer one",
    ),
    ("foldhash", "hashbrown 0.15, which see"),
    ("getrandom", "const-random, of ahash for WebAssembly alone"),
    ("getrandom", "rand_core 0.9, of rand 0.9, which see"),
    ("hashbrown", "whatlang"),
    ("itertools", "criterion, in benches alone"),
    ("r-efi", "getrandom 0.3, on UEFI alone"),
    ("rand", "tantivy-columnar"),
    ("rand_core", "rand 0.9, which see"),
    ("syn", "hashify and zerocopy-derive, when building alone"),
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Returns every package of the lock file that is used on any platform or with any feature of the workspace.
fn packages() -> Vec<Value> {
    let metadata = cargo(&[
        "metadata",
        "--locked",
        "--all-features",
        "--format-version",
        "1",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array();
    packages.expect("it lists the packages").clone()
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// A licence expression as SPDX defines it, while it is parsed: `OR` and `AND`, where `AND` binds first, and
/// parentheses; `/` is an older spelling of `OR`.
struct Expression<'a> {
    tokens: Vec<&'a str>,
    at: usize,
}

impl<'a> Expression<'a> {
    fn new(text: &'a str) -> Self {
        let mut tokens = Vec::new();
        for word in text.split_whitespace() {
            let mut rest = word;
            while let Some(sign) = rest.find(['(', ')', '/']) {
                let (before, after) = rest.split_at(sign);
                let (sign, after) = after.split_at(1);
                tokens.extend((!before.is_empty()).then_some(before));
                tokens.push(sign);
                rest = after;
            }
            tokens.extend((!rest.is_empty()).then_some(rest));
        }
        Self { tokens, at: 0 }
    }

    /// Returns every choice that the expression allows: sets of licences that apply together.
    fn choices(mut self) -> Vec<BTreeSet<String>> {
        let choices = self.any();
        assert_eq!(self.at, self.tokens.len(), "{:?}", self.tokens);
        choices
    }

    fn next_is(&mut self, signs: &[&str]) -> bool {
        let is = self
            .tokens
            .get(self.at)
            .is_some_and(|token| signs.contains(token));
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Vec<BTreeSet<String>> {
        let mut choices = self.all();
        while self.next_is(&["OR", "/"]) {
            choices.extend(self.all());
        }
        choices
    }

    fn all(&mut self) -> Vec<BTreeSet<String>> {
        let mut choices = self.one();
        while self.next_is(&["AND"]) {
            let more = self.one();
            choices = choices
                .iter()
                .flat_map(|choice| more.iter().map(move |other| choice | other))
                .collect();
        }
        choices
    }

    fn one(&mut self) -> Vec<BTreeSet<String>> {
        if self.next_is(&["("]) {
            let choices = self.any();
            assert!(self.next_is(&[")"]), "{:?}", self.tokens);
            return choices;
        }
        let mut name = self.tokens[self.at].to_owned();
        self.at += 1;
        if self.next_is(&["WITH"]) {
            name = format!("{name} WITH {}", self.tokens[self.at]);
            self.at += 1;
        }
        vec![BTreeSet::from([name])]
    }
}

/// Returns the first set of licences that the expression allows and that are all permitted; `None` if there is none.
fn permitted(expression: &str) -> Option<BTreeSet<String>> {
    let is_permitted = |choice: &BTreeSet<String>| {
        let mut all = choice.iter();
        all.all(|licence| LICENCES.contains(&licence.as_str()))
    };
    let choices = Expression::new(expression).choices();
    choices.into_iter().find(is_permitted)
}

#[test]
fn an_expression_leaves_the_choices_that_it_names() {
    let check = |expression: &str, expected: Option<&[&str]>| {
        let expected = expected.map(|all| all.iter().map(ToString::to_string).collect());
        assert_eq!(permitted(expression), expected, "{expression}");
    };
    check("MIT", Some(&["MIT"]));
    check("GPL-3.0-only", None);
    check("GPL-3.0-only OR MIT", Some(&["MIT"]));
    check("GPL-3.0-only AND MIT", None);
    check("MPL-2.0/MIT", Some(&["MIT"]));
    check(
        "(MPL-2.0 OR MIT) AND Unicode-3.0",
        Some(&["MIT", "Unicode-3.0"]),
    );
    check("MPL-2.0 OR MIT AND GPL-3.0-only", None);
    check(
        "Apache-2.0 WITH LLVM-exception",
        Some(&["Apache-2.0 WITH LLVM-exception"]),
    );
    check("GPL-2.0-only WITH Classpath-exception-2.0", None);
}

#[test]
fn every_crate_is_from_the_registry_and_under_a_permitted_licence() {
    let mut problems = Vec::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let packages = packages();
    assert!(
        packages
            .iter()
            .any(|package| text(package, "name") == "tantivy")
    );
    for package in &packages {
        let (name, version) = (text(package, "name"), text(package, "version"));
        let source = &package["source"];
        if !source.is_null() && source != CRATES_IO {
            problems.push(format!(
                "{name} {version} is from {source}, not from crates.io"
            ));
        }
        let licence = text(package, "license");
        match (!licence.is_empty()).then(|| permitted(licence)).flatten() {
            Some(licences) => used.extend(licences),
            None => problems.push(format!(
                "{name} {version} is under {licence:?}; take another crate, or permit the licence with its reason"
            )),
        }
    }
    for licence in LICENCES {
        if !used.contains(licence) {
            problems.push(format!("no crate needs {licence}; remove it from the list"));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_older_version_of_a_crate_is_known() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        let of_name = versions
            .entry(text(&package, "name").to_owned())
            .or_default();
        of_name.insert(text(&package, "version").to_owned());
    }
    versions.retain(|_, versions| versions.len() > 1);
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, why) in DUPLICATES {
        known.entry(name).or_default().push(why);
    }
    let mut problems = Vec::new();
    for (name, versions) in &versions {
        let older = known.get(name.as_str()).map_or(0, Vec::len);
        if versions.len() > older + 1 {
            problems.push(format!(
                "{name} is there as {versions:?}; ask for one version, or add each older one to the list with who asks for it"
            ));
        }
    }
    for (name, why) in known {
        let count = versions.get(name).map_or(1, BTreeSet::len);
        if count <= why.len() {
            problems.push(format!(
                "{name} is there in {count} versions; remove what is gone from the list {why:?}"
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

//! One feature set for tests, command and wheel: cargo builds a crate once for each set of features that is asked of it,
//! and tantivy costs minutes.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_tests::cargo;

/// What is built, and with which dependencies.
const TESTS: [&str; 5] = [
    "--workspace",
    "--exclude",
    "helpdex-python",
    "--edges",
    "normal,dev",
];
const COMMAND: [&str; 4] = ["--package", "helpdex-cli", "--edges", "normal"];
const WHEEL: [&str; 4] = ["--package", "helpdex-python", "--edges", "normal"];

/// The features of each crate that goes into a build: those of build scripts and macros are apart.
fn features(selection: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let tree = [
        "tree", "--quiet", "--prefix", "none", "--format", "{p}\t{f}",
    ];
    let tree = cargo(&[&tree[..], selection].concat());
    let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines() {
        let (name, list) = line.split_once('\t').unwrap_or((line, ""));
        let list = list
            .trim_end_matches(" (*)")
            .split(',')
            .filter(|feature| !feature.is_empty())
            .map(str::to_owned);
        features.entry(name.to_owned()).or_default().extend(list);
    }
    features
}

#[test]
fn tests_command_and_wheel_share_one_feature_set() {
    let tests = features(&TESTS);
    assert!(
        tests.keys().any(|name| name.starts_with("tantivy ")),
        "{tests:?}"
    );
    let mut problems = Vec::new();
    for (what, manifest, selection) in [
        ("the command", "crates/helpdex-cli/Cargo.toml", &COMMAND),
        ("the wheel", "python/Cargo.toml", &WHEEL),
    ] {
        for (name, has) in features(selection) {
            let Some(expected) = tests.get(&name) else {
                continue;
            };
            if has != *expected {
                problems.push(format!(
                    "{name} has the features {has:?} in {what} and {expected:?} in the tests; name it with the missing \
                     ones in {manifest}"
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

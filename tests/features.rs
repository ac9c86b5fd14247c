//! Tests that every package uses one feature set: cargo builds a crate once for each set of features that is asked of
//! it, and tantivy costs minutes.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_tests::cargo;

/// The packages that are built alone, each with the kinds of dependency edges to follow: tests need development
/// dependencies.
const SELECTIONS: [(&str, &str); 10] = [
    ("helpdex-text", "normal,build,dev"),
    ("helpdex", "normal,build,dev"),
    ("helpdex-import", "normal,build,dev"),
    ("helpdex-eval", "normal,build,dev"),
    ("helpdex-server", "normal,build,dev"),
    ("helpdex-insight", "normal,build,dev"),
    ("helpdex-tests", "normal,build,dev"),
    ("helpdex-benches", "normal,build,dev"),
    ("helpdex-cli", "normal,build"),
    ("helpdex-python", "normal,build"),
];

/// The crates whose second build costs only seconds, and causes no second build of others.
const CHEAP: [&str; 3] = ["cc", "clap", "clap_builder"];

/// Returns the features of each crate in a build; build scripts and macros count separately.
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
fn every_package_is_built_with_the_features_of_the_workspace() {
    let workspace = features(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(
        workspace.keys().any(|name| name.starts_with("tantivy ")),
        "{workspace:?}"
    );
    let mut problems = Vec::new();
    for (package, edges) in SELECTIONS {
        for (name, has) in features(&["--package", package, "--edges", edges]) {
            let is_cheap = CHEAP.contains(&name.split(' ').next().unwrap_or_default());
            let Some(expected) = workspace.get(&name).filter(|_| !is_cheap) else {
                continue;
            };
            if has != *expected {
                problems.push(format!(
                    "{name} has the features {has:?} for {package} alone and {expected:?} in the workspace; name the \
                     missing ones in tests/feature-set/Cargo.toml"
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

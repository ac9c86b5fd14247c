//! Helpers for the tests of the repository: its files, their figures, and the `helpdex` command.

mod command;
mod file_graph;
mod folder;
mod markdown;
mod rust_source;
pub mod tidy;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use command::{Finished, Helpdex, program};
pub use file_graph::FileGraph;
pub use folder::Folder;
pub use markdown::{Table, inline_code, table};
pub use rust_source::paths::ModulePath;
pub use rust_source::{CratePath, Identifier, RustSource, Span};

/// Returns the folder of the workspace.
///
/// # Panics
/// Never: the folder of this package lies in the repository.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the folder of this package lies in the repository")
}

/// Returns the output of cargo with these arguments in the repository.
///
/// # Panics
/// When it cannot be started, fails, or prints no text.
#[must_use]
pub fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(repository())
        .args(arguments)
        .output()
        .expect("cargo runs the tests, so that it can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints text")
}

/// Returns the text of a file of the repository.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()))
}

/// Returns every Rust file below a folder of the repository, as paths from the repository, in order.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    files(folder, "rs")
}

/// Returns every file below a folder of the repository that has this ending, as paths from the repository, in order.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()));
        for entry in entries {
            let path = entry
                .unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()))
                .path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == ending)
            {
                let path = path.strip_prefix(repository()).unwrap_or(&path);
                files.push(path.to_owned());
            }
        }
    }
    files.sort();
    files
}

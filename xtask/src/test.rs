//! Runs every check and test as a step; the first step that fails ends the run.
//!
//! All steps use the development profile and one feature set, so that tantivy, most of the build, is compiled once. The
//! counts of instructions are separate: they need the release profile, which compiles everything a second time.

use std::path::Path;
use std::process::Command;

use crate::browser;
use crate::instructions::{self, Budget};
use crate::python::{environment, module, path_with};
use crate::scaling;
use crate::size::Size;
use crate::steps::Steps;

/// A group of checks that can be run alone.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Rust,
    Python,
    /// The widget, which needs node and chromium.
    Browser,
    /// Both counts of instructions, which need valgrind and a release build.
    Instructions,
}

/// Runs the steps of the parts.
///
/// # Errors
/// The name of the step that failed, or the prerequisite that is missing.
pub(crate) fn run(repository: &Path, parts: &[Part], size: Size) -> Result<(), String> {
    let mut steps = Steps::default();
    let done = parts.iter().try_for_each(|part| match part {
        Part::Rust => test_rust(repository, &mut steps, size),
        Part::Instructions => instructions::run(repository, &mut steps, Budget::Keep)
            .and_then(|()| scaling::run(repository, &mut steps)),
        Part::Python => test_python(repository, &mut steps),
        Part::Browser => browser::run(repository, &mut steps, size),
    });
    steps.print_minutes();
    done
}

/// The arguments that leave out the Python crate. It takes its symbols from the interpreter that loads it, has no test
/// program of its own, and is tested through the wheel.
const WITHOUT_PYTHON: [&str; 2] = ["--exclude", "helpdex-python"];

fn test_rust(repository: &Path, steps: &mut Steps, size: Size) -> Result<(), String> {
    steps.run(
        "format",
        &mut cargo(repository, &["fmt", "--all", "--check"]),
    )?;
    steps.run(
        "lints",
        cargo(repository, &["clippy", "--workspace", "--all-targets"])
            .args(["--features", "helpdex-cli/server"])
            .args(["--", "-D", "warnings"]),
    )?;
    let mut tests = cargo(repository, &["test", "--workspace"]);
    tests.args(WITHOUT_PYTHON);
    if size == Size::Full {
        tests.env("HELPDEX_FULL", "1");
    }
    steps.run("tests", &mut tests)?;
    // It is no member of the workspace, so that its packages change no features of ours.
    steps.run(
        "static model",
        cargo(repository, &["test", "--locked", "--quiet"])
            .args(["--manifest-path", "crates/helpdex-static-embed/Cargo.toml"])
            .args(["--target-dir", "target/static-embed"]),
    )?;
    steps.run(
        "documentation",
        cargo(repository, &["doc", "--workspace", "--no-deps"])
            .args(WITHOUT_PYTHON)
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn cargo(repository: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(repository).args(arguments);
    command
}

fn test_python(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let folder = repository.join("python");
    let python = environment(repository, steps)?;
    steps.run(
        "python tools",
        &mut module(
            &python,
            &folder,
            &["pip", "install", "--quiet", "-r", "requirements-dev.txt"],
        ),
    )?;
    // Without build isolation the pinned maturin builds it, in the workspace's target folder.
    steps.run(
        "wheel",
        module(
            &python,
            &folder,
            &["pip", "install", "--quiet", "--no-build-isolation", "."],
        )
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .env("PATH", path_with(&python)),
    )?;
    for (name, arguments) in PYTHON_CHECKS {
        steps.run(name, &mut module(&python, &folder, arguments))?;
    }
    Ok(())
}

const PYTHON_CHECKS: [(&str, &[&str]); 6] = [
    ("python lints", &["ruff", "check", "."]),
    ("python format", &["ruff", "format", "--check", "."]),
    (
        "python types",
        &["mypy", "--strict", "python/helpdex", "tests"],
    ),
    ("python stubs", &["mypy.stubtest", "helpdex"]),
    ("python tests", &["pytest", "tests"]),
    (
        "figures of the peers",
        &[
            "unittest",
            "discover",
            "--start-directory",
            "../benches/peers",
        ],
    ),
];

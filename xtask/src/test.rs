//! Runs every check and test as a step; the first step that fails ends the run.
//!
//! All steps use the development profile and one feature set, so that tantivy, most of the build, is compiled once. The
//! counts of instructions are separate: they need the release profile, which compiles everything a second time.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instructions::{self, Budget};
use crate::scaling;
use crate::steps::Steps;

/// A group of checks that can be run alone.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Rust,
    Python,
    /// Both counts of instructions, which need valgrind and a release build.
    Instructions,
}

/// The number of cases that the tests of disk failures and crashes take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Usual,
    Full,
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
            .args(["--", "-D", "warnings"]),
    )?;
    let mut tests = cargo(repository, &["test", "--workspace"]);
    tests.args(WITHOUT_PYTHON);
    if size == Size::Full {
        tests.env("HELPDEX_FULL", "1");
    }
    steps.run("tests", &mut tests)?;
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
    let environment = repository.join(".venv");
    let python = environment_program(&environment, "python");
    // pip comes last into an environment: without it, the making was interrupted.
    if !environment_program(&environment, "pip").exists() {
        let interpreter = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        check_python(&interpreter)?;
        let mut command = Command::new(interpreter);
        command.args(["-m", "venv", "--clear"]).arg(&environment);
        steps.run("python environment", &mut command)?;
    }
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
        .env("PATH", path_with(&environment)),
    )?;
    for (name, arguments) in PYTHON_CHECKS {
        steps.run(name, &mut module(&python, &folder, arguments))?;
    }
    Ok(())
}

/// Returns the command that runs a module of Python in a folder.
fn module(python: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(python);
    command.current_dir(folder).arg("-m").args(arguments);
    command
}

/// Returns an error with a remedy when this Python cannot make an environment.
fn check_python(interpreter: &OsStr) -> Result<(), String> {
    let needed = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))";
    let found = Command::new(interpreter).args(["-c", needed]).output();
    if found.is_ok_and(|done| done.status.success()) {
        return Ok(());
    }
    Err(format!(
        "{} is missing, older than 3.10, or without its venv module: install Python 3.10 or newer (Debian and Ubuntu: \
         apt-get install python3-venv), or name another one, as in PYTHON=python3.13 cargo xtask test",
        interpreter.display()
    ))
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

fn environment_program(environment: &Path, name: &str) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join(format!("{name}.exe"))
    } else {
        environment.join("bin").join(name)
    }
}

/// Returns the search path with the environment's programs first, because pip looks for maturin there.
fn path_with(environment: &Path) -> OsString {
    let programs = environment_program(environment, "python");
    let programs = programs.parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(programs.into_iter().chain(env::split_paths(&path))).unwrap_or(path)
}

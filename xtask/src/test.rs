//! Every check and test, each a step; the first one that fails ends the run.
//!
//! All of them use the release profile and one feature set, so that tantivy, most of the build, is compiled once.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instructions::{self, Budget};
use crate::steps::Steps;

/// What can be tested on its own.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Rust,
    Instructions,
    Python,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Rust, Self::Instructions, Self::Python];
}

/// Runs the steps of the parts.
///
/// # Errors
/// The name of the step that failed.
pub(crate) fn run(repository: &Path, parts: &[Part]) -> Result<(), String> {
    let mut steps = Steps::default();
    let done = parts.iter().try_for_each(|part| match part {
        Part::Rust => test_rust(repository, &mut steps),
        Part::Instructions => instructions::run(repository, &mut steps, Budget::Keep),
        Part::Python => test_python(repository, &mut steps),
    });
    steps.print_minutes();
    done
}

/// A Python extension takes its symbols from the interpreter that loads it: it has no test program of its own, and is
/// tested through the wheel.
const WITHOUT_PYTHON: [&str; 2] = ["--exclude", "helpdex-python"];

fn test_rust(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(repository).args(arguments);
        command
    };
    steps.run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    steps.run(
        "lints",
        cargo(&["clippy", "--release", "--workspace", "--all-targets"])
            .args(["--", "-D", "warnings"]),
    )?;
    steps.run(
        "tests",
        cargo(&["test", "--release", "--workspace"]).args(WITHOUT_PYTHON),
    )?;
    steps.run(
        "documentation",
        cargo(&["doc", "--release", "--workspace", "--no-deps"])
            .args(WITHOUT_PYTHON)
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn test_python(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let folder = repository.join("python");
    let environment = repository.join(".venv");
    let python = environment_program(&environment, "python");
    // pip comes last into an environment: without it, the making was interrupted.
    if !environment_program(&environment, "pip").exists() {
        let mut command = Command::new(env::var_os("PYTHON").unwrap_or_else(|| "python3".into()));
        command.args(["-m", "venv", "--clear"]).arg(&environment);
        steps.run("python environment", &mut command)?;
    }
    let module = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.current_dir(&folder).arg("-m").args(arguments);
        command
    };
    steps.run(
        "python tools",
        &mut module(&["pip", "install", "--quiet", "-r", "requirements-dev.txt"]),
    )?;
    // Without build isolation the pinned maturin builds it, in the workspace's target folder.
    steps.run(
        "wheel",
        module(&["pip", "install", "--quiet", "--no-build-isolation", "."])
            .env("PATH", path_with(&environment)),
    )?;
    for (name, arguments) in PYTHON_CHECKS {
        steps.run(name, &mut module(arguments))?;
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

fn environment_program(environment: &Path, name: &str) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join(format!("{name}.exe"))
    } else {
        environment.join("bin").join(name)
    }
}

/// The search path with the environment's programs first: pip looks for maturin there.
fn path_with(environment: &Path) -> OsString {
    let programs = environment_program(environment, "python");
    let programs = programs.parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(programs.into_iter().chain(env::split_paths(&path))).unwrap_or(path)
}

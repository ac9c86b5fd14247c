//! Runs every check and test as a step; the first step that fails ends the run.
//!
//! All steps use the development profile and one feature set, so that tantivy, most of the build, is compiled once. The
//! counts of instructions are separate: they need the release profile, which compiles everything a second time.

use std::path::{Path, PathBuf};
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
    /// The retrievers and tools for agents of language models, which need the packages of their frameworks.
    Frameworks,
    /// Both counts of instructions, which need valgrind and a release build.
    Instructions,
}

impl Part {
    pub(crate) const ALL: [Self; 5] = [
        Self::Rust,
        Self::Python,
        Self::Browser,
        Self::Frameworks,
        Self::Instructions,
    ];
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
        Part::Frameworks => test_frameworks(repository, &mut steps),
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
    if size == Size::Full {
        // It is no member of the workspace, so that its packages change no features of ours, and compiles tantivy again.
        let mut static_model = cargo(repository, &["test", "--locked", "--quiet"]);
        static_model
            .args(["--manifest-path", "crates/helpdex-static-embed/Cargo.toml"])
            .args(["--target-dir", "target/static-embed"]);
        steps.run("static model", &mut static_model)?;
        let mut parquet = cargo(repository, &["test", "--package", "helpdex-import"]);
        parquet.args(["--features", "parquet", "--test", "parquet"]);
        steps.run("tables in Parquet", &mut parquet)?;
    }
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
    let python = environment_with_wheel(repository, steps)?;
    for (name, arguments) in PYTHON_CHECKS {
        steps.run(name, &mut module(&python, &folder, arguments))?;
    }
    Ok(())
}

/// Checks the retrievers against the newest packages of the frameworks, and the tools with the official client.
fn test_frameworks(repository: &Path, steps: &mut Steps) -> Result<(), String> {
    let folder = repository.join("python");
    let mut command = cargo(repository, &["build", "--package", "helpdex-cli"]);
    command.args(["--features", "server"]);
    steps.run("command with the service", &mut command)?;
    let python = environment_with_wheel(repository, steps)?;
    for (name, arguments) in FRAMEWORK_CHECKS {
        steps.run(name, &mut module(&python, &folder, arguments))?;
    }
    Ok(())
}

/// Makes the Python environment with the development tools and the wheel, and returns its interpreter.
fn environment_with_wheel(repository: &Path, steps: &mut Steps) -> Result<PathBuf, String> {
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
    Ok(python)
}

const PYTHON_CHECKS: [(&str, &[&str]); 6] = [
    ("python lints", &["ruff", "check", "."]),
    ("python format", &["ruff", "format", "--check", "."]),
    (
        "python types",
        &["mypy", "--strict", "python/helpdex", "tests"],
    ),
    (
        "python stubs",
        &[
            "mypy.stubtest",
            "helpdex",
            "--mypy-config-file",
            "pyproject.toml",
            "--allowlist",
            "stubtest-allowlist.txt",
            "--ignore-unused-allowlist",
        ],
    ),
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

const FRAMEWORK_CHECKS: [(&str, &[&str]); 3] = [
    (
        "frameworks",
        &[
            "pip",
            "install",
            "--quiet",
            "--upgrade",
            "-r",
            "frameworks/requirements.txt",
        ],
    ),
    (
        "types of retrievers",
        &[
            "mypy",
            "--strict",
            "python/helpdex/haystack.py",
            "python/helpdex/langchain.py",
            "python/helpdex/llama_index.py",
            "frameworks",
        ],
    ),
    ("tests of retrievers and tools", &["pytest", "frameworks"]),
];

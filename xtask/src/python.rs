//! The Python environment of the checks, `.venv`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::Steps;

/// Makes the environment where it is missing, and returns its interpreter.
///
/// # Errors
/// The prerequisite that is missing.
pub(crate) fn environment(repository: &Path, steps: &mut Steps) -> Result<PathBuf, String> {
    let environment = repository.join(".venv");
    // pip comes last into an environment: without it, the making was interrupted.
    if !program(&environment, "pip").exists() {
        let interpreter = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        check_python(&interpreter)?;
        let mut command = Command::new(interpreter);
        command.args(["-m", "venv", "--clear"]).arg(&environment);
        steps.run("python environment", &mut command)?;
    }
    Ok(program(&environment, "python"))
}

/// Returns the command that runs a module of Python in a folder.
pub(crate) fn module(python: &Path, folder: &Path, arguments: &[&str]) -> Command {
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

fn program(environment: &Path, name: &str) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join(format!("{name}.exe"))
    } else {
        environment.join("bin").join(name)
    }
}

/// Returns the search path with the programs of the environment of this interpreter first: pip looks for maturin there.
pub(crate) fn path_with(python: &Path) -> OsString {
    let programs = python.parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(programs.into_iter().chain(env::split_paths(&path))).unwrap_or(path)
}

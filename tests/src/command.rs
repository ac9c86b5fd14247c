//! Runs the `helpdex` command in tests.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::repository;

/// A run of the command that has not started yet.
#[derive(Debug)]
pub struct Helpdex {
    command: Command,
}

/// The result of a run.
#[derive(Debug)]
pub struct Finished {
    /// The exit code of the run.
    pub code: i32,
    /// What the command wrote to standard output.
    pub stdout: String,
    /// What the command wrote to standard error.
    pub stderr: String,
}

impl Helpdex {
    /// Prepares a run with these arguments, without the colour variables of the caller's environment.
    #[must_use]
    pub fn new(arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.args(arguments);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        Self { command }
    }

    /// Sets an environment variable of the run.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the command with an empty standard input.
    ///
    /// # Panics
    /// When it cannot be started, ends by a signal, or prints what is not UTF-8.
    #[must_use]
    pub fn run(self) -> Finished {
        self.run_with(b"")
    }

    /// Runs the command with these bytes on standard input.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    #[must_use]
    pub fn run_with(mut self, stdin: &[u8]) -> Finished {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command was built and can be started");
        let mut pipe = child.stdin.take().expect("standard input is a pipe");
        // It may end without reading: then the pipe is broken, and what it printed is what counts.
        let _ = pipe.write_all(stdin);
        drop(pipe);
        let output = child.wait_with_output().expect("the command ends");
        Finished {
            code: output.status.code().expect("no signal ended the command"),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Finished {
    /// Asserts that the run succeeded, and returns its standard output.
    ///
    /// # Panics
    /// When it failed.
    #[track_caller]
    #[must_use]
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// Asserts that the run succeeded, and parses its standard output as JSON.
    ///
    /// # Panics
    /// When it failed, or printed something else.
    #[track_caller]
    #[must_use]
    pub fn json(self) -> Value {
        let stdout = self.succeeded();
        serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}"))
    }

    /// Asserts that the run failed with exit code 1, and that its standard error is one line, perhaps followed by a
    /// hint, which together contain all of `parts`.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn failed_with(self, parts: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let is_hint = |line: &&str| line.starts_with("hint: ");
        let (hints, lines): (Vec<_>, Vec<_>) = self.stderr.lines().partition(is_hint);
        assert!(lines.len() == 1 && hints.len() <= 1, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is missing: {self:?}");
        }
    }
}

/// Returns the path of the command, which is built with the profile of the tests.
///
/// A package cannot make cargo build the program of another package first, so the first test does; this is quick when
/// the program is up to date.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(repository())
            .args([
                "build",
                "--package",
                "helpdex-cli",
                "--features",
                "server",
                "--message-format=json",
            ])
            .args((!cfg!(debug_assertions)).then_some("--release"))
            .stderr(Stdio::inherit());
        let output = cargo
            .output()
            .expect("cargo runs this test, so that it can be started");
        assert!(output.status.success(), "the command cannot be built");
        let messages = String::from_utf8(output.stdout).expect("messages of cargo are UTF-8");
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(str::to_owned))
            .expect("cargo names the program that it built")
    })
}

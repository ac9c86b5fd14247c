//! Runs steps one after the other, and prints at the end how long each took.

use std::process::Command;
use std::time::{Duration, Instant};

/// The steps that ran, in order.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Duration,
}

impl Steps {
    /// Runs a command and shows what it prints.
    ///
    /// # Errors
    /// The step's name, when the command cannot be started or fails.
    pub(crate) fn run(&mut self, name: &'static str, command: &mut Command) -> Result<(), String> {
        println!("\n==> {name}: {}", shown(command));
        let start = now();
        let status = command.status();
        self.done.push(Step {
            name,
            took: start.elapsed(),
        });
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("step \"{name}\" failed: {status}")),
            Err(error) => Err(format!(
                "step \"{name}\" failed: cannot start {}: {error}",
                command.get_program().display()
            )),
        }
    }

    /// Prints a table of the steps and their minutes.
    pub(crate) fn print_minutes(&self) {
        let width = self.done.iter().map(|s| s.name.len()).max().unwrap_or(0);
        let total: Duration = self.done.iter().map(|step| step.took).sum();
        println!("\n{:width$}  minutes", "step");
        for Step { name, took } in &self.done {
            println!("{name:width$}  {:7.1}", minutes(*took));
        }
        println!("{:width$}  {:7.1}", "all", minutes(total));
    }
}

fn minutes(duration: Duration) -> f64 {
    duration.as_secs_f64() / 60.0
}

/// Returns the command as it could be typed.
fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    words.join(" ")
}

/// Returns the current time. Durations of steps are only printed.
#[expect(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

//! The `helpdex` command: arguments in, output out, no logic.

mod answers_file;
mod command;
mod output;
mod progress;

use std::panic;
use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;

/// Suggests the help-center articles that answer a support ticket, or says nothing and why.
#[derive(Parser)]
#[command(name = "helpdex", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  helpdex build docs/help --into kb --visibility public
  helpdex suggest --kb kb \"I can't log in, the link in the mail does nothing\"
  helpdex suggest --articles docs/help --visibility public --explain - < ticket.txt
  helpdex learn kb solved.jsonl
  helpdex check kb
  helpdex eval data-set --json

Exit codes: 0 done (silence is an answer too), 1 failed, 2 wrong arguments.";

fn main() -> ExitCode {
    // The message of a panic may quote a ticket: where it was is told, and nothing else.
    panic::set_hook(Box::new(|panic| output::print_bug(panic.location())));
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_error(&*error);
            ExitCode::FAILURE
        }
    }
}

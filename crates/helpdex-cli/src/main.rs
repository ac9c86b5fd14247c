//! The `helpdex` command: arguments in, output out, no logic.

mod answer_output;
mod answers_file;
mod arguments;
mod article_changes;
mod batches;
mod clock;
mod command;
mod failure;
mod import_report;
mod input;
mod insight_input;
mod opening;
mod output;
mod process;
mod program_embedder;
mod progress;
mod report;
mod run_output;
mod ticket_arguments;
mod ticket_report;
mod trained_output;
mod vector_arguments;

use std::panic;
use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;

/// Suggest the help-center articles that answer a support ticket, or abstain and say why.
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

Exit codes: 0 done (also without a suggestion), 1 failed, 2 wrong arguments.";

fn main() -> ExitCode {
    // The message of a panic may quote a ticket, so only its place is printed.
    panic::set_hook(Box::new(|panic| output::print_bug(panic.location())));
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_error(&*error);
            ExitCode::FAILURE
        }
    }
}

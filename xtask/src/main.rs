//! The project's own commands: `cargo xtask test`, `cargo xtask instructions`, `cargo xtask scaling` and `cargo xtask demo`.

mod browser;
mod callgrind;
mod demo;
mod instructions;
mod python;
mod scaling;
mod size;
mod steps;
mod test;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use crate::instructions::Budget;
use crate::size::Size;
use crate::steps::Steps;
use crate::test::Part;

const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  test           run every check and test of the Rust code and of the Python package
  test rust      check format, lints, tests and documentation of the Rust code
  test python    build the wheel, and check its format, lints, types and tests of the Python package
  test browser   check the widget: its types, the built script, and a smoke of the tests in a browser
  test frameworks
                 check the retrievers for LangChain, LlamaIndex and Haystack, and the tools with their official client
  test --all     run all of that in full size, and both counts of instructions
  instructions   count the instructions of building and answering, and compare them with their budget
                 --update replaces the budget with the counts
  scaling        count the instructions of hostile texts: twice the text may take at most 2.5 times as many
  demo           build the sample help center and answer a few of its tickets
                 --open serves it with a page in a browser instead, to type tickets on

Options:
  -h, --help     print this help

Examples:
  cargo xtask demo
  cargo xtask test
  PYTHON=python3.13 cargo xtask test python

Exit codes: 0 all steps passed, 1 a step failed, 2 wrong arguments.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.is_empty()
        || arguments
            .iter()
            .any(|a| matches!(*a, "-h" | "--help" | "help"))
    {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let done = match arguments[..] {
        ["test"] => test::run(repository(), &[Part::Rust, Part::Python], Size::Usual),
        ["test", "rust"] => test::run(repository(), &[Part::Rust], Size::Usual),
        ["test", "python"] => test::run(repository(), &[Part::Python], Size::Usual),
        ["test", "browser"] => test::run(repository(), &[Part::Browser], Size::Usual),
        ["test", "browser", "--all"] => test::run(repository(), &[Part::Browser], Size::Full),
        ["test", "frameworks"] => test::run(repository(), &[Part::Frameworks], Size::Usual),
        ["test", "--all"] => test::run(repository(), &Part::ALL, Size::Full),
        ["instructions"] => instructions::run(repository(), &mut Steps::default(), Budget::Keep),
        ["instructions", "--update"] => {
            instructions::run(repository(), &mut Steps::default(), Budget::Update)
        }
        ["scaling"] => scaling::run(repository(), &mut Steps::default()),
        ["demo"] => demo::run(repository()),
        ["demo", "--open"] => demo::open(repository()),
        _ => {
            eprintln!("error: unknown arguments {arguments:?}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the root folder of the workspace.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the folder of this package lies in the repository")
}

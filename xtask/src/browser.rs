//! Checks of the widget: its types, the built script, and tests in a browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::python::{environment, module};
use crate::size::Size;
use crate::steps::Steps;

/// The script that the service embeds, from the folder of the widget.
const SCRIPT: &str = "dist/helpdex-suggest.js";

/// The tests of a smoke: typing, opening, sending, and a service that does not answer.
const SMOKE: &str = "while_one_types or is_sent_with_the_form or when_the_service_does_not";

/// Runs the checks. They need node with npm, and Debian's chromium or the one that `CHROMIUM` names.
///
/// # Errors
/// The name of the step that failed.
pub(crate) fn run(repository: &Path, steps: &mut Steps, size: Size) -> Result<(), String> {
    let folder = repository.join("widget");
    steps.run(
        "widget tools",
        npm(&folder).args(["ci", "--silent", "--no-audit", "--no-fund"]),
    )?;
    steps.run(
        "widget types",
        npm(&folder).args(["run", "--silent", "types"]),
    )?;
    let script = folder.join(SCRIPT);
    let before = read(&script)?;
    steps.run("widget", npm(&folder).args(["run", "--silent", "build"]))?;
    if read(&script)? != before {
        return Err(format!(
            "widget/{SCRIPT} is not what its source gives; commit the script that was built now"
        ));
    }
    let mut service = Command::new(env!("CARGO"));
    service.current_dir(repository);
    service.args(["build", "--package", "helpdex-cli", "--features", "server"]);
    steps.run("command with the service", &mut service)?;
    let python = environment(repository, steps)?;
    let requirements = [
        "pip",
        "install",
        "--quiet",
        "-r",
        "widget/tests/requirements.txt",
    ];
    steps.run(
        "browser tools",
        &mut module(&python, repository, &requirements),
    )?;
    let mut pytest = module(&python, repository, &["pytest", "--quiet", "widget/tests"]);
    if size == Size::Usual {
        pytest.args(["-k", SMOKE]);
    }
    steps.run("browser tests", &mut pytest)
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder);
    command
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

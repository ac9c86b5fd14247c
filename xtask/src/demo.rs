//! Demonstrates the main job: builds the help center of the sample corpus and answers a few of its tickets.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The tickets to answer: one in each of four languages and one that no article answers, all from the train period.
const TICKETS: [(&str, &str); 5] = [
    ("English", "t-en-0209"),
    ("Turkish", "t-tr-0046"),
    ("Thai", "t-th-0016"),
    ("Lithuanian", "t-lt-0028"),
    (
        "English, without an answer in this help center",
        "t-en-0222",
    ),
];

/// The address of the page: the same each time, so that a browser that opened early finds it on reload.
const PAGE: &str = "127.0.0.1:7071";

/// The program that opens an address in the browser of the user.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Builds `target/demo-kb` and prints tickets and answers.
///
/// # Errors
/// One sentence about the step that failed.
pub(crate) fn run(repository: &Path) -> Result<(), String> {
    // Not quiet: the first build takes minutes.
    succeed(cargo(repository).args(["build", "--package", "helpdex-cli"]))?;
    println!("\n$ helpdex build corpus/articles --into target/demo-kb");
    succeed(helpdex(repository).args(["build", "corpus/articles", "--into", "target/demo-kb"]))?;
    for (description, id) in TICKETS {
        let ticket = Ticket::read(&repository.join("corpus/tickets"), id)?;
        println!("\n{}\nTicket {id} ({description})\n", "-".repeat(80));
        for line in ticket
            .subject
            .iter()
            .map(String::as_str)
            .chain(ticket.text.lines())
        {
            println!("  > {line}");
        }
        println!("\n$ helpdex suggest --kb target/demo-kb\n");
        let mut suggest = helpdex(repository);
        suggest.args(["suggest", "--kb", "target/demo-kb"]);
        if let Some(subject) = &ticket.subject {
            suggest.arg(format!("--subject={subject}"));
        }
        succeed(suggest.args(["--", &ticket.text]))?;
    }
    Ok(())
}

/// Serves the sample help center with the page of the demonstration until it is interrupted, and opens the page in a browser
/// where the system has a program for that.
///
/// # Errors
/// One sentence about the step that failed.
pub(crate) fn open(repository: &Path) -> Result<(), String> {
    let service = ["--package", "helpdex-cli", "--features", "server"];
    succeed(cargo(repository).arg("build").args(service))?;
    let mut demo = cargo(repository);
    demo.args(["run", "--quiet"]).args(service);
    demo.args(["--", "demo", "--listen", PAGE]);
    let mut serving = demo
        .spawn()
        .map_err(|error| format!("cannot start {demo:?}: {error}"))?;
    let address = format!("http://{PAGE}/");
    // Without such a program one types the address, which the command prints.
    let _ = Command::new(OPENER).arg(&address).status();
    let ended = serving.wait().map_err(|error| error.to_string())?;
    if ended.success() {
        return Ok(());
    }
    Err(format!("{demo:?} failed: {ended}"))
}

fn cargo(repository: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(repository);
    command
}

fn helpdex(repository: &Path) -> Command {
    let mut command = cargo(repository);
    command.args(["run", "--quiet", "--package", "helpdex-cli", "--"]);
    command
}

/// A plain-text ticket of the corpus.
struct Ticket {
    subject: Option<String>,
    text: String,
}

impl Ticket {
    /// Reads the ticket with this id from the file of its language, which is the second part of the id.
    fn read(folder: &Path, id: &str) -> Result<Self, String> {
        let language = id.split('-').nth(1).unwrap_or_default();
        let path = folder.join(format!("{language}.jsonl"));
        let lines = fs::read_to_string(&path)
            .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find(|ticket| ticket["id"] == id)
            .and_then(|ticket| {
                Some(Self {
                    subject: ticket["subject"].as_str().map(str::to_owned),
                    text: ticket["text"].as_str()?.to_owned(),
                })
            })
            .ok_or_else(|| {
                format!(
                    "{} has no ticket {id:?} with a text; name another one in xtask/src/demo.rs",
                    path.display()
                )
            })
    }
}

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(format!("cannot start {command:?}: {error}")),
    }
}

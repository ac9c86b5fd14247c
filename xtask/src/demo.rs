//! The main job on the sample corpus: builds its help center and answers a few of its tickets.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// One ticket in each of four languages, and one that no article answers; all from the train period.
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

/// Builds `target/demo-kb` and prints tickets and answers.
///
/// # Errors
/// What failed, in one sentence.
pub(crate) fn run(repository: &Path) -> Result<(), String> {
    let cargo = || {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(repository);
        command
    };
    let helpdex = || {
        let mut command = cargo();
        command.args(["run", "--quiet", "--package", "helpdex-cli", "--"]);
        command
    };
    // Not quiet: the first build takes minutes.
    succeed(cargo().args(["build", "--package", "helpdex-cli"]))?;
    println!("\n$ helpdex build corpus/articles --into target/demo-kb");
    succeed(helpdex().args(["build", "corpus/articles", "--into", "target/demo-kb"]))?;
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
        let mut suggest = helpdex();
        suggest.args(["suggest", "--kb", "target/demo-kb"]);
        if let Some(subject) = &ticket.subject {
            suggest.arg(format!("--subject={subject}"));
        }
        succeed(suggest.args(["--", &ticket.text]))?;
    }
    Ok(())
}

/// A ticket of the corpus that is plain text.
struct Ticket {
    subject: Option<String>,
    text: String,
}

impl Ticket {
    /// The language is the second part of the id and the name of the file.
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

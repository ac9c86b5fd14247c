//! Prints the input of the shipped curve for questions, for `benches/curve/fit.py`.
//!
//! `cargo run --release -p helpdex-benches --bin evidence -- FOLDER...`
//!
//! Each folder has `articles.jsonl` and `questions.jsonl`, as `benches/curve/worlds.py` writes them. The program writes
//! `evidence.jsonl` beside them, with one line for each question.

use std::env;
use std::fs;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::ExitCode;

use helpdex::{Audience, Error, KnowledgeBase, Result, Timestamp};
use helpdex_import::{ImportOptions, open_file, read_articles, read_tickets};

fn main() -> ExitCode {
    for folder in env::args_os().skip(1) {
        if let Err(error) = write_evidence(Path::new(&folder)) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn write_evidence(folder: &Path) -> Result<()> {
    let now = Timestamp::from_unix_seconds(0);
    let files = read_articles(folder.join("articles.jsonl"), &ImportOptions::default())?;
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer()?;
    writer.sync(files.articles.collect::<Result<Vec<_>>>()?)?;
    writer.publish(now)?;
    let path = folder.join("evidence.jsonl");
    let failed = |error| Error::storage("write the evidence", &path, error);
    let mut out = fs::File::create(&path).map_err(failed)?;
    let questions = folder.join("questions.jsonl");
    let lines = open_file("open the questions", &questions)?;
    for ticket in read_tickets(BufReader::new(lines), &questions) {
        let evidence = knowledge_base.shipped_evidence(&ticket?, &Audience::public(), now)?;
        writeln!(out, "{evidence}").map_err(failed)?;
    }
    Ok(())
}

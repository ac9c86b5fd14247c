//! `helpdex learn`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::{ErrorKind, KnowledgeBase, SolvedTicket, read_solved_tickets};
use serde::Serialize;

use super::{Failure, TenantArgument, open_knowledge_base};
use crate::output;
use crate::progress::ProgressBar;

/// Tickets that are written together: few waits for the disk, and cleaned texts of a few megabytes in memory.
const BATCH_TICKETS: usize = 1_000;

/// A bad line is named and the rest is learned. What is there already is passed over, so that a file can be given again
/// after a line was corrected, or lines were added. Answers go by it from the next `helpdex build` on.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex learn kb solved.jsonl
  helpdex learn kb march.jsonl april.jsonl --json
  export-solved-tickets | helpdex learn kb -

A line is one verdict on a ticket:
  {\"ticket_id\": 4711, \"at\": \"2026-03-01T09:30:00Z\", \"verdict\": \"linked\", \"articles\": [\"refund\"],
   \"subject\": \"Money back\", \"text\": \"Where is my money?\", \"locale\": \"en\", \"requester\": \"ana\"}

The verdict is linked (by an agent), resolved (says the customer), clicked, rejected or no_article (none helps; without
articles). {\"rejected\": \"not_related\"} and {\"rejected\": \"related_but_did_not_answer\"} say why.
Instead of text it may have html or email. Personal data is masked before anything is written.")]
pub(crate) struct Learn {
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    kb: PathBuf,
    #[command(flatten)]
    tenant: TenantArgument,
    /// Files of JSON lines; - reads standard input
    #[arg(value_name = "TICKETS", required = true)]
    tickets: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    added: usize,
    repeated: usize,
    unknown_articles: BTreeSet<String>,
    skipped: Vec<String>,
}

impl Learn {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut size_bytes = 0;
        let mut files = Vec::new();
        for path in &self.tickets {
            let (file, bytes) = open(path)?;
            size_bytes += bytes;
            files.push((path, file));
        }
        let knowledge_base = open_knowledge_base(&self.kb, &self.tenant)?;
        let bar = ProgressBar::of_bytes("learning", size_bytes);
        let mut report = Report::default();
        for (path, file) in files {
            let lines = BufReader::new(bar.count_read(file));
            report.learn(&knowledge_base, read_solved_tickets(lines, path))?;
        }
        bar.finish();
        if report.added + report.repeated == 0 && !report.skipped.is_empty() {
            output::warn_of_skipped(&report.skipped);
            return Err("no line is a solved ticket; correct them first".into());
        }
        if self.json {
            output::print_json(&report)?;
        } else {
            report.print();
        }
        Ok(())
    }
}

/// What is to be read, and its size; standard input has none.
pub(super) fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (size_bytes, file) =
        opened.map_err(|e| format!("{}: cannot open the file: {e}", path.display()))?;
    Ok((Box::new(file), size_bytes))
}

impl Report {
    /// What was learned before an error stays learned.
    fn learn(
        &mut self,
        knowledge_base: &KnowledgeBase,
        tickets: impl Iterator<Item = helpdex::Result<SolvedTicket>>,
    ) -> Result<(), Failure> {
        let mut failed = None;
        let skipped = &mut self.skipped;
        let mut tickets = tickets
            .filter_map(|read| match read {
                Ok(ticket) => Some(ticket),
                Err(error) if error.kind() == ErrorKind::Storage => {
                    failed = Some(error);
                    None
                }
                Err(error) => {
                    skipped.push(error.to_string());
                    None
                }
            })
            .peekable();
        while tickets.peek().is_some() {
            let learned = knowledge_base.learn(tickets.by_ref().take(BATCH_TICKETS))?;
            self.added += learned.added;
            self.repeated += learned.repeated;
            self.unknown_articles.extend(learned.unknown_articles);
        }
        drop(tickets);
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn print(&self) {
        output::warn_of_skipped(&self.skipped);
        let Self {
            added,
            repeated,
            unknown_articles,
            skipped,
        } = self;
        output::line(&format!(
            "verdicts: {added} added, {repeated} there already, {} skipped",
            skipped.len()
        ));
        for id in unknown_articles {
            output::line(&format!("  not published: {id}"));
        }
        if !unknown_articles.is_empty() {
            output::line("verdicts on articles that are not published count once they are");
        }
    }
}

//! `helpdex learn`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex::{ErrorKind, KnowledgeBase, SolvedTicket};
use helpdex_import::{ErrorList, read_solved_tickets};
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
    /// The first hundred.
    skipped: Vec<String>,
    skipped_count: usize,
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
        let mut skipped = ErrorList::default();
        for (path, file) in files {
            let lines = BufReader::new(bar.count_read(file));
            let tickets = read_solved_tickets(lines, path);
            report.learn(&knowledge_base, tickets, &mut skipped)?;
        }
        bar.finish();
        output::warn_of_skipped(&skipped);
        report.skipped = output::texts(&skipped);
        report.skipped_count = skipped.count();
        if report.added + report.repeated == 0 && !skipped.is_empty() {
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

/// What is to be read, and its size; standard input has none. A pipe or a device by its path is refused, before it is opened.
pub(super) fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let shown = path.display();
    let cannot_open = |e: io::Error| format!("{shown}: cannot open the file: {e}");
    let metadata = fs::metadata(path).map_err(cannot_open)?;
    if !metadata.is_file() {
        return Err(
            format!("{shown}: it is no file; give a file, or - to read standard input").into(),
        );
    }
    let file = File::open(path).map_err(cannot_open)?;
    Ok((Box::new(file), metadata.len()))
}

impl Report {
    /// What was learned before an error stays learned.
    fn learn(
        &mut self,
        knowledge_base: &KnowledgeBase,
        tickets: impl Iterator<Item = helpdex::Result<SolvedTicket>>,
        skipped: &mut ErrorList,
    ) -> Result<(), Failure> {
        let mut failed = None;
        let mut tickets = tickets
            .filter_map(|read| match read {
                Ok(ticket) => Some(ticket),
                Err(error) if error.kind() == ErrorKind::Storage => {
                    failed = Some(error);
                    None
                }
                Err(error) => {
                    skipped.push(error);
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
        let Self {
            added,
            repeated,
            unknown_articles,
            skipped_count,
            ..
        } = self;
        output::line(&format!(
            "verdicts: {added} added, {repeated} there already, {skipped_count} skipped"
        ));
        for id in unknown_articles {
            output::line(&format!("  not published: {id}"));
        }
        if !unknown_articles.is_empty() {
            output::line("verdicts on articles that are not published count once they are");
        }
    }
}

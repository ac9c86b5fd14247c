//! `helpdex learn`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use helpdex::KnowledgeBase;
use helpdex_import::read_feedback;
use serde::Serialize;

use crate::arguments::KnowledgeBaseArguments;
use crate::batches::add_files;
use crate::failure::Failure;
use crate::output;

/// Lines that cannot be read are reported and skipped. Verdicts that were learned before are skipped too, so a file can
/// be given again after a correction or with more lines. The next `helpdex build` trains models with the new verdicts.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex learn kb solved.jsonl
  helpdex learn kb march.jsonl april.jsonl --json
  export-solved-tickets | helpdex learn kb -

A line is one verdict on a ticket:
  {\"ticket_id\": 4711, \"at\": \"2026-03-01T09:30:00Z\", \"verdict\": \"linked\", \"articles\": [\"refund\"],
   \"subject\": \"Money back\", \"text\": \"Where is my money?\", \"locale\": \"en\", \"requester\": \"ana\"}

The verdict is linked (by an agent), resolved (the customer says so), clicked, rejected or no_article (no article helps;
give no articles). {\"rejected\": \"not_related\"} and {\"rejected\": \"related_but_did_not_answer\"} add a reason.
A line may have html or email in place of text. Personal data is masked before anything is written.")]
pub(crate) struct Learn {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
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
    /// The first hundred errors about lines, as texts.
    skipped: Vec<String>,
    skipped_count: usize,
}

impl Learn {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut report = Report::default();
        let take = |knowledge_base: &KnowledgeBase, batch| {
            let learned = knowledge_base.learn(batch)?;
            report.added += learned.added;
            report.repeated += learned.repeated;
            report.unknown_articles.extend(learned.unknown_articles);
            Ok(())
        };
        let skipped = add_files("learning", &self.tickets, &self.kb, read_feedback, take)?;
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

impl Report {
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

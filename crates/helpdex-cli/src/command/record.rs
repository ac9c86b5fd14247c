//! `helpdex record`.

use std::path::PathBuf;

use clap::Args;
use helpdex::KnowledgeBase;
use helpdex_import::read_events;
use serde::Serialize;

use crate::arguments::KnowledgeBaseArguments;
use crate::batches::add_files;
use crate::failure::Failure;
use crate::output;

/// Lines that cannot be read are reported and skipped. Events that were recorded before are skipped too. Events that
/// are verdicts on a ticket are also learned: that the ticket was resolved, and what customers and agents say about an
/// article.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex record kb events.jsonl
  export-events | helpdex record kb -

A line is one event; interaction and at are required:
  {\"interaction\": \"offered\", \"at\": \"2026-03-01T09:30:00Z\", \"session\": \"s-81\", \"surface\": \"form\",
   \"articles\": [\"refund\", \"invoice\"], \"probability\": 0.82}
  {\"interaction\": \"clicked\", \"at\": \"2026-03-01T09:30:20Z\", \"session\": \"s-81\", \"articles\": [\"refund\"], \"rank\": 1}

The interaction is offered (without articles: nothing was found), viewed, clicked, helpful, not_helpful, resolved,
ticket_created, agent_linked or agent_removed.")]
pub(crate) struct Record {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Files of JSON lines; - reads standard input
    #[arg(value_name = "EVENTS", required = true)]
    events: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    added: usize,
    repeated: usize,
    verdicts: usize,
    /// The first hundred errors about lines, as texts.
    skipped: Vec<String>,
    skipped_count: usize,
}

impl Record {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut report = Report::default();
        let take = |knowledge_base: &KnowledgeBase, batch| {
            let recorded = knowledge_base.record(batch)?;
            report.added += recorded.added;
            report.repeated += recorded.repeated;
            report.verdicts += recorded.verdicts;
            Ok(())
        };
        let skipped = add_files("recording", &self.events, &self.kb, read_events, take)?;
        report.skipped = output::texts(&skipped);
        report.skipped_count = skipped.count();
        if report.added + report.repeated == 0 && !skipped.is_empty() {
            return Err("no line is an interaction event; correct them first".into());
        }
        if self.json {
            output::print_json(&report)?;
        } else {
            output::line(&format!(
                "events: {} added, {} there already, {} skipped; new verdicts: {}",
                report.added, report.repeated, report.skipped_count, report.verdicts
            ));
        }
        Ok(())
    }
}

//! `helpdex report`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use helpdex_insight::lead_report::{LeadOptions, csv_files, html_page, lead_report};

use crate::arguments::KnowledgeBaseArguments;
use crate::clock::now;
use crate::failure::Failure;
use crate::insight_input::{InsightArguments, updated_at};
use crate::output;

/// One page for a support lead: what came in, what became of it, the articles to write, the articles to fix, copies, and trends.
/// Beside the page, DIR gets report.json and tables as CSV. Without files, the learned tickets and the recorded events are read.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex report kb --into report
  helpdex report kb --tickets solved.jsonl --events events.jsonl --into report --extracts
  helpdex report kb --reader public --window-hours 24 --into report")]
pub(crate) struct ReportCommand {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    #[command(flatten)]
    insight: InsightArguments,
    /// Folder of the report; created if it does not exist, and files of an earlier report are replaced
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Hours after an attempt in which a ticket counts against it
    #[arg(long, value_name = "HOURS", default_value_t = 72)]
    window_hours: u32,
    /// Show the masked text of one ticket of each gap
    #[arg(long)]
    extracts: bool,
}

impl ReportCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        let mut options = LeadOptions::of_window(self.window_hours);
        options.gaps.min_requesters = self.insight.min_requesters;
        options.gaps.with_extracts = self.extracts;
        options.cards.min_requesters = self.insight.min_requesters;
        options.cards.updated_at = updated_at(&knowledge_base);
        let events = self.insight.all_events(&knowledge_base)?;
        let report = lead_report(
            &knowledge_base,
            || Ok(events.iter().cloned().map(Ok)),
            &self.insight.tickets(&knowledge_base)?,
            &self.insight.asker()?,
            &self.insight.reader()?,
            now(),
            &options,
        )?;
        fs::create_dir_all(&self.into).map_err(|e| cannot_write(&self.into, &e))?;
        self.write("index.html", &html_page(&report))?;
        self.write("report.json", &serde_json::to_string_pretty(&report)?)?;
        for (name, table) in csv_files(&report) {
            self.write(name, &table)?;
        }
        output::line(&format!("{}", self.into.join("index.html").display()));
        Ok(())
    }

    fn write(&self, name: &str, content: &str) -> Result<(), Failure> {
        let path = self.into.join(name);
        Ok(fs::write(&path, content).map_err(|e| cannot_write(&path, &e))?)
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("{}: cannot write: {error}", path.display())
}

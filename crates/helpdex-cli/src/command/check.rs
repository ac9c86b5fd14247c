//! `helpdex check`.

use std::path::PathBuf;

use clap::Args;
use helpdex::KnowledgeBase;

use crate::failure::Failure;
use crate::output;

/// Reads every file of the knowledge base: all generations, the logs of articles and of learned tickets, and the list
/// of denied articles. It reports damage with its remedy and changes nothing. It can run while other processes use the
/// knowledge base. The exit code is 1 if something is damaged; a notice is harmless.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex check kb
  helpdex check kb --json")]
pub(crate) struct Check {
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    kb: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let report = KnowledgeBase::check(&self.kb)?;
        if self.json {
            output::print_json(&report)?;
        } else {
            for finding in &report.findings {
                output::line(&finding.to_string());
            }
            let generations: Vec<String> = report.generations.iter().map(u64::to_string).collect();
            output::line(&format!("generations: {}", generations.join(", ")));
            output::line(&format!(
                "articles: {} published, {} in the log, {} denied; verdicts: {}; events: {}",
                report.published_articles,
                report.articles,
                report.denied,
                report.verdicts,
                report.events
            ));
            output::line(&format!(
                "read: {} files, {} bytes",
                report.files, report.size_bytes
            ));
        }
        if report.is_whole() {
            return Ok(());
        }
        let damaged = self.kb.display();
        Err(format!("{damaged} is damaged; the report says what to do").into())
    }
}

//! `helpdex purge`.

use clap::Args;
use serde_json::json;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// Rewrites the log of articles without removed and replaced articles, and deletes every generation but the newest.
/// Afterwards no file of the knowledge base contains a byte of a removed article. Build first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex purge kb
  helpdex purge tenants/acme/kb --tenant acme --json")]
pub(crate) struct Purge {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Purge {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let knowledge_base = self.kb.open()?;
        knowledge_base.writer()?.purge()?;
        let generation = knowledge_base.generation();
        if self.json {
            output::print_json(&json!({ "generation": generation }))?;
        } else {
            output::line(&format!("purged: generation {generation} alone is left"));
        }
        Ok(())
    }
}

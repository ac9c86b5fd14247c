//! `helpdex repair`.

use clap::Args;
use helpdex::KnowledgeBase;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// Rebuilds the logs and the list of denied articles that `helpdex check` reports as damaged, from their readable parts
/// and from the newest generation. If you have a backup of the folder, restore it instead: it contains more. Published
/// generations stay unchanged.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex repair kb
  helpdex repair tenants/acme/kb --tenant acme --json")]
pub(crate) struct Repair {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Repair {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let repaired = KnowledgeBase::repair(&self.kb.kb, self.kb.tenant.name())?;
        if self.json {
            output::print_json(&repaired)?;
            return Ok(());
        }
        if let Some(denied) = repaired.denied {
            output::line(&format!(
                "denied articles: {denied}, as of the newest generation; deny again what was denied since"
            ));
        }
        if repaired.needs_all_articles {
            output::line("articles: lost; give all of them again with `helpdex build`");
        }
        if let Some(verdicts) = repaired.verdicts {
            output::line(&format!("verdicts: {verdicts} kept"));
        }
        if let Some(events) = repaired.events {
            output::line(&format!("events: {events} kept"));
        }
        if repaired == helpdex::report::Repaired::default() {
            output::line("nothing to repair");
        }
        Ok(())
    }
}

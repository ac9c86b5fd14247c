//! `helpdex forget`.

use clap::Args;
use helpdex::feedback::Erasure;
use serde_json::json;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// Erases a ticket or all tickets of a requester from the log of learned tickets. Run `helpdex build` afterwards: it trains
/// without them and deletes older generations, so that no file of the knowledge base contains a byte of them. Give the id or
/// the name as it was learned.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex forget kb --requester ana@example.org
  helpdex forget kb --ticket 4711 --json")]
pub(crate) struct Forget {
    #[command(flatten)]
    kb: KnowledgeBaseArguments,
    #[command(flatten)]
    who: Who,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// Forget everything learned from this ticket
    #[arg(long, value_name = "ID")]
    ticket: Option<String>,
    /// Forget everything learned from the tickets of this requester
    #[arg(long, value_name = "ID")]
    requester: Option<String>,
}

impl Forget {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let who = match (self.who.ticket, self.who.requester) {
            (Some(id), _) => Erasure::Ticket(id),
            (None, name) => Erasure::Requester(name.unwrap_or_default()),
        };
        let forgotten = self.kb.open()?.forget(&who)?;
        if self.json {
            output::print_json(&json!({ "forgotten": forgotten }))?;
        } else {
            output::line(&format!("verdicts: {forgotten} forgotten"));
        }
        Ok(())
    }
}

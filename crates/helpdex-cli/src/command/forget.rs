//! `helpdex forget`.

use std::path::PathBuf;

use clap::Args;
use helpdex::Erasure;
use serde_json::json;

use super::{Failure, TenantArgument, open_knowledge_base};
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
    /// Knowledge base made by `helpdex build`
    #[arg(value_name = "KB")]
    kb: PathBuf,
    #[command(flatten)]
    tenant: TenantArgument,
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
        let forgotten = open_knowledge_base(&self.kb, &self.tenant)?.forget(&who)?;
        if self.json {
            output::print_json(&json!({ "forgotten": forgotten }))?;
        } else {
            output::line(&format!("verdicts: {forgotten} forgotten"));
        }
        Ok(())
    }
}

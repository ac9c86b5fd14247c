//! `helpdex forget`.

use clap::Args;
use helpdex::Timestamp;
use helpdex::feedback::Erasure;

use crate::arguments::KnowledgeBaseArguments;
use crate::failure::Failure;
use crate::output;

/// Erases everything about a ticket or a requester, or everything from before a given time, from the logs of feedback
/// and of events. Run `helpdex build` afterwards: it trains models without the erased data and deletes older
/// generations, so that no file of the knowledge base contains a byte of that data. Give the id of the ticket or of the
/// requester exactly as it was learned.
#[derive(Args)]
#[command(after_help = "\
Examples:
  helpdex forget kb --requester ana@example.org
  helpdex forget kb --ticket 4711 --json
  helpdex forget kb --events-before 2026-01-01")]
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
    /// Forget everything about this ticket
    #[arg(long, value_name = "ID")]
    ticket: Option<String>,
    /// Forget everything about the tickets and sessions of this requester
    #[arg(long, value_name = "ID")]
    requester: Option<String>,
    /// Forget every interaction event from before this time
    #[arg(long, value_name = "TIME")]
    events_before: Option<Timestamp>,
    /// Forget every verdict from before this time
    #[arg(long, value_name = "TIME")]
    feedback_before: Option<Timestamp>,
}

impl Forget {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let what = match self.who {
            Who {
                ticket: Some(id), ..
            } => Erasure::Ticket(id),
            Who {
                events_before: Some(moment),
                ..
            } => Erasure::EventsBefore(moment),
            Who {
                feedback_before: Some(moment),
                ..
            } => Erasure::FeedbackBefore(moment),
            Who { requester, .. } => Erasure::Requester(requester.unwrap_or_default()),
        };
        let forgotten = self.kb.open()?.forget(&what)?;
        if self.json {
            output::print_json(&forgotten)?;
        } else {
            output::line(&format!(
                "forgotten: {} verdicts, {} events",
                forgotten.verdicts, forgotten.events
            ));
        }
        Ok(())
    }
}

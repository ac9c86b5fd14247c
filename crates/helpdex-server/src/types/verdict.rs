//! The JSON form of verdicts in requests.

use helpdex::{FeedbackEvent, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json_object::{object, objects};
use crate::problem::Problem;
use crate::types::moment;
use crate::types::ticket::TicketBody;

/// Verdicts of people on tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Verdicts)]
pub(crate) struct VerdictsBody {
    /// The verdicts to learn.
    #[serde(deserialize_with = "objects")]
    #[schema(max_items = 1000)]
    pub verdicts: Vec<VerdictBody>,
}

/// A verdict on a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Verdict)]
pub(crate) struct VerdictBody {
    /// The host's id of the ticket, 1 to 1,000 bytes.
    #[schema(example = "4711")]
    pub ticket_id: String,
    /// The ticket; it may be left out if another verdict on it has its text.
    #[serde(default, deserialize_with = "object")]
    pub ticket: TicketBody,
    /// The requester, as the host names them; by this name everything that was learned about them can be forgotten.
    #[serde(default)]
    pub requester: Option<String>,
    /// `linked`, `resolved`, `clicked`, `rejected`, `no_article` or `unlinked`.
    #[schema(example = "linked")]
    pub verdict: String,
    /// The reason for `rejected`: `unknown`, `not_related` or `related_but_did_not_answer`.
    #[serde(default)]
    pub rejection: Option<String>,
    /// The ids of the articles that the verdict is about.
    #[serde(default)]
    #[schema(example = json!(["reset-password"]))]
    pub articles: Vec<String>,
    /// The time of the verdict in RFC 3339; default: now.
    #[serde(default)]
    pub at: Option<String>,
    /// The key by which repetitions of the verdict are recognised.
    #[serde(default)]
    pub key: Option<String>,
}

/// The result of learning verdicts, which are then on disk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Learned)]
pub(crate) struct LearnedBody {
    /// The number of verdicts that were new.
    pub added: usize,
    /// The ids of articles that the knowledge base does not have, in ascending order.
    pub unknown_articles: Vec<String>,
}

impl VerdictBody {
    /// Returns the verdict as a feedback event.
    ///
    /// # Errors
    /// Refuses an unknown verdict or rejection.
    pub(crate) fn into_event(self, now: Timestamp) -> Result<FeedbackEvent, Problem> {
        let verdict = Verdict::from_names(&self.verdict, self.rejection.as_deref())?;
        let (mut ticket, _) = self.ticket.into_question()?;
        ticket.requester = self.requester;
        Ok(FeedbackEvent {
            ticket_id: self.ticket_id,
            ticket,
            at: moment(self.at.as_deref())?.unwrap_or(now),
            verdict,
            articles: self.articles,
            key: self.key,
        })
    }
}

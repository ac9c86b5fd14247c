//! Gives the input of the curve that turns scores into probabilities before any ticket was learned.

use crate::audience::Audience;
use crate::error::{Error, Result};
use crate::knowledge_base::KnowledgeBase;
use crate::suggest;
use crate::suggest::options::SuggestOptions;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

impl KnowledgeBase {
    /// Returns the id of the best article for a ticket, with the scores and the coverage from which the shipped curve
    /// computes its probability, as JSON; `null` without an article. It is for the maintainers of this crate, who fit
    /// the curve with `benches/curve`.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) for a file that cannot be read.
    #[doc(hidden)]
    pub fn shipped_evidence(
        &self,
        ticket: &Ticket,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<String> {
        let question = self.question(audience, now, &SuggestOptions::default())?;
        let evidence = suggest::shipped_evidence(&question, ticket)?;
        serde_json::to_string(&evidence)
            .map_err(|e| Error::internal("evidence cannot be written as JSON", e))
    }
}

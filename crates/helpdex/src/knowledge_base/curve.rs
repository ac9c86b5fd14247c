//! What the curve goes by that is shipped for the time before any ticket was learned.

use crate::audience::Audience;
use crate::error::{Error, Result};
use crate::knowledge_base::KnowledgeBase;
use crate::suggest;
use crate::suggest::options::SuggestOptions;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

impl KnowledgeBase {
    /// Returns the id of the best article for a ticket and what the shipped curve goes by, as JSON; `null` without an
    /// article: for the maintainers of this crate, who fit the curve with `benches/curve`.
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

//! Whether an answer used vectors.

use helpdex_text::names;

/// Whether an answer used vectors, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum VectorUse {
    /// The articles have no vectors, or neither the host nor an embedder gives a vector of the ticket.
    #[default]
    NotGiven,
    /// The answer used words and vectors.
    Used,
    /// The embedder failed, or gave a vector that cannot be used.
    Failed,
    /// The embedder took longer than the answer could wait.
    Late,
    /// Different models made the vectors of the ticket and of the articles: publish with the model that embeds the
    /// tickets.
    OtherModel,
    /// The learned models were trained without vectors of this embedder: train again.
    NotTrained,
    /// The vectors of the articles do not agree with their words, for example because the embedder does not know their
    /// language, and are not used. The same applies if fewer than 8 articles have vectors.
    NotTrusted,
}

names!(VectorUse, "use of vectors" {
    NotGiven => "not_given",
    Used => "used",
    Failed => "failed",
    Late => "late",
    OtherModel => "other_model",
    NotTrained => "not_trained",
    NotTrusted => "not_trusted",
});

impl VectorUse {
    /// Returns the reason for which vectors that are there were not gone by, with the remedy; `None` where an answer went by
    /// them, and where there are none.
    ///
    /// ```
    /// use helpdex::vectors::VectorUse;
    ///
    /// assert_eq!(VectorUse::Late.why_not(), Some("the embedder was late; let an answer wait longer for it, or make it faster"));
    /// assert_eq!(VectorUse::Used.why_not(), None);
    /// ```
    #[must_use]
    pub fn why_not(self) -> Option<&'static str> {
        Some(match self {
            Self::NotGiven | Self::Used => return None,
            Self::Failed => "the embedder failed; mend it",
            Self::Late => {
                "the embedder was late; let an answer wait longer for it, or make it faster"
            }
            Self::OtherModel => {
                "the ticket's is of another model than those of the articles; publish with that model"
            }
            Self::NotTrained => "what was learned from tickets knows no such vectors; train again",
            Self::NotTrusted => {
                "those of the articles do not go with their words, or fewer than 8 articles have one"
            }
        })
    }

    /// Whether there were no vectors to use.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) fn is_not_given(&self) -> bool {
        *self == Self::NotGiven
    }
}

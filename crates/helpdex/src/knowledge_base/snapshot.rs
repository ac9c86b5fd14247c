//! A snapshot: one generation for many tickets, without articles that are denied in the meantime.

use std::sync::{Mutex, PoisonError};

use crate::audience::Audience;
use crate::error::Result;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::deny_list::DenyList;
use crate::suggest::options::SuggestOptions;
use crate::suggest::question::Question;
use crate::timestamp::Timestamp;

/// The generation that was current when the snapshot was made. Articles that are denied later are removed from it.
pub(super) struct Snapshot {
    knowledge_base: KnowledgeBase,
    /// The question to the generation, and the denied articles that it excludes. It is replaced as a whole, so that a
    /// panic cannot leave it half changed.
    held: Mutex<Held>,
}

struct Held {
    question: Question,
    /// The denied articles that the question excludes.
    denied: DenyList,
}

impl Snapshot {
    /// Makes a snapshot of the current generation.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for options out of range.
    pub(super) fn new(
        knowledge_base: &KnowledgeBase,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Self> {
        // Before the generation: what is denied meanwhile is denied in that too, or not in this list.
        let denied = knowledge_base.lock_denied().clone();
        let question = knowledge_base.question(audience, now, options)?;
        Ok(Self {
            knowledge_base: knowledge_base.clone(),
            held: Mutex::new(Held { question, denied }),
        })
    }

    /// Returns the question, without articles that have been denied since the snapshot.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) when the index does not hold together: a bug.
    pub(super) fn question(&self) -> Result<Question> {
        let denied = self.knowledge_base.lock_denied().clone();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.denied != denied {
            let mut generation = (*held.question.generation).clone();
            generation.set_denied(&denied)?;
            held.question.generation = generation.into();
            held.denied = denied;
        }
        Ok(held.question.clone())
    }
}

//! One generation for many tickets, without what is denied meanwhile.

use std::sync::{Mutex, PoisonError};

use super::KnowledgeBase;
use crate::audience::Audience;
use crate::error::Result;
use crate::snapshot::deny_list::DenyList;
use crate::suggest::options::SuggestOptions;
use crate::suggest::question::Question;
use crate::timestamp::Timestamp;

/// The generation that was in use when it was made; what is asked stays as it was, and what must not be seen goes.
pub(super) struct Snapshot {
    knowledge_base: KnowledgeBase,
    /// Replaced as a whole, so that a panic leaves it whole.
    held: Mutex<Held>,
}

struct Held {
    question: Question,
    /// What is denied in it.
    denied: DenyList,
}

impl Snapshot {
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

    /// What is asked, from now on without what has been denied since.
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

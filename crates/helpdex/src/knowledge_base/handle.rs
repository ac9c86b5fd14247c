//! The handle that callers hold, and the state that its clones share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use crate::audience::Audience;
use crate::error::Result;
use crate::event_log::EventLog;
use crate::knowledge_base::open_options::OpenOptions;
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::storage::identity::Owner;
use crate::storage::log_head::LogMark;
use crate::storage::store::Store;
use crate::suggest::options::SuggestOptions;
use crate::suggest::question::Question;
use crate::timestamp::Timestamp;
use crate::vectors::embedder::Embedder;
use crate::workspace::{WORK_FOLDER, Workspace};

/// A help center, ready to be asked: a [`Writer`](crate::Writer) changes its articles and publishes them, and
/// [`suggest`](Self::suggest) answers tickets.
///
/// This is a cheap handle, `Send` and `Sync`: clones share one knowledge base, and threads can ask it while another
/// thread publishes or refreshes. Every answer comes from one published generation.
///
/// Feedback that is [learned](Self::learn) survives a crash at once, and answers use it after the next
/// [training](crate::Writer::train).
#[derive(Clone)]
pub struct KnowledgeBase {
    pub(super) inner: Arc<Inner>,
    /// The embedder of the host, if it has one.
    pub(super) embedder: Option<Arc<dyn Embedder>>,
}

/// The state that all clones of a handle share.
pub(super) struct Inner {
    pub store: Store,
    pub options: OpenOptions,
    /// The owner of the knowledge base; unset before its first change.
    pub owner: OnceLock<Owner>,
    /// The list of denied articles, as last read. Code that replaces `current` holds this lock, so that no denied
    /// article reappears.
    pub denied: Mutex<DenyList>,
    pub current: RwLock<Arc<Generation>>,
    /// The articles of a knowledge base in memory; `None` while a writer has them.
    pub in_memory: Mutex<Option<Workspace>>,
    pub learning_log: LearningLog,
    pub event_log: EventLog,
    pub pools: OpenPools,
}

/// The [pools](crate::pools) that a knowledge base has opened.
#[derive(Default)]
pub(super) struct OpenPools {
    ideas: Mutex<Option<KnowledgeBase>>,
    solved_tickets: Mutex<Option<KeptTickets>>,
}

/// Solved tickets with the state of the log that they were made from.
pub(super) struct KeptTickets {
    pub erasures: u64,
    pub mark: Option<LogMark>,
    pub tickets: KnowledgeBase,
    /// The articles that solved each ticket.
    pub articles: Arc<BTreeMap<String, Vec<String>>>,
}

impl OpenPools {
    pub(super) fn ideas(&self) -> MutexGuard<'_, Option<KnowledgeBase>> {
        lock(&self.ideas)
    }

    pub(super) fn solved_tickets(&self) -> MutexGuard<'_, Option<KeptTickets>> {
        lock(&self.solved_tickets)
    }

    /// Returns the size of the ideas in bytes; 0 while they are not open.
    pub(super) fn size_bytes(&self) -> u64 {
        self.ideas().as_ref().map_or(0, KnowledgeBase::size_bytes)
    }

    /// Drops the solved tickets from memory, so that what is about to be forgotten does not stay there.
    pub(super) fn drop_solved_tickets(&self) {
        *self.solved_tickets() = None;
    }
}

/// Locks what is kept of a pool. A lock that a panic poisoned is used all the same: what is kept is only ever replaced
/// as a whole.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KnowledgeBase {
    /// Returns a question for the generation in use.
    pub(super) fn question(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Question> {
        Question::new(
            self.current(),
            audience,
            now,
            options,
            self.embedder.clone(),
        )
    }

    /// Returns the folder of the writing side; `None` for a knowledge base in memory.
    pub(super) fn work_folder(&self) -> Option<PathBuf> {
        let folder = self.inner.store.folder()?;
        Some(folder.join(WORK_FOLDER))
    }

    pub(crate) fn current(&self) -> Arc<Generation> {
        let current = self.inner.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }
}

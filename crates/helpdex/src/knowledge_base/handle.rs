//! The handle that callers hold, and the state that its clones share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use crate::audience::Audience;
use crate::error::Result;
use crate::event_log::EventLog;
use crate::knowledge_base::open_options::OpenOptions;
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::storage::identity::Owner;
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

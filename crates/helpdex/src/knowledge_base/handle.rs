//! The handle that callers hold, and the state that its clones share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use crate::audience::Audience;
use crate::error::Result;
use crate::knowledge_base::open_options::OpenOptions;
use crate::learning_log::LearningLog;
use crate::snapshot::deny_list::DenyList;
use crate::snapshot::generation::Generation;
use crate::storage::identity::Owner;
use crate::storage::store::Store;
use crate::suggest::options::SuggestOptions;
use crate::suggest::question::Question;
use crate::timestamp::Timestamp;
use crate::workspace::{WORK_FOLDER, Workspace};

/// A help center, ready to be asked: articles go in, [`publish`](Self::publish) makes them visible,
/// [`suggest`](Self::suggest) answers tickets.
///
/// It is a cheap handle: clones share one knowledge base, and threads ask it while another one publishes or
/// refreshes; every answer comes from one published generation.
///
/// Changes of articles are gathered in memory until `publish`; when that returns, they survive a crash and a power cut.
/// What is learned survives at once, and answers go by it from the next `publish` on.
#[derive(Clone)]
pub struct KnowledgeBase {
    pub(super) inner: Arc<Inner>,
}

/// The state that all clones of a handle share.
pub(super) struct Inner {
    pub store: Store,
    pub options: OpenOptions,
    /// The owner; unset before the first change.
    pub owner: OnceLock<Owner>,
    /// The denied articles, as last read. Code that replaces `current` holds this lock, so that no denied article comes
    /// back.
    pub denied: Mutex<DenyList>,
    pub current: RwLock<Arc<Generation>>,
    /// The writing side; opened at the first change.
    pub workspace: Mutex<Option<Workspace>>,
    pub learning_log: LearningLog,
}

impl KnowledgeBase {
    /// Returns a question to the generation in use.
    pub(super) fn question(
        &self,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Question> {
        Question::new(self.current(), audience, now, options)
    }

    /// The folder of the writing side; `None` in memory.
    pub(super) fn work_folder(&self) -> Option<PathBuf> {
        let folder = self.inner.store.folder()?;
        Some(folder.join(WORK_FOLDER))
    }

    pub(crate) fn current(&self) -> Arc<Generation> {
        let current = self.inner.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Workspace) -> T) -> Result<T> {
        let mut guard = self.lock_workspace();
        Ok(change(self.open_workspace(&mut guard)?))
    }

    /// Locks the workspace. When a change panicked half-way, the workspace is dropped; the log has everything that was
    /// saved.
    pub(super) fn lock_workspace(&self) -> MutexGuard<'_, Option<Workspace>> {
        self.inner.workspace.lock().unwrap_or_else(|poisoned| {
            self.inner.workspace.clear_poison();
            let mut guard = poisoned.into_inner();
            *guard = None;
            guard
        })
    }

    pub(super) fn open_workspace<'g>(
        &self,
        guard: &'g mut MutexGuard<'_, Option<Workspace>>,
    ) -> Result<&'g mut Workspace> {
        if guard.is_none() {
            **guard = Some(match self.work_folder() {
                Some(work) => {
                    let access = self.prepare_work_folder(&work)?;
                    Workspace::open(&work, access, || {
                        let Some(file) = self.read_denied(&DenyList::default())? else {
                            return Ok(None);
                        };
                        self.check_names_tenant(&file.owner)?;
                        self.articles_home(&file).map(Some)
                    })?
                }
                None => Workspace::in_memory(),
            });
        }
        Ok(guard
            .as_mut()
            .expect("the workspace was opened just before"))
    }
}

//! Many knowledge bases in one process, with bounded memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::knowledge_base::handle::KnowledgeBase;

/// Keeps knowledge bases open for reading, as many as fit into a limit of bytes. A server with many tenants gets the
/// knowledge base for each ticket from it.
///
/// Threads can share a pool. The least recently used knowledge base is released first. Existing handles to a released
/// knowledge base stay usable, and its memory is freed with the last of them. An open knowledge base takes only memory:
/// no open file, no memory map, no thread.
///
/// ```
/// use helpdex::{KnowledgeBase, Pool};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// let builder = KnowledgeBase::builder(folder).tenant("acme");
/// builder.open_or_create()?.writer()?.publish("2026-03-01".parse()?)?;
///
/// let pool = Pool::new(2_000_000_000);
/// let knowledge_base = pool.open_of_tenant(folder, "acme")?;
/// assert_eq!(knowledge_base.generation(), 1);
/// assert_eq!(pool.len(), 1);
/// # Ok::<(), helpdex::Error>(())
/// ```
pub struct Pool {
    max_bytes: u64,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    entries: BTreeMap<Key, Entry>,
    /// The keys of the open knowledge bases, by the time of their last use.
    by_use: BTreeMap<u64, Key>,
    uses: u64,
    size_bytes: u64,
    /// The number of calls of [`Pool::let_go`] so far.
    releases: u64,
}

/// The folder and the tenant of an open knowledge base.
type Key = (PathBuf, Option<String>);

struct Entry {
    knowledge_base: KnowledgeBase,
    size_bytes: u64,
    used: u64,
}

impl Pool {
    /// Creates a pool that keeps at most this many bytes of files open, and always the most recently used knowledge
    /// base.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        Self {
            max_bytes,
            open: Mutex::default(),
        }
    }

    /// Returns the knowledge base in `folder`: the open one, or one opened as by [`KnowledgeBase::open`].
    /// [Refresh](KnowledgeBase::refresh) it after a new publish, or after its folder was restored.
    ///
    /// # Errors
    /// As [`KnowledgeBase::open`].
    pub fn open(&self, folder: impl AsRef<Path>) -> Result<KnowledgeBase> {
        let key = (folder.as_ref().to_owned(), None);
        self.get_or(key, || KnowledgeBase::open(&folder))
    }

    /// Opens a knowledge base as [`open`](Self::open) does, if it belongs to this tenant.
    ///
    /// # Errors
    /// As [`Builder::open`](crate::Builder::open).
    pub fn open_of_tenant(&self, folder: impl AsRef<Path>, tenant: &str) -> Result<KnowledgeBase> {
        let key = (folder.as_ref().to_owned(), Some(tenant.to_owned()));
        self.get_or(key, || {
            KnowledgeBase::builder(&folder).tenant(tenant).open()
        })
    }

    /// Releases the knowledge base in `folder`, so that the next call of `open` opens the current folder. Use it after
    /// another knowledge base was put into the folder, which [`refresh`](KnowledgeBase::refresh) refuses. Returns
    /// whether it was open.
    pub fn let_go(&self, folder: impl AsRef<Path>, tenant: Option<&str>) -> bool {
        let key = (folder.as_ref().to_owned(), tenant.map(str::to_owned));
        let mut pool = self.lock();
        pool.releases += 1;
        pool.remove(&key)
    }

    /// Returns the number of open knowledge bases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Whether the pool keeps no knowledge base open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of bytes of the files that the pool keeps open.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.lock().size_bytes
    }

    /// Returns the open knowledge base of this key, or calls `open`. It opens without holding the lock, so that no
    /// caller waits for the files of another knowledge base.
    fn get_or(
        &self,
        key: Key,
        open: impl FnOnce() -> Result<KnowledgeBase>,
    ) -> Result<KnowledgeBase> {
        let releases = {
            let mut pool = self.lock();
            if let Some(found) = pool.use_again(&key) {
                return Ok(found);
            }
            pool.releases
        };
        let opened = open()?;
        let mut pool = self.lock();
        if pool.releases != releases {
            // It may be the one that the host let go of: who asks next opens what is there then.
            return Ok(opened);
        }
        // Another thread may have opened it meanwhile.
        let knowledge_base = pool.use_again(&key).unwrap_or_else(|| {
            pool.add(key, opened.clone());
            opened
        });
        pool.let_go_beyond(self.max_bytes);
        Ok(knowledge_base)
    }

    /// Locks the pool. A lock that a panic poisoned is used all the same, because no change under it can stop half-way.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn use_again(&mut self, key: &Key) -> Option<KnowledgeBase> {
        let entry = self.entries.get_mut(key)?;
        self.uses += 1;
        if let Some(key) = self.by_use.remove(&entry.used) {
            self.by_use.insert(self.uses, key);
        }
        entry.used = self.uses;
        // It may have been refreshed since.
        let size_bytes = entry.knowledge_base.size_bytes();
        self.size_bytes = self.size_bytes - entry.size_bytes + size_bytes;
        entry.size_bytes = size_bytes;
        Some(entry.knowledge_base.clone())
    }

    fn add(&mut self, key: Key, knowledge_base: KnowledgeBase) {
        self.uses += 1;
        let entry = Entry {
            size_bytes: knowledge_base.size_bytes(),
            knowledge_base,
            used: self.uses,
        };
        self.size_bytes += entry.size_bytes;
        self.by_use.insert(self.uses, key.clone());
        self.entries.insert(key, entry);
    }

    fn remove(&mut self, key: &Key) -> bool {
        let Some(entry) = self.entries.remove(key) else {
            return false;
        };
        self.by_use.remove(&entry.used);
        self.size_bytes -= entry.size_bytes;
        true
    }

    fn let_go_beyond(&mut self, max_bytes: u64) {
        while self.size_bytes > max_bytes && self.entries.len() > 1 {
            let Some((_, key)) = self.by_use.pop_first() else {
                return;
            };
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knowledge_base_that_is_let_go_of_while_it_is_opened_is_not_kept() {
        let pool = Pool::new(1_000_000);
        let key = (PathBuf::from("folder"), None);
        let opened = pool.get_or(key.clone(), || {
            assert!(!pool.let_go("folder", None));
            Ok(KnowledgeBase::in_memory())
        });
        assert!(opened.is_ok());
        assert!(pool.is_empty());
        assert!(pool.get_or(key, || Ok(KnowledgeBase::in_memory())).is_ok());
        assert_eq!(pool.len(), 1);
    }
}

//! The owner of a knowledge base, which the first change decides and every file is compared with from then on.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::event_log::EVENT_LOG;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::learning_log::LEARNING_LOG;
use crate::snapshot::deny_list::{self, DenyList, DenyListFile};
use crate::snapshot::manifest::{Manifest, is_our_name};
use crate::storage::file_lock::FileLock;
use crate::storage::files::{self, Access};
use crate::storage::identity::{FirstChange, Owner, tenant_name};
use crate::storage::log_head::LogHome;
use crate::storage::operation::parent;
use crate::storage::store::{Store, UNFINISHED_SUFFIX};
use crate::workspace::{LOG_FILE, WORK_FOLDER};

/// The lock file that is held while articles are denied or allowed, and during the first change.
const DENIED_LOCK_FILE: &str = "denied.lock";

impl KnowledgeBase {
    /// Reads the list of denied articles, which names the owner of the knowledge base; `None` before the first change.
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged) when it is missing, damaged or older than `seen`, [`OtherOwner`](crate::ErrorKind::OtherOwner) when it is another one's;
    /// [`Storage`](crate::ErrorKind::Storage).
    pub(super) fn read_denied(&self, seen: &DenyList) -> Result<Option<DenyListFile>> {
        let store = &self.inner.store;
        let Some(file) = find_list(store, self.inner.owner.get().is_some())? else {
            return Ok(None);
        };
        self.check_owner(&file.owner)?;
        file.check_seen(seen, store)?;
        store.set_access(file.access);
        Ok(Some(file))
    }

    /// Refuses an owner that differs from the one found before, or from the one that the host named.
    fn check_owner(&self, found: &Owner) -> Result<()> {
        let known = self.inner.owner.get();
        let checked = match known {
            Some(owner) => owner.check(
                found,
                "put back the files of this one, or open the other anew",
            ),
            None => self.inner.options.check(found),
        };
        let store = &self.inner.store;
        checked.map_err(|error| store.at_file(deny_list::DENY_LIST_FILE, error))?;
        if known.is_some() {
            return Ok(());
        }
        // Another thread may have found the same.
        let _ = self.inner.owner.set(found.clone());
        Ok(())
    }

    /// Refuses to change the knowledge base of a tenant that the host did not name.
    pub(super) fn check_names_tenant(&self, owner: &Owner) -> Result<()> {
        if owner.tenant.is_some() && self.inner.options.tenant.is_none() {
            let message = format!(
                "the knowledge base is of {}; name the tenant to change it",
                tenant_name(owner.tenant.as_deref())
            );
            let error = Error::new(ErrorKind::OtherOwner, message);
            return Err(match self.inner.store.folder() {
                Some(folder) => error.at_path(folder),
                None => error,
            });
        }
        Ok(())
    }

    /// Prepares a change: decides who owns the knowledge base unless that is known. When this returns, the list of
    /// denied articles names the owner.
    ///
    /// # Errors
    /// As [`read_denied`](Self::read_denied), and [`OtherOwner`](crate::ErrorKind::OtherOwner) for a tenant that was not named.
    pub(super) fn settle(&self, first: FirstChange<'_>) -> Result<DenyListFile> {
        let file = match self.read_denied(&DenyList::default())? {
            Some(file) => {
                if self.generation() == 0 {
                    // Who wrote it may have been killed before the folder was synced.
                    self.inner.store.sync()?;
                }
                file
            }
            None => self.settle_locked(first)?,
        };
        self.check_names_tenant(&file.owner)?;
        Ok(file)
    }

    fn settle_locked(&self, first: FirstChange<'_>) -> Result<DenyListFile> {
        let store = &self.inner.store;
        let _lock_file = self.lock_denied_file()?;
        if let Some(file) = self.read_denied(&DenyList::default())? {
            // Another process was first.
            return Ok(file);
        }
        let options = &self.inner.options;
        let mut owner = Owner::derive(options.tenant.as_deref(), store.folder(), first);
        owner.knowledge_base = options.identity.unwrap_or(owner.knowledge_base);
        let file = DenyListFile::new(owner, options.access(), DenyList::default());
        store.set_access(file.access);
        file.write(store)?;
        self.check_owner(&file.owner)?;
        Ok(file)
    }

    /// Locks the list of denied articles for a change; `None` in memory.
    pub(super) fn lock_denied_file(&self) -> Result<Option<FileLock>> {
        let Some(work) = self.work_folder() else {
            return Ok(None);
        };
        let access = self.prepare_work_folder(&work)?;
        lock_denied_file(&work, access).map(Some)
    }

    /// Creates the folder of the writing side if it is missing, but no folder above it, so that a knowledge base that
    /// was moved away does not reappear as a folder of locks and logs. Returns the access rights of new files.
    pub(super) fn prepare_work_folder(&self, work: &Path) -> Result<Access> {
        let folder = parent(work);
        if !files::exists(folder)? {
            return Err(Error::no_knowledge_base(folder));
        }
        let access = match self.inner.owner.get() {
            Some(_) => self.inner.store.access(),
            None => self.inner.options.access(),
        };
        files::make_folder(work, access)?;
        Ok(access)
    }

    /// Returns the data with which the log of articles is opened. The caller must hold the lock of the log, so that
    /// nobody else publishes.
    pub(super) fn articles_home(&self, settled: &DenyListFile) -> Result<LogHome> {
        let newest = Manifest::newest(&self.inner.store, Some(&settled.owner))?;
        if let Some(newest) = &newest {
            settled.check_published(&newest.denied, &self.inner.store)?;
        }
        Ok(settled.log_home(newest.and_then(|newest| newest.logs.articles)))
    }

    /// Returns the data with which the log of solved tickets is opened.
    pub(super) fn tickets_home(&self, settled: &DenyListFile) -> Result<LogHome> {
        let newest = Manifest::newest(&self.inner.store, Some(&settled.owner))?;
        Ok(settled.log_home(newest.and_then(|newest| newest.logs.tickets)))
    }
}

/// Takes the lock of the list of denied articles.
pub(super) fn lock_denied_file(work: &Path, access: Access) -> Result<FileLock> {
    FileLock::wait(&work.join(DENIED_LOCK_FILE), access)
}

/// Reads the list of denied articles; `None` when the folder has no file of a knowledge base.
///
/// # Errors
/// [`Damaged`](crate::ErrorKind::Damaged) when it is damaged, or missing beside other files of a knowledge base or
/// where it was before; [`Storage`](crate::ErrorKind::Storage).
pub(super) fn find_list(store: &Store, was_there: bool) -> Result<Option<DenyListFile>> {
    if let Some(file) = DenyListFile::read(store)? {
        return Ok(Some(file));
    }
    let Err(missing) = check_nothing_is_there(store, was_there) else {
        return Ok(None);
    };
    // The first change may have come between the two looks: its list is there before any other file.
    DenyListFile::read(store)?.map(Some).ok_or(missing)
}

/// Refuses a folder without a list of denied articles if it has other files of a knowledge base, or had such a list
/// before.
fn check_nothing_is_there(store: &Store, was_there: bool) -> Result<()> {
    let Some(folder) = store.folder() else {
        return Ok(());
    };
    let mut names = store.list()?;
    // The first change is being written, or was not finished: nobody was told of it.
    names.retain(|name| !name.ends_with(UNFINISHED_SUFFIX));
    if names.is_empty() && was_there {
        return Err(Error::no_knowledge_base(folder));
    }
    if was_there || has_knowledge_base(folder, &names)? {
        return Err(deny_list::missing(store));
    }
    Ok(())
}

/// Whether the folder, which has files with these names, has any file of a knowledge base.
pub(super) fn has_knowledge_base(folder: &Path, names: &[String]) -> Result<bool> {
    if names.iter().any(|name| is_our_name(name)) {
        return Ok(true);
    }
    let work = folder.join(WORK_FOLDER);
    for log in [LOG_FILE, LEARNING_LOG.file, EVENT_LOG.file] {
        if files::exists(&work.join(log))? {
            return Ok(true);
        }
    }
    Ok(false)
}

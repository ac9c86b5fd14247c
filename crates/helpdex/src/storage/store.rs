//! Files by name that are always written as a whole, either in a folder, where they survive a crash, or in memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::storage::files::{self, Access};

/// The place where a knowledge base keeps its files: a folder, or memory.
pub(crate) enum Store {
    Memory(Mutex<BTreeMap<String, Vec<u8>>>),
    Folder(Folder),
}

/// A folder, with the access rights of new files in it.
pub(crate) struct Folder {
    path: PathBuf,
    is_shared: AtomicBool,
}

impl Store {
    pub(crate) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Makes the store in the folder at this path. Only the owner has access to new files, unless
    /// [`set_access`](Self::set_access) says otherwise.
    pub(crate) fn at(path: &Path) -> Self {
        Self::Folder(Folder {
            path: path.to_owned(),
            is_shared: AtomicBool::new(false),
        })
    }

    /// Sets the access rights of new files.
    pub(crate) fn set_access(&self, access: Access) {
        if let Self::Folder(folder) = self {
            let is_shared = access == Access::Umask;
            folder.is_shared.store(is_shared, Ordering::Relaxed);
        }
    }

    pub(crate) fn access(&self) -> Access {
        match self {
            Self::Folder(folder) if folder.is_shared.load(Ordering::Relaxed) => Access::Umask,
            _ => Access::Owner,
        }
    }

    /// Returns the names of all files, in order; none for a missing folder.
    pub(crate) fn list(&self) -> Result<Vec<String>> {
        match self {
            Self::Memory(files) => Ok(lock(files).keys().cloned().collect()),
            Self::Folder(folder) => files::list(&folder.path),
        }
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>> {
        match self {
            Self::Memory(files) => lock(files).get(name).cloned().ok_or_else(|| {
                Error::internal(
                    "a file in memory is missing",
                    io::ErrorKind::NotFound.to_string(),
                )
            }),
            Self::Folder(folder) => files::read(&folder.path.join(name)),
        }
    }

    /// Reads a file; `None` when there is no such file.
    pub(crate) fn read_if_there(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Memory(files) => Ok(lock(files).get(name).cloned()),
            Self::Folder(_) => match self.read(name) {
                Err(error) if error.is_missing_file() => Ok(None),
                bytes => bytes.map(Some),
            },
        }
    }

    /// Writes a file atomically: after a crash at any moment it is complete or absent, and when this returns it is
    /// complete.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Memory(files) => {
                lock(files).insert(name.to_owned(), bytes.to_vec());
                Ok(())
            }
            Self::Folder(folder) => {
                let unfinished = folder.path.join(format!("{name}{UNFINISHED_SUFFIX}"));
                let path = folder.path.join(name);
                files::write_whole(&path, &unfinished, bytes, self.access())
            }
        }
    }

    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        match self {
            Self::Memory(files) => {
                lock(files).remove(name);
                Ok(())
            }
            Self::Folder(folder) => files::remove(&folder.path.join(name)),
        }
    }

    /// Syncs the folder. When this returns, files that were removed stay removed after a power cut.
    pub(crate) fn sync(&self) -> Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Folder(folder) => files::sync_folder(&folder.path),
        }
    }

    /// Returns the error with the path of the file with this name.
    pub(crate) fn at_file(&self, name: &str, error: Error) -> Error {
        match self.folder() {
            Some(folder) => error.at_path(&folder.join(name)),
            None => error,
        }
    }

    /// Returns the folder; `None` in memory.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Memory(_) => None,
            Self::Folder(folder) => Some(&folder.path),
        }
    }
}

/// The ending of the name of a file that is being written; a file with it that a crash left is removed at the next
/// publish.
pub(crate) const UNFINISHED_SUFFIX: &str = ".unfinished";

/// Locks the files in memory. A lock that a panic poisoned is used all the same, because every change is a single
/// insertion or removal.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

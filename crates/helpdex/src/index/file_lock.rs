//! Locks of files between processes and handles.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::process;

use crate::{Error, Result};

/// A lock that is held until it is dropped. The kernel frees it when the process ends, however it ends; the file itself
/// means nothing and stays.
///
/// A forked child inherits the open file and with it the lock: it must not let go of it, and the parent must, whether
/// the child still has the file open or not.
pub(crate) struct FileLock {
    file: File,
    process_id: u32,
}

impl FileLock {
    /// Takes the lock; `None` when another process or handle has it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self::of(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(Error::storage("lock the file", path, e)),
        }
    }

    /// Takes the lock, and waits for it as long as another process or handle has it.
    pub(crate) fn wait(path: &Path) -> Result<Self> {
        let file = open(path)?;
        loop {
            match file.lock() {
                Ok(()) => return Ok(Self::of(file)),
                // A signal came meanwhile.
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Error::storage("lock the file", path, e)),
            }
        }
    }

    fn of(file: File) -> Self {
        Self {
            file,
            process_id: process::id(),
        }
    }
}

fn open(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|e| Error::storage("open the lock file", path, e))
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if self.process_id == process::id() {
            // Where this fails, closing the file frees it.
            let _ = self.file.unlock();
        }
    }
}

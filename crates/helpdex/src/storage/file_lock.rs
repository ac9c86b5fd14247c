//! Locks on files, between processes and handles.

use std::path::Path;
use std::process;

use crate::error::Result;
use crate::storage::files::{Access, File};

/// A lock on a file that is held until it is dropped. The kernel frees it when the process ends, however it ends. The
/// file itself has no meaning and stays.
///
/// A forked child inherits the open file and with it the lock. The child must not release the lock; the parent must,
/// even if the child still has the file open.
pub(crate) struct FileLock {
    file: File,
    process_id: u32,
}

impl FileLock {
    /// Takes the lock; returns `None` when another process or handle has it.
    pub(crate) fn try_take(path: &Path, access: Access) -> Result<Option<Self>> {
        let file = File::open_to_append(path, access)?;
        Ok(file.try_lock()?.then(|| Self::of(file)))
    }

    /// Takes the lock, and waits while another process or handle has it.
    pub(crate) fn wait(path: &Path, access: Access) -> Result<Self> {
        let file = File::open_to_append(path, access)?;
        file.lock()?;
        Ok(Self::of(file))
    }

    fn of(file: File) -> Self {
        Self {
            file,
            process_id: process::id(),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if self.process_id == process::id() {
            self.file.unlock();
        }
    }
}

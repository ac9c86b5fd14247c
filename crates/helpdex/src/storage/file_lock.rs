//! Locks of files between processes and handles.

use std::path::Path;
use std::process;

use crate::error::Result;
use crate::storage::files::{Access, File};

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
    pub(crate) fn try_take(path: &Path, access: Access) -> Result<Option<Self>> {
        let file = File::open_to_append(path, access)?;
        Ok(file.try_lock()?.then(|| Self::of(file)))
    }

    /// Takes the lock, and waits for it as long as another process or handle has it.
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

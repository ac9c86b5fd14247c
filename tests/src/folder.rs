//! A temporary folder whose knowledge base is checked when the test ends.

use std::cell::Cell;
use std::path::Path;
use std::thread;

use tempfile::TempDir;

use crate::Helpdex;

/// A temporary folder. When it is dropped, `helpdex check` verifies the knowledge base `kb` in it.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    is_damaged: Cell<bool>,
}

impl Folder {
    /// Makes an empty folder.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder can be made"),
            is_damaged: Cell::new(false),
        }
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Skips the check at the end, for a test that leaves the knowledge base damaged.
    pub fn leave_damaged(&self) {
        self.is_damaged.set(true);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let kb = self.path().join("kb");
        if thread::panicking() || self.is_damaged.get() || !kb.join("work").exists() {
            return;
        }
        let kb = kb.to_str().expect("temporary paths are UTF-8");
        let _ = Helpdex::new(&["check", kb]).run().succeeded();
    }
}

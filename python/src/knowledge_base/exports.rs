//! Methods of `KnowledgeBase` that export its logs.

use std::path::PathBuf;

use helpdex_import::{create_file, write_articles, write_feedback};
use pyo3::prelude::*;

use super::KnowledgeBase;
use crate::interruptible::{OnInterrupt, run};

#[pymethods]
impl KnowledgeBase {
    /// Write the articles as they were given to a file of JSON lines, drafts and unpublished changes included, which
    /// `read_articles` reads.
    ///
    /// A file that exists is replaced. On Unix only its owner can read the new file.
    ///
    /// Returns:
    ///     The number of articles.
    ///
    /// Raises:
    ///     IndexLockedError: When another process is changing the knowledge base.
    ///     StorageError: When the file cannot be written.
    fn export_articles(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        self.handle.read(py, move |writer| {
            write_articles(writer.articles(), create_file(&path)?, &path)
        })
    }

    /// Write the feedback as it was kept, cleaned and masked, to a file of JSON lines, which `read_feedback` reads.
    ///
    /// A file that exists is replaced. On Unix only its owner can read the new file.
    ///
    /// Returns:
    ///     The number of events.
    ///
    /// Raises:
    ///     DamagedError: When the feedback log is damaged.
    ///     StorageError: When the log cannot be read, or the file cannot be written.
    fn export_feedback(&self, py: Python<'_>, path: PathBuf) -> PyResult<usize> {
        let handle = self.handle.opened(py)?;
        run(py, None, OnInterrupt::Abandon, move |_| {
            write_feedback(&handle.feedback()?, create_file(&path)?, &path)
        })
    }
}

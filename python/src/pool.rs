//! The Python class `Pool`.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::interruptible::{OnInterrupt, run};
use crate::knowledge_base::{KnowledgeBase, with_embedder};
use crate::vectors::Embedder;

/// Many knowledge bases in one process, open for reading, as many as fit into memory: for a server with many tenants.
///
/// Threads can share a pool. The least recently used knowledge base is released first. Its current users keep it, and
/// its memory is freed after the last of them.
///
/// Args:
///     max_bytes: The most bytes of files that stay open; the most recently used knowledge base always stays open.
///
/// Example:
///     >>> pool = Pool(2_000_000_000)
///     >>> kb = pool.open("tenants/acme", tenant="acme")  # doctest: +SKIP
///     >>> len(pool)
///     0
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct Pool(Arc<helpdex::Pool>);

#[pymethods]
impl Pool {
    #[new]
    fn new(max_bytes: u64) -> Self {
        Self(Arc::new(helpdex::Pool::new(max_bytes)))
    }

    /// Return the knowledge base in the folder `path`: the open one, or one that is opened as by `KnowledgeBase.open`.
    ///
    /// Closing the returned handle does not affect other users. Call `refresh` after a new publish.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: The tenant of the knowledge base; files of another tenant are refused.
    ///     embedder: The model that embeds tickets, as in `KnowledgeBase.open_or_create`.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     NotFoundError: When there is no knowledge base in it.
    ///     DamagedError: When it cannot be used.
    ///     OtherOwnerError: When it is another tenant's.
    #[pyo3(signature = (path, *, tenant = None, embedder = None))]
    fn open(
        &self,
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
        embedder: Option<&Bound<'_, Embedder>>,
    ) -> PyResult<KnowledgeBase> {
        let (pool, folder) = (Arc::clone(&self.0), path.clone());
        let handle = run(py, None, OnInterrupt::Abandon, move |_| match tenant {
            Some(tenant) => pool.open_of_tenant(folder, &tenant),
            None => pool.open(folder),
        })?;
        Ok(KnowledgeBase::new(
            with_embedder(py, handle, embedder)?,
            Some(path),
        ))
    }

    /// Release the knowledge base in the folder `path`, so that the next call of `open` opens the current folder.
    ///
    /// Use it after another knowledge base was put into the folder, which `refresh` refuses.
    ///
    /// Args:
    ///     path: The folder, as it was opened.
    ///     tenant: The tenant that it was opened for.
    ///
    /// Returns:
    ///     Whether it was open.
    #[pyo3(signature = (path, *, tenant = None))]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "arguments of Python are extracted into values"
    )]
    fn let_go(&self, path: PathBuf, tenant: Option<String>) -> bool {
        self.0.let_go(path, tenant.as_deref())
    }

    /// Return the number of open knowledge bases.
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The number of bytes of the open files.
    #[getter]
    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }
}

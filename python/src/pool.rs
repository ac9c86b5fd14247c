//! The Python class `Pool`.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::interruptible::{OnInterrupt, run};
use crate::knowledge_base::KnowledgeBase;

/// Many knowledge bases in one process, open for reading, as many as fit: a server of many tenants asks it for each ticket.
///
/// Threads share it. The one that was asked for longest ago is let go of first; who has one that was let go of goes on with
/// it, and its memory is free when nobody has it any more.
///
/// Args:
///     max_bytes: It keeps at most so many bytes of files open, and at least the knowledge base that was asked for last.
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

    /// Return the knowledge base in the folder `path`: the one that is open, or as `KnowledgeBase.open` opens it.
    ///
    /// Closing what it returns closes it for nobody else. Where it was published anew, `refresh` it.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: Whose knowledge base it must be; files of another one are refused.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     IndexFormatError: When there is no knowledge base in it that can be used, or it is another tenant's.
    #[pyo3(signature = (path, *, tenant = None))]
    fn open(
        &self,
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
    ) -> PyResult<KnowledgeBase> {
        let (pool, folder) = (Arc::clone(&self.0), path.clone());
        let handle = run(py, None, OnInterrupt::Abandon, move |_| match tenant {
            Some(tenant) => pool.open_of_tenant(folder, &tenant),
            None => pool.open(folder),
        })?;
        Ok(KnowledgeBase::of(handle, Some(path)))
    }

    /// Let go of the knowledge base in the folder `path`, so that the next who asks for it opens what is there now.
    ///
    /// For a folder that another knowledge base was put into, which `refresh` refuses.
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

    /// Return how many knowledge bases it keeps open.
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The bytes of the files that it keeps open.
    #[getter]
    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }
}

//! The Python class `KnowledgeBase`: opening, repairing, checking, refreshing and closing, and the getters.

mod changes;
mod events;
mod exports;
mod insight;
mod listing;
mod questions;
mod settings;

use std::path::PathBuf;
use std::sync::Arc;

use helpdex::Identity;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::answers;
use crate::error::exception;
use crate::handle::Handle;
use crate::interruptible::{OnInterrupt, run};
use crate::vectors::Embedder;

/// A help center, ready to be asked: articles go in, `publish` makes them visible, `suggest` answers tickets.
///
/// Threads can ask it while another one publishes or refreshes; every answer comes from a single published generation.
/// A forked child can read with an inherited handle, but not write. A handle cannot be pickled: open the knowledge base
/// by its path in the worker.
///
/// Changes of articles are collected in memory until `publish`; when it returns, they survive a crash and a power cut.
/// Closing the handle discards unpublished changes. Learned verdicts survive at once.
///
/// Example:
///     >>> with KnowledgeBase.in_memory() as kb:
///     ...     article = Article(id="pin", locale="en", title="Reset your PIN", visibility="public")
///     ...     changes = kb.upsert([article])
///     ...     published = kb.publish()
///     ...     answer = kb.suggest("how can I reset the pin?", audience=Audience.public(), min_probability=0.0)
///     >>> [suggestion.title for suggestion in answer]
///     ['Reset your PIN']
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct KnowledgeBase {
    handle: Arc<Handle>,
    /// The folder of the knowledge base; `None` when it is in memory.
    folder: Option<PathBuf>,
}

#[pymethods]
impl KnowledgeBase {
    /// Return an empty knowledge base in memory.
    ///
    /// Args:
    ///     embedder: The model that embeds articles and tickets, as in `open_or_create`.
    #[staticmethod]
    #[pyo3(signature = (*, embedder = None))]
    fn in_memory(py: Python<'_>, embedder: Option<&Bound<'_, Embedder>>) -> PyResult<Self> {
        let handle = helpdex::KnowledgeBase::in_memory();
        Ok(Self::new(with_embedder(py, handle, embedder)?, None))
    }

    /// Open the newest generation of the knowledge base in the folder `path` and verify every byte.
    ///
    /// If it cannot be used, the newest usable generation is opened, and `warnings` says why. Reading needs no lock and
    /// no write access.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: The tenant of the knowledge base; files of another tenant are refused.
    ///     embedder: The model that embeds articles and tickets, as in `open_or_create`.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     NotFoundError: When there is no knowledge base in it.
    ///     DamagedError: When none of its generations can be used, or the list of denied articles is damaged.
    ///     OtherVersionError: When another version of Helpdex wrote it.
    ///     OtherOwnerError: When it is another tenant's.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None, embedder = None))]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
        embedder: Option<&Bound<'_, Embedder>>,
    ) -> PyResult<Self> {
        let builder = builder(path.clone(), tenant);
        let handle = run(py, None, OnInterrupt::Abandon, move |_| builder.open())?;
        Ok(Self::new(with_embedder(py, handle, embedder)?, Some(path)))
    }

    /// Open as `open` does, and refuse every change by this handle: nothing is written into the folder.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: The tenant of the knowledge base; files of another tenant are refused.
    ///     embedder: The model that embeds tickets, as in `open_or_create`.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read.
    ///     NotFoundError: When there is no knowledge base in it.
    ///     DamagedError: When none of its generations can be used, or the list of denied articles is damaged.
    ///     OtherVersionError: When another version of Helpdex wrote it.
    ///     OtherOwnerError: When it is another tenant's.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None, embedder = None))]
    fn open_read_only(
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
        embedder: Option<&Bound<'_, Embedder>>,
    ) -> PyResult<Self> {
        let builder = builder(path.clone(), tenant);
        let handle = run(py, None, OnInterrupt::Abandon, move |_| {
            builder.open_read_only()
        })?;
        Ok(Self::new(with_embedder(py, handle, embedder)?, Some(path)))
    }

    /// Open the knowledge base in the folder `path` for changes, or start an empty one there.
    ///
    /// A knowledge base of another version keeps its articles and is empty for readers until the next publish;
    /// `warnings` says so.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: The tenant of the knowledge base; a folder of another tenant, or of none, is refused.
    ///     identity: The identity of a new knowledge base, or the identity that an existing one must have: 32
    ///         hexadecimal digits. By default it is derived from the tenant, the folder and the time of the first
    ///         change.
    ///     shared_files: Whether the files of a new knowledge base get the permissions of the umask; by default only
    ///         their owner can read them.
    ///     embedder: A model of the host. `publish` embeds new and changed passages of articles with it. `suggest` and
    ///         `suggest_many` embed each ticket, and the similarity of the vectors is one more feature of the ranking.
    ///         A publish by a handle without an embedder keeps the vectors of unchanged texts.
    ///
    /// Raises:
    ///     InvalidInputError: When the folder holds other files, or the knowledge base of a tenant that is not named, or for
    ///         an identity that cannot be read.
    ///     StorageError: When it cannot be made or read.
    ///     OtherOwnerError: When it is another tenant's, or has another identity.
    ///     DamagedError: When the list of denied articles is missing, damaged or older than what was published.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None, identity = None, shared_files = false, embedder = None))]
    fn open_or_create(
        py: Python<'_>,
        path: PathBuf,
        tenant: Option<String>,
        identity: Option<&str>,
        shared_files: bool,
        embedder: Option<&Bound<'_, Embedder>>,
    ) -> PyResult<Self> {
        let mut builder = builder(path.clone(), tenant).shared_files(shared_files);
        if let Some(identity) = identity {
            let identity = identity.parse::<Identity>();
            builder = builder.identity(identity.map_err(|error| exception(py, &error))?);
        }
        let handle = run(py, None, OnInterrupt::Wait, move |_| {
            builder.open_or_create()
        })?;
        Ok(Self::new(with_embedder(py, handle, embedder)?, Some(path)))
    }

    /// Rebuild a damaged list of denied articles and damaged logs from their readable parts and from the newest
    /// publish.
    ///
    /// If you have a backup of the folder, restore it instead: it contains more. Published generations stay unchanged,
    /// and readers continue.
    ///
    /// Args:
    ///     path: The folder.
    ///     tenant: The tenant of the knowledge base.
    ///
    /// Raises:
    ///     InvalidInputError: When `tenant` is not the one of the knowledge base.
    ///     NotFoundError: When there is none, or nothing left that says whose it is.
    ///     IndexLockedError: When another process is changing it.
    ///     StorageError: When it cannot be read or written.
    #[staticmethod]
    #[pyo3(signature = (path, *, tenant = None))]
    fn repair(py: Python<'_>, path: PathBuf, tenant: Option<String>) -> PyResult<Bound<'_, PyAny>> {
        let repaired = run(py, None, OnInterrupt::Wait, move |_| {
            helpdex::KnowledgeBase::repair(path, tenant.as_deref())
        })?;
        answers::repaired(py, &repaired)
    }

    /// Verify every file of the knowledge base in the folder `path`: all generations, both logs, the list of denied
    /// articles.
    ///
    /// It changes nothing and takes no lock.
    ///
    /// Raises:
    ///     NotFoundError: When there is no knowledge base; what is damaged is in the report.
    ///     StorageError: When the folder cannot be read.
    #[staticmethod]
    fn check(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyAny>> {
        let report = run(py, None, OnInterrupt::Abandon, move |_| {
            helpdex::KnowledgeBase::check(path)
        })?;
        answers::check_report(py, &report)
    }

    /// The reasons why the newest generation is not in use, one sentence each; empty when it is.
    #[getter]
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.handle.opened(py)?.warnings())
    }

    /// The identity, unique to this knowledge base: 32 hexadecimal digits; None before its first change.
    #[getter]
    fn identity(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let identity = self.handle.opened(py)?.identity();
        Ok(identity.map(|identity| identity.to_string()))
    }

    /// The tenant; None when no host has named one.
    #[getter]
    fn tenant(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.handle.opened(py)?.tenant())
    }

    /// Switch to a newer generation, if this or another process has published one, and read the denied articles again.
    ///
    /// A restored or replaced folder is followed too, and `warnings` says so, unless it knows fewer erasures or denials
    /// than this handle has seen.
    ///
    /// Returns:
    ///     Whether it switched to another generation.
    ///
    /// Raises:
    ///     StorageError: When the folder cannot be read; the current generation stays in use.
    ///     DamagedError: When the new generation is damaged, or the folder was restored from before something was forgotten
    ///         or denied; the current generation stays in use.
    ///     OtherOwnerError: When another knowledge base is in its place; the current generation stays in use.
    fn refresh(&self, py: Python<'_>) -> PyResult<bool> {
        let handle = self.handle.opened(py)?;
        run(py, None, OnInterrupt::Wait, move |_| handle.refresh())
    }

    /// The number of the generation in use; 0 before the first publish.
    #[getter]
    fn generation(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.handle.opened(py)?.generation())
    }

    /// Release the memory and the lock. Closing it again does nothing; any other use raises `ClosedError`.
    ///
    /// Questions of other threads are answered first.
    fn close(&self, py: Python<'_>) {
        self.handle.close(py);
    }

    fn __enter__(this: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        this.get().handle.opened(this.py())?;
        Ok(this)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) {
        self.close(py);
    }

    #[expect(clippy::unused_self, reason = "pickle calls it as a method")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a KnowledgeBase cannot be pickled; open it by its path in the worker: helpdex.KnowledgeBase.open(path)",
        ))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let place = match &self.folder {
            Some(folder) => folder.as_os_str().into_pyobject(py)?.repr()?.to_string(),
            None => "in memory".to_owned(),
        };
        let state = match self.handle.get().as_ref() {
            Some(handle) => format!("generation={}", handle.generation()),
            None => "closed".to_owned(),
        };
        Ok(format!("<helpdex.KnowledgeBase {place}, {state}>"))
    }
}

impl KnowledgeBase {
    pub(crate) fn new(handle: helpdex::KnowledgeBase, folder: Option<PathBuf>) -> Self {
        Self {
            handle: Arc::new(Handle::new(handle)),
            folder,
        }
    }
}

/// Returns the handle with the embedder, if there is one.
pub(crate) fn with_embedder(
    py: Python<'_>,
    handle: helpdex::KnowledgeBase,
    embedder: Option<&Bound<'_, Embedder>>,
) -> PyResult<helpdex::KnowledgeBase> {
    match embedder {
        Some(embedder) => handle
            .with_embedder(embedder.get().shared())
            .map_err(|error| exception(py, &error)),
        None => Ok(handle),
    }
}

fn builder(folder: PathBuf, tenant: Option<String>) -> helpdex::Builder {
    let builder = helpdex::KnowledgeBase::builder(folder);
    match tenant {
        Some(tenant) => builder.tenant(tenant),
        None => builder,
    }
}

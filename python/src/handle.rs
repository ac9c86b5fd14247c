//! The open knowledge base that several Python objects share.

use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use helpdex::{ErrorKind, Writer};
use pyo3::prelude::*;

use crate::error::named;
use crate::interruptible::{Link, OnInterrupt, run};

/// A handle to a knowledge base. `KnowledgeBase.close` closes it for all objects that share it.
pub(crate) struct Handle {
    /// The knowledge base; `None` after it was closed.
    open: RwLock<Option<helpdex::KnowledgeBase>>,
    /// The writer, from the first change until the next publish.
    writer: Arc<Mutex<Option<Writer>>>,
    /// The id of the process that opened the knowledge base.
    process_id: u32,
}

impl Handle {
    pub(crate) fn new(knowledge_base: helpdex::KnowledgeBase) -> Self {
        Self {
            open: RwLock::new(Some(knowledge_base)),
            writer: Arc::default(),
            process_id: process::id(),
        }
    }

    /// Returns the knowledge base; `None` after it was closed.
    pub(crate) fn get(&self) -> Option<helpdex::KnowledgeBase> {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the knowledge base, or raises `ClosedError`. The returned value stays usable when this handle is closed.
    pub(crate) fn opened(&self, py: Python<'_>) -> PyResult<helpdex::KnowledgeBase> {
        self.get().ok_or_else(|| {
            named(
                py,
                "ClosedError",
                "the knowledge base is closed; open it again",
            )
        })
    }

    /// Returns the knowledge base for a change. A forked child may not change it: the lock of the folder and unpublished
    /// changes belong to the process that opened it.
    pub(crate) fn for_changes(&self, py: Python<'_>) -> PyResult<helpdex::KnowledgeBase> {
        let handle = self.opened(py)?;
        if process::id() == self.process_id {
            return Ok(handle);
        }
        let message = format!(
            "this handle was opened by process {} and can only read in its forked child; open the knowledge base here \
             to change it",
            self.process_id
        );
        Err(named(py, "Error", message))
    }

    /// Changes the knowledge base with the interpreter released.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(helpdex::KnowledgeBase) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.for_changes(py)?;
        run(py, None, OnInterrupt::Wait, move |_| change(handle))
    }

    /// Changes articles or settings with the writer, which stays until the next publish.
    pub(crate) fn edit<T: Send + 'static>(
        &self,
        py: Python<'_>,
        edit: impl FnOnce(&mut Writer) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.for_changes(py)?;
        let writer = Arc::clone(&self.writer);
        run(py, None, OnInterrupt::Wait, move |_| {
            edit(writer_of(&handle, &mut lock(&writer))?)
        })
    }

    /// Reads with the writer; a writer that no change has taken is released again.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        py: Python<'_>,
        read: impl FnOnce(&Writer) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.for_changes(py)?;
        let writer = Arc::clone(&self.writer);
        run(py, None, OnInterrupt::Abandon, move |_| {
            match &*lock(&writer) {
                Some(writer) => read(writer),
                None => read(&handle.writer()?),
            }
        })
    }

    /// Puts changes in place and releases the writer, so that another process can make the next change.
    pub(crate) fn edit_and_let_go<T: Send + 'static>(
        &self,
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        edit: impl FnOnce(&mut Writer, &Link) -> helpdex::Result<T> + Send + 'static,
    ) -> PyResult<T> {
        let handle = self.for_changes(py)?;
        let writer = Arc::clone(&self.writer);
        run(py, progress, OnInterrupt::Wait, move |link| {
            let mut guard = lock(&writer);
            let done = edit(writer_of(&handle, &mut guard)?, link);
            let keeps_changes = matches!(&done, Err(error) if error.kind() != ErrorKind::Storage);
            if !keeps_changes {
                *guard = None;
            }
            done
        })
    }

    /// Closes the handle for all objects that share it, after running questions of other threads are answered.
    pub(crate) fn close(&self, py: Python<'_>) {
        let handle = self
            .open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        py.detach(|| {
            *lock(&self.writer) = None;
            drop(handle);
        });
    }
}

/// Returns the writer; takes it from the knowledge base if no earlier change has.
fn writer_of<'w>(
    handle: &helpdex::KnowledgeBase,
    writer: &'w mut Option<Writer>,
) -> helpdex::Result<&'w mut Writer> {
    let taken = match writer.take() {
        Some(taken) => taken,
        None => handle.writer()?,
    };
    Ok(writer.insert(taken))
}

/// Locks the writer, and discards it if a panic interrupted a change.
fn lock<T>(mutex: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    mutex.lock().unwrap_or_else(|poisoned| {
        mutex.clear_poison();
        let mut guard = poisoned.into_inner();
        *guard = None;
        guard
    })
}

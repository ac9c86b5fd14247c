//! `suggest_many` of Python: answers in the order of the tickets, with bounded memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use helpdex::{Batch, Suggestions, Ticket};
use pyo3::exceptions::PyBaseException;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::answers;
use crate::error::{guarded, invalid};
use crate::handle::Handle;
use crate::interruptible::{OnInterrupt, run};
use crate::ticket::TicketArgument;

/// The answers of `KnowledgeBase.suggest_many`, in the order of the tickets.
#[pyclass(frozen, module = "helpdex", name = "Answers")]
pub(crate) struct Answers {
    handle: Arc<Handle>,
    batch: Arc<Batch>,
    state: Mutex<State>,
}

struct State {
    /// The iterator over the tickets; `None` when it is used up.
    tickets: Option<Py<PyIterator>>,
    answered: VecDeque<Suggestions>,
    /// An exception of the iterator, raised after the earlier answers were returned. It is kept as a Python object,
    /// which the garbage collector knows.
    failed: Option<Py<PyBaseException>>,
}

#[pymethods]
impl Answers {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        guarded(py, || {
            // A lock would wait for a thread that may itself wait for the interpreter.
            let Some(mut state) = self.try_lock() else {
                return Err(invalid(
                    py,
                    "another thread is reading these answers; give each thread its own",
                ));
            };
            if state.answered.is_empty() && state.failed.is_none() {
                self.answer_next(py, &mut state)?;
            }
            if let Some(answer) = state.answered.pop_front() {
                return answers::suggestions(py, &answer).map(Some);
            }
            let failed = state.failed.take();
            failed.map_or(Ok(None), |failed| {
                Err(PyErr::from_value(failed.into_bound(py).into_any()))
            })
        })
    }

    /// Shows the tickets of the host, which often refer to the object that keeps these answers, to the garbage
    /// collector. While a thread reads them, the collector finds nothing here and collects nothing.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(state) = self.try_lock() else {
            return Ok(());
        };
        visit.call(&state.tickets)?;
        visit.call(&state.failed)
    }

    fn __clear__(&self) {
        let freed = self
            .try_lock()
            .map(|mut state| (state.tickets.take(), state.failed.take()));
        // It may run code of the host, which must not meet the lock.
        drop(freed);
    }
}

impl Answers {
    pub(crate) fn new(handle: Arc<Handle>, batch: Batch, tickets: Bound<'_, PyIterator>) -> Self {
        Self {
            handle,
            batch: Arc::new(batch),
            state: Mutex::new(State {
                tickets: Some(tickets.unbind()),
                answered: VecDeque::new(),
                failed: None,
            }),
        }
    }

    /// Locks the state; `None` while another thread reads.
    fn try_lock(&self) -> Option<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Reads the next tickets, on the thread that asks, and answers them.
    fn answer_next(&self, py: Python<'_>, state: &mut State) -> PyResult<()> {
        let Some(iterator) = &state.tickets else {
            return Ok(());
        };
        let mut iterator = iterator.bind(py).clone();
        let mut failed = None;
        let mut is_used_up = false;
        let read = || match iterator.next().map(read_ticket) {
            Some(Ok(ticket)) => Some(ticket),
            Some(Err(error)) => {
                failed = Some(error);
                None
            }
            None => {
                is_used_up = true;
                None
            }
        };
        let tickets = self.batch.next_chunk(std::iter::from_fn(read));
        if failed.is_some() || is_used_up {
            state.tickets = None;
            state.failed = failed.map(|error| error.into_value(py));
        }
        if tickets.is_empty() {
            return Ok(());
        }
        self.handle.opened(py)?;
        let batch = Arc::clone(&self.batch);
        let answered = run(py, None, OnInterrupt::Abandon, move |_| {
            batch
                .suggest_all(tickets)
                .into_iter()
                .collect::<helpdex::Result<VecDeque<_>>>()
        });
        match answered {
            Ok(answered) => state.answered = answered,
            // These tickets are lost, and so is the order of what would follow.
            Err(error) => {
                state.tickets = None;
                return Err(error);
            }
        }
        Ok(())
    }
}

fn read_ticket(ticket: PyResult<Bound<'_, PyAny>>) -> PyResult<Ticket> {
    Ok(ticket?.extract::<TicketArgument>()?.0)
}

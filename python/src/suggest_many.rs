//! `suggest_many` of Python: answers in order, with bounded memory.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread;

use helpdex::{Audience, Message, SuggestOptions, Suggestions, Ticket, Timestamp};
use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::answers;
use crate::error::{guarded, invalid};
use crate::interruptible::{Link, OnInterrupt, run};
use crate::knowledge_base::KnowledgeBase;
use crate::ticket::TicketArgument;

/// Tickets that are read ahead: enough that all cores have work until the last one of them is answered.
const CHUNK_TICKETS: usize = 64;
/// Bytes of tickets that are read ahead, unless a single one is larger; a raw e-mail has up to 30 MB.
const CHUNK_BYTES: usize = 8 << 20;

/// The answers of `KnowledgeBase.suggest_many`, in the order of the tickets.
#[pyclass(frozen, module = "helpdex", name = "Answers")]
pub(crate) struct Answers {
    knowledge_base: Py<KnowledgeBase>,
    question: Arc<Question>,
    state: Mutex<State>,
}

/// What is asked of every ticket alike.
pub(crate) struct Question {
    pub(crate) audience: Audience,
    pub(crate) now: Timestamp,
    pub(crate) options: SuggestOptions,
}

struct State {
    /// None once it is used up.
    tickets: Option<Py<PyIterator>>,
    answered: VecDeque<Suggestions>,
    /// Raised when what was answered before it has been handed out.
    failed: Option<PyErr>,
}

#[pymethods]
impl Answers {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        guarded(py, || {
            // A lock would wait for a thread that may itself wait for the interpreter.
            let mut state = match self.state.try_lock() {
                Ok(state) => state,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    return Err(invalid(
                        py,
                        "another thread is reading these answers; give each thread its own",
                    ));
                }
            };
            if state.answered.is_empty() && state.failed.is_none() {
                self.answer_next(py, &mut state)?;
            }
            if let Some(answer) = state.answered.pop_front() {
                return answers::suggestions(py, &answer).map(Some);
            }
            state.failed.take().map_or(Ok(None), Err)
        })
    }
}

impl Answers {
    pub(crate) fn new(
        knowledge_base: Py<KnowledgeBase>,
        question: Question,
        tickets: Bound<'_, PyIterator>,
    ) -> Self {
        Self {
            knowledge_base,
            question: Arc::new(question),
            state: Mutex::new(State {
                tickets: Some(tickets.unbind()),
                answered: VecDeque::new(),
                failed: None,
            }),
        }
    }

    /// Reads the next tickets and answers them.
    fn answer_next(&self, py: Python<'_>, state: &mut State) -> PyResult<()> {
        let Some(iterator) = &state.tickets else {
            return Ok(());
        };
        let mut iterator = iterator.bind(py).clone();
        let mut tickets = Vec::new();
        let mut size_bytes = 0;
        while tickets.len() < CHUNK_TICKETS && size_bytes < CHUNK_BYTES {
            let ticket = match iterator.next() {
                Some(Ok(ticket)) => ticket
                    .extract::<TicketArgument>()
                    .map(|argument| argument.0),
                Some(Err(error)) => Err(error),
                None => {
                    state.tickets = None;
                    break;
                }
            };
            match ticket {
                Ok(ticket) => {
                    size_bytes += message_bytes(&ticket);
                    tickets.push(ticket);
                }
                Err(error) => {
                    state.failed = Some(error);
                    state.tickets = None;
                    break;
                }
            }
        }
        if tickets.is_empty() {
            return Ok(());
        }
        let knowledge_base = self.knowledge_base.get().open_handle(py)?;
        let question = Arc::clone(&self.question);
        let answered = run(py, None, OnInterrupt::Abandon, move |link| {
            answer_all(&knowledge_base, &question, &tickets, link)
        });
        match answered {
            Ok(answered) => state.answered = answered.into(),
            // These tickets are lost, and so is the order of what would follow.
            Err(error) => {
                state.tickets = None;
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Answers on all cores; the answers are in the order of the tickets, and the first error in that order counts.
fn answer_all(
    knowledge_base: &helpdex::KnowledgeBase,
    question: &Question,
    tickets: &[Ticket],
    link: &Link,
) -> helpdex::Result<Vec<Suggestions>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut answered = Vec::new();
        while !link.is_stopped() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(ticket) = tickets.get(index) else {
                break;
            };
            let Question {
                audience,
                now,
                options,
            } = question;
            answered.push((
                index,
                knowledge_base.suggest(ticket, audience, *now, options),
            ));
        }
        answered
    };
    let mut answered = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(tickets.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut answered = work();
        for other in others {
            let done = other.join();
            answered.extend(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        answered
    });
    answered.sort_by_key(|(index, _)| *index);
    answered.into_iter().map(|(_, answer)| answer).collect()
}

fn message_bytes(ticket: &Ticket) -> usize {
    match &ticket.message {
        Message::Text(text) | Message::Html(text) => text.len(),
        Message::Email(bytes) => bytes.len(),
    }
}

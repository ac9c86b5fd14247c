//! The Python class `Draft`.

use std::sync::{Arc, Mutex, TryLockError};

use pyo3::prelude::*;

use crate::answers;
use crate::error::{exception, guarded, invalid};
use crate::handle::Handle;
use crate::ticket::TicketArgument;

/// A ticket that its customer is typing: suggestions for each longer text. `KnowledgeBase.draft` makes it.
///
/// The first answer equals that of `KnowledgeBase.suggest`, except for the last digits of scores. Afterwards an article
/// overtakes another one only when it is clearly more probable, and a shown article disappears only when its
/// probability falls clearly below the threshold; with a target precision it disappears at the threshold. `ranking` is
/// that of `suggest`, best first. Only the new words of a longer text are scored.
///
/// The promise of a target precision holds for `suggest`: call it when the ticket is sent. All answers come from one
/// generation; articles that are denied meanwhile are no longer shown. Only one thread at a time can use it.
///
/// Example:
///     >>> with KnowledgeBase.in_memory() as kb:
///     ...     article = Article(id="pin", locale="en", title="Reset your PIN", visibility="public")
///     ...     changes = kb.upsert([article])
///     ...     published = kb.publish()
///     ...     draft = kb.draft(audience=Audience.public())
///     ...     [[article.title for article in draft.suggest(text)] for text in ("Hi", "Hi, reset the pin")]
///     [[], ['Reset your PIN']]
#[pyclass(frozen, module = "helpdex")]
pub(crate) struct Draft {
    handle: Arc<Handle>,
    draft: Mutex<helpdex::Draft>,
}

#[pymethods]
impl Draft {
    /// Return the suggestions for the current text of the ticket, which replace the previous ones.
    ///
    /// The same ticket again gives the same answer; any other ticket is accepted too.
    ///
    /// Args:
    ///     ticket: A `Ticket`, or a `str` as one.
    fn suggest<'py>(&self, py: Python<'py>, ticket: TicketArgument) -> PyResult<Bound<'py, PyAny>> {
        self.handle.opened(py)?;
        guarded(py, || {
            // A lock would wait for a thread that may itself wait for the interpreter.
            let mut draft = match self.draft.try_lock() {
                Ok(draft) => draft,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    return Err(invalid(
                        py,
                        "another thread is asking this draft; give each thread its own",
                    ));
                }
            };
            let draft = &mut *draft;
            let answer = py
                .detach(|| draft.suggest(&ticket.0))
                .map_err(|error| exception(py, &error))?;
            answers::suggestions(py, &answer)
        })
    }
}

impl Draft {
    pub(crate) fn new(handle: Arc<Handle>, draft: helpdex::Draft) -> Self {
        Self {
            handle,
            draft: Mutex::new(draft),
        }
    }
}

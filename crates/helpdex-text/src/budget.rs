//! Lets the caller stop long work: after every bounded amount of it, the caller is asked whether to go on.

use std::ops::ControlFlow;

/// The bytes of work after which the caller is asked again.
///
/// Cleaning costs some hundred instructions a byte, so that this takes well below a millisecond.
const BYTES_BETWEEN_QUESTIONS: usize = 16 * 1024;

/// The sign that the caller has stopped the work.
#[derive(Debug)]
pub(crate) struct Ended;

/// Counts work, and asks the caller at intervals whether to go on.
pub(crate) struct Budget<'a> {
    /// The question to the caller; `None` when the work is never stopped.
    ask: Option<&'a mut dyn FnMut() -> ControlFlow<()>>,
    /// The bytes of work left until the next question.
    left: usize,
}

impl<'a> Budget<'a> {
    /// Makes a budget that never ends.
    pub(crate) fn unlimited() -> Self {
        Self { ask: None, left: 0 }
    }

    /// Makes a budget that ends when `ask` breaks.
    pub(crate) fn asking(ask: &'a mut dyn FnMut() -> ControlFlow<()>) -> Self {
        Self {
            ask: Some(ask),
            left: 0,
        }
    }

    /// Counts work that is about to be done, as the number of bytes that it looks at.
    ///
    /// The first call asks the caller, and then every call with which the count reaches 16 KiB.
    ///
    /// # Errors
    /// When the caller stops the work.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Ended> {
        let Some(ask) = &mut self.ask else {
            return Ok(());
        };
        if self.left > bytes {
            self.left -= bytes;
            return Ok(());
        }
        self.left = BYTES_BETWEEN_QUESTIONS;
        match ask() {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Ended),
        }
    }
}

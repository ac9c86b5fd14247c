//! Work that the caller can stop: after every bounded piece of it the caller is asked whether to go on.

use std::ops::ControlFlow;

/// Bytes of work between two questions to the caller.
///
/// Cleaning costs some hundred instructions a byte, so that this is well below a millisecond.
const BYTES_BETWEEN_QUESTIONS: usize = 16 * 1024;

/// The caller has stopped the work.
#[derive(Debug)]
pub(crate) struct Ended;

/// Counts work, and asks the caller now and then.
pub(crate) struct Budget<'a> {
    /// `None` when the work has no limit.
    ask: Option<&'a mut dyn FnMut() -> ControlFlow<()>>,
    /// Bytes of work until the next question.
    left: usize,
}

impl<'a> Budget<'a> {
    /// A budget that never ends.
    pub(crate) fn unlimited() -> Self {
        Self { ask: None, left: 0 }
    }

    /// A budget that ends when `ask` breaks.
    pub(crate) fn asking(ask: &'a mut dyn FnMut() -> ControlFlow<()>) -> Self {
        Self {
            ask: Some(ask),
            left: 0,
        }
    }

    /// Counts a piece of work that is about to be done, by the bytes that it looks at.
    ///
    /// The first piece asks, and then every one with which 16 KiB are reached.
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

//! Runs long work on a thread of its own, while the calling thread checks for signals and reports the progress.
//!
//! Python handles Ctrl-C on its main thread only, and only while that thread is attached to the interpreter.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use helpdex::report::Progress;
use pyo3::prelude::*;

use crate::error::{exception, named, panicked};

/// The time between two checks for signals: far below the second after which people press Ctrl-C again.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What happens when work is asked to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnInterrupt {
    /// The caller waits for the end of the work, so that its changes are complete when the exception arrives.
    Wait,
    /// The caller does not wait. The work only reads, and ends by itself.
    Abandon,
}

/// The connection between the work and the thread that waits for it.
#[derive(Default)]
pub(crate) struct Link {
    stopped: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Link {
    /// Stores the progress of the work; breaks when the work must stop.
    pub(crate) fn report(&self, progress: Progress) -> ControlFlow<()> {
        self.total.store(progress.total, Ordering::Relaxed);
        self.done.store(progress.done, Ordering::Relaxed);
        if self.stopped.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn progress(&self) -> (usize, usize) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }
}

/// Does the work on another thread with the interpreter released. An exception from a signal, or from `progress`, which
/// is called as `progress(done, total)`, stops the work and is raised.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    on_interrupt: OnInterrupt,
    work: impl FnOnce(&Link) -> helpdex::Result<T> + Send + 'static,
) -> PyResult<T> {
    let link = Arc::new(Link::default());
    let (sender, mut receiver) = sync_channel(1);
    let of_worker = Arc::clone(&link);
    thread::Builder::new()
        .name("helpdex".to_owned())
        .spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&of_worker)));
            // Nobody receives it when the work was abandoned.
            let _ = sender.send(outcome);
        })
        .map_err(|e| {
            named(
                py,
                "Error",
                format!("cannot start a thread: {e}; free some memory or threads"),
            )
        })?;
    let mut told = (0, 0);
    loop {
        let outcome;
        (outcome, receiver) = py.detach(move || (receiver.recv_timeout(LOOK_EVERY), receiver));
        let now = link.progress();
        let heard = py.check_signals().and_then(|()| match progress {
            Some(progress) if now != told => progress.call1(now).map(drop),
            _ => Ok(()),
        });
        told = now;
        if let Err(interrupt) = heard {
            link.stopped.store(true, Ordering::Relaxed);
            if on_interrupt == OnInterrupt::Wait && outcome.is_err() {
                py.detach(move || receiver.recv()).ok();
            }
            return Err(interrupt);
        }
        return match outcome {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(error))) => Err(exception(py, &error)),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(panicked(py)),
            Err(RecvTimeoutError::Timeout) => continue,
        };
    }
}

//! The monotonic clock. Only this file reads it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// Measures how long something takes. The time appears in no result but `elapsed_us`.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods)]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the microseconds since the start.
    pub(crate) fn elapsed_us(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Returns the deadline `budget_ms` milliseconds after the start; one that never comes when there is no budget.
    pub(crate) fn deadline(&self, budget_ms: Option<u64>) -> Deadline {
        let budget = budget_ms.map(Duration::from_millis);
        Deadline(budget.and_then(|budget| self.0.checked_add(budget)))
    }
}

/// The moment at which work is given up; `None`: never.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) const NEVER: Self = Self(None);

    /// Checks that the deadline has not passed.
    ///
    /// # Errors
    /// [`Interrupted`](ErrorKind::Interrupted) when it has passed.
    #[expect(clippy::disallowed_methods)]
    pub(crate) fn check(self) -> Result<()> {
        match self.0 {
            Some(at) if Instant::now() >= at => Err(Self::passed()),
            _ => Ok(()),
        }
    }

    /// Returns half of the time that is left; `None` without a limit.
    #[expect(clippy::disallowed_methods)]
    pub(crate) fn half_of_rest(self) -> Option<Duration> {
        self.0
            .map(|at| at.saturating_duration_since(Instant::now()) / 2)
    }

    /// Returns the error for work that is given up because its deadline has passed.
    pub(crate) fn passed() -> Error {
        Error::new(
            ErrorKind::Interrupted,
            "the time budget has ended; give more time",
        )
    }

    /// Returns whether work may continue, in the form that the text layer asks for.
    pub(crate) fn go_on(self) -> ControlFlow<()> {
        match self.check() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_of_nothing_has_ended_at_once_and_none_never_ends() {
        let stopwatch = Stopwatch::start();
        let error = stopwatch.deadline(Some(0)).check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(stopwatch.deadline(None).check().is_ok());
        assert!(stopwatch.deadline(Some(3_600_000)).check().is_ok());
        assert!(stopwatch.deadline(Some(u64::MAX)).check().is_ok());
        assert!(Deadline::NEVER.check().is_ok());
        assert!(stopwatch.deadline(Some(0)).go_on().is_break());
        assert!(Deadline::NEVER.go_on().is_continue());
    }
}

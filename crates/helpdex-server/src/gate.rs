//! Limits the work: as many requests are worked on as there are processors, some more wait, and others are refused at
//! once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio::time::timeout;

use crate::clock;
use crate::problem::Problem;

/// The limit of the requests that are worked on or wait.
#[derive(Clone)]
pub(crate) struct Gate {
    /// The free places for requests that are worked on or wait.
    places: Arc<Semaphore>,
    /// The free processors, each of which works on one request.
    processors: Arc<Semaphore>,
    budget: Duration,
}

/// A place for one request, which is free again when this is dropped.
pub(crate) struct Place {
    gate: Gate,
    _place: OwnedSemaphorePermit,
}

impl Gate {
    pub(crate) fn new(places: usize, processors: usize, budget_ms: u64) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            processors: Arc::new(Semaphore::new(processors)),
            budget: Duration::from_millis(budget_ms),
        }
    }

    /// Takes a place for a request.
    ///
    /// # Errors
    /// [`Problem::overloaded`] when none is free.
    pub(crate) fn enter(&self) -> Result<Place, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        Ok(Place {
            gate: self.clone(),
            _place: place.map_err(|_| Problem::overloaded())?,
        })
    }

    /// Returns how many of all `places` are taken.
    pub(crate) fn taken(&self, places: usize) -> usize {
        places.saturating_sub(self.places.available_permits())
    }
}

impl Place {
    /// Runs work on a thread of its own as soon as a processor is free. `work` gets the milliseconds that are left of
    /// the time budget, at least 1.
    ///
    /// # Errors
    /// [`Problem::overloaded`] when no processor becomes free within the time budget, else those of the work.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(u64) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let start = clock::instant();
        let processor = Arc::clone(&self.gate.processors).acquire_owned();
        let processor = timeout(self.gate.budget, processor).await;
        let Ok(Ok(processor)) = processor else {
            return Err(Problem::overloaded());
        };
        let left = self.gate.budget.saturating_sub(start.elapsed());
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1);
        on_thread(processor, move || work(left_ms)).await
    }

    /// Runs work as [`run`](Self::run), but waits for a processor without a limit of time: for a caller who sends many
    /// tickets.
    ///
    /// # Errors
    /// Those of the work.
    pub(crate) async fn run_patiently<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let processor = Arc::clone(&self.gate.processors).acquire_owned().await;
        on_thread(processor.map_err(|_| Problem::overloaded())?, work).await
    }
}

async fn on_thread<T: Send + 'static>(
    processor: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let span = tracing::Span::current();
    let done = task::spawn_blocking(move || {
        let _processor = processor;
        span.in_scope(work)
    });
    done.await.unwrap_or_else(|_| {
        // The message of a panic may quote a ticket, so it is not kept.
        tracing::error!("the work of a request panicked: this is a bug in Helpdex");
        Err(Problem::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "this is a bug in Helpdex; report it",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_without_a_place_or_a_processor_is_refused_and_not_kept_waiting() {
        let gate = Gate::new(1, 1, 60_000);
        let place = gate.enter().unwrap();
        assert!(gate.enter().is_err());
        drop(place);
        assert!(gate.enter().is_ok());
        // No thread works, so that none becomes free.
        let gate = Gate::new(1, 0, 1);
        let refused = gate.enter().unwrap().run(|_| Ok(())).await;
        assert!(refused.is_err());
    }

    #[tokio::test]
    async fn work_that_panics_is_an_answer_and_frees_its_processor() {
        let gate = Gate::new(1, 1, 60_000);
        let failed = gate.enter().unwrap().run::<()>(|_| panic!("a test")).await;
        assert!(failed.is_err());
        let done = gate.enter().unwrap().run(|_| Ok(7)).await;
        assert_eq!(done.unwrap(), 7);
    }
}

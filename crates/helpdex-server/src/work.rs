//! The work that a request asks of the library.

use std::sync::Arc;

use helpdex::KnowledgeBase;

use crate::problem::Problem;
use crate::state::State;

/// Runs work on the knowledge base of a tenant, on a thread of its own and as soon as a processor is free. `work` gets
/// the milliseconds that are left of the time budget, at least 1. A change may take longer, and one that has begun is
/// always finished.
///
/// # Errors
/// [`Problem::overloaded`] when there is no place or no processor in time, a problem when the tenant has no knowledge
/// base, else those of the work.
pub(crate) async fn on_knowledge_base<T: Send + 'static>(
    state: &State,
    tenant: Option<String>,
    work: impl FnOnce(&KnowledgeBase, u64) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let place = state.gate.enter()?;
    let shared = Arc::clone(state);
    place
        .run(move |left_ms| work(&shared.knowledge_bases.of(tenant.as_deref())?, left_ms))
        .await
}

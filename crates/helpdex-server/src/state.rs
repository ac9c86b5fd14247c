//! The state that all requests share.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use helpdex::Result;

use crate::access::keys::Keys;
use crate::access::reader_token::ReaderVerifier;
use crate::config::Config;
use crate::demonstration::Demonstration;
use crate::gate::Gate;
use crate::knowledge_bases::KnowledgeBases;
use crate::metrics::Metrics;
use crate::rate_limit::Rates;

/// The state of the service, which is cheap to clone.
pub(crate) type State = Arc<Shared>;

/// Everything that the requests share.
pub(crate) struct Shared {
    pub config: Config,
    pub keys: Keys,
    pub readers: Vec<ReaderVerifier>,
    pub rates: Rates,
    pub gate: Gate,
    pub knowledge_bases: KnowledgeBases,
    pub metrics: Metrics,
    /// The keys of the demonstration; `None` if its page is not shown.
    pub demonstration: Option<Demonstration>,
}

/// Makes the state, and opens the configured knowledge bases.
///
/// # Errors
/// As [`Config::check`], and as [`KnowledgeBase::open`](helpdex::KnowledgeBase::open).
pub(crate) fn new(config: Config, demonstration: Option<Demonstration>) -> Result<State> {
    config.check()?;
    let readers: Result<Vec<_>> = config
        .reader_tokens
        .iter()
        .map(ReaderVerifier::new)
        .collect();
    let limits = &config.limits;
    let processors = available_parallelism().map_or(1, NonZeroUsize::get);
    Ok(Arc::new(Shared {
        keys: Keys::new(&config)?,
        readers: readers?,
        rates: Rates::new(limits),
        gate: Gate::new(
            limits.concurrent_requests,
            processors,
            limits.time_budget_ms,
        ),
        knowledge_bases: KnowledgeBases::open(&config)?,
        metrics: Metrics::new(),
        demonstration,
        config,
    }))
}

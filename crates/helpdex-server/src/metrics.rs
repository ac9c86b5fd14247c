//! The metrics of the service: counts, sizes and times, but nothing of a request's content.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The upper bounds of the durations that the histogram counts, in seconds: from an answer of a small help center to
/// one that is given up.
const SECONDS: [f64; 10] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0,
];

/// The metrics of the service, as Prometheus reads them.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter<u64, AtomicU64>>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    answers: Family<Answer, Counter<u64, AtomicU64>>,
    in_work: Gauge,
    open: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    outcome: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("helpdex");
        let requests = Family::default();
        registry.register("requests", "Requests by route and status", requests.clone());
        let seconds: Family<Route, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(SECONDS));
        let help = "Seconds from the head of a request to the head of its answer, by route";
        registry.register("request_seconds", help, seconds.clone());
        let answers = Family::default();
        let help = "Answers by outcome: offered, or the reason for abstaining";
        registry.register("answers", help, answers.clone());
        let (in_work, open) = (Gauge::default(), Gauge::default());
        registry.register(
            "requests_in_work",
            "Requests that work or wait",
            in_work.clone(),
        );
        let help = "Knowledge bases that are open";
        registry.register("knowledge_bases_open", help, open.clone());
        Self {
            registry,
            requests,
            seconds,
            answers,
            in_work,
            open,
        }
    }

    /// Counts a request. `route` is the pattern of the address in the service, never the address in the request.
    pub(crate) fn count_request(&self, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let of_route = Route {
            route: route.clone(),
        };
        self.seconds
            .get_or_create(&of_route)
            .observe(took.as_secs_f64());
        self.requests
            .get_or_create(&Request { route, status })
            .inc();
    }

    /// Counts an answer by the name of its outcome or reason.
    pub(crate) fn count_answer(&self, outcome: &'static str) {
        self.answers.get_or_create(&Answer { outcome }).inc();
    }

    /// Returns all metrics in the text format of Prometheus.
    pub(crate) fn to_text(&self, in_work: usize, open: usize) -> String {
        self.in_work.set(i64::try_from(in_work).unwrap_or(i64::MAX));
        self.open.set(i64::try_from(open).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

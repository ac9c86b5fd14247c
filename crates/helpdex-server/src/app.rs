//! The addresses of the service, and the layers that all requests pass.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State as Shared};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post, put};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::Instrument as _;

use crate::access::READER_TOKEN;
use crate::clock;
use crate::problem::Problem;
use crate::routes::{
    agent, articles, batch, demo, draft, events, mcp, rules, status, suggest, verdicts, widget,
};
use crate::state::State;

/// The time for which a browser may remember that an origin is permitted; Chromium remembers none longer.
const PREFLIGHT: Duration = Duration::from_hours(2);

/// Makes the router: every address of the service with its handler.
pub(crate) fn router(state: &State) -> Router {
    let versioned = Router::new()
        .route("/v1/suggest", post(suggest::suggest))
        .route("/v1/suggest/batch", post(batch::batch))
        .route("/v1/draft", post(draft::draft))
        .route("/v1/articles/{id}", get(articles::show))
        .route("/v1/articles", put(articles::put).delete(articles::delete))
        .route("/v1/publish", post(articles::publish))
        .route("/v1/deny", post(articles::deny))
        .route(
            "/v1/rules",
            get(rules::list).put(rules::put).delete(rules::delete),
        )
        .route("/v1/events", post(events::record))
        .route("/v1/verdicts", post(verdicts::learn))
        .route("/v1/agent/suggest", post(agent::suggest))
        // Before the layer, which answers browsers that ask first what they may send.
        .method_not_allowed_fallback(no_such_method)
        .layer(cors(state));
    let pages = match state.demonstration {
        Some(_) => demo::pages(),
        None => Router::new(),
    };
    versioned
        .merge(pages)
        .route("/healthz", get(status::healthz))
        .route("/readyz", get(status::readyz))
        .route("/metrics", get(status::metrics))
        .route("/openapi.json", get(status::openapi))
        .route("/widget.js", get(widget::script))
        .route("/mcp", post(mcp::call))
        .fallback(no_such_address)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(state.clone(), observe))
        .with_state(state.clone())
}

/// Makes the layer that lets pages of the origins of site keys read answers.
fn cors(state: &State) -> CorsLayer {
    let known = state.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin
                .to_str()
                .is_ok_and(|origin| known.keys.know_origin(origin))
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static(READER_TOKEN),
        ])
        .expose_headers([RETRY_AFTER])
        .max_age(PREFLIGHT)
}

async fn no_such_address() -> Problem {
    Problem::not_found("there is no such address; /openapi.json lists them")
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address takes another method; /openapi.json lists them",
    )
}

/// Counts a request and writes one line of the log about it: route, status, key and duration, but nothing of its
/// content.
async fn observe(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let start = clock::instant();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    let span = tracing::info_span!("request", method = %request.method(), route, key = tracing::field::Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = start.elapsed();
    let status = response.status().as_u16();
    let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, us, "answered"));
    state.metrics.count_request(route, status, took);
    let headers = response.headers_mut();
    // No answer is kept anywhere: what one reader sees, another may not see.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

//! Answers whether the service runs and can answer, and gives its metrics and its description.

use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::Access;
use crate::access::keys::Permission;
use crate::openapi;
use crate::problem::Problem;
use crate::state::State;

/// Answers that the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Answers whether the service can answer tickets: whether it has a generation, and a free place for a request.
pub(crate) async fn readyz(Shared(state): Shared<State>) -> Result<&'static str, Problem> {
    let place = state.gate.enter()?;
    let shared = state.clone();
    let is_ready = place
        .run(move |_| Ok(shared.knowledge_bases.is_ready()))
        .await?;
    if is_ready {
        return Ok("ready\n");
    }
    Err(Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not_published",
        "nothing has been published yet; publish the articles first",
    ))
}

/// Returns the metrics. If keys are configured, this requires a server key.
pub(crate) async fn metrics(
    Shared(state): Shared<State>,
    access: Access,
) -> Result<Response, Problem> {
    if matches!(access.permission, Permission::Site(_)) {
        return Err(Problem::forbidden(
            "a site key may not read metrics; send a server key",
        ));
    }
    let in_work = state.gate.taken(state.config.limits.concurrent_requests);
    let text = state
        .metrics
        .to_text(in_work, state.knowledge_bases.open_count());
    let media_type = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}

/// Returns the description of the service in `OpenAPI` 3.1.
pub(crate) async fn openapi() -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        openapi::document(),
    )
        .into_response()
}

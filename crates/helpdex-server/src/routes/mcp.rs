//! `POST /mcp`: the tools for agents of language models over HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::response::Response;
use helpdex::Audience;
use http_body_util::Full;
use hyper::body::Bytes;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::access::Access;
use crate::access::keys::Permission;
use crate::json_body::read_json_bytes;
use crate::mcp::Tools;
use crate::problem::Problem;
use crate::state::State;

/// Answers one message of the protocol. Nothing is kept between two messages, so that any process of the service can
/// answer the next one.
///
/// With a server key and no reader token the tools return what the configured audience may see, else what the caller
/// may see as on every other address.
pub(crate) async fn call(
    Shared(state): Shared<State>,
    access: Access,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let limits = &state.config.limits;
    let body = read_json_bytes(&parts.headers, body, limits.body_bytes, limits.read_ms).await?;
    let audience = audience(&state, &access)?;
    let tools = Tools::new(Arc::clone(&state), access.tenant, audience);
    // The access has checked host and origin.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(tools.clone()), sessions, config);
    let request = Request::from_parts(parts, Full::new(Bytes::from(body)));
    Ok(service.handle(request).await.map(Body::new))
}

/// Returns the readers whose articles the tools return.
fn audience(state: &State, access: &Access) -> Result<Audience, Problem> {
    let is_public = access.audience == Audience::public();
    match access.permission {
        Permission::Server { .. } if is_public => Ok(state.config.agents.audience()?),
        _ => Ok(access.audience.clone()),
    }
}

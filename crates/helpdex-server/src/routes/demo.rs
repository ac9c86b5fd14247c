//! The page of the demonstration, on which one tries the widget and sees the agent's side, on one's own machine.

use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use helpdex::Timestamp;
use serde::Serialize;

use crate::access::is_loopback;
use crate::access::reader_token::sign_reader_token;
use crate::clock;
use crate::problem::Problem;
use crate::state::State;

/// The content security policy of the page: scripts, styles and requests come from the service alone, and nothing else
/// is loaded.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// The number of seconds for which a token of the page's signed-in reader is valid.
const TOKEN_SECONDS: i64 = 600;

/// The keys that the page uses, for the customer's half and for the agent's half.
#[derive(Serialize)]
struct Session {
    site_key: String,
    server_key: String,
    reader_token: String,
}

/// Makes the router of the addresses of the page.
pub(crate) fn pages() -> Router<State> {
    Router::new()
        .route(
            "/",
            get(async || {
                page(
                    "text/html; charset=utf-8",
                    include_str!("../demo/page.html"),
                )
            }),
        )
        .route(
            "/demo.js",
            get(async || {
                page(
                    "text/javascript; charset=utf-8",
                    include_str!("../demo/page.js"),
                )
            }),
        )
        .route(
            "/demo.css",
            get(async || page("text/css; charset=utf-8", include_str!("../demo/page.css"))),
        )
        .route("/demo/session", get(session))
}

fn page(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text).into_response()
}

/// Gives the page its keys. Pages of other origins cannot read the response, and requests to a name that is not this
/// machine's own are refused.
async fn session(Shared(state): Shared<State>, headers: HeaderMap) -> Result<Response, Problem> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let demo = state.demonstration.as_ref();
    let demo = demo.filter(|_| host.is_some_and(is_loopback));
    let demo =
        demo.ok_or_else(|| Problem::forbidden("the demonstration is for this machine only"))?;
    let ends = Timestamp::from_unix_seconds(clock::now().unix_seconds() + TOKEN_SECONDS);
    Ok(Json(Session {
        site_key: demo.site_key.clone(),
        server_key: demo.server_key.clone(),
        reader_token: sign_reader_token(&demo.secret, None, &[], ends)?,
    })
    .into_response())
}

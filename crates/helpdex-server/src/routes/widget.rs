//! Serves the script of the widget.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The script of the widget as it was built; its source is in `widget/`.
const SCRIPT: &str = include_str!("../../../../widget/dist/helpdex-suggest.js");

/// The cache rule of the script: a browser keeps it for an hour, then asks whether it has changed.
const CACHE: &str = "public, max-age=3600";

/// Returns the script, or says that it has not changed.
pub(crate) async fn script(headers: HeaderMap) -> Response {
    let tag = format!("\"{}\"", &blake3::hash(SCRIPT.as_bytes()).to_hex()[..32]);
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        SCRIPT.into_response()
    };
    let answered = response.headers_mut();
    let script = HeaderValue::from_static("text/javascript; charset=utf-8");
    answered.insert(header::CONTENT_TYPE, script);
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    // Pages of every site load it.
    let everybody = HeaderValue::from_static("*");
    answered.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    if let Ok(tag) = tag.parse() {
        answered.insert(header::ETAG, tag);
    }
    response
}

//! Reads the body of a request: JSON, within limits of size and time.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::json_object::Object;
use crate::problem::Problem;
use crate::state::State;

/// A JSON body, with the usual limit of size.
pub(crate) struct JsonBody<T>(pub T);

/// A JSON body of articles, with a larger limit of size.
pub(crate) struct LargeJsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<State> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        read(request, state, state.config.limits.body_bytes)
            .await
            .map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<State> for LargeJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        read(request, state, state.config.limits.articles_body_bytes)
            .await
            .map(Self)
    }
}

/// Checks that a body has at most `max` entries; `what` names them in the error.
///
/// # Errors
/// A problem with the number and the limit when there are more.
pub(crate) fn check_count(what: &str, count: usize, max: usize) -> Result<(), Problem> {
    if count > max {
        return Err(Problem::invalid(format!(
            "there are {count} {what}; give at most {max} at once"
        )));
    }
    Ok(())
}

async fn read<T: DeserializeOwned>(
    request: Request,
    state: &State,
    max_bytes: usize,
) -> Result<T, Problem> {
    let (parts, body) = request.into_parts();
    let read_ms = state.config.limits.read_ms;
    let bytes = read_json_bytes(&parts.headers, body, max_bytes, read_ms).await?;
    let parsed = serde_json::from_slice::<Object<T>>(&bytes);
    parsed.map(|object| object.0).map_err(|error| {
        let category = format!("{:?}", error.classify()).to_lowercase();
        Problem::invalid(format!(
            "the body is not what this address takes in JSON ({category} error at line {} column {}{}); correct it",
            error.line(),
            error.column(),
            field(&error.to_string()),
        ))
    })
}

/// Reads the bytes of a body that is declared as JSON, within these limits of size and time.
///
/// # Errors
/// Refuses another media type, a body in chunks, one that is too long, and one that arrives too slowly.
pub(crate) async fn read_json_bytes(
    headers: &HeaderMap,
    body: Body,
    max_bytes: usize,
    read_ms: u64,
) -> Result<Vec<u8>, Problem> {
    check_media_type(headers, "application/json")?;
    // One body, whose length is told beforehand, leaves no doubt where the next request of the connection begins.
    if headers.contains_key(TRANSFER_ENCODING) {
        return Err(Problem::new(
            StatusCode::LENGTH_REQUIRED,
            "length_required",
            "the body comes in chunks; send it with a Content-Length",
        )
        .closing());
    }
    read_bytes(body, max_bytes, read_ms).await
}

/// Returns the part of an error message that names a field, such as ": unknown field `x`"; "" for other messages, so
/// that no text of a ticket is repeated.
pub(crate) fn field(message: &str) -> String {
    let known = ["unknown field `", "missing field `", "duplicate field `"];
    let rest = known
        .iter()
        .find_map(|start| Some((start, message.strip_prefix(start)?)));
    let Some((start, rest)) = rest else {
        return String::new();
    };
    let name = rest.split('`').next().unwrap_or_default();
    let is_name = name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name {
        format!(": {start}{name}`")
    } else {
        String::new()
    }
}

/// Refuses a request with another media type than `expected`. A form on another site can send other types without
/// permission, but not JSON.
pub(crate) fn check_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|text| text.split(';').next())
        .unwrap_or_default();
    if given.trim().eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        format!("the body is not declared as {expected}; set the header Content-Type"),
    ))
}

async fn read_bytes(body: Body, max_bytes: usize, read_ms: u64) -> Result<Vec<u8>, Problem> {
    let read = Limited::new(body, max_bytes).collect();
    let Ok(read) = timeout(Duration::from_millis(read_ms), read).await else {
        return Err(too_slow());
    };
    match read {
        Ok(read) => Ok(read.to_bytes().into()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the body has more than {max_bytes} bytes; shorten it"),
        )
        .closing()),
        Err(_) => Err(Problem::invalid("the body ended early; send all of it").closing()),
    }
}

/// Returns the refusal of a body that took too long to arrive.
pub(crate) fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "the body did not arrive in time; send it faster",
    )
    .closing()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::body::{Bytes, HttpBody};
    use axum::response::IntoResponse as _;
    use hyper::body::Frame;

    use super::*;

    #[test]
    fn a_body_that_does_not_arrive_is_refused_and_its_connection_closed() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        // It never has a byte, so how long the service waits changes nothing.
        let read = async { read_bytes(Body::new(Never), 10, 1).await };
        let refused = runtime.block_on(read).unwrap_err().into_response();
        assert_eq!(refused.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(refused.headers()["connection"], "close");
    }

    /// A body that never has a byte, and never ends.
    struct Never;

    impl HttpBody for Never {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    #[test]
    fn an_error_names_a_field_and_quotes_no_value() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Form {
            #[expect(dead_code, reason = "only errors are looked at")]
            text: String,
        }
        let error =
            |json: &str| field(&serde_json::from_str::<Form>(json).unwrap_err().to_string());
        assert_eq!(
            error(r#"{"audience": "internal"}"#),
            ": unknown field `audience`"
        );
        assert_eq!(error("{}"), ": missing field `text`");
        assert_eq!(error(r#"{"I forgot my password": 1}"#), "");
        assert_eq!(error(r#"{"text": 4711}"#), "");
    }
}

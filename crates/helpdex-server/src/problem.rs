//! Errors in the form of RFC 9457.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use helpdex::{Error, ErrorKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A refusal of a request, from which the response is written.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: String,
    retry_after_seconds: Option<u64>,
    /// Whether the connection must be closed, because what follows on it cannot be trusted.
    closes: bool,
}

/// An error of the service, with the media type `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The type of the problem: `urn:helpdex:` and the kind.
    #[schema(example = "urn:helpdex:invalid_input")]
    pub r#type: String,
    /// The kind: that of an error of the library, or one of `unauthorized`, `forbidden`, `too_large`, `unsupported_media_type`,
    /// `too_slow`, `too_many_requests`, `overloaded`, `length_required`.
    #[schema(example = "invalid_input")]
    pub kind: &'static str,
    /// The status of HTTP in words.
    pub title: &'static str,
    /// The status of HTTP as a number.
    pub status: u16,
    /// One sentence for the developer, with the wrong value and the remedy, but no text of a ticket.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            detail: detail.into(),
            retry_after_seconds: None,
            closes: false,
        }
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_input", detail)
    }

    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// Returns the refusal of a request that would wait too long.
    pub(crate) fn overloaded() -> Self {
        Self {
            retry_after_seconds: Some(1),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                "more requests than are answered in time; try again later",
            )
        }
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "more requests of this key or address than a minute may have; try again later",
            )
        }
    }

    /// Returns the sentence for the developer.
    pub(crate) fn into_detail(self) -> String {
        self.detail
    }

    /// Returns the refusal with the order to close the connection after it.
    pub(crate) fn closing(self) -> Self {
        Self {
            closes: true,
            ..self
        }
    }

    /// Returns the refusal after a failure of the service, and writes the cause to the log only.
    fn failed(error: &Error) -> Self {
        let kind = error.kind().name();
        tracing::error!(kind, %error, "the knowledge base cannot be used");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            kind,
            "the knowledge base cannot be used; the log of the service says why",
        )
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = error.kind().name();
        match error.kind() {
            // Such an error names no file: articles and options come with the request.
            ErrorKind::InvalidInput => Self::new(StatusCode::BAD_REQUEST, kind, error.to_string()),
            ErrorKind::Interrupted => Self::overloaded(),
            ErrorKind::NotFound => Self::new(
                StatusCode::NOT_FOUND,
                kind,
                "there is no knowledge base of this tenant; build one, or correct the configuration",
            ),
            ErrorKind::IndexLocked => Self {
                retry_after_seconds: Some(1),
                ..Self::new(
                    StatusCode::CONFLICT,
                    kind,
                    "another process is changing this knowledge base; try again later",
                )
            },
            _ => Self::failed(&error),
        }
    }
}

impl Problem {
    /// Returns the body of the response.
    pub(crate) fn into_body(self) -> ProblemBody {
        ProblemBody {
            r#type: format!("urn:helpdex:{}", self.kind),
            kind: self.kind,
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: self.detail,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after_seconds, closes) =
            (self.status, self.retry_after_seconds, self.closes);
        let mut response = (status, Json(self.into_body())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

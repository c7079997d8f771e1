//! The one place where what went wrong becomes a status and a JSON body.

use crate::app::operators::May;
use crate::storage::StorageError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use serde_json::json;
use std::time::Duration;

/// Seconds until a server that has too much to do has done some of it.
const SOON_S: u64 = 1;

/// An error of the JSON API.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request as a whole cannot be read.
    BadRequest {
        code: &'static str,
        message: String,
    },
    TooLarge {
        message: String,
    },
    UnsupportedEncoding,
    /// No key, or one that is not in `milepost.toml`.
    UnknownKey,
    /// This origin is not on the key's list.
    ForbiddenOrigin {
        origin: String,
    },
    /// Nobody we know: no session, no token.
    Unauthorized,
    /// Known, and not allowed this.
    NotAllowed {
        what: May,
    },
    NotFound {
        message: String,
    },
    Storage(StorageError),
    /// A key's or a network's allowance is used up.
    TooOften {
        by: &'static str,
        wait: Duration,
    },
    /// No room just now.
    Busy,
    /// The request took too long to come, or to be answered.
    Late,
    /// The server is about to end.
    Stopping,
    /// Our own mistake.
    Defect,
}

impl ApiError {
    /// The body is longer than a batch may be.
    pub(super) fn body_too_large() -> Self {
        let message = format!("the body has more than {} bytes; send smaller batches", limits::BATCH_BYTES);
        Self::TooLarge { message }
    }

    pub(super) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::BadRequest { code, message: message.into() }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::BadRequest { code, message } => (StatusCode::BAD_REQUEST, code, message),
            Self::TooLarge { message } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", message),
            Self::UnsupportedEncoding => {
                let message = "the content encoding is unknown; send gzip, deflate or none, once".to_owned();
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding", message)
            }
            Self::UnknownKey => {
                let message = "the write key is missing or unknown; send it as the user name of basic \
                               authentication or as `writeKey` in the body, and see [[key]] in milepost.toml";
                (StatusCode::UNAUTHORIZED, "unknown_key", message.to_owned())
            }
            Self::ForbiddenOrigin { origin } => {
                let message =
                    format!("pages of {origin} may not use this key; add the origin to its `origins` in milepost.toml");
                (StatusCode::FORBIDDEN, "forbidden_origin", message)
            }
            Self::Unauthorized => {
                let message = "send a token of the page Operators, or of the data folder's api-token file, as \
                     `authorization: Bearer …`, or log in";
                let mut response = body(StatusCode::UNAUTHORIZED, "unauthorized", message);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                return response;
            }
            Self::NotAllowed { what } => {
                let message = format!("this token or operator is not allowed {}: ask an owner", what.in_words());
                (StatusCode::FORBIDDEN, "not_allowed", message)
            }
            Self::NotFound { message } => (StatusCode::NOT_FOUND, "not_found", message),
            Self::Storage(error) => {
                // Details are the operator's, not the caller's.
                if !error.is_passing() {
                    tracing::error!(%error, "storage could not answer");
                }
                let message = "storage cannot answer just now; try again in a moment".to_owned();
                let mut response = body(StatusCode::SERVICE_UNAVAILABLE, "unavailable", &message);
                response.headers_mut().insert(header::RETRY_AFTER, retry_after(error.retry_after_s()));
                return response;
            }
            Self::TooOften { by, wait } => {
                let message = format!("too many requests of this {by}; come back when `Retry-After` says");
                let mut response = body(StatusCode::TOO_MANY_REQUESTS, "too_often", &message);
                let seconds = wait.as_secs().saturating_add(1);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return response;
            }
            Self::Busy => {
                let message = "the server has as much to do as it can; try again in a moment";
                let mut response = body(StatusCode::SERVICE_UNAVAILABLE, "busy", message);
                response.headers_mut().insert(header::RETRY_AFTER, retry_after(SOON_S));
                return response;
            }
            Self::Late => {
                let message = "the request took too long; send it again, sooner complete";
                (StatusCode::REQUEST_TIMEOUT, "too_late", message.to_owned())
            }
            Self::Stopping => {
                let message = "the server is stopping; what was sent is being answered".to_owned();
                (StatusCode::SERVICE_UNAVAILABLE, "stopping", message)
            }
            Self::Defect => {
                let message = "the server made a mistake; it is in its log".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "defect", message)
            }
        };
        body(status, code, &message)
    }
}

fn body(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}

/// Puts words into refusals that the layers around a handler answer without any.
pub(super) async fn in_words(response: Response) -> Response {
    let is_json =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/json"));
    match response.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE if !is_json => ApiError::UnsupportedEncoding.into_response(),
        StatusCode::PAYLOAD_TOO_LARGE if !is_json => ApiError::body_too_large().into_response(),
        _ => response,
    }
}

/// Says as JSON what extractors refuse in plain text: a parameter given twice, a number that is none.
pub(super) async fn in_json(response: Response) -> Response {
    let is_text =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/plain"));
    if response.status() != StatusCode::BAD_REQUEST || !is_text {
        return response;
    }
    let said = axum::body::to_bytes(response.into_body(), REFUSAL_BYTES).await.unwrap_or_default();
    ApiError::bad_request("invalid_parameter", String::from_utf8_lossy(&said)).into_response()
}

/// What an extractor says is a line; it may hold what the caller sent.
const REFUSAL_BYTES: usize = 16 * 1024;

/// Seconds after which a shed request may be tried again.
pub(super) fn retry_after(seconds: u64) -> HeaderValue {
    HeaderValue::from(seconds)
}

//! The one place where what went wrong becomes a status and a JSON body.

use crate::storage::StorageError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use serde_json::json;

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
    NotFound {
        message: String,
    },
    Storage(StorageError),
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
                let message = "the content encoding is unknown; send gzip, deflate, br or none, once".to_owned();
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
                let message =
                    "send the token of the data folder's api-token file as `authorization: Bearer …`, or log in";
                let mut response = body(StatusCode::UNAUTHORIZED, "unauthorized", message);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                return response;
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

/// Seconds after which a shed request may be tried again.
pub(super) fn retry_after(seconds: u64) -> HeaderValue {
    HeaderValue::from(seconds)
}

//! Which pages may talk to us: the origins that a key allows, echoed one at a time, never with credentials.
//!
//! Not a security boundary: anything but a browser can claim any origin, or none.

use super::error::ApiError;
use crate::app::App;
use crate::project::{Key, KeyKind};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// How long a browser may remember the answer to a preflight.
const PREFLIGHT_SECONDS: HeaderValue = HeaderValue::from_static("86400");

/// Whether a page of this origin may use this key. Senders without an origin are no pages.
pub(super) fn check(key: &Key, headers: &HeaderMap) -> Result<(), ApiError> {
    match origin(headers) {
        Some(origin) if key.kind == KeyKind::Browser && !key.allows(origin) => {
            Err(ApiError::ForbiddenOrigin { origin: origin.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Lets a page of an allowed origin read the answer.
pub(super) fn expose(response: &mut Response, key: Option<&Key>, headers: &HeaderMap) {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin(headers) else { return };
    if key.is_some_and(|it| it.allows(origin))
        && let Ok(origin) = HeaderValue::from_str(origin)
    {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        // Without this a page's SDK could not see when it may try again.
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
}

/// Answers preflights. Their key is not known yet, so any browser key's origins count.
pub(super) async fn preflight(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method() != Method::OPTIONS {
        return next.run(request).await;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let project = app.project();
    let allowing = origin(request.headers()).and_then(|origin| project.keys.iter().find(|it| it.allows(origin)));
    expose(&mut response, allowing, request.headers());
    if allowing.is_some() {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type, content-encoding"),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    }
    response
}

fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN)?.to_str().ok()
}

//! What pages post beside messages: a small JSON body with the write key and who the visitor is.

use super::cors;
use super::error::ApiError;
use super::gate::Client;
use crate::app::App;
use crate::app::lease::Visitor;
use crate::project::Key;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{AnonymousId, UserId, limits};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Ids, a token, and a page's name.
const BODY_BYTES: usize = 16 * 1024;

/// A read body: who says so, and the fields of this door.
pub(super) struct PageBody<T> {
    pub(super) visitor: Visitor,
    pub(super) fields: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VisitorFields {
    write_key: Option<String>,
    identity_token: Option<String>,
    anonymous_id: String,
    user_id: Option<String>,
}

/// Reads, asks, and lets the page see the answer.
pub(super) async fn answer<T: DeserializeOwned>(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    body: Body,
    ask: impl AsyncFnOnce(PageBody<T>) -> Result<Response, ApiError>,
) -> Response {
    let mut key = None;
    let answered = match read(app, client, headers, body, &mut key).await {
        Ok(page) => ask(page).await,
        Err(error) => Err(error),
    };
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors::expose(&mut response, key.as_ref(), headers);
    response
}

async fn read<T: DeserializeOwned>(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    body: Body,
    key: &mut Option<Key>,
) -> Result<PageBody<T>, ApiError> {
    let bytes = axum::body::to_bytes(body, BODY_BYTES).await.map_err(|_| ApiError::TooLarge {
        message: format!("the body has more than {BODY_BYTES} bytes, or ended early"),
    })?;
    let unreadable = |error: serde_json::Error| ApiError::bad_request("invalid_body", error.to_string());
    let visitor: VisitorFields = serde_json::from_slice(&bytes).map_err(unreadable)?;
    *key = visitor.write_key.as_deref().and_then(|it| app.project().key(it).cloned());
    let used = key.as_ref().ok_or(ApiError::UnknownKey)?;
    cors::check(used, headers)?;
    client.check_rate(used, headers)?;
    let fields: T = serde_json::from_slice(&bytes).map_err(unreadable)?;
    // As ingest has ids, so that they are the same ones.
    let clean = |text: String| text.replace('\0', "");
    let anonymous = clean(visitor.anonymous_id);
    if anonymous.is_empty() {
        return Err(ApiError::bad_request("missing_field", "`anonymousId` is empty; the browser's id is needed"));
    }
    check_length("anonymousId", &anonymous)?;
    let user = visitor.user_id.map(clean).filter(|it| !it.is_empty());
    check_length("userId", user.as_deref().unwrap_or_default())?;
    let visitor = Visitor {
        anonymous: AnonymousId::new(anonymous),
        user: user.map(UserId::new),
        identity_token: visitor.identity_token,
    };
    Ok(PageBody { visitor, fields })
}

pub(super) fn check_length(name: &str, text: &str) -> Result<(), ApiError> {
    if text.len() <= limits::ID_BYTES {
        return Ok(());
    }
    let message = format!("`{name}` has {} bytes; at most {} are kept", text.len(), limits::ID_BYTES);
    Err(ApiError::bad_request("field_too_long", message))
}

/// A page's name is for people to read: what is too long is cut.
pub(super) fn shortened(mut text: String) -> String {
    let end = (0..=limits::ID_BYTES.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    text.truncate(end);
    text
}

//! `GET /v1/config/{key}`: what a page's SDK needs to know, in the compact form.

use super::cors;
use super::error::ApiError;
use crate::app::App;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// A changed definition reaches every open page within this time; unchanged ones cost a 304.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");

pub(super) async fn config(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let project = app.project();
    let message = "there is no such key; see [[key]] in milepost.toml";
    let key = project.key(&key).ok_or_else(|| ApiError::NotFound { message: message.to_owned() })?;
    cors::check(key, &headers)?;
    let published = app.published();
    // Weak, because the same content leaves compressed and plain.
    let etag = format!("W/\"{}\"", published.tag);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let mut response = if known.is_some_and(|it| matches_any(it, &etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], published.text.clone()).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    cors::expose(&mut response, Some(key), &headers);
    Ok(response)
}

/// `If-None-Match` compares weakly: `W/` does not count.
fn matches_any(header: &str, etag: &str) -> bool {
    let bare = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|it| bare(it) == bare(etag))
}

//! `GET /v1/projects/{key}/settings`: what Segment's browser client asks its CDN for.
//!
//! With `cdnURL` pointed here, that client sends to Milepost without another line of code.
//! <https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/>

use super::cors;
use super::error::ApiError;
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

pub(super) async fn settings(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let project = app.project();
    let message = "there is no such key; see [[key]] in milepost.toml";
    let key = project.key(&key).ok_or_else(|| ApiError::NotFound { message: message.to_owned() })?;
    cors::check(key, &headers)?;
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    let forwarded = headers.get("x-forwarded-proto").and_then(|it| it.to_str().ok());
    let local = host.starts_with("localhost") || host.starts_with("127.0.0.1");
    let protocol = forwarded.unwrap_or(if local { "http" } else { "https" });
    let mut response = Json(json!({
        "integrations": {
            "Segment.io": { "apiKey": key.id.as_str(), "apiHost": format!("{host}/v1"), "protocol": protocol }
        },
        "plan": { "track": {}, "identify": {}, "group": {} },
        "metrics": { "sampleRate": 0 },
    }))
    .into_response();
    cors::expose(&mut response, Some(key), &headers);
    Ok(response)
}

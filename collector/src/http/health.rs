//! Probes: `/livez` (the process answers) and `/readyz` (a message could be stored, or why not).

use super::error::{self, ApiError};
use super::gate::Client;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

pub(super) async fn livez() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(app): State<Arc<App>>, client: Client) -> Response {
    if client.gate().is_stopping() {
        return ApiError::Stopping.into_response();
    }
    match app.ready().await {
        Ok(()) => "ok\n".into_response(),
        Err(reason) => {
            let body = json!({ "error": { "code": reason.code(), "message": MESSAGE } });
            let retry_after = error::retry_after(reason.retry_after_s());
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, retry_after)], Json(body)).into_response()
        }
    }
}

/// Details are the operator's: they stand in the log.
const MESSAGE: &str = "messages are not taken just now; the log says more";

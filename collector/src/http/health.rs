//! Probes: `/livez` (the process answers) and `/readyz` (a message could be stored, and the server is not about to end).

use super::error::ApiError;
use super::gate::Client;
use crate::app::App;
use axum::extract::State;
use std::sync::Arc;

pub(super) async fn livez() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(app): State<Arc<App>>, client: Client) -> Result<&'static str, ApiError> {
    if client.gate().is_stopping() {
        return Err(ApiError::Stopping);
    }
    app.ready().await?;
    Ok("ok\n")
}

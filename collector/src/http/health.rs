//! Probes: `/livez` (the process answers) and `/readyz` (a message could be stored).

use super::error::ApiError;
use crate::app::App;
use axum::extract::State;
use std::sync::Arc;

pub(super) async fn livez() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, ApiError> {
    app.ready().await?;
    Ok("ok\n")
}

//! `GET /v1/users/{id}/timeline`: what one person did, the latest first.

use super::error::ApiError;
use super::session::Reader;
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Rows in one answer.
const ROWS: usize = 100;
const ROWS_MAX: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
pub(super) struct TimelineParameters {
    limit: Option<usize>,
}

pub(super) async fn timeline(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(parameters): Query<TimelineParameters>,
) -> Result<Json<Value>, ApiError> {
    let limit = parameters.limit.unwrap_or(ROWS).min(ROWS_MAX);
    let rows = app.timeline(&id, limit).await?;
    let rows = rows.ok_or_else(|| ApiError::NotFound { message: format!("nobody is known by the id {id:?}") })?;
    Ok(Json(json!({ "user": id, "rows": rows })))
}

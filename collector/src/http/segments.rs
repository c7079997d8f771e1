//! `GET /v1/segments`: the named groups of users, as JSON.

use super::error::ApiError;
use super::session::Reader;
use crate::app::App;
use crate::app::segments::Segment;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn segments(_reader: Reader, State(app): State<Arc<App>>) -> Result<Json<Value>, ApiError> {
    let row = |it: &Segment| {
        json!({
            "id": it.id, "name": it.name, "where": it.expression.to_string(),
            "kept_by": it.kept.as_ref().map(|it| it.by.as_str()),
            "changed_at_ms": it.kept.as_ref().map(|it| it.changed_ms),
        })
    };
    let rows: Vec<Value> = app.segments().await?.iter().map(row).collect();
    Ok(Json(json!({ "segments": rows })))
}

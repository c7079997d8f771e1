//! `GET /v1/annotations`: what happened, for charts over time.

use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::annotations::Annotation;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The range, as the URL puts it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct AnnotationParameters {
    since: Option<String>,
    until: Option<String>,
}

pub(super) async fn annotations(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(range): Query<AnnotationParameters>,
) -> Result<Json<Value>, ApiError> {
    let calendar = app.calendar();
    let (since_ms, until_ms) = (time_of("since", &range.since, &calendar)?, time_of("until", &range.until, &calendar)?);
    let is_wanted = |it: &Annotation| {
        since_ms.is_none_or(|since_ms| it.at_ms >= since_ms) && until_ms.is_none_or(|until_ms| it.at_ms < until_ms)
    };
    let mut found = app.annotations(None).await?;
    found.retain(is_wanted);
    Ok(Json(json!({ "annotations": found })))
}

//! `GET /v1/delivery`: how complete the stored messages are.

use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::delivery::DeliveryAnswer;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use std::sync::Arc;

/// The range, as the URL puts it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct DeliveryParameters {
    since: Option<String>,
    until: Option<String>,
}

pub(super) async fn delivery(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(range): Query<DeliveryParameters>,
) -> Result<Json<DeliveryAnswer>, ApiError> {
    let calendar = app.calendar();
    let (since_ms, until_ms) = (time_of("since", &range.since, &calendar)?, time_of("until", &range.until, &calendar)?);
    Ok(Json(app.delivery(since_ms, until_ms).await?))
}

//! `GET /v1/retention`: who comes back, by cohort.

use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::retention::{RetentionAnswer, RetentionRequest};
use crate::metric::Period;
use crate::metric::retention::PERIODS_MAX;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use std::sync::Arc;

/// The question, as the URL puts it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RetentionParameters {
    period: Option<String>,
    periods: Option<usize>,
    start: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

pub(super) async fn retention(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(parameters): Query<RetentionParameters>,
) -> Result<Json<RetentionAnswer>, ApiError> {
    Ok(Json(app.retention(&parameters.request()?).await?))
}

impl RetentionParameters {
    fn request(self) -> Result<RetentionRequest, ApiError> {
        let (period, usual) = match self.period.as_deref() {
            None | Some("" | "week") => (Period::Week, 8),
            Some("day") => (Period::Day, 14),
            Some(_) => return Err(ApiError::bad_request("invalid_period", "`period` is day or week")),
        };
        let periods = self.periods.unwrap_or(usual);
        if periods > PERIODS_MAX {
            let message = format!("`periods` is {periods}; at most {PERIODS_MAX} can be told apart");
            return Err(ApiError::bad_request("invalid_periods", message));
        }
        Ok(RetentionRequest {
            period,
            periods,
            start: self.start.filter(|it| !it.is_empty()),
            back: self.back.filter(|it| !it.is_empty()),
            since_ms: time_of("since", &self.since)?,
            until_ms: time_of("until", &self.until)?,
        })
    }
}

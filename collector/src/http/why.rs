//! `GET /v1/why?user=&survey=&at=`: why somebody was, or was not, asked.

use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::why::{Why, WhyQuestion};
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub(super) struct WhyParameters {
    user: Option<String>,
    survey: Option<String>,
    at: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn why(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(parameters): Query<WhyParameters>,
) -> Result<Json<Why>, ApiError> {
    let user = parameters.user.filter(|it| !it.is_empty());
    let user =
        user.ok_or_else(|| ApiError::bad_request("missing_field", "`user` says whom to explain; it is missing"))?;
    let question = WhyQuestion {
        user,
        survey: parameters.survey.filter(|it| !it.is_empty()),
        at_ms: time_of("at", &parameters.at, &app.calendar())?,
        limit: parameters.limit,
    };
    let why = app.why(&question).await?;
    why.map(Json).ok_or_else(|| ApiError::NotFound { message: format!("nobody is known as {:?}", question.user) })
}

//! `GET /v1/hesitation` and `/people`: the numbers of the hesitation pages, as JSON.

use super::error::ApiError;
use super::session::Reader;
use crate::app::App;
use crate::app::hesitation::{HesitationAnswer, HesitationRequest, Who};
use crate::app::timestamp::parse_ms;
use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Rows in one answer of `/people`.
const PEOPLE_MAX: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
pub(super) struct HesitationParameters {
    since: Option<String>,
    until: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PeopleParameters {
    who: String,
    page: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn hesitation(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(parameters): Query<HesitationParameters>,
) -> Result<Json<HesitationAnswer>, ApiError> {
    Ok(Json(app.hesitation(&parameters.request()?).await?))
}

pub(super) async fn people(
    _reader: Reader,
    State(app): State<Arc<App>>,
    Query(parameters): Query<HesitationParameters>,
    Query(people): Query<PeopleParameters>,
) -> Result<Json<Value>, ApiError> {
    let who = Who::parse(&people.who).ok_or_else(|| {
        let message = format!("`who` is {:?}; see docs/reference/metrics.md for what is counted", people.who);
        ApiError::bad_request("invalid_who", message)
    })?;
    let answer = app.hesitation(&parameters.request()?).await?;
    let page = people.page.as_deref().filter(|it| !it.is_empty());
    if let Some(page) = page.filter(|page| answer.pages.iter().all(|it| it.page != *page)) {
        return Err(ApiError::NotFound { message: format!("nobody was on the page {page:?} in this time") });
    }
    let (offset, limit) = (people.offset.unwrap_or(0), people.limit.unwrap_or(100).min(PEOPLE_MAX));
    let behind = answer.behind(page, who);
    let rows: Vec<_> = behind.iter().skip(offset).take(limit).collect();
    Ok(Json(json!({ "total": behind.len(), "offset": offset, "rows": rows })))
}

impl HesitationParameters {
    fn request(&self) -> Result<HesitationRequest, ApiError> {
        let time = |name: &str, text: &Option<String>| match text.as_deref().filter(|it| !it.is_empty()) {
            None => Ok(None),
            Some(text) => parse_ms(text).map(Some).ok_or_else(|| {
                let message =
                    format!("`{name}` is {text:?}; expected a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z");
                ApiError::bad_request("invalid_time", message)
            }),
        };
        Ok(HesitationRequest { since_ms: time("since", &self.since)?, until_ms: time("until", &self.until)? })
    }
}

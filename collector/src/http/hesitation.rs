//! `GET /v1/hesitation` and `/people`: the numbers of the hesitation pages, as JSON.

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::hesitation::{HesitationAnswer, HesitationRequest, Who};
use crate::metric::Calendar;
use axum::Json;
use axum::extract::Query;
use serde::Deserialize;
use serde_json::{Value, json};

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
    Among { app, .. }: Among,
    Query(parameters): Query<HesitationParameters>,
) -> Result<Json<HesitationAnswer>, ApiError> {
    Ok(Json(app.hesitation(&parameters.request(&app.calendar())?).await?))
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<HesitationParameters>,
    Query(people): Query<PeopleParameters>,
) -> Result<Json<Value>, ApiError> {
    let who = Who::parse(&people.who).ok_or_else(|| {
        let message = format!("`who` is {:?}; see docs/reference/metrics.md for what is counted", people.who);
        ApiError::bad_request("invalid_who", message)
    })?;
    let answer = app.hesitation(&parameters.request(&app.calendar())?).await?;
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
    fn request(&self, calendar: &Calendar) -> Result<HesitationRequest, ApiError> {
        Ok(HesitationRequest {
            since_ms: time_of("since", &self.since, calendar)?,
            until_ms: time_of("until", &self.until, calendar)?,
        })
    }
}

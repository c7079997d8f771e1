//! `GET /v1/surveys`, `/v1/surveys/{id}`, its `/responses` and `/people`, and `/v1/responses`: the numbers of the survey pages, as JSON.

mod query;

use crate::metric::Calendar;
pub(super) use query::{Misunderstood, ResponseQuery, check_length};

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::inbox::Triage;
use crate::app::surveys::{Asked, Per, Response, Responses, SurveyAnswer, SurveyRequest};
use crate::storage::TraitPath;
use axum::Json;
use axum::extract::{Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer.
const ROWS_MAX: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
pub(super) struct SurveyParameters {
    since: Option<String>,
    until: Option<String>,
    by: Option<String>,
    per: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Rows {
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn surveys(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<SurveyParameters>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "surveys": app.surveys(&parameters.request(&app.calendar())?).await? })))
}

pub(super) async fn survey(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<SurveyParameters>,
) -> Result<Json<SurveyAnswer>, ApiError> {
    app.survey(&id, &parameters.request(&app.calendar())?).await?.map(Json).ok_or_else(|| no_such_survey(&id))
}

pub(super) async fn survey_responses(
    reader: Reader,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(mut pairs): Query<Vec<(String, String)>>,
    rows: Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    if app.survey(&id, &SurveyRequest::default()).await?.is_none() {
        return Err(no_such_survey(&id));
    }
    pairs.retain(|(name, _)| name != "survey");
    pairs.push(("survey".to_owned(), id));
    responses(reader, Among { app, chosen }, Query(pairs), rows).await
}

pub(super) async fn responses(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let query = ResponseQuery::parse(&pairs, &app.calendar())?;
    let found = app.responses(&query.filter).await?;
    let (offset, limit) = (rows.offset.unwrap_or(0), rows.limit.unwrap_or(100).min(ROWS_MAX));
    let rows: Vec<Value> = found.rows.iter().skip(offset).take(limit).map(|it| response_json(it, &found)).collect();
    Ok(Json(json!({ "total": found.rows.len(), "offset": offset, "rows": rows })))
}

#[derive(Debug, Deserialize)]
pub(super) struct People {
    who: Option<String>,
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<SurveyParameters>,
    Query(people): Query<People>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let who = people.who.as_deref().filter(|it| !it.is_empty()).unwrap_or("eligible");
    let who = Asked::parse(who).ok_or_else(|| {
        ApiError::bad_request("invalid_who", format!("`who` is {who:?}; expected eligible, leased or asked"))
    })?;
    let found =
        app.survey_people(&id, &parameters.request(&app.calendar())?, who).await?.ok_or_else(|| no_such_survey(&id))?;
    let (offset, limit) = (rows.offset.unwrap_or(0), rows.limit.unwrap_or(100).min(ROWS_MAX));
    let rows: Vec<_> = found.iter().skip(offset).take(limit).collect();
    Ok(Json(json!({ "total": found.len(), "offset": offset, "rows": rows })))
}

/// A response with what operators did about it.
pub(super) fn response_json(response: &Response, among: &Responses) -> Value {
    let triage: &Triage = &among.triage(response);
    let mut row = json!(response);
    row["state"] = json!(triage.state());
    row["assignee"] = json!(triage.assignee);
    row["tags"] = json!(triage.tags);
    row["notes"] =
        triage.notes().map(|(done, text)| json!({ "atMs": done.at_ms, "by": done.by, "text": text })).collect();
    row
}

fn no_such_survey(id: &str) -> ApiError {
    ApiError::NotFound { message: format!("there is no survey {id:?}, neither defined nor ever shown") }
}

impl SurveyParameters {
    fn request(&self, calendar: &Calendar) -> Result<SurveyRequest, ApiError> {
        let text = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        let per = match text(&self.per) {
            None => Per::default(),
            Some(per) => Per::parse(&per).ok_or_else(|| {
                ApiError::bad_request("invalid_per", format!("`per` is {per:?}; expected week or month"))
            })?,
        };
        Ok(SurveyRequest {
            since_ms: time_of("since", &self.since, calendar)?,
            until_ms: time_of("until", &self.until, calendar)?,
            by: text(&self.by).map(|it| TraitPath::parse(&it)),
            per,
        })
    }
}

impl From<Misunderstood> for ApiError {
    fn from(it: Misunderstood) -> Self {
        Self::bad_request("invalid_filter", format!("`{}` {}", it.name, it.message))
    }
}

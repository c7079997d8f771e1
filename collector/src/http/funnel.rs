//! `GET /v1/journeys/{id}/funnel` and `/people`: the numbers of the funnel page, as JSON.

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::comparison::Baseline;
use crate::app::funnel::{FunnelAnswer, FunnelRequest, Standing};
use crate::app::funnel_report::FunnelReport;
use crate::app::value_time::{ValueTime, WaitingUser};
use crate::metric::Calendar;
use crate::project::duration;
use crate::storage::TraitPath;
use axum::Json;
use axum::extract::{Path, Query};
use domain::JourneyId;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer of `/people`.
const PEOPLE_MAX: usize = 1_000;

/// The question, as the URL puts it; the dashboard's pages use the same names.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FunnelParameters {
    window: Option<String>,
    since: Option<String>,
    until: Option<String>,
    by: Option<String>,
    compare: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PeopleParameters {
    milestone: String,
    standing: Option<String>,
    group: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn funnel(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<FunnelParameters>,
) -> Result<Json<FunnelReport>, ApiError> {
    let answer = ask(&app, id, &parameters).await?;
    let mut report = FunnelReport::from(&answer);
    if let Some(baseline) = parameters.compare.as_deref().filter(|it| !it.is_empty()).map(Baseline::parse) {
        let request = parameters.request(&app.calendar())?;
        let nothing = |message: String| ApiError::bad_request("invalid_compare", message);
        baseline.check(&request).map_err(|error| nothing(error.to_string()))?;
        let compared = app.compare(&answer, &request, &baseline).await?;
        let missing = || match &baseline {
            Baseline::Others => nothing("`compare` is others; give `segment` or `where` for others to be".to_owned()),
            Baseline::Segment(id) => {
                ApiError::NotFound { message: format!("`compare` names the segment {id:?}; there is none") }
            }
            Baseline::Before => nothing("`compare` is before; give `since` and `until`".to_owned()),
            Baseline::Group(value) => {
                ApiError::NotFound { message: format!("`compare` is {value:?}; no user's trait has this value") }
            }
        };
        report.compared = Some(compared.ok_or_else(missing)?);
    }
    Ok(Json(report))
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<FunnelParameters>,
    Query(people): Query<PeopleParameters>,
) -> Result<Json<Value>, ApiError> {
    let answer = ask(&app, id, &parameters).await?;
    let level = answer.journey.milestones.iter().position(|it| it.id.as_str() == people.milestone);
    let level = level.ok_or_else(|| ApiError::NotFound {
        message: format!("this journey has no milestone {:?}", people.milestone),
    })?;
    let standing = match people.standing.as_deref() {
        None | Some("" | "reached") => Standing::Reached,
        Some("stuck") => Standing::Stuck,
        Some(_) => return Err(ApiError::bad_request("invalid_standing", "`standing` is reached or stuck")),
    };
    let limit = people.limit.unwrap_or(100).min(PEOPLE_MAX);
    let offset = people.offset.unwrap_or(0);
    let found = app.people(&answer, level, standing, people.group.as_deref(), offset, limit).await?;
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|person| {
            json!({ "user": person.profile.user, "anonymous": person.anonymous, "account": person.profile.account,
                              "traits": person.profile.traits, "reached_at_ms": person.times_ms })
        })
        .collect();
    Ok(Json(json!({ "total": found.total, "offset": offset, "rows": rows })))
}

pub(super) async fn value_time(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<FunnelParameters>,
) -> Result<Json<ValueTime>, ApiError> {
    let FunnelRequest { since_ms, until_ms, .. } = parameters.request(&app.calendar())?;
    let found = app.value_time(&JourneyId::new(id.clone()), since_ms, until_ms).await?;
    found.map(Json).ok_or_else(|| no_such_journey(&id))
}

/// Which rows of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Rows {
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn waiting(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<FunnelParameters>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let FunnelRequest { since_ms, until_ms, .. } = parameters.request(&app.calendar())?;
    let offset = rows.offset.unwrap_or(0);
    let limit = rows.limit.unwrap_or(100).min(PEOPLE_MAX);
    let found = app.waiting(&JourneyId::new(id.clone()), (since_ms, until_ms), offset, limit).await?;
    let found = found.ok_or_else(|| no_such_journey(&id))?;
    let row = |it: &WaitingUser| {
        json!({ "user": it.profile.user, "anonymous": it.anonymous, "account": it.profile.account,
                "traits": it.profile.traits, "started_at_ms": it.started_ms })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    Ok(Json(json!({ "milestone": found.milestone, "total": found.total, "offset": offset, "rows": rows })))
}

async fn ask(app: &App, id: String, parameters: &FunnelParameters) -> Result<FunnelAnswer, ApiError> {
    let request = parameters.request(&app.calendar())?;
    let answer = app.funnel(&JourneyId::new(id.clone()), &request).await?;
    answer.ok_or_else(|| no_such_journey(&id))
}

fn no_such_journey(id: &str) -> ApiError {
    ApiError::NotFound { message: format!("there is no journey {id:?} in milepost.toml") }
}

impl FunnelParameters {
    fn request(&self, calendar: &Calendar) -> Result<FunnelRequest, ApiError> {
        let window_ms = match self.window.as_deref().filter(|it| !it.is_empty()) {
            None => None,
            Some(text) => Some(
                duration::parse(text).map_err(|error| ApiError::bad_request("invalid_window", error.to_string()))?,
            ),
        };
        Ok(FunnelRequest {
            window_ms,
            since_ms: time_of("since", &self.since, calendar)?,
            until_ms: time_of("until", &self.until, calendar)?,
            by: self.by.as_deref().filter(|it| !it.is_empty()).map(TraitPath::parse),
        })
    }
}

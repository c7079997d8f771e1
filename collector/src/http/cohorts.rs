//! `GET /v1/journeys/{id}/cohorts`: weeks of starters on their way, and the people behind each number.

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::cohorts::{AskedCell, CohortUser, Cohorts, Column, Columns};
use crate::metric::{Calendar, Period};
use crate::project::duration;
use axum::Json;
use axum::extract::{Path, Query};
use domain::JourneyId;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer of `/people`.
const PEOPLE_MAX: usize = 1_000;

/// The question, as the URL puts it; the dashboard's page uses the same names.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CohortParameters {
    show: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

/// Which number of the grid, and which rows of its list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PeopleParameters {
    week: Option<String>,
    milestone: Option<String>,
    within: Option<String>,
    standing: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn cohorts(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<CohortParameters>,
) -> Result<Json<Cohorts>, ApiError> {
    let show = match given(&parameters.show) {
        None => Columns::default(),
        Some(name) => Columns::parse(name).ok_or_else(|| {
            ApiError::bad_request("invalid_show", format!("`show` is {name:?}; expected value or milestones"))
        })?,
    };
    let found = app.cohorts(&JourneyId::new(id.clone()), show, parameters.range(&app.calendar())?).await?;
    found.map(Json).ok_or_else(|| no_such_journey(&id))
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<CohortParameters>,
    Query(asked): Query<PeopleParameters>,
) -> Result<Json<Value>, ApiError> {
    let cell = asked.cell(&app, &id)?;
    let (offset, limit) = (asked.offset.unwrap_or(0), asked.limit.unwrap_or(100).min(PEOPLE_MAX));
    let found =
        app.cohort_people(&JourneyId::new(id.clone()), cell, parameters.range(&app.calendar())?, offset, limit).await?;
    let found = found.ok_or_else(|| no_such_journey(&id))?;
    let row = |it: &CohortUser| {
        json!({ "user": it.profile.user, "anonymous": it.anonymous, "account": it.profile.account,
                "traits": it.profile.traits, "started_at_ms": it.started_ms, "reached_at_ms": it.reached_ms })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    Ok(Json(json!({ "total": found.total, "offset": offset, "rows": rows })))
}

impl CohortParameters {
    fn range(&self, calendar: &Calendar) -> Result<(Option<i64>, Option<i64>), ApiError> {
        Ok((time_of("since", &self.since, calendar)?, time_of("until", &self.until, calendar)?))
    }
}

impl PeopleParameters {
    fn cell(&self, app: &App, id: &str) -> Result<AskedCell, ApiError> {
        let project = app.project();
        let journey = project.definitions.journey(&JourneyId::new(id)).ok_or_else(|| no_such_journey(id))?;
        let column = match (given(&self.milestone), given(&self.within)) {
            (None, None) => None,
            (Some(milestone), Some(within)) => {
                let level = journey.milestones.iter().position(|it| it.id.as_str() == milestone);
                let level = level.ok_or_else(|| ApiError::NotFound {
                    message: format!("this journey has no milestone {milestone:?}"),
                })?;
                let within_ms = duration::parse(within)
                    .map_err(|error| ApiError::bad_request("invalid_within", error.to_string()))?;
                Some(Column { level, within_ms })
            }
            _ => {
                let message = "give both `milestone` and `within`, or neither";
                return Err(ApiError::bad_request("invalid_cell", message));
            }
        };
        let away = match given(&self.standing) {
            None | Some("reached") => false,
            Some("away") => true,
            Some(name) => {
                let message = format!("`standing` is {name:?}; expected reached or away");
                return Err(ApiError::bad_request("invalid_standing", message));
            }
        };
        let calendar = &project.calendar;
        let week = time_of("week", &self.week, calendar)?.map(|it| Period::Week.of(it, calendar));
        Ok(AskedCell { week, column, away })
    }
}

fn no_such_journey(id: &str) -> ApiError {
    ApiError::NotFound { message: format!("there is no journey {id:?} in milepost.toml") }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|it| !it.is_empty())
}

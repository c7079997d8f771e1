//! `GET /v1/retention` and `/v1/stickiness`: who comes back, and the people behind each number.

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::retention::{CameBackUser, RetentionAnswer, RetentionRequest};
use crate::app::stickiness::{ActiveUser, Stickiness, StickinessRequest, Within};
use crate::metric::retention::{Cell, Counted, PERIODS_MAX};
use crate::metric::{Calendar, Period};
use crate::storage::Happening;
use axum::Json;
use axum::extract::Query;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer of a list.
const PEOPLE_MAX: usize = 1_000;

/// The question, as the URL puts it; the dashboard's page uses the same names.
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

/// Which number of the grid.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CellParameters {
    cohort: Option<String>,
    after: Option<String>,
    counted: Option<String>,
    standing: Option<String>,
}

/// Which number of a day.
#[derive(Debug, Default, Deserialize)]
pub(super) struct DayParameters {
    day: Option<String>,
    within: Option<String>,
}

/// Which rows of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Rows {
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn retention(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<RetentionParameters>,
) -> Result<Json<RetentionAnswer>, ApiError> {
    Ok(Json(app.retention(&parameters.request(&app)?).await?))
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<RetentionParameters>,
    Query(cell): Query<CellParameters>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let request = parameters.request(&app)?;
    let cell = cell.cell(request.period, &app.calendar())?;
    let (offset, limit) = rows.bounds();
    let found = app.came_back(&request, cell, offset, limit).await?;
    let row = |it: &CameBackUser| {
        json!({ "user": it.profile.user, "anonymous": it.anonymous, "account": it.profile.account,
                "traits": it.profile.traits, "began_at_ms": it.began_ms, "came": it.came_after().collect::<Vec<_>>() })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    Ok(Json(json!({ "total": found.total, "offset": offset, "rows": rows })))
}

pub(super) async fn stickiness(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<RetentionParameters>,
) -> Result<Json<Stickiness>, ApiError> {
    let calendar = app.calendar();
    let request = StickinessRequest {
        what: happening(&app, "return", &parameters.back)?,
        since_ms: time_of("since", &parameters.since, &calendar)?,
        until_ms: time_of("until", &parameters.until, &calendar)?,
    };
    Ok(Json(app.stickiness(&request).await?))
}

pub(super) async fn active(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(parameters): Query<RetentionParameters>,
    Query(asked): Query<DayParameters>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let what = happening(&app, "return", &parameters.back)?;
    let day_ms = time_of("day", &asked.day, &app.calendar())?.unwrap_or_else(|| app.now_ms());
    let within = match given(&asked.within) {
        None => Within::Day,
        Some(days) => Within::parse(days).ok_or_else(|| {
            ApiError::bad_request("invalid_within", format!("`within` is {days:?}; expected 1, 7 or 30 days"))
        })?,
    };
    let (offset, limit) = rows.bounds();
    let found = app.active(&what, day_ms, within, offset, limit).await?;
    let row = |it: &ActiveUser| {
        json!({ "user": it.profile.user, "anonymous": it.anonymous, "account": it.profile.account,
                "traits": it.profile.traits, "days": it.days, "last_day_ms": it.last_ms })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    Ok(Json(json!({ "total": found.total, "offset": offset, "rows": rows })))
}

impl RetentionParameters {
    fn request(&self, app: &App) -> Result<RetentionRequest, ApiError> {
        let period = match given(&self.period) {
            None => Period::Week,
            Some(name) => Period::parse(name).ok_or_else(|| {
                ApiError::bad_request("invalid_period", format!("`period` is {name:?}; expected day, week or month"))
            })?,
        };
        let periods = self.periods.unwrap_or(period.usual());
        if periods > PERIODS_MAX {
            let message = format!("`periods` is {periods}; at most {PERIODS_MAX} can be told apart");
            return Err(ApiError::bad_request("invalid_periods", message));
        }
        let calendar = app.calendar();
        Ok(RetentionRequest {
            period,
            periods,
            start: happening(app, "start", &self.start)?,
            back: happening(app, "return", &self.back)?,
            since_ms: time_of("since", &self.since, &calendar)?,
            until_ms: time_of("until", &self.until, &calendar)?,
        })
    }
}

impl CellParameters {
    fn cell(&self, period: Period, calendar: &Calendar) -> Result<Cell, ApiError> {
        let after = match given(&self.after) {
            None => None,
            Some(text) => match text.parse::<usize>() {
                Ok(after) if after <= PERIODS_MAX => Some(after),
                _ => {
                    let message = format!("`after` is {text:?}; expected a number of periods, at most {PERIODS_MAX}");
                    return Err(ApiError::bad_request("invalid_after", message));
                }
            },
        };
        let counted = match given(&self.counted) {
            None => Counted::Exact,
            Some(name) => Counted::parse(name).ok_or_else(|| {
                ApiError::bad_request("invalid_counted", format!("`counted` is {name:?}; expected exact or unbounded"))
            })?,
        };
        let away = match given(&self.standing) {
            None | Some("came") => false,
            Some("away") => true,
            Some(name) => {
                let message = format!("`standing` is {name:?}; expected came or away");
                return Err(ApiError::bad_request("invalid_standing", message));
            }
        };
        let cohort = time_of("cohort", &self.cohort, calendar)?.map(|it| period.of(it, calendar));
        Ok(Cell { cohort, after, counted, away })
    }
}

impl Rows {
    fn bounds(&self) -> (usize, usize) {
        (self.offset.unwrap_or(0), self.limit.unwrap_or(100).min(PEOPLE_MAX))
    }
}

fn happening(app: &App, name: &str, text: &Option<String>) -> Result<Happening, ApiError> {
    let text = text.as_deref().unwrap_or_default();
    Happening::parse(text, &app.project().definitions)
        .map_err(|error| ApiError::bad_request("invalid_milestone", format!("`{name}` is {text:?} and {error}")))
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|it| !it.is_empty())
}

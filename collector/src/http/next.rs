//! `GET /v1/journeys/{id}/next`: what people did next after a milestone, and the people behind each number.

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::time_of::time_of;
use crate::app::App;
use crate::app::funnel::FunnelRequest;
use crate::app::next::{Did, NextAnswer, NextPerson, NextReport};
use crate::project::duration;
use axum::Json;
use axum::extract::{Path, Query};
use domain::JourneyId;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer of `/people`.
const PEOPLE_MAX: usize = 1_000;

/// The question, as the URL puts it; the dashboard's pages use the same names.
#[derive(Debug, Deserialize)]
pub(super) struct NextParameters {
    milestone: String,
    window: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

/// Which number, and which rows of its list.
#[derive(Debug, Deserialize)]
pub(super) struct PeopleParameters {
    did: String,
    standing: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn next(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<NextParameters>,
) -> Result<Json<NextReport>, ApiError> {
    Ok(Json(parameters.ask(&app, &id).await?.report()))
}

pub(super) async fn people(
    _reader: Reader,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(parameters): Query<NextParameters>,
    Query(asked): Query<PeopleParameters>,
) -> Result<Json<Value>, ApiError> {
    let did = Did::parse(&asked.did).ok_or_else(|| {
        let message =
            format!("`did` is {:?}; expected event:, page: or screen: with a name, other or nothing", asked.did);
        ApiError::bad_request("invalid_did", message)
    })?;
    let went_on = match asked.standing.as_deref() {
        None | Some("" | "stuck") => false,
        Some("went-on") => true,
        Some(_) => return Err(ApiError::bad_request("invalid_standing", "`standing` is stuck or went-on")),
    };
    let answer = parameters.ask(&app, &id).await?;
    let (offset, limit) = (asked.offset.unwrap_or(0), asked.limit.unwrap_or(100).min(PEOPLE_MAX));
    let found = app.next_people(&answer, &did, went_on, offset, limit).await?;
    let row = |it: &NextPerson| {
        let did = it.next.as_ref().map(|(_, action)| Did::Action(action.clone()).to_string());
        json!({ "user": it.profile.user, "anonymous": it.anonymous, "account": it.profile.account,
                "traits": it.profile.traits, "reached_at_ms": it.reached_ms, "did": did,
                "did_at_ms": it.next.as_ref().map(|(at_ms, _)| at_ms) })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    Ok(Json(json!({ "total": found.total, "offset": offset, "rows": rows })))
}

impl NextParameters {
    async fn ask(&self, app: &App, id: &str) -> Result<NextAnswer, ApiError> {
        let project = app.project();
        let no_such_journey = || ApiError::NotFound { message: format!("there is no journey {id:?} in milepost.toml") };
        let journey = project.definitions.journey(&JourneyId::new(id)).ok_or_else(no_such_journey)?;
        let level = journey.milestones.iter().position(|it| it.id.as_str() == self.milestone);
        let level = level.ok_or_else(|| ApiError::NotFound {
            message: format!("this journey has no milestone {:?}", self.milestone),
        })?;
        if level + 1 == journey.milestones.len() {
            let message = format!("`milestone` {:?} is the journey's last; expected one before it", self.milestone);
            return Err(ApiError::bad_request("invalid_milestone", message));
        }
        let window_ms = match self.window.as_deref().filter(|it| !it.is_empty()) {
            None => None,
            Some(text) => Some(
                duration::parse(text).map_err(|error| ApiError::bad_request("invalid_window", error.to_string()))?,
            ),
        };
        let request = FunnelRequest {
            window_ms,
            since_ms: time_of("since", &self.since, &project.calendar)?,
            until_ms: time_of("until", &self.until, &project.calendar)?,
            by: None,
        };
        app.next(&journey.id, level, &request).await?.ok_or_else(no_such_journey)
    }
}

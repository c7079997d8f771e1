//! `GET /v1/users`: the list of users, as JSON.

mod query;

pub(super) use query::{A_DAY, UserQuery, pairs, state};

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use crate::app::care::{Care, CareState};
use crate::app::users::UserRow;
use axum::Json;
use axum::extract::Query;
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows in one answer.
const ROWS: usize = 100;
const ROWS_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Rows {
    offset: Option<usize>,
    limit: Option<usize>,
}

pub(super) async fn users(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let query = UserQuery::parse(&pairs, &app.project())?;
    let (offset, end) = rows.places();
    let found = app.users(&query.request, end).await?;
    let journey = found.journey().map(|it| it.id.as_str().to_owned());
    let milestones: Vec<&str> =
        found.journey().into_iter().flat_map(|it| &it.milestones).map(|it| it.id.as_str()).collect();
    let now_ms = app.now_ms();
    let rows: Vec<Value> = found.rows(offset..end).iter().map(|it| user_json(it, now_ms)).collect();
    Ok(Json(json!({
        "total": found.total(), "offset": offset, "journey": journey, "milestones": milestones, "rows": rows,
    })))
}

impl Rows {
    /// The first of them, and the one after the last.
    pub(super) fn places(&self) -> (usize, usize) {
        let offset = self.offset.unwrap_or(0);
        (offset, offset.saturating_add(self.limit.unwrap_or(ROWS).min(ROWS_MAX)))
    }
}

/// One user of a list.
pub(super) fn user_json(row: &UserRow<'_>, now_ms: i64) -> Value {
    let line = row.line;
    let mut fields = json!({
        "user": &*line.user, "anonymous": line.anonymous, "name": line.name.as_deref(), "email": line.email.as_deref(),
        "account": row.account.map(|it| &*it.account), "account_name": row.account.and_then(|it| it.name.as_deref()),
        "first_seen_ms": line.first_ms, "last_seen_ms": line.last_ms,
        "reached": row.reached(), "reached_at_ms": row.reached_ms,
    });
    add_care(&mut fields, row.care, now_ms);
    fields
}

/// What operators did, in a few fields.
pub(super) fn add_care(row: &mut Value, care: Option<&Care>, now_ms: i64) {
    let state = care.and_then(|it| it.state(now_ms));
    row["owner"] = json!(care.and_then(|it| it.owner.as_deref()));
    row["state"] = json!(state.map(CareState::name));
    row["snoozed_until_ms"] = json!(state.and_then(CareState::until_ms));
    row["notes"] = json!(care.map_or(0, |it| it.notes().count()));
}

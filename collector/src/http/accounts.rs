//! `GET /v1/accounts`: the list of accounts, as JSON.

mod query;

pub(super) use query::AccountQuery;

use super::among::Among;
use super::error::ApiError;
use super::session::Reader;
use super::users::{Rows, add_care};
use crate::app::accounts::AccountRow;
use crate::segment::Touch;
use axum::Json;
use axum::extract::Query;
use domain::Journey;
use serde_json::{Value, json};

pub(super) async fn accounts(
    _reader: Reader,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
    Query(rows): Query<Rows>,
) -> Result<Json<Value>, ApiError> {
    let query = AccountQuery::parse(&pairs, &app.calendar())?;
    let (offset, end) = rows.places();
    let found = app.accounts(&query.request).await?;
    let (journey, now_ms) = (found.journey(), app.now_ms());
    let milestones: Vec<&str> = journey.into_iter().flat_map(|it| &it.milestones).map(|it| it.id.as_str()).collect();
    let rows: Vec<Value> =
        found.rows.iter().skip(offset).take(end - offset).map(|it| row(it, journey, now_ms)).collect();
    Ok(Json(json!({
        "total": found.rows.len(), "offset": offset, "journey": journey.map(|it| it.id.as_str()),
        "milestones": milestones, "rows": rows,
    })))
}

fn row(row: &AccountRow, journey: Option<&Journey>, now_ms: i64) -> Value {
    let mut fields = json!({
        "account": &*row.account, "name": row.name.as_deref(), "users": row.users, "active_users": row.active,
        "last_seen_ms": row.last_ms, "reached": row.reached(), "reached_at_ms": row.reached_ms,
        "reached_value": row.reached_value, "touch": row.touch.map(Touch::name), "value_time_ms": journey.and_then(|it| row.value_time_ms(it)),
    });
    add_care(&mut fields, row.care.as_deref(), now_ms);
    fields
}

//! `/accounts.csv`: the whole list, in the page's columns and with every milestone's time.

use super::Asked;
use crate::app::accounts::{ACTIVE_DAYS, AccountList, AccountRow};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::care::{CARE_HEADS, CareCell};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::people_csv::{head, lines};
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::segment::Touch;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Journey;
use futures_util::stream;
use std::io;

/// Rows written at once.
const CHUNK_ROWS: usize = 5_000;

pub(crate) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&pairs, &app.calendar())?;
    let list = app.accounts(&asked.query.request).await?;
    let head = head(heading(&list), &pairs)?;
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"milepost-accounts.csv\""),
    ];
    let chunks =
        stream::iter(Download { list, offset: 0, head: Some(head), now_ms: app.now_ms(), calendar: app.calendar() });
    Ok((about, Body::from_stream(chunks)).into_response())
}

struct Download {
    list: AccountList,
    offset: usize,
    head: Option<Vec<u8>>,
    now_ms: i64,
    calendar: Calendar,
}

impl Iterator for Download {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(head) = self.head.take() {
            return Some(Ok(head));
        }
        let rows = self.list.rows.get(self.offset..)?;
        let rows = rows.get(..CHUNK_ROWS).unwrap_or(rows);
        self.offset += rows.len();
        (!rows.is_empty())
            .then(|| lines(rows.iter().map(|it| cells(it, self.list.journey(), self.now_ms, &self.calendar))))
    }
}

fn heading(list: &AccountList) -> Vec<String> {
    let active = format!("active users ({ACTIVE_DAYS} days)");
    let fixed = ["account", "name", "users", &active, "milestones reached", "users who reached value"];
    let milestones = list.journey().into_iter().flat_map(|it| &it.milestones);
    let times = milestones.map(|it| csv_safe(&format!("{} (UTC)", it.name)).into_owned());
    let more = ["time to first value (s)", "touch", "last seen (UTC)"];
    fixed.into_iter().chain(more).chain(CARE_HEADS).map(str::to_owned).chain(times).collect()
}

fn cells(row: &AccountRow, journey: Option<&Journey>, now_ms: i64, calendar: &Calendar) -> Vec<String> {
    let value_time_ms = journey.and_then(|it| row.value_time_ms(it));
    let mut cells = vec![
        csv_safe(&row.account).into_owned(),
        csv_safe(row.name.as_deref().unwrap_or_default()).into_owned(),
        row.users.to_string(),
        row.active.to_string(),
        row.reached().to_string(),
        row.reached_value.to_string(),
        value_time_ms.map(|it| (it / 1_000).to_string()).unwrap_or_default(),
        row.touch.map_or("", Touch::name).to_owned(),
        written::iso(row.last_ms),
    ];
    cells.extend(CareCell::of(row.care.as_deref(), now_ms, calendar).cells());
    cells.extend(row.reached_ms.iter().map(|it| it.map(written::iso).unwrap_or_default()));
    cells
}

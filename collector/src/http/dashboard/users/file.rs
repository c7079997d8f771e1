//! `/users.csv` and `/users.json`: the whole list, a piece at a time; the CSV in the page's columns and with every
//! milestone's time.

use super::Asked;
use crate::app::App;
use crate::app::users::{UserList, UserRow};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::care::{CARE_HEADS, CareCell};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::people_csv::{head, lines};
use crate::http::dashboard::somebody;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::http::users::user_json;
use crate::metric::Calendar;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io;

/// Rows written at once: the file of a million people must not be held in memory.
const CHUNK_ROWS: usize = 5_000;

pub(crate) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let list = list(&app, &pairs).await?;
    let head = head(heading(&list), &pairs)?;
    Ok(answer("csv", "text/csv; charset=utf-8", Download::new(&app, list, Form::Csv, head)))
}

/// The rows of `/v1/users`, all of them.
pub(crate) async fn download_json(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let list = list(&app, &pairs).await?;
    Ok(answer("json", "application/json", Download::new(&app, list, Form::Json, b"[".to_vec())))
}

async fn list(app: &App, pairs: &[(String, String)]) -> Result<UserList, PageError> {
    let asked = Asked::parse(pairs, &app.project())?;
    Ok(app.users(&asked.query.request, usize::MAX).await?)
}

fn answer(extension: &str, kind: &'static str, download: Download) -> Response {
    let name = format!("attachment; filename=\"milepost-users.{extension}\"");
    let about = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (about, Body::from_stream(stream::iter(download))).into_response()
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
}

struct Download {
    list: UserList,
    form: Form,
    offset: usize,
    head: Option<Vec<u8>>,
    done: bool,
    now_ms: i64,
    calendar: Calendar,
}

impl Download {
    fn new(app: &App, list: UserList, form: Form, head: Vec<u8>) -> Self {
        Self { list, form, offset: 0, head: Some(head), done: false, now_ms: app.now_ms(), calendar: app.calendar() }
    }
}

impl Iterator for Download {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(head) = self.head.take() {
            return Some(Ok(head));
        }
        if self.done {
            return None;
        }
        let rows = self.list.rows(self.offset..self.offset.saturating_add(CHUNK_ROWS));
        self.done = rows.len() < CHUNK_ROWS;
        let text = match self.form {
            Form::Csv => lines(rows.iter().map(|it| cells(it, self.now_ms, &self.calendar))),
            Form::Json => {
                let mut text = String::new();
                for (nth, it) in rows.iter().enumerate() {
                    text.push_str(if self.offset + nth == 0 { "\n" } else { ",\n" });
                    text.push_str(&user_json(it, self.now_ms).to_string());
                }
                text.push_str(if self.done { "\n]\n" } else { "" });
                Ok(text.into_bytes())
            }
        };
        self.offset += rows.len();
        Some(text)
    }
}

fn heading(list: &UserList) -> Vec<String> {
    let more = ["last seen (UTC)", "first seen (UTC)"].into_iter().chain(CARE_HEADS).chain(["milestones reached"]);
    let mut heading = somebody::heading(more);
    let milestones = list.journey().into_iter().flat_map(|it| &it.milestones);
    let times = milestones.map(|it| csv_safe(&format!("{} (UTC)", it.name)).into_owned());
    heading.extend(times);
    heading
}

fn cells(row: &UserRow<'_>, now_ms: i64, calendar: &Calendar) -> Vec<String> {
    let line = row.line;
    let safe = |text: Option<&str>| csv_safe(text.unwrap_or_default()).into_owned();
    let mut cells = vec![
        safe(Some(&line.user)),
        if line.anonymous { "yes" } else { "no" }.to_owned(),
        safe(line.name.as_deref()),
        safe(line.email.as_deref()),
        safe(row.account.map(|it| &*it.account)),
        safe(row.account.map(|it| it.title())),
        written::iso(line.last_ms),
        written::iso(line.first_ms),
    ];
    cells.extend(CareCell::of(row.care, now_ms, calendar).cells());
    cells.push(row.reached().to_string());
    cells.extend(row.reached_ms.iter().map(|it| it.map(written::iso).unwrap_or_default()));
    cells
}

//! `/operators/log`: what operators did, the latest first; and the same as a file.

use super::super::people_csv::lines;
use crate::app::App;
use crate::csv_safe::csv_safe;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::paging::{PAGE_ROWS, PageNumber, Pages};
use crate::http::dashboard::pairs::given;
use crate::http::dashboard::people_csv::csv_answer;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::storage::Deed;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "operators_log.html")]
struct LogPage {
    frame: Frame,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    at: String,
    at_iso: String,
    by: String,
    act: String,
    about: String,
}

pub(in crate::http::dashboard) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let page = PageNumber::parse("page", given(&pairs, "page")).map_err(|it| PageError::BadAddress {
        message: format!("{it} Begin at the first:"),
        instead: vec![Link { name: "Log".to_owned(), href: log_href() }],
    })?;
    let (deeds, total) = app.deeds(page.offset() as u64, PAGE_ROWS as u64).await?;
    let csv = Href::to(&["operators", "log.csv"]);
    let page = LogPage {
        frame: Frame::new("What operators did", &app, &operator),
        pages: page.pages(deeds.len(), total, &log_href(), csv),
        rows: deeds.into_iter().map(|it| Row::of(it, &app.calendar())).collect(),
    };
    Ok(Html(page.render()?))
}

pub(in crate::http::dashboard) async fn download(
    _: Operator,
    State(app): State<Arc<App>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (deeds, _) = app.deeds(0, u64::MAX).await?;
    let heading = ["at (UTC)", "operator", "did", "about"].map(str::to_owned).to_vec();
    let cells = |it: Deed| {
        vec![
            written::iso(it.at_ms),
            csv_safe(&it.by).into_owned(),
            csv_safe(&it.act).into_owned(),
            csv_safe(&it.about).into_owned(),
        ]
    };
    let rows = std::iter::once(heading).chain(deeds.into_iter().map(cells));
    Ok(csv_answer(lines(rows)?, &["milepost", "log"], &View::parse(&[], &app.calendar()), &pairs))
}

fn log_href() -> Href {
    Href::to(&["operators", "log"])
}

impl Row {
    fn of(it: Deed, calendar: &Calendar) -> Self {
        Self {
            at: written::minute(it.at_ms, calendar),
            at_iso: written::iso(it.at_ms),
            by: it.by,
            act: it.act,
            about: it.about,
        }
    }
}

//! `/operators/log`: what operators did, the latest first; and the same as a file.

use super::super::people_csv::lines;
use crate::app::App;
use crate::csv_safe::csv_safe;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::pairs::given;
use crate::http::dashboard::people_csv::csv_answer;
use crate::http::dashboard::surveys::shown_of;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::storage::Deed;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use std::sync::Arc;

/// Rows of one page, as in the other lists.
const PAGE_ROWS: usize = 50;

#[derive(Template)]
#[template(path = "operators_log.html")]
struct LogPage {
    frame: Frame,
    total: String,
    rows: Vec<Row>,
    csv: Href,
    csv_for_excel: Href,
    shown: Option<String>,
    previous: Option<Href>,
    next: Option<Href>,
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
    let page = given(&pairs, "page").unwrap_or("1");
    let page = page.parse::<usize>().ok().filter(|it| *it > 0).ok_or_else(|| PageError::BadAddress {
        message: "The page is not a number from 1 on. Begin at the first:".to_owned(),
        instead: vec![Link { name: "Log".to_owned(), href: log_href() }],
    })?;
    let offset = (page - 1).saturating_mul(PAGE_ROWS);
    let (deeds, total) = app.deeds(offset as u64, PAGE_ROWS as u64).await?;
    let page_href = |page: usize| if page == 1 { log_href() } else { log_href().with("page", &page.to_string()) };
    let csv = Href::to(&["operators", "log.csv"]);
    let page = LogPage {
        frame: Frame::new("What operators did", &app, &operator),
        total: written::count(total),
        shown: shown_of(offset, deeds.len(), total as usize, PAGE_ROWS, page),
        previous: (page > 1).then(|| page_href(page - 1)),
        next: ((offset + deeds.len()) < total as usize && !deeds.is_empty()).then(|| page_href(page + 1)),
        rows: deeds.into_iter().map(|it| Row::of(it, &app.calendar())).collect(),
        csv_for_excel: csv.clone().with("bom", "1"),
        csv,
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

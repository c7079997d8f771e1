//! `/journeys/{id}/waiting`: who started and has not reached value, the longest wait first; and the same as a file.

use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::journey::{find, no_such_journey};
use super::paging::{PAGE_ROWS, PageNumber, Pages};
use super::pairs::given;
use super::people_csv::csv_of_people;
use super::somebody::{self, Somebody};
use super::value_time::waiting_href;
use super::view::View;
use super::written;
use crate::app::App;
use crate::app::value_time::{Waiting, WaitingUser};
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::metric::Calendar;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};
use domain::Journey;

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage {
    frame: Frame,
    journey: String,
    journey_href: Href,
    summary: String,
    range: String,
    rows: Vec<Row>,
    pages: Pages,
}

pub(super) struct Row {
    pub(super) who: Somebody,
    pub(super) started: String,
    pub(super) started_iso: String,
    pub(super) since: String,
}

/// Which list is asked for, by the address.
struct Asked {
    journey: Journey,
    view: View,
    page: PageNumber,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let waiting = asked.waiting(&app, asked.page.offset(), PAGE_ROWS).await?;
    let now_ms = app.now_ms();
    let rows: Vec<Row> = waiting.rows.iter().map(|it| Row::of(it, now_ms, &asked.view.calendar)).collect();
    let total = waiting.total;
    let summary = format!("{} still waiting for “{}”", asked.view.subjects(total), asked.value());
    let page = WaitingPage {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        journey: asked.journey.name.clone(),
        journey_href: Href::to(&["journeys", &id]).with_all(asked.view.pairs()),
        range: asked.view.range_in_words(),
        pages: asked.page.pages(rows.len(), total, &waiting_href(&asked.journey, &asked.view), asked.csv_href()),
        summary,
        rows,
    };
    Ok(Html(page.render()?))
}

pub(super) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let ends = app.ends(&asked.journey.id).await?.ok_or_else(|| no_such_journey(&app, &id))?;
    let waiting = ends.waiting(asked.view.since.value, asked.view.until.value);
    let heading = somebody::heading(["started (UTC)"]);
    let cells = |it| {
        let it = WaitingUser::of(it);
        somebody::cells(&it.profile, it.anonymous, [written::iso(it.started_ms)])
    };
    csv_of_people(app, waiting, heading, cells, &["milepost", &id, "waiting"], &asked.view, &pairs)
}

impl Asked {
    fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let journey = find(app, id)?;
        let view = View::parse(pairs, &app.calendar());
        let back = |message: String| {
            let href = Href::to(&["journeys", id]).with_all(view.pairs());
            PageError::BadAddress { message, instead: vec![Link { name: journey.name.clone(), href }] }
        };
        if let Some(problem) = [&view.since.problem, &view.until.problem].into_iter().flatten().next() {
            return Err(back(format!("{problem}. Set it on the funnel page:")));
        }
        let page = PageNumber::parse("page", given(pairs, "page"));
        let page = page.map_err(|it| back(format!("{it} Begin at the funnel:")))?;
        Ok(Self { journey, view, page })
    }

    async fn waiting(&self, app: &App, offset: usize, limit: usize) -> Result<Waiting, PageError> {
        let range = (self.view.since.value, self.view.until.value);
        let waiting = app.waiting(&self.journey.id, range, offset, limit).await?;
        waiting.ok_or_else(|| no_such_journey(app, self.journey.id.as_str()))
    }

    fn value(&self) -> &str {
        self.journey.milestones.get(self.journey.value_index()).map_or("", |it| it.name.as_str())
    }

    fn csv_href(&self) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "waiting.csv"]).with_all(self.view.range_pairs())
    }
}

impl Row {
    pub(super) fn of(user: &WaitingUser, now_ms: i64, calendar: &Calendar) -> Self {
        Self {
            who: Somebody::of(&user.profile, user.anonymous),
            started: written::minute(user.started_ms, calendar),
            started_iso: written::iso(user.started_ms),
            since: written::span(now_ms.saturating_sub(user.started_ms).max(0).unsigned_abs()),
        }
    }
}

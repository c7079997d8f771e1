//! `/retention`: who comes back, as a grid of cohorts with their average, and how many come day by day.

mod curve;
mod grid;
mod people;
mod stickiness;
mod view;

pub(super) use people::{download, download_active, show as show_people, show_active};

use super::annotations::Marks;
use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use super::view::Preset;
use super::written;
use crate::app::definitions::Subject;
use crate::app::happening::{events, milestones};
use crate::app::retention::{RetentionAnswer, RetentionRequest};
use crate::app::stickiness::StickinessRequest;
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::metric::Period;
use crate::metric::retention::Counted;
use crate::storage::Happening;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use curve::Curve;
use grid::Grid;
use stickiness::StickinessView;
use view::RetentionView;

#[derive(Template)]
#[template(path = "retention.html")]
struct RetentionPage {
    frame: Frame,
    page: Href,
    form: Form,
    /// Absent while a parameter is wrong.
    shown: Option<Shown>,
}

/// The controls above the grid.
struct Form {
    presets: Vec<Preset>,
    periods: Vec<PeriodChoice>,
    /// What can be begun and come back with, as addresses and as readers have it.
    happenings: Vec<(String, String)>,
    view: RetentionView,
}

struct PeriodChoice {
    value: &'static str,
    name: &'static str,
    chosen: bool,
}

struct Shown {
    range: String,
    /// What people began and came back with, in words.
    began: String,
    came: String,
    period: &'static str,
    users: u64,
    users_in_words: String,
    switch: Vec<Preset>,
    grid: Grid,
    curve: Option<Curve>,
    stickiness: Option<StickinessView>,
    marks: Marks,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let project = app.project();
    let view = RetentionView::parse(&pairs, &project);
    // A form sends its empty fields too; the address without them is the one to copy.
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&view.href().into_string()).into_response());
    }
    let mut happenings = milestones(&project.definitions);
    happenings.extend(events(&project.definitions).into_iter().map(|it| (it.clone(), it)));
    let shown = match view.request() {
        Some(request) => {
            let answer = app.retention(&request).await?;
            let what = StickinessRequest {
                what: request.back.clone(),
                since_ms: request.since_ms,
                until_ms: request.until_ms,
            };
            let days = app.stickiness(&what).await?;
            let first = [answer.cohorts.first().map(|it| &it.from), days.days.first().map(|it| &it.day)];
            let first_ms =
                first.into_iter().flatten().filter_map(|it| project.calendar.parse_ms(it)).min().unwrap_or_default();
            let annotations = app.annotations(Some(&named(&request))).await?;
            let marks = Marks::within(&annotations, first_ms, app.now_ms(), &project.calendar);
            let stickiness = StickinessView::of(&days, &view, &marks);
            Some(Shown::of(&answer, &view, stickiness, marks))
        }
        None => None,
    };
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = RetentionPage {
        frame: Frame::new("Retention", &app, &operator).among(&chosen),
        page: Href::to(&["retention"]),
        form: Form::of(view, happenings, app.now_ms()),
        shown,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// The journeys whose milestones are asked about.
fn named(request: &RetentionRequest) -> Vec<Subject> {
    let journey = |it: &Happening| match it {
        Happening::Milestone(journey) => Some(Subject::Journey(journey.id.as_str().to_owned())),
        Happening::Message | Happening::Event(_) => None,
    };
    [&request.start, &request.back].into_iter().filter_map(journey).collect()
}

impl Form {
    fn of(view: RetentionView, happenings: Vec<(String, String)>, now_ms: i64) -> Self {
        let chosen = view.period();
        let choice = |period: Period| PeriodChoice {
            // The usual one is the address without it.
            value: if period == Period::Week { "" } else { period.name() },
            name: match period {
                Period::Day => "Days",
                Period::Week => "Weeks",
                Period::Month => "Months",
            },
            chosen: period == chosen,
        };
        Self {
            presets: view.presets(now_ms),
            periods: [Period::Day, Period::Week, Period::Month].map(choice).into(),
            happenings,
            view,
        }
    }
}

impl Shown {
    fn of(answer: &RetentionAnswer, view: &RetentionView, stickiness: Option<StickinessView>, marks: Marks) -> Self {
        let period = view.period();
        Self {
            range: view.range.range_in_words(),
            began: view.start_in_words(),
            came: view.back_in_words(),
            period: period.name(),
            users: answer.users,
            users_in_words: written::count(answer.users),
            switch: switch(view),
            grid: Grid::of(answer, view, &marks),
            curve: Curve::of(answer, view),
            stickiness,
            marks,
        }
    }
}

/// The two ways of counting, one click apart.
fn switch(view: &RetentionView) -> Vec<Preset> {
    let period = view.period().name();
    [Counted::Exact, Counted::Unbounded]
        .map(|counted| Preset {
            name: match counted {
                Counted::Exact => format!("In exactly that {period}"),
                Counted::Unbounded => format!("That {period} or later"),
            },
            href: view.counted_as(counted),
            chosen: counted == view.counted(),
        })
        .into()
}

/// `Week 3`
fn period_name(period: Period, after: usize) -> String {
    format!("{} {after}", written::first_upper(period.name()))
}

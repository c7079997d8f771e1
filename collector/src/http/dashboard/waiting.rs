//! `/journeys/{id}/waiting`: who started and has not reached value, the longest wait first; and the same as a file.

use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::journey::{find, no_such_journey};
use super::pairs::given;
use super::people::{account_name, name, text};
use super::people_csv::csv_of_people;
use super::surveys::shown_of;
use super::user::subject_href;
use super::value_time::waiting_href;
use super::view::View;
use super::written;
use crate::app::App;
use crate::app::value_time::{Waiting, WaitingUser};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::metric::Calendar;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};
use domain::Journey;

/// Rows of one page: readable, and quick on a slow line.
const PAGE_ROWS: usize = 50;

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage {
    frame: Frame,
    journey: String,
    journey_href: Href,
    summary: String,
    range: String,
    total: String,
    rows: Vec<Row>,
    csv: Href,
    csv_for_excel: Href,
    shown: Option<String>,
    previous: Option<Href>,
    next: Option<Href>,
}

pub(super) struct Row {
    pub(super) user: String,
    pub(super) user_href: Href,
    pub(super) anonymous: bool,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) account: String,
    pub(super) started: String,
    pub(super) started_iso: String,
    pub(super) since: String,
}

/// Which list is asked for, by the address.
struct Asked {
    journey: Journey,
    view: View,
    page: usize,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let offset = (asked.page - 1).saturating_mul(PAGE_ROWS);
    let waiting = asked.waiting(&app, offset, PAGE_ROWS).await?;
    let now_ms = app.now_ms();
    let rows: Vec<Row> = waiting.rows.iter().map(|it| Row::of(it, now_ms, &asked.view.calendar)).collect();
    let last = offset + rows.len();
    let total = waiting.total;
    let summary = format!("{} still waiting for “{}”", asked.view.subjects(total), asked.value());
    let shown = shown_of(offset, rows.len(), total as usize, PAGE_ROWS, asked.page);
    let page = WaitingPage {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        journey: asked.journey.name.clone(),
        journey_href: Href::to(&["journeys", &id]).with_all(asked.view.pairs()),
        range: asked.view.range_in_words(),
        total: written::count(total),
        csv: asked.csv_href(),
        csv_for_excel: asked.csv_href().with("bom", "1"),
        previous: (asked.page > 1).then(|| asked.page_href(asked.page - 1)),
        next: ((last as u64) < total && !rows.is_empty()).then(|| asked.page_href(asked.page + 1)),
        summary,
        shown,
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
    let heading = ["user", "anonymous", "name", "email", "account", "account name", "started (UTC)"];
    let heading = heading.map(str::to_owned).to_vec();
    let cells = |it| cells(&WaitingUser::of(it));
    csv_of_people(app, waiting, heading, cells, &["milepost", &id, "waiting"], &asked.view, &pairs)
}

fn cells(user: &WaitingUser) -> Vec<String> {
    let profile = &user.profile;
    vec![
        csv_safe(&profile.user).into_owned(),
        if user.anonymous { "yes" } else { "no" }.to_owned(),
        csv_safe(&name(profile)).into_owned(),
        csv_safe(&text(&profile.traits, "email")).into_owned(),
        csv_safe(profile.account.as_deref().unwrap_or_default()).into_owned(),
        csv_safe(&account_name(profile)).into_owned(),
        written::iso(user.started_ms),
    ]
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
        let page = given(pairs, "page").unwrap_or("1");
        let page = match page.parse::<usize>() {
            Ok(page) if page > 0 => page,
            _ => return Err(back("The page is not a number from 1 on. Begin at the funnel:".to_owned())),
        };
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

    fn page_href(&self, page: usize) -> Href {
        let first = waiting_href(&self.journey, &self.view);
        if page == 1 { first } else { first.with("page", &page.to_string()) }
    }

    fn csv_href(&self) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "waiting.csv"]).with_all(self.view.range_pairs())
    }
}

impl Row {
    pub(super) fn of(user: &WaitingUser, now_ms: i64, calendar: &Calendar) -> Self {
        let profile = &user.profile;
        Self {
            user: profile.user.clone(),
            user_href: subject_href(profile),
            anonymous: user.anonymous,
            name: name(profile),
            email: text(&profile.traits, "email"),
            account: account_name(profile),
            started: written::minute(user.started_ms, calendar),
            started_iso: written::iso(user.started_ms),
            since: written::span(now_ms.saturating_sub(user.started_ms).max(0).unsigned_abs()),
        }
    }
}

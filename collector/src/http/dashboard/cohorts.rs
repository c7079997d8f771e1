//! `/journeys/{id}/cohorts`: weeks of starters, and what share of each got to value, or to each milestone, in time.

mod people;

pub(super) use people::{download, show as show_people};

use super::annotations::Marks;
use super::error::PageError;
use super::frame::Frame;
use super::funnel_chart::Share;
use super::hesitation::Range;
use super::href::Href;
use super::journey::{find, no_such_journey};
use super::pairs::given;
use super::shade::shade;
use super::view::Preset;
use super::written;
use crate::app::cohorts::{Cell, Cohorts, Columns, Test};
use crate::app::definitions::Subject;
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::metric::{Calendar, Period, SMALL_SAMPLE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Journey;

/// Rows of one page, the latest: half a year.
const WEEKS_SHOWN: usize = 26;

/// Below this a difference is said to be more than chance.
const SURE: f64 = 0.05;

#[derive(Template)]
#[template(path = "cohorts.html")]
struct CohortsPage {
    frame: Frame,
    journey: String,
    journey_href: Href,
    page: Href,
    show: &'static str,
    range: Range,
    presets: Vec<Preset>,
    switch: Vec<Preset>,
    /// Absent while a parameter is wrong.
    shown: Option<Shown>,
}

struct Shown {
    range: String,
    value: String,
    started: Counted,
    is_value: bool,
    window: String,
    columns: Vec<String>,
    all: Vec<Option<CellView>>,
    weeks: Vec<WeekRow>,
    rest: Option<String>,
    verdict: Option<String>,
    marks: Marks,
}

struct Counted {
    count: String,
    href: Href,
}

struct WeekRow {
    from: String,
    marks: Vec<(usize, String)>,
    started: Counted,
    small: bool,
    cells: Vec<Option<CellView>>,
}

struct CellView {
    percent: String,
    count: String,
    of: String,
    interval: String,
    href: Href,
    shade: u64,
    so_far: bool,
}

/// What the addresses of one grid have in common.
struct Links<'a> {
    journey: &'a Journey,
    show: Columns,
    range: &'a Range,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let journey = find(&app, &id)?;
    let range = Range::parse(&pairs, &app.calendar());
    let show = show_of(&pairs);
    let page = Href::to(&["journeys", &id, "cohorts"]);
    let same = page.clone().with_all(show_pair(show));
    if let Some(short) = range.shorter(&same, &pairs) {
        return Ok(Redirect::to(&short.into_string()).into_response());
    }
    let shown = match range.request() {
        Some(request) => {
            let found = app.cohorts(&journey.id, show, (request.since_ms, request.until_ms)).await?;
            let found = found.ok_or_else(|| no_such_journey(&app, &id))?;
            let first_ms =
                found.weeks.first().and_then(|it| range.view.calendar.parse_ms(&it.from)).unwrap_or_default();
            let of = [Subject::Journey(journey.id.as_str().to_owned())];
            let annotations = app.annotations(Some(&of)).await?;
            let marks = Marks::within(&annotations, first_ms, app.now_ms(), &range.view.calendar);
            Some(Shown::of(&found, &Links { journey: &journey, show, range: &range }, marks))
        }
        None => None,
    };
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = CohortsPage {
        frame: Frame::new(format!("{}: week by week", journey.name), &app, &operator).among(&chosen),
        journey: journey.name.clone(),
        journey_href: Href::to(&["journeys", &id]).with_all(range.view.range_pairs()),
        presets: range.presets(&same, app.now_ms()),
        switch: switch(&page, show, &range),
        page,
        show: if show == Columns::default() { "" } else { show.name() },
        range,
        shown,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// Value where nothing, or nonsense, is given.
fn show_of(pairs: &[(String, String)]) -> Columns {
    let text = given(pairs, "show").unwrap_or_default();
    Columns::parse(text).unwrap_or_default()
}

fn show_pair(show: Columns) -> Option<(&'static str, &'static str)> {
    (show != Columns::default()).then(|| ("show", show.name()))
}

fn switch(page: &Href, chosen: Columns, range: &Range) -> Vec<Preset> {
    [(Columns::Value, "Value in time"), (Columns::Milestones, "Each milestone")]
        .map(|(show, name)| Preset {
            name: name.to_owned(),
            href: page.clone().with_all(show_pair(show)).with_all(range.view.pairs()),
            chosen: show == chosen,
        })
        .into()
}

impl Links<'_> {
    fn grid(&self) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "cohorts"])
            .with_all(show_pair(self.show))
            .with_all(self.range.view.pairs())
    }

    /// The people behind a number; `file` is `people` or `people.csv`.
    fn people(&self, file: &str, week: Option<&str>, column: Option<(&str, &str)>, away: bool) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "cohorts", file])
            .with_all(week.map(|it| ("week", it)))
            .with_all(column.into_iter().flat_map(|(milestone, within)| [("milestone", milestone), ("within", within)]))
            .with_all(away.then_some(("standing", "away")))
            .with_all(show_pair(self.show))
            .with_all(self.range.view.pairs())
    }
}

impl Shown {
    fn of(cohorts: &Cohorts, links: &Links<'_>, marks: Marks) -> Self {
        let is_value = links.show == Columns::Value;
        let named = |it: &crate::app::cohorts::ColumnReport| {
            let milestone = links.journey.milestones.iter().find(|other| other.id.as_str() == it.milestone);
            let name = milestone.map_or("", |it| it.name.as_str());
            if is_value { weeks_in_words(it.within_ms) } else { name.to_owned() }
        };
        let cells = |week: Option<&str>, cells: &[Cell]| -> Vec<Option<CellView>> {
            let of = |(column, cell): (&crate::app::cohorts::ColumnReport, &Cell)| {
                let within = crate::project::duration::write(column.within_ms);
                CellView::of(cell, links.people("people", week, Some((&column.milestone, &within)), false))
            };
            cohorts.columns.iter().zip(cells).map(of).collect()
        };
        let hidden = cohorts.weeks.len().saturating_sub(WEEKS_SHOWN);
        let shown = cohorts.weeks.get(hidden..).unwrap_or_default();
        let counted = |count: u64, week: Option<&str>| Counted {
            count: written::count(count),
            href: links.people("people", week, None, false),
        };
        let row = |week: &crate::app::cohorts::Week| WeekRow {
            marks: marks_of_week(&marks, &week.from, &links.range.view.calendar),
            from: week.from.clone(),
            started: counted(week.started, Some(&week.from)),
            small: week.started < SMALL_SAMPLE,
            cells: cells(Some(&week.from), &week.cells),
        };
        Self {
            range: links.range.view.range_in_words(),
            value: links
                .journey
                .milestones
                .get(links.journey.value_index())
                .map_or_else(String::new, |it| it.name.clone()),
            started: counted(cohorts.started, None),
            is_value,
            window: written::window_in_words(links.journey.window_ms),
            columns: cohorts.columns.iter().map(named).collect(),
            all: cells(None, &cohorts.all),
            weeks: shown.iter().map(row).collect(),
            rest: (hidden > 0).then(|| {
                format!(
                    "The latest {WEEKS_SHOWN} of {} weeks are shown; the first row and the test count all of them. \
                     Choose a range to see others.",
                    written::count(cohorts.weeks.len() as u64)
                )
            }),
            verdict: cohorts.test.map(verdict),
            marks,
        }
    }
}

fn marks_of_week(marks: &Marks, from: &str, calendar: &Calendar) -> Vec<(usize, String)> {
    let number = Period::Week.of(calendar.parse_ms(from).unwrap_or_default(), calendar);
    marks.of(Period::Week.start_ms(number, calendar), Period::Week.start_ms(number + 1, calendar))
}

impl CellView {
    /// `None` where it counts nobody.
    fn of(cell: &Cell, href: Href) -> Option<Self> {
        let share = Share::of(cell.reached, cell.started)?;
        Some(Self {
            percent: share.percent,
            count: written::count(cell.reached),
            of: share.of,
            interval: share.interval,
            href,
            shade: shade(cell.reached, cell.started),
            so_far: !cell.is_complete,
        })
    }
}

fn verdict(test: Test) -> String {
    let p = if test.p < 0.001 { "below 0.001".to_owned() } else { format!("= {:.3}", test.p) };
    let chi = format!("log-rank over {} weeks: χ² = {:.1}, p {p}", test.weeks, test.chi_squared);
    if test.p < SURE {
        format!("The weeks differ in how fast people reach value, and not by chance alone ({chi}).")
    } else {
        format!("That the weeks differ in how fast people reach value may well be chance ({chi}).")
    }
}

/// `Within 2 weeks`
fn weeks_in_words(within_ms: u64) -> String {
    let week_ms = 7 * written::DAY_MS;
    match within_ms / week_ms {
        1 => "Within 1 week".to_owned(),
        weeks if within_ms.is_multiple_of(week_ms) => format!("Within {weeks} weeks"),
        _ => format!("Within {}", written::window_in_words(within_ms)),
    }
}

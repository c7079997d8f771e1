//! `/journeys/{id}/cohorts/people`: the people behind a number of the grid; and the same as a file.

use super::{Links, show_of, weeks_in_words};
use crate::app::App;
use crate::app::cohorts::{AskedCell, CohortPeople, CohortUser, Column, Columns};
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::hesitation::Range;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::journey::{find, no_such_journey};
use crate::http::dashboard::paging::{PAGE_ROWS, PageNumber};
use crate::http::dashboard::pairs::value;
use crate::http::dashboard::people_csv::csv_of_people;
use crate::http::dashboard::people_list::{PeopleList, Row};
use crate::http::dashboard::somebody;
use crate::http::dashboard::view::Preset;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Period;
use crate::project::duration;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};
use domain::{Journey, Milestone};

/// Which number is asked for; the page and its file mean the same by the same address.
struct Asked {
    journey: Journey,
    range: Range,
    show: Columns,
    /// As written, and the number of the week.
    week: Option<(String, i64)>,
    column: Option<Column>,
    away: bool,
    page: PageNumber,
}

pub(in crate::http::dashboard) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let found = asked.people(&app, asked.page.offset(), PAGE_ROWS).await?;
    let rows = found.rows.iter().map(|it| {
        let reached = it.reached_ms.map_or_else(|| "not yet".to_owned(), |at_ms| took(it.started_ms, at_ms));
        Row::of(&it.profile, it.anonymous, [written::minute(it.started_ms, &asked.range.view.calendar), reached])
    });
    let summary = asked.summary(found.total);
    let page = PeopleList {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        back: (format!("{}: week by week", asked.journey.name), asked.grid()),
        about: format!("Started {}; in whatever order.", asked.range.view.range_in_words()),
        switch: asked.switch(),
        columns: [
            format!("Started ({})", asked.range.view.calendar.in_short()),
            format!("Took to “{}”", asked.milestone().map_or("", |it| &it.name)),
        ],
        order: "the latest to start first",
        pages: asked.page.pages(rows.len(), found.total, &asked.href("people"), asked.href("people.csv")),
        rows: rows.collect(),
        summary,
    };
    Ok(Html(page.render()?))
}

pub(in crate::http::dashboard) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let found = app.who_started(&asked.journey.id, asked.cell(), asked.times()).await?;
    let found = found.ok_or_else(|| no_such_journey(&app, &id))?;
    let cells = |it| {
        let it = CohortUser::of(it);
        let reached = it.reached_ms.map(written::iso).unwrap_or_default();
        somebody::cells(&it.profile, it.anonymous, [written::iso(it.started_ms), reached])
    };
    let heading = somebody::heading(["started (UTC)", "reached (UTC)"]);
    let week = asked.week.as_ref().map_or("all-weeks", |(text, _)| text.as_str());
    let within = asked.column.map_or_else(|| "started".to_owned(), |it| duration::write(it.within_ms));
    let standing = if asked.away { "away" } else { "reached" };
    let milestone = asked.milestone().map_or("", |it| it.id.as_str());
    let parts = ["milepost", &id, week, milestone, &within, standing];
    csv_of_people(app, found, heading, cells, &parts, &asked.range.view, &pairs)
}

fn took(started_ms: i64, reached_ms: i64) -> String {
    written::span(reached_ms.saturating_sub(started_ms).max(0).unsigned_abs())
}

impl Asked {
    fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let journey = find(app, id)?;
        let (range, show) = (Range::parse(pairs, &app.calendar()), show_of(pairs));
        let back = |message: &str| {
            let href = Href::to(&["journeys", id, "cohorts"]).with_all(range.view.pairs());
            let instead = vec![Link { name: format!("{}: week by week", journey.name), href }];
            PageError::BadAddress { message: format!("{message} Begin at the grid:"), instead }
        };
        if let Some(problem) = [&range.view.since.problem, &range.view.until.problem].into_iter().flatten().next() {
            return Err(back(&format!("{problem}.")));
        }
        let week = match value(pairs, "week") {
            None => None,
            Some(text) => {
                let at_ms = range
                    .view
                    .calendar
                    .parse_ms(text)
                    .ok_or_else(|| back("The week is not a date such as 2026-01-31."))?;
                Some((text.to_owned(), Period::Week.of(at_ms, &range.view.calendar)))
            }
        };
        let column = match (value(pairs, "milestone"), value(pairs, "within")) {
            (None, None) => None,
            (Some(milestone), Some(within)) => {
                let level = journey.milestones.iter().position(|it| it.id.as_str() == milestone);
                let level = level.ok_or_else(|| back("The journey has no such milestone."))?;
                let within_ms =
                    duration::parse(within).map_err(|error| back(&format!("“within” is no time: {error}.")))?;
                Some(Column { level, within_ms })
            }
            _ => return Err(back("A milestone needs the time it may take, and the reverse: milestone and within.")),
        };
        let away = match value(pairs, "standing") {
            None | Some("reached") => false,
            Some("away") => true,
            Some(_) => return Err(back("The standing is none: write reached or away.")),
        };
        let page = PageNumber::parse("page", value(pairs, "page")).map_err(|it| back(&it))?;
        Ok(Self { journey, range, show, week, column, away, page })
    }

    async fn people(&self, app: &App, offset: usize, limit: usize) -> Result<CohortPeople, PageError> {
        let found = app.cohort_people(&self.journey.id, self.cell(), self.times(), offset, limit).await?;
        found.ok_or_else(|| no_such_journey(app, self.journey.id.as_str()))
    }

    fn cell(&self) -> AskedCell {
        AskedCell { week: self.week.as_ref().map(|it| it.1), column: self.column, away: self.away }
    }

    fn times(&self) -> (Option<i64>, Option<i64>) {
        (self.range.view.since.value, self.range.view.until.value)
    }

    /// The milestone asked for; value where everybody is.
    fn milestone(&self) -> Option<&Milestone> {
        self.journey.milestones.get(self.column.map_or(self.journey.value_index(), |it| it.level))
    }

    fn links(&self) -> Links<'_> {
        Links { journey: &self.journey, show: self.show, range: &self.range }
    }

    fn grid(&self) -> Href {
        self.links().grid()
    }

    fn href(&self, file: &str) -> Href {
        self.other(file, self.away)
    }

    fn other(&self, file: &str, away: bool) -> Href {
        let within = self.column.map(|it| duration::write(it.within_ms));
        let column = self.milestone().map(|it| it.id.as_str()).zip(within.as_deref());
        self.links().people(file, self.week.as_ref().map(|it| it.0.as_str()), column, away)
    }

    fn summary(&self, total: u64) -> String {
        let people = self.range.view.subjects(total);
        let whose = match &self.week {
            Some((_, number)) => {
                format!("of the week of {}", Period::Week.start_date(*number, &self.range.view.calendar))
            }
            None if self.column.is_some() => "of all weeks that had the time".to_owned(),
            None => "of all weeks".to_owned(),
        };
        let Some(column) = self.column else { return format!("{people} {whose} started") };
        let verb = if self.away { "did not reach" } else { "reached" };
        let name = self.milestone().map_or("", |it| it.name.as_str());
        format!("{people} {whose} {verb} “{name}” {}", weeks_in_words(column.within_ms).to_lowercase())
    }

    fn switch(&self) -> Vec<Preset> {
        if self.column.is_none() {
            return Vec::new();
        }
        [(false, "Reached it in time"), (true, "Did not")]
            .map(|(away, name)| Preset {
                name: name.to_owned(),
                href: self.other("people", away),
                chosen: away == self.away,
            })
            .into()
    }
}

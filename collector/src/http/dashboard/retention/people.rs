//! `/retention/people` and `/retention/active`: the people behind a number of the page; and the same as files.

use super::period_name;
use super::view::RetentionView;
use crate::app::App;
use crate::app::retention::{CameBack, CameBackUser};
use crate::app::stickiness::{ActivePeople, ActiveUser, Within};
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::paging::{PAGE_ROWS, PageNumber};
use crate::http::dashboard::pairs::value;
use crate::http::dashboard::people_csv::csv_of_people;
use crate::http::dashboard::people_list::{PeopleList, Row};
use crate::http::dashboard::somebody;
use crate::http::dashboard::view::Preset;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::retention::{Cell, Counted, PERIODS_MAX};
use askama::Template;
use axum::extract::Query;
use axum::response::{Html, Response};

/// Which number of the grid is asked for; the page and its file mean the same by the same address.
struct AskedCell {
    view: RetentionView,
    cohort: Option<(String, i64)>,
    cell: Cell,
    page: PageNumber,
}

/// Which number of a day is asked for.
struct AskedDay {
    view: RetentionView,
    day: (String, i64),
    within: Within,
    page: PageNumber,
}

pub(in crate::http::dashboard) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = AskedCell::parse(&app, &pairs)?;
    let found = asked.people(&app, asked.page.offset(), PAGE_ROWS).await?;
    let period = asked.view.period().name();
    let rows = found.rows.iter().map(|it| {
        let came: Vec<String> = it.came_after().map(|it| it.to_string()).collect();
        let came = if came.is_empty() { "–".to_owned() } else { came.join(", ") };
        Row::of(&it.profile, it.anonymous, [written::minute(it.began_ms, &asked.view.range.calendar), came])
    });
    let summary = asked.summary(found.total);
    let page = PeopleList {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        back: ("Retention".to_owned(), asked.view.href()),
        about: format!(
            "Began with {}, came back with {}; began {}.",
            asked.view.start_in_words(),
            asked.view.back_in_words(),
            asked.view.range.range_in_words()
        ),
        switch: asked.switch(),
        columns: [format!("Began ({})", asked.view.range.calendar.in_short()), format!("Came in {period}")],
        order: "the latest to begin first",
        pages: asked.page.pages(rows.len(), found.total, &asked.href("people"), asked.href("people.csv")),
        rows: rows.collect(),
        summary,
    };
    Ok(Html(page.render()?))
}

pub(in crate::http::dashboard) async fn show_active(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = AskedDay::parse(&app, &pairs)?;
    let found = asked.people(&app, asked.page.offset(), PAGE_ROWS).await?;
    let row = |it: &ActiveUser| {
        Row::of(&it.profile, it.anonymous, [written::count(it.days), asked.view.range.calendar.date_of(it.last_ms)])
    };
    let summary = format!("{} came {}", asked.view.range.subjects(found.total), asked.in_words());
    let rows = found.rows.iter().map(row);
    let page = PeopleList {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        back: ("Retention".to_owned(), asked.view.href()),
        about: format!(
            "Came with {}; days are those of {}.",
            asked.view.back_in_words(),
            asked.view.range.calendar.name()
        ),
        columns: ["Days they came".to_owned(), "Last of them".to_owned()],
        switch: Vec::new(),
        order: "those who came on most days first",
        pages: asked.page.pages(rows.len(), found.total, &asked.href("active"), asked.href("active.csv")),
        rows: rows.collect(),
        summary,
    };
    Ok(Html(page.render()?))
}

pub(in crate::http::dashboard) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = AskedCell::parse(&app, &pairs)?;
    let request = asked.view.request().ok_or_else(|| begin_again(String::new(), &asked.view))?;
    let found = app.who_came_back(&request, asked.cell).await?;
    let cells = |it| {
        let it = CameBackUser::of(it);
        let came: Vec<String> = it.came_after().map(|it| it.to_string()).collect();
        somebody::cells(&it.profile, it.anonymous, [written::iso(it.began_ms), came.join(" ")])
    };
    let heading = somebody::heading(["began (UTC)", &format!("came in {}", asked.view.period().name())]);
    let cohort = asked.cohort.as_ref().map_or("all", |(text, _)| text.as_str());
    let after = asked.cell.after.map_or_else(|| "began".to_owned(), |it| format!("after-{it}"));
    let standing = if asked.cell.away { "away" } else { "came" };
    let parts = ["milepost", "retention", asked.view.period().name(), cohort, &after, standing];
    csv_of_people(app, found, heading, cells, &parts, &asked.view.range, &pairs)
}

pub(in crate::http::dashboard) async fn download_active(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = AskedDay::parse(&app, &pairs)?;
    let what = asked.view.back.value.clone().unwrap_or_default();
    let found = app.who_was_active(&what, asked.day.1, asked.within).await?;
    let calendar = asked.view.range.calendar.clone();
    let cells = move |it| {
        let it = ActiveUser::of(it);
        somebody::cells(&it.profile, it.anonymous, [it.days.to_string(), calendar.date_of(it.last_ms)])
    };
    let heading = somebody::heading(["days", "last day"]);
    let within = asked.within.days().to_string();
    let parts = ["milepost", "active", &within, "days-to", &asked.day.0];
    csv_of_people(app, found, heading, cells, &parts, &asked.view.range, &pairs)
}

impl AskedCell {
    fn parse(app: &App, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let view = parse_view(app, pairs)?;
        let back = |message: &str| begin_again(message.to_owned(), &view);
        let cohort = match value(pairs, "cohort") {
            None => None,
            Some(text) => {
                let at_ms = view
                    .range
                    .calendar
                    .parse_ms(text)
                    .ok_or_else(|| back("The cohort is not a date such as 2026-01-31."))?;
                Some((text.to_owned(), at_ms))
            }
        };
        let after = match value(pairs, "after").map(str::parse::<usize>) {
            None => None,
            Some(Ok(after)) if after <= PERIODS_MAX => Some(after),
            Some(_) => return Err(back(&format!("“after” is not a number of periods up to {PERIODS_MAX}."))),
        };
        let away = match value(pairs, "standing") {
            None | Some("came") => false,
            Some("away") => true,
            Some(_) => return Err(back("The standing is none: write came or away.")),
        };
        let number = cohort.as_ref().map(|(_, at_ms)| view.period().of(*at_ms, &view.range.calendar));
        let cell = Cell { cohort: number, after, counted: view.counted(), away };
        let page = PageNumber::parse("page", value(pairs, "page")).map_err(|it| back(&it))?;
        Ok(Self { view, cohort, cell, page })
    }

    async fn people(&self, app: &App, offset: usize, limit: usize) -> Result<CameBack, PageError> {
        let request = self.view.request().ok_or_else(|| begin_again(String::new(), &self.view))?;
        Ok(app.came_back(&request, self.cell, offset, limit).await?)
    }

    fn href(&self, file: &str) -> Href {
        let cohort = self.cohort.as_ref().map(|(text, _)| text.as_str());
        self.view.people(file, cohort, self.cell.after, self.cell.away)
    }

    fn summary(&self, total: u64) -> String {
        let people = self.view.range.subjects(total);
        let period = self.view.period();
        let whose = match &self.cohort {
            Some((_, at_ms)) => {
                let from = period.start_date(period.of(*at_ms, &self.view.range.calendar), &self.view.range.calendar);
                format!("of the {} of {from}", period.name())
            }
            None => "of all cohorts".to_owned(),
        };
        let Some(after) = self.cell.after else { return format!("{people} {whose} began") };
        let verb = if self.cell.away { "did not come" } else { "came" };
        let later = if self.cell.counted == Counted::Unbounded { " or later" } else { "" };
        format!("{people} {whose} {verb} in {}{later}", period_name(period, after).to_lowercase())
    }

    fn switch(&self) -> Vec<Preset> {
        if self.cell.after.is_none() {
            return Vec::new();
        }
        let cohort = self.cohort.as_ref().map(|(text, _)| text.as_str());
        [(false, "Came"), (true, "Did not come")]
            .map(|(away, name)| Preset {
                name: name.to_owned(),
                href: self.view.people("people", cohort, self.cell.after, away),
                chosen: away == self.cell.away,
            })
            .into()
    }
}

impl AskedDay {
    fn parse(app: &App, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let view = parse_view(app, pairs)?;
        let back = |message: &str| begin_again(message.to_owned(), &view);
        let text = value(pairs, "day").unwrap_or_default();
        let at_ms =
            view.range.calendar.parse_ms(text).ok_or_else(|| back("The day is not a date such as 2026-01-31."))?;
        let within = value(pairs, "within").unwrap_or("1");
        let within = Within::parse(within).ok_or_else(|| back("“within” is no number of days: write 1, 7 or 30."))?;
        let page = PageNumber::parse("page", value(pairs, "page")).map_err(|it| back(&it))?;
        Ok(Self { day: (text.to_owned(), at_ms), within, page, view })
    }

    async fn people(&self, app: &App, offset: usize, limit: usize) -> Result<ActivePeople, PageError> {
        let what = self.view.back.value.clone().unwrap_or_default();
        Ok(app.active(&what, self.day.1, self.within, offset, limit).await?)
    }

    fn href(&self, file: &str) -> Href {
        self.view.active(file, &self.day.0, self.within.days())
    }

    fn in_words(&self) -> String {
        match self.within {
            Within::Day => format!("on {}", self.day.0),
            _ => format!("in the {} days that end with {}", self.within.days(), self.day.0),
        }
    }
}

fn parse_view(app: &App, pairs: &[(String, String)]) -> Result<RetentionView, PageError> {
    let view = RetentionView::parse(pairs, &app.project());
    match view.problem() {
        Some(problem) => Err(begin_again(format!("{problem}."), &view)),
        None => Ok(view),
    }
}

fn begin_again(message: String, view: &RetentionView) -> PageError {
    let link = Link { name: "Retention".to_owned(), href: view.href() };
    PageError::BadAddress { message: format!("{message} Begin at the grid:"), instead: vec![link] }
}

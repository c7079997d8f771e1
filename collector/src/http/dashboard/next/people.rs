//! `/journeys/{id}/next/people`: the people behind a number of it; and the same as a file.

use super::{Asked as Page, Name};
use crate::app::App;
use crate::app::next::{Did, NextAnswer, NextPerson};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::paging::{PAGE_ROWS, PageNumber};
use crate::http::dashboard::pairs::value;
use crate::http::dashboard::people_csv::{csv_answer, lines};
use crate::http::dashboard::people_list::{PeopleList, Row};
use crate::http::dashboard::somebody;
use crate::http::dashboard::view::Preset;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};

/// Which number is asked for; the page and its file mean the same by the same address.
struct Asked {
    of: Page,
    did: Did,
    went_on: bool,
    page: PageNumber,
}

pub(in crate::http::dashboard) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let answer = asked.of.answer(&app).await?;
    let found = app.next_people(&answer, &asked.did, asked.went_on, asked.page.offset(), PAGE_ROWS).await?;
    let rows = found.rows.iter().map(|it| {
        Row::of(&it.profile, it.anonymous, [written::minute(it.reached_ms, &asked.of.view.calendar), then(it)])
    });
    let summary = asked.summary(&answer, found.total);
    let page = PeopleList {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        back: (format!("After “{}”", asked.of.milestone(0)), asked.of.page()),
        about: format!(
            "Reached “{}” in order, within {}, {}.",
            asked.of.milestone(0),
            written::window_in_words(answer.window_ms),
            asked.of.view.range_in_words(),
        ),
        switch: asked.switch(),
        columns: [
            format!("Reached “{}” ({})", asked.of.milestone(0), asked.of.view.calendar.in_short()),
            "Then".to_owned(),
        ],
        order: "the latest to reach it first",
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
    let answer = asked.of.answer(&app).await?;
    let found = app.next_people(&answer, &asked.did, asked.went_on, 0, usize::MAX).await?;
    let cells = |it: &NextPerson| {
        let at = it.next.as_ref().map(|(at_ms, _)| written::iso(*at_ms)).unwrap_or_default();
        let did = it.next.as_ref().map(|(_, action)| Did::Action(action.clone()).to_string()).unwrap_or_default();
        let did = csv_safe(&did).into_owned();
        somebody::cells(&it.profile, it.anonymous, [written::iso(it.reached_ms), at, did])
    };
    let heading = somebody::heading(["reached (UTC)", "then (UTC)", "did"]);
    let rows = std::iter::once(heading).chain(found.rows.iter().map(cells));
    let standing = if asked.went_on { "went-on" } else { "stuck" };
    let did = asked.did.to_string();
    let parts = ["milepost", &id, asked.of.milestone_id(), standing, "next", &did];
    Ok(csv_answer(lines(rows)?, &parts, &asked.of.view, &pairs))
}

/// `/pricing, 3 d later`
fn then(person: &NextPerson) -> String {
    let Some((at_ms, action)) = &person.next else { return "nothing more".to_owned() };
    let later = written::span(at_ms.saturating_sub(person.reached_ms).max(0).unsigned_abs());
    format!("{}, {later} later", Name::of_action(action).text)
}

impl Asked {
    fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let of = Page::parse(app, id, pairs)?;
        let back = |message: &str| {
            let instead = vec![Link { name: format!("After “{}”", of.milestone(0)), href: of.page() }];
            PageError::BadAddress { message: format!("{message} Begin here:"), instead }
        };
        let problems = [&of.view.window.problem, &of.view.since.problem, &of.view.until.problem];
        if let Some(problem) = problems.into_iter().flatten().next() {
            return Err(back(&format!("{problem}.")));
        }
        let did = value(pairs, "did").and_then(Did::parse);
        let did =
            did.ok_or_else(|| back("It is not said what they did next: write did=nothing, or did=event:Name."))?;
        let went_on = match value(pairs, "standing") {
            None | Some("stuck") => false,
            Some("went-on") => true,
            Some(_) => return Err(back("The standing is none: write stuck or went-on.")),
        };
        let page = PageNumber::parse("page", value(pairs, "page")).map_err(|it| back(&it))?;
        Ok(Self { of, did, went_on, page })
    }

    fn href(&self, file: &str) -> crate::http::dashboard::Href {
        self.of.people(file, &self.did, self.went_on)
    }

    fn summary(&self, answer: &NextAnswer, total: u64) -> String {
        let people = self.of.view.subjects(total);
        let standing = if self.went_on { "went on" } else { "went no further" };
        let name = Name::of(&self.did, answer.rarer).text;
        match self.did {
            Did::Action(_) => format!("{people} {standing}, “{name}” first"),
            Did::Other => format!("{people} {standing}, something rarer first"),
            Did::Nothing => format!("{people} {standing} and did nothing more"),
        }
    }

    fn switch(&self) -> Vec<Preset> {
        [(false, "Went no further"), (true, "Went on")]
            .map(|(went_on, name)| Preset {
                name: name.to_owned(),
                href: self.of.people("people", &self.did, went_on),
                chosen: went_on == self.went_on,
            })
            .into()
    }
}

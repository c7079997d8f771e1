//! `/journeys/{id}/people`: the people behind a number.

use super::error::{Link, PageError};
use super::frame::Frame;
use super::funnel_chart::people_href;
use super::href::Href;
use super::journey::{find, no_such_journey};
use super::paging::{PAGE_ROWS, PageNumber, Pages};
use super::pairs::given;
use super::somebody::Somebody;
use super::view::View;
use super::written;
use crate::app::App;
use crate::app::funnel::{FunnelAnswer, Standing};
use crate::app::people::Person;
use crate::http::among::Among;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Html;
use domain::Journey;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    journey: String,
    journey_href: Href,
    milestone: String,
    stuck: bool,
    group: Option<(String, String)>,
    summary: String,
    range: String,
    window: String,
    switch: Vec<Switch>,
    rows: Vec<Row>,
    pages: Pages,
}

/// The other lists of the same journey.
struct Switch {
    name: String,
    href: Href,
    chosen: bool,
}

struct Row {
    who: Somebody,
    account_id: String,
    reached: String,
    reached_iso: String,
    since: String,
    furthest: String,
}

/// Which list is asked for; the page and its CSV file mean the same by the same address.
pub(super) struct Asked {
    pub(super) journey: Journey,
    pub(super) view: View,
    pub(super) level: usize,
    pub(super) standing: Standing,
    pub(super) group: Option<String>,
    page: PageNumber,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let answer = asked.answer(&app).await?;
    let offset = asked.page.offset();
    let people = app.people(&answer, asked.level, asked.standing, asked.group.as_deref(), offset, PAGE_ROWS).await?;
    let now_ms = app.now_ms();
    let rows: Vec<Row> = people.rows.iter().map(|it| Row::of(it, &asked, now_ms)).collect();
    let total = people.total;
    let milestone = asked.milestone_name();
    let page = PeoplePage {
        frame: Frame::new(format!("{milestone}: people"), &app, &operator).among(&chosen),
        journey: asked.journey.name.clone(),
        journey_href: Href::to(&["journeys", &id]).with_all(asked.view.pairs()),
        stuck: asked.standing == Standing::Stuck,
        group: answer.by.as_ref().map(ToString::to_string).zip(asked.group.clone()),
        summary: asked.summary(total),
        range: asked.view.range_in_words(),
        window: written::window_in_words(answer.window_ms),
        switch: asked.switch(),
        pages: asked.page.pages(rows.len(), total, &asked.href(), asked.csv_href()),
        rows,
        milestone,
    };
    Ok(Html(page.render()?))
}

impl Asked {
    pub(super) fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let journey = find(app, id)?;
        let view = View::parse(pairs, &app.calendar());
        let text = |name: &str| given(pairs, name);
        let back = |message: String| {
            let href = Href::to(&["journeys", id]).with_all(view.pairs());
            PageError::BadAddress { message, instead: vec![Link { name: journey.name.clone(), href }] }
        };
        if view.request().is_none() {
            let problems = [
                &view.window.problem,
                &view.since.problem,
                &view.until.problem,
                &view.by.problem,
                &view.compare.problem,
            ];
            let problem = problems.into_iter().flatten().next().cloned().unwrap_or_default();
            return Err(back(format!("{problem}. Set it on the funnel page:")));
        }
        let wanted = text("milestone").unwrap_or_default();
        let Some(level) = journey.milestones.iter().position(|it| it.id.as_str() == wanted) else {
            let instead = journey.milestones.iter().map(|it| Link {
                name: it.name.clone(),
                href: people_href(&journey, &view, it.id.as_str(), "reached", None),
            });
            let message = format!("“{}” has no milestone “{wanted}”. Its milestones are:", journey.name);
            return Err(PageError::BadAddress { message, instead: instead.collect() });
        };
        let standing = match text("standing").unwrap_or("reached") {
            "reached" => Standing::Reached,
            "stuck" => Standing::Stuck,
            other => {
                return Err(back(format!("“{other}” is no standing: write reached or stuck. Or begin at the funnel:")));
            }
        };
        let group = text("group").map(str::to_owned);
        if group.is_some() && view.by.value.is_none() {
            return Err(back(
                "A group needs the trait it belongs to (by=plan). Choose a breakdown on the funnel page:".to_owned(),
            ));
        }
        let page = PageNumber::parse("page", text("page")).map_err(|it| back(format!("{it} Begin at the funnel:")))?;
        Ok(Self { level, standing, group, page, journey, view })
    }

    /// The funnel whose bar this is.
    pub(super) async fn answer(&self, app: &App) -> Result<FunnelAnswer, PageError> {
        let request = self.view.request().unwrap_or_default();
        app.funnel(&self.journey.id, &request).await?.ok_or_else(|| no_such_journey(app, self.journey.id.as_str()))
    }

    pub(super) fn milestone_id(&self) -> &str {
        self.journey.milestones.get(self.level).map_or("", |it| it.id.as_str())
    }

    fn milestone_name(&self) -> String {
        self.journey.milestones.get(self.level).map(|it| it.name.clone()).unwrap_or_default()
    }

    pub(super) fn standing_name(&self) -> &'static str {
        match self.standing {
            Standing::Reached => "reached",
            Standing::Stuck => "stuck",
        }
    }

    fn summary(&self, total: u64) -> String {
        let people = self.view.subjects(total);
        let milestone = self.milestone_name();
        match self.standing {
            Standing::Reached => format!("{people} reached “{milestone}”"),
            Standing::Stuck => format!("{people} got to “{milestone}” and no further"),
        }
    }

    fn href(&self) -> Href {
        people_href(&self.journey, &self.view, self.milestone_id(), self.standing_name(), self.group.as_deref())
    }

    fn csv_href(&self) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "people.csv"])
            .with("milestone", self.milestone_id())
            .with("standing", self.standing_name())
            .with_all(self.group.as_deref().map(|it| ("group", it)))
            .with_all(self.view.pairs())
    }

    fn switch(&self) -> Vec<Switch> {
        let names = [("reached", "Reached it"), ("stuck", "Went no further")];
        let switch = |(standing, name): (&str, &str)| Switch {
            name: name.to_owned(),
            href: people_href(&self.journey, &self.view, self.milestone_id(), standing, self.group.as_deref()),
            chosen: standing == self.standing_name(),
        };
        names.into_iter().map(switch).collect()
    }
}

impl Row {
    fn of(person: &Person, asked: &Asked, now_ms: i64) -> Self {
        let at_ms = person.times_ms.get(asked.level).copied().unwrap_or_default();
        let furthest = person.times_ms.len().checked_sub(1).and_then(|it| asked.journey.milestones.get(it));
        Self {
            who: Somebody::with_tag(&person.profile, person.anonymous),
            account_id: person.profile.account.clone().unwrap_or_default(),
            reached: written::minute(at_ms, &asked.view.calendar),
            reached_iso: written::iso(at_ms),
            since: written::span(u64::try_from(now_ms.saturating_sub(at_ms)).unwrap_or(0)),
            furthest: furthest.map(|it| it.name.clone()).unwrap_or_default(),
        }
    }
}

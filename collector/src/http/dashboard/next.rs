//! `/journeys/{id}/next`: what people did next after a milestone, those who went no further beside those who went on.

mod people;

pub(super) use people::{download, show as show_people};

use super::comparison::Gap;
use super::error::{Link, PageError};
use super::frame::Frame;
use super::funnel_chart::{Share, people_href};
use super::href::Href;
use super::journey::{find, no_such_journey};
use super::surveys::Counted;
use super::view::{Choice, Preset, View};
use super::written;
use crate::app::App;
use crate::app::next::{Did, NextAnswer, NextRow};
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::metric::SMALL_SAMPLE;
use crate::storage::Action;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Journey;

#[derive(Template)]
#[template(path = "next.html")]
struct NextPage {
    frame: Frame,
    journey: String,
    journey_href: Href,
    milestone: String,
    milestone_id: String,
    next_milestone: String,
    page: Href,
    view: View,
    windows: Vec<Choice>,
    presets: Vec<Preset>,
    /// One for each milestone but the last.
    milestones: Vec<Preset>,
    /// Absent while a parameter is wrong.
    shown: Option<Shown>,
}

struct Shown {
    window: String,
    range: String,
    incomplete: bool,
    stopped: Counted,
    went_on: Counted,
    nobody: bool,
    small: bool,
    rows: Vec<Row>,
}

struct Row {
    position: usize,
    name: Name,
    stopped: Counted,
    stopped_share: Option<Share>,
    went_on: Counted,
    went_on_share: Option<Share>,
    median: Option<String>,
    gap: Option<Gap>,
    width: String,
    other_width: String,
    in_words: String,
}

/// What somebody did, and what kind of thing it is where that is not clear.
pub(super) struct Name {
    text: String,
    kind: Option<&'static str>,
}

/// Which milestone, of which journey, of whom.
struct Asked {
    journey: Journey,
    level: usize,
    view: View,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&asked.page().into_string()).into_response());
    }
    let shown = match asked.view.request() {
        Some(_) => Some(Shown::of(&asked.answer(&app).await?, &asked, app.now_ms())),
        None => None,
    };
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let plain = Href::to(&["journeys", &id, "next"]);
    let milestones = asked.journey.milestones.iter().enumerate().take(asked.journey.milestones.len() - 1);
    let page = NextPage {
        frame: Frame::new(format!("After “{}”", asked.milestone(0)), &app, &operator).among(&chosen),
        journey: asked.journey.name.clone(),
        journey_href: Href::to(&["journeys", &id]).with_all(asked.view.pairs()),
        milestone: asked.milestone(0).to_owned(),
        milestone_id: asked.milestone_id().to_owned(),
        next_milestone: asked.milestone(1).to_owned(),
        windows: asked.view.windows(asked.journey.window_ms),
        presets: asked.view.presets(&plain.clone().with("milestone", asked.milestone_id()), app.now_ms()),
        milestones: milestones
            .map(|(level, it)| Preset {
                name: it.name.clone(),
                href: next_href(&asked.journey, &asked.view, it.id.as_str()),
                chosen: level == asked.level,
            })
            .collect(),
        page: plain,
        view: asked.view,
        shown,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// The page about a milestone; breakdown and comparison stay behind.
pub(super) fn next_href(journey: &Journey, view: &View, milestone: &str) -> Href {
    Href::to(&["journeys", journey.id.as_str(), "next"]).with("milestone", milestone).with_all(kept(view))
}

fn kept(view: &View) -> Vec<(&'static str, &str)> {
    view.pairs().into_iter().filter(|(name, _)| !matches!(*name, "by" | "compare")).collect()
}

impl Asked {
    /// About the first milestone where none is named.
    fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let journey = find(app, id)?;
        let pairs: Vec<_> = pairs.iter().filter(|(name, _)| !matches!(&**name, "by" | "compare")).cloned().collect();
        let view = View::parse(&pairs, &app.calendar());
        let back = |message: &str| {
            let href = Href::to(&["journeys", id]).with_all(view.pairs());
            let instead = vec![Link { name: journey.name.clone(), href }];
            PageError::BadAddress { message: format!("{message} Begin at the funnel:"), instead }
        };
        let named = pairs.iter().find(|(name, text)| name == "milestone" && !text.is_empty());
        let level = match named {
            None => 0,
            Some((_, named)) => {
                let level = journey.milestones.iter().position(|it| it.id.as_str() == named);
                level.ok_or_else(|| back("The journey has no such milestone."))?
            }
        };
        if level + 1 >= journey.milestones.len() {
            return Err(back("After the last milestone nobody can go further."));
        }
        Ok(Self { journey, level, view })
    }

    async fn answer(&self, app: &App) -> Result<NextAnswer, PageError> {
        let request = self.view.request().unwrap_or_default();
        let answer = app.next(&self.journey.id, self.level, &request).await?;
        answer.ok_or_else(|| no_such_journey(app, self.journey.id.as_str()))
    }

    /// The name of the milestone, or of one after it.
    fn milestone(&self, further: usize) -> &str {
        self.journey.milestones.get(self.level + further).map_or("", |it| it.name.as_str())
    }

    fn milestone_id(&self) -> &str {
        self.journey.milestones.get(self.level).map_or("", |it| it.id.as_str())
    }

    fn page(&self) -> Href {
        next_href(&self.journey, &self.view, self.milestone_id())
    }

    /// The people behind a number; `file` is `people` or `people.csv`.
    fn people(&self, file: &str, did: &Did, went_on: bool) -> Href {
        Href::to(&["journeys", self.journey.id.as_str(), "next", file])
            .with("milestone", self.milestone_id())
            .with("did", &did.to_string())
            .with_all(went_on.then_some(("standing", "went-on")))
            .with_all(kept(&self.view))
    }
}

impl Shown {
    fn of(answer: &NextAnswer, asked: &Asked, now_ms: i64) -> Self {
        let behind = |level: usize, standing: &str| {
            let milestone = asked.journey.milestones.get(level).map_or("", |it| it.id.as_str());
            people_href(&asked.journey, &asked.view, milestone, standing, None)
        };
        Self {
            window: written::window_in_words(answer.window_ms),
            range: asked.view.range_in_words(),
            incomplete: asked.view.incomplete(now_ms),
            stopped: Counted::new(answer.stopped, behind(asked.level, "stuck")),
            went_on: Counted::new(answer.went_on, behind(asked.level + 1, "reached")),
            nobody: answer.stopped + answer.went_on == 0,
            small: answer.stopped < SMALL_SAMPLE,
            rows: answer.rows.iter().enumerate().map(|(at, it)| Row::of(at, it, answer, asked)).collect(),
        }
    }
}

impl Row {
    fn of(at: usize, row: &NextRow, answer: &NextAnswer, asked: &Asked) -> Self {
        let name = Name::of(&row.did, answer.rarer);
        let (stopped, went_on) = (Share::of(row.stopped, answer.stopped), Share::of(row.went_on, answer.went_on));
        let percent = |it: &Option<Share>| it.as_ref().map_or_else(|| "–".to_owned(), |it| it.percent.clone());
        let width = |part: u64, whole: u64| match whole {
            0 => "0%".to_owned(),
            _ => format!("{:.2}%", part as f64 / whole as f64 * 100.0),
        };
        Self {
            position: at + 1,
            in_words: format!(
                "{}: {} of those who went no further, {} of those who went on",
                name.text,
                percent(&stopped),
                percent(&went_on),
            ),
            name,
            stopped: Counted::new(row.stopped, asked.people("people", &row.did, false)),
            stopped_share: stopped,
            went_on: Counted::new(row.went_on, asked.people("people", &row.did, true)),
            went_on_share: went_on,
            median: row.median_ms.map(written::span),
            gap: row.difference.map(|it| Gap::of(it, "those who went on")),
            width: width(row.stopped, answer.stopped),
            other_width: width(row.went_on, answer.went_on),
        }
    }
}

impl Name {
    fn of(did: &Did, rarer: u64) -> Self {
        match did {
            Did::Action(action) => Self::of_action(action),
            Did::Other => Self {
                text: match rarer {
                    1 => "One other thing".to_owned(),
                    _ => format!("{} other things", written::count(rarer)),
                },
                kind: None,
            },
            Did::Nothing => Self { text: "Nothing more".to_owned(), kind: None },
        }
    }

    pub(super) fn of_action(action: &Action) -> Self {
        let named = |name: &str, kind| Self {
            text: if name.is_empty() { "without a name".to_owned() } else { name.to_owned() },
            kind,
        };
        match action {
            Action::Event(name) => named(name, None),
            Action::Page(name) => named(name, Some("page")),
            Action::Screen(name) => named(name, Some("screen")),
        }
    }
}

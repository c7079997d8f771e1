//! `/overview`: what a CS team looks at first. How many reach value and how fast, who is stuck, what people say and where
//! they hesitate; each opens the page that has all of it.

mod weeks;

use super::error::PageError;
use super::frame::Frame;
use super::funnel_chart::{Share, people_href};
use super::hesitation::{Range, Ranked};
use super::href::Href;
use super::journey::Funnel;
use super::pairs::given;
use super::quality::Quality;
use super::responses::{Saying, sayings};
use super::snippet::snippet;
use super::surveys::{Counted, Links, NpsView, survey_href};
use super::value_time::waiting_href;
use super::view::{Preset, View};
use super::waiting::Row as WaitingRow;
use super::written;
use crate::app::App;
use crate::app::definitions::Subject;
use crate::app::funnel::{FunnelAnswer, FunnelRequest, Step};
use crate::app::hesitation::HesitationRequest;
use crate::app::surveys::{ResponseFilter, SurveyRequest, Who};
use crate::app::users::BeganFilter;
use crate::http::among::Among;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Journey;
use std::sync::Arc;
use weeks::Weeks;

/// Which of the ranges one click away `/` opens: long enough for a trend, short enough to see a change.
const PRESET: usize = 1;

/// Of each list; the page behind it has all.
const WAITING_SHOWN: usize = 5;
const SAYINGS_SHOWN: usize = 4;
const PAGES_SHOWN: usize = 4;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    page: Href,
    /// Where there are several to choose from.
    journeys: Vec<Preset>,
    presets: Vec<Preset>,
    range: Range,
    /// Absent while a parameter is wrong.
    shown: Option<Shown>,
}

struct Shown {
    range: String,
    incomplete: bool,
    new_users: Counted,
    /// Of them, not visitors.
    new_known: Counted,
    new_accounts: Counted,
    journey: String,
    journey_href: Href,
    funnel: Funnel,
    weeks: Option<Weeks>,
    stuck: Stuck,
    scores: Vec<Score>,
    sayings: Vec<Saying>,
    sayings_href: Href,
    hesitation: Ranked,
    hesitation_href: Href,
    quality: Option<Quality>,
}

/// Who has started and not arrived.
struct Stuck {
    /// Milestones that people reached and went no further, the most people first.
    places: Vec<Place>,
    waiting: String,
    waiting_href: Href,
    longest: Vec<WaitingRow>,
}

struct Place {
    milestone: String,
    /// Who got here has reached value.
    is_value: bool,
    people: String,
    href: Href,
    /// Of those who reached it.
    share: Option<Share>,
}

/// One survey's NPS.
struct Score {
    survey: String,
    href: Href,
    nps: NpsView,
}

/// The first page: the last thirty days, so that the address says which.
pub(super) async fn open(_: Operator, State(app): State<Arc<App>>) -> Redirect {
    if app.project().definitions.journeys.is_empty() {
        return Redirect::to(&Href::to(&["journeys"]).into_string());
    }
    let presets = View::parse(&[], &app.calendar()).presets(&home(), app.now_ms());
    let href = presets.into_iter().nth(PRESET).map_or_else(home, |it| it.href);
    Redirect::to(&href.into_string())
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let project = app.project();
    let asked = given(&pairs, "journey");
    let journey = match asked.filter(|it| !it.is_empty()) {
        Some(id) => super::journey::find(&app, id)?,
        None => match project.definitions.journeys.first() {
            Some(first) => first.clone(),
            None => return Ok(Redirect::to(&Href::to(&["journeys"]).into_string()).into_response()),
        },
    };
    let (page, range) = (home(), Range::parse(&pairs, &app.calendar()));
    let kept = page.clone().with_all(asked.map(|it| ("journey", it)));
    if let Some(shorter) = range.shorter(&kept, &pairs) {
        return Ok(Redirect::to(&shorter.into_string()).into_response());
    }
    let shown = match range.request() {
        Some(request) => Some(Shown::of(&app, &journey, &range, request, &headers).await?),
        None => None,
    };
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let choice = |it: &Journey| Preset {
        name: it.name.clone(),
        href: page.clone().with("journey", it.id.as_str()).with_all(range.view.pairs()),
        chosen: it.id == journey.id,
    };
    let several = project.definitions.journeys.len() > 1;
    let page = OverviewPage {
        frame: Frame::new("Overview", &app, &operator)
            .among(&chosen)
            .live(&operator, shown.is_some() && range.view.is_open(app.now_ms())),
        journeys: project.definitions.journeys.iter().filter(|_| several).map(choice).collect(),
        presets: range.presets(&kept, app.now_ms()),
        page: kept,
        range,
        shown,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn home() -> Href {
    Href::to(&["overview"])
}

impl Shown {
    async fn of(
        app: &App,
        journey: &Journey,
        range: &Range,
        asked: HesitationRequest,
        headers: &HeaderMap,
    ) -> Result<Self, PageError> {
        let view = &range.view;
        let (since_ms, until_ms) = (asked.since_ms, asked.until_ms);
        let request = FunnelRequest { since_ms, until_ms, ..FunnelRequest::default() };
        let (answer, ends) = tokio::try_join!(app.funnel(&journey.id, &request), app.ends(&journey.id))?;
        let no_such = || super::journey::no_such_journey(app, journey.id.as_str());
        let (answer, ends) = (answer.ok_or_else(no_such)?, ends.ok_or_else(no_such)?);
        let time = ends.value_time(since_ms, until_ms).await?;
        let waiting = app.waiting_of(&ends, (since_ms, until_ms), 0, WAITING_SHOWN).await?;
        let of = [Subject::Journey(journey.id.as_str().to_owned())];
        let weeks = Weeks::of(&time, journey, view, &app.annotations(Some(&of)).await?, app.now_ms());
        let mut funnel = Funnel::of(&answer, Some(time), view, app.now_ms());
        funnel.snippet = snippet(app, headers);
        let now_ms = app.now_ms();
        let stuck = Stuck {
            places: places(&answer, view),
            waiting: written::count(waiting.total),
            waiting_href: waiting_href(journey, view),
            longest: waiting.rows.iter().map(|it| WaitingRow::of(it, now_ms, &app.calendar())).collect(),
        };
        let wrote = ResponseFilter { since_ms, until_ms, who: Some(Who::Wrote), ..ResponseFilter::default() };
        let responses = app.responses(&wrote).await?;
        let hesitation = app.hesitation(&asked).await?;
        let began = BeganFilter { since_ms, until_ms };
        let new_users = app.new_users(began).await?;
        let users = Href::to(&["users"]).with_all(view.range_pairs());
        let known = users.clone().with("who", "identified");
        Ok(Self {
            new_users: Counted::new(new_users.all, users),
            new_known: Counted::new(new_users.known, known),
            new_accounts: Counted::new(
                app.new_accounts(began).await?,
                Href::to(&["accounts"]).with_all(view.range_pairs()),
            ),
            range: view.range_in_words(),
            incomplete: view.incomplete(now_ms),
            journey: journey.name.clone(),
            journey_href: Href::to(&["journeys", journey.id.as_str()]).with_all(view.pairs()),
            weeks,
            stuck,
            scores: scores(app, range, asked).await?,
            sayings: sayings(app, responses.rows.iter().take(SAYINGS_SHOWN)).await?,
            sayings_href: Href::to(&["responses"]).with("who", Who::Wrote.name()).with_all(view.pairs()),
            hesitation: Ranked::of(&hesitation, range, PAGES_SHOWN),
            hesitation_href: Href::to(&["hesitation"]).with_all(view.pairs()),
            quality: Quality::of(&app.delivery(since_ms, until_ms).await?),
            funnel,
        })
    }
}

/// The last milestone is left out: who is there has arrived.
fn places(answer: &FunnelAnswer, view: &View) -> Vec<Place> {
    let journey = &answer.journey;
    let last = journey.milestones.len().saturating_sub(1);
    let mut steps: Vec<_> = journey.milestones.iter().zip(&answer.steps).take(last).collect();
    steps.retain(|(_, step)| step.stuck > 0);
    steps.sort_by_key(|(_, step)| std::cmp::Reverse(step.stuck));
    let value = journey.milestones.get(journey.value_index()).map(|it| &it.id);
    let place = |(milestone, step): (&domain::Milestone, &Step)| Place {
        milestone: milestone.name.clone(),
        is_value: value == Some(&milestone.id),
        people: written::count(step.stuck),
        href: people_href(journey, view, milestone.id.as_str(), "stuck", None),
        share: Share::of(step.stuck, step.reached),
    };
    steps.into_iter().map(place).collect()
}

async fn scores(app: &App, range: &Range, asked: HesitationRequest) -> Result<Vec<Score>, PageError> {
    let request = SurveyRequest { since_ms: asked.since_ms, until_ms: asked.until_ms, ..SurveyRequest::default() };
    let mut scores = Vec::new();
    for survey in app.surveys(&request).await? {
        if let Some((nps, step)) = survey.nps.zip(survey.nps_step.as_deref()) {
            let links = Links::new(&survey.id, range.view.pairs());
            scores.push(Score {
                href: survey_href(&survey.id).with_all(range.view.pairs()),
                nps: NpsView::of(nps, step, &links),
                survey: survey.name,
            });
        }
    }
    Ok(scores)
}

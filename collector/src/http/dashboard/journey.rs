//! `/journeys/{id}`: the adoption funnel.

use super::comparison::ComparisonCard;
use super::error::{Link, PageError};
use super::frame::Frame;
use super::funnel_chart::{Bar, Share, bars};
use super::groups::{Groups, traits_seen};
use super::href::Href;
use super::quality::Quality;
use super::snippet::snippet;
use super::value_time::ValueCard;
use super::view::{Choice, Preset, View};
use super::written;
use crate::app::App;
use crate::app::comparison::Baseline;
use crate::app::funnel::{FunnelAnswer, Standing};
use crate::app::value_time::ValueTime;
use crate::http::among::{Among, Chosen};
use crate::http::session::Operator;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::{Journey, JourneyId};

/// People looked at to learn which traits the form can offer.
const TRAITS_FROM_PEOPLE: usize = 200;

#[derive(Template)]
#[template(path = "journey.html")]
struct JourneyPage {
    frame: Frame,
    name: String,
    page: Href,
    others: bool,
    form: Form,
    /// Absent while a parameter is wrong.
    funnel: Option<Funnel>,
}

/// The controls above the funnel.
struct Form {
    windows: Vec<Choice>,
    baselines: Vec<Choice>,
    presets: Vec<Preset>,
    traits: Vec<String>,
    view: View,
}

pub(super) struct Funnel {
    pub(super) window: String,
    pub(super) range: String,
    pub(super) incomplete: bool,
    pub(super) started: u64,
    pub(super) started_in_words: String,
    pub(super) bars: Vec<Bar>,
    pub(super) value: Option<ValueTile>,
    pub(super) time: TimeTile,
    pub(super) card: Option<ValueCard>,
    pub(super) groups: Option<Groups>,
    pub(super) compared: Option<ComparisonCard>,
    pub(super) quality: Option<Quality>,
    /// Shown instead of bars where nobody has started.
    pub(super) snippet: Option<String>,
    pub(super) all_time: bool,
}

/// The value milestone's own bar, at the top of the page.
pub(super) struct ValueTile {
    pub(super) milestone: String,
    pub(super) reached: String,
    pub(super) href: Href,
    pub(super) share: Option<Share>,
}

/// Time to first value.
pub(super) struct TimeTile {
    pub(super) median: Option<String>,
    pub(super) p90: Option<String>,
    pub(super) reached: String,
    pub(super) started: String,
    pub(super) small: bool,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let journey = find(&app, &id)?;
    let mut view = View::parse(&pairs, &app.calendar());
    let page = Href::to(&["journeys", &id]);
    // A form sends its empty fields too; the address without them is the one to copy.
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&page.with_all(view.pairs()).into_string()).into_response());
    }
    let Some(request) = view.request() else {
        let form = Form::of(view, &page, &journey, app.now_ms(), (Vec::new(), &[]), &chosen);
        return render(&app, Frame::new(journey.name.clone(), &app, &operator).among(&chosen), &journey, form, None);
    };
    let answer = app.funnel(&journey.id, &request).await?.ok_or_else(|| no_such_journey(&app, &id))?;
    let time = app.value_time(&journey.id, request.since_ms, request.until_ms).await?;
    let people = app.people(&answer, 0, Standing::Reached, None, 0, TRAITS_FROM_PEOPLE).await?;
    let traits = traits_seen(&people.rows.into_iter().map(|it| it.profile).collect::<Vec<_>>());
    let mut funnel = Funnel::of(&answer, time, &view, app.now_ms());
    if let Some(baseline) = view.compare.value.clone() {
        let compared = app.compare(&answer, &request, &baseline).await?;
        if compared.is_none() {
            view.compare.problem = Some(match &baseline {
                Baseline::Segment(_) => "there is no such segment any more: choose another".to_owned(),
                Baseline::Others => "choose some users first: only then there is somebody else".to_owned(),
                _ => "nobody has this value: choose one of the groups".to_owned(),
            });
        }
        funnel.compared = compared.map(|it| ComparisonCard::of(&it, &answer, &view, &baseline, &chosen));
    }
    funnel.snippet = snippet(&app, &headers);
    funnel.quality = Quality::of(&app.delivery(request.since_ms, request.until_ms).await?);
    let groups: Vec<String> = answer.groups.iter().map(|it| it.value.clone()).collect();
    let form = Form::of(view, &page, &journey, app.now_ms(), (traits, &groups), &chosen);
    render(&app, Frame::new(journey.name.clone(), &app, &operator).among(&chosen), &journey, form, Some(funnel))
}

fn render(
    app: &App,
    frame: Frame,
    journey: &Journey,
    form: Form,
    funnel: Option<Funnel>,
) -> Result<Response, PageError> {
    let status = if funnel.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = JourneyPage {
        frame,
        name: journey.name.clone(),
        page: Href::to(&["journeys", journey.id.as_str()]),
        others: app.project().definitions.journeys.len() > 1,
        form,
        funnel,
    };
    Ok((status, Html(page.render()?)).into_response())
}

impl Form {
    /// `seen` are the traits and the groups there are.
    fn of(
        view: View,
        page: &Href,
        journey: &Journey,
        now_ms: i64,
        seen: (Vec<String>, &[String]),
        chosen: &Chosen,
    ) -> Self {
        let presets = view.presets(page, now_ms);
        Self {
            windows: view.windows(journey.window_ms),
            baselines: view.baselines(seen.1, chosen),
            presets,
            traits: seen.0,
            view,
        }
    }
}

impl Funnel {
    pub(super) fn of(answer: &FunnelAnswer, time: Option<ValueTime>, view: &View, now_ms: i64) -> Self {
        let bars = bars(&answer.journey, &answer.steps, view, None);
        let started = answer.steps.first().map_or(0, |it| it.reached);
        let reached = answer.steps.get(answer.journey.value_index()).map_or(0, |it| it.reached);
        let value = bars.iter().find(|it| it.is_value).map(|it| ValueTile {
            milestone: it.name.clone(),
            reached: it.reached.clone(),
            href: it.reached_href.clone(),
            share: Share::of(reached, started),
        });
        Self {
            window: written::window_in_words(answer.window_ms),
            range: view.range_in_words(),
            incomplete: view.incomplete(now_ms),
            started,
            started_in_words: written::count(started),
            value,
            card: time.as_ref().and_then(|it| ValueCard::of(it, &answer.journey, view)),
            time: TimeTile::of(time.as_ref()),
            groups: Groups::of(answer, view),
            compared: None,
            bars,
            quality: None,
            snippet: None,
            all_time: view.since.value.is_none() && view.until.value.is_none(),
        }
    }
}

impl TimeTile {
    fn of(time: Option<&ValueTime>) -> Self {
        let quantile = |nth: usize| time?.quantiles.get(nth)?.ms.map(written::span);
        let (started, reached) = time.map_or((0, 0), |it| (it.started, it.reached));
        Self {
            median: quantile(0),
            p90: quantile(2),
            reached: written::count(reached),
            started: written::count(started),
            small: started < crate::metric::SMALL_SAMPLE,
        }
    }
}

/// The journey of this id, or the page that says which there are.
pub(super) fn find(app: &App, id: &str) -> Result<Journey, PageError> {
    app.project().definitions.journey(&JourneyId::new(id)).cloned().ok_or_else(|| no_such_journey(app, id))
}

pub(super) fn no_such_journey(app: &App, id: &str) -> PageError {
    let project = app.project();
    let journeys = project.definitions.journeys.iter();
    let link = |it: &Journey| Link { name: it.name.clone(), href: Href::to(&["journeys", it.id.as_str()]) };
    PageError::NoSuchJourney { asked: id.to_owned(), journeys: journeys.map(link).collect() }
}

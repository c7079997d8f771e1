//! `/surveys/{id}`: everything one survey came to.

use super::nps::{NpsView, Score};
use super::people::people_href;
use super::question::Question;
use super::trend::TrendView;
use super::{Counted, Links, home, state_in_words, survey_href};
use crate::app::App;
use crate::app::definitions::Subject;
use crate::app::surveys::{NpsAnswer, Outcome, Per, SegmentAnswer, SurveyAnswer, SurveyRequest, SurveyState};
use crate::http::among::{self, Among};
use crate::http::dashboard::annotations::Marks;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::groups::traits_seen;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::responses::{Saying, sayings};
use crate::http::dashboard::view::{Preset, View};
use crate::http::dashboard::written;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Texts on the page; the list has all.
const SAYINGS_SHOWN: usize = 8;

/// Segments on the page, the largest first: a trait with more values is an id.
const SEGMENTS_SHOWN: usize = 24;

/// People whose traits are offered for a breakdown.
const OFFERED_OF: usize = 500;

/// Parameters of the page that its form sends.
const NAMES: [&str; 4] = ["since", "until", "by", "per"];

#[derive(Template)]
#[template(path = "survey.html")]
struct SurveyPage {
    frame: Frame,
    home: Href,
    page: Href,
    presets: Vec<Preset>,
    view: View,
    is_weekly: bool,
    /// Absent while a parameter is wrong.
    shown: Option<Shown>,
}

struct Shown {
    segment: Option<ForSegment>,
    id: String,
    range: String,
    incomplete: bool,
    all_time: bool,
    state: &'static str,
    is_asking: bool,
    is_gone: bool,
    /// Nobody was shown it in the range.
    is_empty: bool,
    eligible: Counted,
    leased: Counted,
    /// Imported answers come without.
    has_leases: bool,
    asked: Counted,
    shown: Counted,
    answered: Counted,
    rate: Option<Share>,
    outcomes: Vec<Ended>,
    nps: Option<NpsView>,
    trend: Option<TrendView>,
    pers: Vec<PerLink>,
    traits: Vec<String>,
    segments: Option<Segments>,
    questions: Vec<Question>,
    wrote: Counted,
    sayings: Vec<Saying>,
    list: Href,
    csv: Href,
}

/// Whom alone it asks.
struct ForSegment {
    name: String,
    href: Href,
    /// This page about its users alone; absent where it is.
    narrowed: Option<Href>,
}

struct Ended {
    name: &'static str,
    explained: &'static str,
    responses: Counted,
    share: Option<Share>,
}

struct PerLink {
    name: &'static str,
    href: Href,
    chosen: bool,
}

struct Segments {
    by: String,
    rows: Vec<Segment>,
    rest: Option<String>,
    /// How the two largest differ, as a sentence.
    verdict: Option<String>,
}

struct Segment {
    value: String,
    shown: Counted,
    answered: Counted,
    rate: Option<Share>,
    score: Option<Score>,
    /// Places in percent, of a drawing from −100 to +100.
    at: String,
    low: String,
    high: String,
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let is_kept = |name: &str| NAMES.contains(&name) || among::NAMES.contains(&name);
    let kept: Vec<_> = pairs.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
    let view = View::parse(&kept, &app.calendar());
    let per_text = kept.iter().find(|(name, _)| name == "per").map_or("", |(_, text)| text.as_str());
    let per = Per::parse(per_text).unwrap_or_default();
    let page = survey_href(&id);
    // A form sends its empty fields too; the address without them is the one to copy.
    if kept.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&with_per(page.with_all(view.pairs()), per).into_string()).into_response());
    }
    let mut shown = None;
    let mut name = app.survey_name(&id);
    if let Some(request) = view.request() {
        let request = SurveyRequest { since_ms: request.since_ms, until_ms: request.until_ms, by: request.by, per };
        let answer = app.survey(&id, &request).await?.ok_or_else(|| no_such_survey(&app, &id))?;
        name.clone_from(&answer.summary.name);
        shown = Some(Shown::of(&app, &answer, &view, per).await?);
    }
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let presets = view.presets(&page, app.now_ms());
    let page = SurveyPage {
        frame: Frame::new(name, &app, &operator).among(&chosen),
        home: home().with_all(view.pairs().into_iter().filter(|it| it.0 != "by")),
        page,
        presets,
        view,
        is_weekly: per == Per::Week,
        shown,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn with_per(href: Href, per: Per) -> Href {
    if per == Per::default() { href } else { href.with("per", per.name()) }
}

pub(super) fn no_such_survey(app: &App, id: &str) -> PageError {
    let project = app.project();
    let link = |it: &crate::project::SurveyDefinition| Link { name: it.name.clone(), href: survey_href(it.id()) };
    let mut instead: Vec<Link> = project.surveys.iter().map(link).collect();
    instead.push(Link { name: "All surveys".to_owned(), href: home() });
    PageError::NoSuchSurvey { asked: id.to_owned(), instead }
}

impl Shown {
    async fn of(app: &App, answer: &SurveyAnswer, view: &View, per: Per) -> Result<Self, PageError> {
        let summary = &answer.summary;
        let dates: Vec<(&str, &str)> = view.pairs().into_iter().filter(|it| it.0 != "by").collect();
        let links = Links::new(&summary.id, dates.iter().copied());
        let whole = summary.answered.whole;
        let ended = |(outcome, name, explained): (Outcome, &'static str, &'static str)| Ended {
            name,
            explained,
            responses: Counted::new(answer.outcomes.of(outcome), links.who(outcome.as_str())),
            share: Share::of(answer.outcomes.of(outcome), whole),
        };
        let step = summary.nps_step.as_deref();
        let here = survey_href(&summary.id).with_all(view.pairs());
        let texts = answer.responses.iter().filter(|it| it.texts().next().is_some()).take(SAYINGS_SHOWN);
        let profiles = app.profiles(answer.users.iter().take(OFFERED_OF).cloned().collect()).await?;
        let marks = match answer.trend.first() {
            Some(first) => {
                let of = [Subject::Survey(summary.id.clone())];
                Marks::within(&app.annotations(Some(&of)).await?, first.since_ms, app.now_ms(), &view.calendar)
            }
            None => Marks::default(),
        };
        Ok(Self {
            segment: ForSegment::of(app, &summary.id, view),
            id: summary.id.clone(),
            range: view.range_in_words(),
            incomplete: view.incomplete(app.now_ms()),
            all_time: view.since.value.is_none() && view.until.value.is_none(),
            state: state_in_words(summary.state),
            is_asking: summary.state == SurveyState::Asking,
            is_gone: summary.state == SurveyState::Gone,
            is_empty: whole == 0,
            eligible: Counted::new(summary.eligible, people_href(&summary.id, "people", "eligible", view)),
            has_leases: summary.leased > 0,
            leased: Counted::new(summary.leased, people_href(&summary.id, "people", "leased", view)),
            asked: Counted::new(summary.asked, people_href(&summary.id, "people", "asked", view)),
            shown: Counted::new(whole, links.who("shown")),
            answered: Counted::new(summary.answered.part, links.who("answered")),
            rate: Share::of(summary.answered.part, whole),
            outcomes: [
                (Outcome::Completed, "Completed", "came to the end"),
                (Outcome::Dismissed, "Dismissed", "closed it, “not now” or “don’t ask again”"),
                (Outcome::Abandoned, "Abandoned", "answered something, then half an hour of silence"),
                (Outcome::Ignored, "Ignored", "answered nothing, and it went away by itself"),
                (Outcome::Open, "Still open", "may still answer"),
            ]
            .into_iter()
            .map(ended)
            .collect(),
            nps: summary.nps.zip(step).map(|(nps, step)| NpsView::of(nps, step, &links)),
            trend: step.map(|step| TrendView::of(&answer.trend, per, &summary.id, step, view, marks)),
            pers: [(Per::Week, "By week"), (Per::Month, "By month")]
                .map(|(it, name)| PerLink { name, href: with_per(here.clone(), it), chosen: it == per })
                .into(),
            traits: traits_seen(&profiles),
            segments: view
                .by
                .value
                .as_ref()
                .zip(answer.segments.as_ref())
                .map(|(by, segments)| Segments::of(&by.to_string(), segments, &summary.id, &dates)),
            questions: answer.steps.iter().enumerate().map(|(at, it)| Question::of(at + 1, it, &links)).collect(),
            wrote: Counted::new(answer.wrote, links.who("wrote")),
            sayings: sayings(app, texts).await?,
            list: Href::to(&["responses"]),
            csv: Href::to(&["responses.csv"]).with("survey", &summary.id).with_all(dates.iter().copied()),
        })
    }
}

impl ForSegment {
    fn of(app: &App, survey: &str, view: &View) -> Option<Self> {
        let project = app.project();
        let segment = project.segment(project.survey(survey)?.segment.as_deref()?)?;
        let is_narrowed = view.among.iter().any(|(name, text)| *name == "segment" && *text == segment.id);
        let others = view.pairs().into_iter().filter(|(name, _)| *name != "segment");
        let narrowed = survey_href(survey).with_all(others).with("segment", &segment.id);
        Some(Self {
            name: segment.name.clone(),
            href: Href::to(&["segments", &segment.id]),
            narrowed: (!is_narrowed).then_some(narrowed),
        })
    }
}

impl Segments {
    fn of(by: &str, segments: &[SegmentAnswer], survey: &str, dates: &[(&str, &str)]) -> Self {
        let hidden = segments.get(SEGMENTS_SHOWN..).unwrap_or_default();
        let rest = (!hidden.is_empty()).then(|| {
            let responses = hidden.iter().map(|it| it.answered.whole).sum();
            let (values, responses) = (written::count(hidden.len() as u64), written::count(responses));
            format!("{values} more values with {responses} responses are not shown: the {SEGMENTS_SHOWN} largest are.")
        });
        let row = |it: &SegmentAnswer| {
            let segment = [("by", by), ("group", it.value.as_str())];
            let links = Links::new(survey, segment.into_iter().chain(dates.iter().copied()));
            let (low, high) = it.nps.interval().unwrap_or_default();
            let place = |score: f64| format!("{:.2}%", (score + 1.0) / 2.0 * 100.0);
            Segment {
                value: it.value.clone(),
                shown: Counted::new(it.answered.whole, links.who("shown")),
                answered: Counted::new(it.answered.part, links.who("answered")),
                rate: Share::of(it.answered.part, it.answered.whole),
                score: Score::of(it.nps),
                at: place(it.nps.score().unwrap_or_default()),
                low: place(low),
                high: place(high),
            }
        };
        Self {
            by: by.to_owned(),
            rows: segments.iter().take(SEGMENTS_SHOWN).map(row).collect(),
            rest,
            verdict: verdict(segments),
        }
    }
}

/// Whether the two segments with most scores differ.
fn verdict(segments: &[SegmentAnswer]) -> Option<String> {
    let mut scored: Vec<(&str, NpsAnswer)> = segments.iter().map(|it| (it.value.as_str(), it.nps)).collect();
    scored.retain(|it| it.1.answers() > 0);
    scored.sort_by_key(|it| std::cmp::Reverse(it.1.answers()));
    let [(one, nps), (other, other_nps), ..] = scored.as_slice() else { return None };
    let (low, high) = nps.difference_interval(*other_nps)?;
    let difference = nps.score()? - other_nps.score()?;
    let meaning = if low > 0.0 {
        format!("“{one}” scores higher.")
    } else if high < 0.0 {
        format!("“{other}” scores higher.")
    } else {
        "That may be chance: no difference is shown yet.".to_owned()
    };
    let [difference, low, high] = [difference, low, high].map(super::nps::points);
    Some(format!("“{one}” less “{other}”: {difference} points, 95% interval {low} to {high}. {meaning}"))
}

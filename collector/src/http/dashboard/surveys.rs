//! `/surveys`: every survey with how often it was shown, answered, and what it came to.

mod detail;
mod nps;
mod people;
mod question;
mod trend;

pub(super) use detail::show as show_survey;
pub(super) use nps::{NpsView, Score};
pub(super) use people::{download as download_people, show as show_people};
pub(super) use question::kind_in_words;

use super::error::PageError;
use super::frame::Frame;
use super::funnel_chart::Share;
use super::hesitation::Range;
use super::href::Href;
use super::view::Preset;
use super::written;
use crate::app::surveys::{SurveyRequest, SurveyState, SurveySummary};
use crate::http::among::Among;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Pasted where no survey is defined yet.
const EXAMPLE: &str = r#"[[survey]]
id = "nps"
name = "Relationship NPS"
every = "90d"
triggers = [{ milestone = "first-invoice-sent" }]

[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend us to a colleague?"

[[survey.step]]
id = "why"
kind = "long"
title = "What is the main reason?"
"#;

#[derive(Template)]
#[template(path = "surveys.html")]
struct SurveysPage {
    frame: Frame,
    page: Href,
    presets: Vec<Preset>,
    range: Range,
    /// Absent while a parameter is wrong.
    shown: Option<Overview>,
}

struct Overview {
    range: String,
    incomplete: bool,
    rows: Vec<Row>,
    example: &'static str,
}

struct Row {
    name: String,
    href: Href,
    state: &'static str,
    is_asking: bool,
    shown: Counted,
    answered: Counted,
    rate: Option<Share>,
    nps: Option<NpsView>,
}

/// So many responses, and where they are listed.
pub(super) struct Counted {
    pub(super) count: String,
    pub(super) href: Href,
}

impl Counted {
    pub(super) fn new(count: u64, href: Href) -> Self {
        Self { count: written::count(count), href }
    }
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (page, range) = (home(), Range::parse(&pairs, &app.calendar()));
    if let Some(shorter) = range.shorter(&page, &pairs) {
        return Ok(Redirect::to(&shorter.into_string()).into_response());
    }
    let mut shown = None;
    if let Some(request) = range.request() {
        let request = SurveyRequest { since_ms: request.since_ms, until_ms: request.until_ms, ..Default::default() };
        let rows = app.surveys(&request).await?.iter().map(|it| Row::of(it, &range)).collect();
        shown = Some(Overview {
            range: range.view.range_in_words(),
            incomplete: range.view.incomplete(app.now_ms()),
            rows,
            example: EXAMPLE,
        });
    }
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let presets = range.presets(&page, app.now_ms());
    let page =
        SurveysPage { frame: Frame::new("Surveys", &app, &operator).among(&chosen), page, presets, range, shown };
    Ok((status, Html(page.render()?)).into_response())
}

impl Row {
    fn of(survey: &SurveySummary, range: &Range) -> Self {
        let list = Links::new(&survey.id, range.view.pairs());
        Self {
            name: survey.name.clone(),
            href: survey_href(&survey.id).with_all(range.view.pairs()),
            state: state_in_words(survey.state),
            is_asking: survey.state == SurveyState::Asking,
            shown: Counted::new(survey.answered.whole, list.who("shown")),
            answered: Counted::new(survey.answered.part, list.who("answered")),
            rate: Share::of(survey.answered.part, survey.answered.whole),
            nps: survey.nps.zip(survey.nps_step.as_deref()).map(|(nps, step)| NpsView::of(nps, step, &list)),
        }
    }
}

/// Lists of responses of one survey, with what its page says of them.
pub(super) struct Links {
    base: Href,
}

impl Links {
    pub(super) fn new<'a>(survey: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self { base: Href::to(&["responses"]).with("survey", survey).with_all(pairs) }
    }

    pub(super) fn who(&self, who: &str) -> Href {
        self.base.clone().with("who", who)
    }

    pub(super) fn answer(&self, step: &str, pick: &str) -> Href {
        self.base.clone().with("step", step).with("answer", pick)
    }
}

pub(super) fn home() -> Href {
    Href::to(&["surveys"])
}

/// The page of one survey.
pub(super) fn survey_href(id: &str) -> Href {
    Href::to(&["surveys", id])
}

pub(super) fn state_in_words(state: SurveyState) -> &'static str {
    match state {
        SurveyState::Asking => "asking",
        SurveyState::Planned => "not begun yet",
        SurveyState::Over => "over",
        SurveyState::Enough => "has enough answers",
        SurveyState::Gone => "not defined any more",
    }
}

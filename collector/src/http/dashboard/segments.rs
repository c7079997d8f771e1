//! `/segments`: the named groups of users, and putting a new one together. The address is the draft.

mod builder;
mod one;

pub(super) use one::{act as act_on_one, show as show_one};

use super::among_bar::in_words;
use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use super::pairs::given;
use super::written;
use crate::app::App;
use crate::app::segments::{NAME_CHARS_MAX, Segment, SegmentRefusal};
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::segment::{self, Expression};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use builder::Builder;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "segments.html")]
struct SegmentsPage {
    frame: Frame,
    rows: Vec<Row>,
    /// As the address has it.
    draft: String,
    /// What it comes to; absent while there is none, or while something is wrong with it.
    found: Option<Found>,
    builder: Builder,
    name: String,
    name_chars_max: usize,
    /// With the draft, with a row of the builder, with the name.
    draft_problem: Option<String>,
    row_problem: Option<String>,
    name_problem: Option<String>,
}

struct Row {
    name: String,
    href: Href,
    meaning: String,
    users: Href,
    /// `milepost.toml`, or who kept it.
    by: String,
    when: String,
}

/// How many a segment has, and where they are listed.
pub(super) struct Found {
    pub(super) count: String,
    pub(super) users: Href,
}

/// The form that keeps a draft.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: String,
    #[serde(rename = "where")]
    draft: String,
}

pub(super) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let draft = given(&pairs, "where").unwrap_or_default().trim().to_owned();
    if pairs.iter().any(|(name, _)| name == "add") {
        return match segment::parse(&draft).map_err(|it| it.to_string()).and_then(|it| builder::add(it, &pairs)) {
            Ok(joined) => Ok(Redirect::to(&draft_href(&joined.to_string()).into_string()).into_response()),
            Err(problem) => page(&app, &operator, Sent { draft, ..Sent::default() }, None, Some(problem)).await,
        };
    }
    page(&app, &operator, Sent { draft, ..Sent::default() }, None, None).await
}

pub(super) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    match app.add_segment(&operator.email, &sent.name, &sent.draft).await {
        Ok(id) => Ok(Redirect::to(&Href::to(&["segments", &id]).into_string()).into_response()),
        Err(SegmentRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => page(&app, &operator, sent, Some(refusal), None).await,
    }
}

fn draft_href(text: &str) -> Href {
    Href::to(&["segments"]).with("where", text)
}

async fn page(
    app: &App,
    operator: &Operator,
    sent: Sent,
    refusal: Option<SegmentRefusal>,
    row_problem: Option<String>,
) -> Result<Response, PageError> {
    let mut draft_problem = None;
    let mut found = None;
    if !sent.draft.trim().is_empty() {
        match app.read_segment(&sent.draft) {
            Ok(expression) => found = Some(Found::of(app, &expression, "where", &expression.to_string()).await?),
            Err(wrong) => draft_problem = Some(written::sentence(&wrong.to_string())),
        }
    }
    let name_problem = refusal.filter(|_| draft_problem.is_none()).map(|it| written::sentence(&it.to_string()));
    let is_right = draft_problem.is_none() && name_problem.is_none() && row_problem.is_none();
    let page = SegmentsPage {
        frame: Frame::new("Segments", app, operator),
        rows: app.segments().await?.into_iter().map(|it| Row::of(it, &app.calendar())).collect(),
        builder: Builder::of(app, found.is_some()),
        draft: sent.draft,
        found,
        name: sent.name,
        name_chars_max: NAME_CHARS_MAX,
        draft_problem,
        row_problem,
        name_problem,
    };
    let status = if is_right { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(page.render()?)).into_response())
}

impl Found {
    /// Of the segment that a parameter of the list of users says.
    async fn of(app: &App, expression: &Expression, parameter: &str, text: &str) -> Result<Self, PageError> {
        let members = app.segment_members(expression).await?;
        Ok(Self { count: in_words(members.count(), members.of()), users: Href::to(&["users"]).with(parameter, text) })
    }
}

impl Row {
    fn of(segment: Segment, calendar: &Calendar) -> Self {
        let (by, when) = match &segment.kept {
            None => ("milepost.toml".to_owned(), String::new()),
            Some(kept) => (kept.by.clone(), written::minute(kept.changed_ms, calendar)),
        };
        Self {
            href: Href::to(&["segments", &segment.id]),
            meaning: segment.expression.to_string(),
            users: Href::to(&["users"]).with("segment", &segment.id),
            name: segment.name,
            by,
            when,
        }
    }
}

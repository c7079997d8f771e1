//! `/journeys`: all of them.

use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use super::snippet::snippet;
use super::written;
use crate::app::App;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Html;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "journeys.html")]
struct JourneysPage {
    frame: Frame,
    journeys: Vec<Entry>,
    snippet: Option<String>,
}

struct Entry {
    name: String,
    href: Href,
    milestones: usize,
    value: String,
    window: String,
}

pub(super) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Html<String>, PageError> {
    let project = app.project();
    let entry = |it: &domain::Journey| Entry {
        name: it.name.clone(),
        href: Href::to(&["journeys", it.id.as_str()]),
        milestones: it.milestones.len(),
        value: it.milestones.get(it.value_index()).map(|it| it.name.clone()).unwrap_or_default(),
        window: written::window_in_words(it.window_ms),
    };
    let page = JourneysPage {
        frame: Frame::new("Journeys", &app, &operator),
        journeys: project.definitions.journeys.iter().map(entry).collect(),
        snippet: snippet(&app, &headers),
    };
    Ok(Html(page.render()?))
}

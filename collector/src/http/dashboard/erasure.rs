//! `/erasure?id=…`: asks once more, erases a person, and says what that was.

use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use super::somebody::name;
use super::takeout::takeout_href;
use super::user::{no_such_user, user_href};
use super::written;
use crate::app::App;
use crate::http::erase::erase_for;
use crate::http::session::Operator;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "erasure.html")]
struct ErasurePage {
    frame: Frame,
    id: String,
    name: String,
    user: Href,
    takeout: Href,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "erased.html")]
struct ErasedPage {
    frame: Frame,
    counts: [(&'static str, String); 5],
}

#[derive(Deserialize)]
pub(super) struct Asked {
    id: String,
    #[serde(default)]
    sure: String,
}

/// By query, because not every id can stand in a path.
pub(super) fn erasure_href(id: &str) -> Href {
    Href::to(&["erasure"]).with("id", id)
}

pub(super) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    page(&app, &operator, asked.id, None).await
}

pub(super) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Form(sent): Form<Asked>,
) -> Result<Response, PageError> {
    if sent.sure.is_empty() {
        return page(&app, &operator, sent.id, Some("Nothing was erased: tick the box if you are sure.")).await;
    }
    let erased = erase_for(Arc::clone(&app), operator.email.clone(), sent.id.clone()).await?;
    let erased = erased.ok_or_else(|| no_such_user(&sent.id))?;
    let counts = [
        ("Ids", erased.ids),
        ("Messages", erased.messages),
        ("Prompts granted", erased.leases),
        ("Prompts denied", erased.denials),
        ("Wishes for quiet", erased.mutes),
    ];
    let page = ErasedPage {
        frame: Frame::new("Erased", &app, &operator),
        counts: counts.map(|(what, count)| (what, written::count(count))),
    };
    Ok(Html(page.render()?).into_response())
}

async fn page(
    app: &App,
    operator: &Operator,
    id: String,
    problem: Option<&'static str>,
) -> Result<Response, PageError> {
    let known = app.user(&id).await?.ok_or_else(|| no_such_user(&id))?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ErasurePage {
        frame: Frame::new("Erase a person", app, operator),
        name: name(&known.profile),
        user: user_href(&id),
        takeout: takeout_href(&id),
        id,
        problem,
    };
    Ok((status, Html(page.render()?)).into_response())
}

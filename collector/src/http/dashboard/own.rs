//! `/account`: an operator's own sessions and password.

use super::device;
use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::written;
use crate::app::App;
use crate::app::operators::{PASSWORD_CHARS_MIN, StaffRefusal};
use crate::app::settings::OwnSettings;
use crate::http::session::{ClientAddress, Operator, session_cookie};
use crate::storage;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "own.html")]
struct OwnPage {
    frame: Frame,
    email: String,
    role: &'static str,
    role_explained: &'static str,
    shortcuts: bool,
    sessions: Vec<SessionRow>,
    passwords: bool,
    password_chars_min: usize,
    old_problem: Option<String>,
    new_problem: Option<String>,
}

struct SessionRow {
    device: String,
    /// As it calls itself.
    told: String,
    since: String,
    seen: String,
    is_this: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    act: String,
    old: String,
    new: String,
    shortcuts: String,
}

pub(super) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&app, &operator, &headers, None).await
}

pub(super) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let stored = operator.stored();
    let shown = session_cookie(&headers).unwrap_or_default();
    let done = match sent.act.as_str() {
        "password" => app.change_password(&stored, shown, &sent.old, &sent.new, from).await,
        "sessions" => app.close_other_sessions(&stored, shown).await.map_err(StaffRefusal::Storage),
        "settings" => {
            let settings = OwnSettings { shortcuts: !sent.shortcuts.is_empty() };
            app.set_up(operator.id, settings).await.map_err(StaffRefusal::Storage)
        }
        other => {
            let message = format!("“{other}” is nothing that can be done. Go back:");
            let instead = vec![Link { name: "Your account".to_owned(), href: Href::to(&["account"]) }];
            return Err(PageError::BadAddress { message, instead });
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(StaffRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => page(&app, &operator, &headers, Some(refusal)).await,
    }
}

async fn page(
    app: &App,
    operator: &Operator,
    headers: &HeaderMap,
    refusal: Option<StaffRefusal>,
) -> Result<Response, PageError> {
    let calendar = &app.calendar();
    let sessions = app.sessions(operator.id, session_cookie(headers).unwrap_or_default()).await?;
    let row = |(it, is_this): (storage::OpenSession, bool)| SessionRow {
        device: device::in_words(&it.device),
        told: it.device,
        since: written::minute(it.created_ms, calendar),
        seen: written::minute(it.seen_ms, calendar),
        is_this,
    };
    let (status, wait_s) = match &refusal {
        None => (StatusCode::OK, None),
        Some(StaffRefusal::TooOften { wait_ms }) => (StatusCode::TOO_MANY_REQUESTS, Some(wait_ms.div_ceil(1_000))),
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
    };
    let is_old = matches!(refusal, Some(StaffRefusal::WrongPassword | StaffRefusal::TooOften { .. }));
    let text = refusal.map(|it| written::sentence(&it.to_string()));
    let page = OwnPage {
        frame: Frame::new("Your account", app, operator),
        email: operator.email.clone(),
        role: operator.role.name(),
        role_explained: operator.role.explained(),
        shortcuts: operator.settings.shortcuts,
        sessions: sessions.into_iter().map(row).collect(),
        passwords: app.project().sign_in.password,
        password_chars_min: PASSWORD_CHARS_MIN,
        old_problem: text.clone().filter(|_| is_old),
        new_problem: text.filter(|_| !is_old),
    };
    let mut response = (status, Html(page.render()?)).into_response();
    if let Some(wait_s) = wait_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    Ok(response)
}

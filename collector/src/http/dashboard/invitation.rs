//! `/invitation`: becoming an operator, or choosing a new password, by the link that an owner sent.

use super::error::PageError;
use super::frame::Frame;
use super::login::{ProviderButton, device, enter};
use super::written;
use crate::app::App;
use crate::app::operators::{PASSWORD_CHARS_MIN, StaffRefusal};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    frame: Frame,
    token: String,
    /// Absent where the link is not good any more.
    about: Option<About>,
    provider: Option<ProviderButton>,
    passwords: bool,
    password_chars_min: usize,
    problem: Option<String>,
}

struct About {
    email: String,
    role: &'static str,
    by: String,
    is_reset: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    token: String,
    password: String,
}

pub(super) async fn show(State(app): State<Arc<App>>, Query(link): Query<Link>) -> Result<Response, PageError> {
    page(&app, link.token, None).await
}

pub(super) async fn submit(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(sent): Form<Chosen>,
) -> Result<Response, PageError> {
    match app.accept_invitation(&sent.token, &sent.password, device(&headers)).await {
        Ok(session) => Ok(enter(&session, "/")),
        Err(StaffRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => page(&app, sent.token, Some(refusal)).await,
    }
}

async fn page(app: &App, token: String, refusal: Option<StaffRefusal>) -> Result<Response, PageError> {
    let invitation = app.invitation(&token).await?;
    let about = invitation.map(|it| About { email: it.email, role: it.role.name(), by: it.by, is_reset: it.is_reset });
    let status = match (&about, &refusal) {
        (None, _) => StatusCode::GONE,
        (Some(_), Some(StaffRefusal::PasswordsOff)) => StatusCode::FORBIDDEN,
        (Some(_), Some(StaffRefusal::Busy)) => StatusCode::SERVICE_UNAVAILABLE,
        (Some(_), Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (Some(_), None) => StatusCode::OK,
    };
    let page = InvitationPage {
        frame: Frame::public("Invitation to Milepost"),
        token,
        about,
        provider: ProviderButton::of(app, "/"),
        passwords: app.project().sign_in.password,
        password_chars_min: PASSWORD_CHARS_MIN,
        problem: refusal.map(|it| written::sentence(&it.to_string())),
    };
    Ok((status, Html(page.render()?)).into_response())
}

//! `/login` and `/logout`.

use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use crate::app::App;
use crate::app::operators::{LoginRefusal, Token};
use crate::http::session::{ClientAddress, drop_session_cookie, same_site_path, session_cookie, set_session_cookie};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    action: Href,
    provider: Option<ProviderButton>,
    passwords: bool,
    email: String,
    problem: Option<String>,
    /// Nobody can log in before the setup link was used.
    needs_setup: bool,
}

/// The way to the identity provider.
pub(super) struct ProviderButton {
    pub(super) name: String,
    pub(super) href: Href,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    pub(super) next: String,
    /// Where the login was good but the browser came back without its cookie.
    after: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Where>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(session) = session_cookie(&headers)
        && app.operator_of(session).await?.is_some()
    {
        return Ok(Redirect::to(same_site_path(&wanted.next)).into_response());
    }
    let problem = (wanted.after == "login").then(|| {
        "Your browser did not keep the session: open Milepost over https, or on this machine as http://localhost."
            .to_owned()
    });
    page(&app, &wanted.next, String::new(), problem, StatusCode::OK).await
}

pub(super) async fn submit(
    State(app): State<Arc<App>>,
    ClientAddress(from): ClientAddress,
    Query(wanted): Query<Where>,
    headers: HeaderMap,
    Form(sent): Form<Credentials>,
) -> Result<Response, PageError> {
    let refusal = match app.log_in(&sent.email, &sent.password, from, device(&headers)).await {
        Ok(session) => return Ok(enter(&session, &wanted.next)),
        Err(refusal) => refusal,
    };
    let (status, wait_s) = match &refusal {
        LoginRefusal::WrongPassword => (StatusCode::UNAUTHORIZED, None),
        LoginRefusal::PasswordsOff => (StatusCode::FORBIDDEN, None),
        LoginRefusal::TooOften { wait_ms } => (StatusCode::TOO_MANY_REQUESTS, Some(wait_ms.div_ceil(1_000))),
        LoginRefusal::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some(2)),
        LoginRefusal::Storage(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
    };
    let problem = match refusal {
        LoginRefusal::Storage(error) => return Err(PageError::Storage(error)),
        refusal => super::written::sentence(&refusal.to_string()),
    };
    let mut response = page(&app, &wanted.next, sent.email, Some(problem), status).await?;
    if let Some(wait_s) = wait_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    Ok(response)
}

pub(super) async fn log_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(session) = session_cookie(&headers) {
        app.log_out(session).await?;
    }
    Ok(([(header::SET_COOKIE, drop_session_cookie())], Redirect::to("/login")).into_response())
}

/// What a browser calls itself.
pub(super) fn device(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

/// Hands the browser its session. It comes back through the login page, which tells it where to go,
/// or why it got nowhere.
pub(super) fn enter(session: &Token, next: &str) -> Response {
    let href = Href::to(&["login"]).with("next", same_site_path(next)).with("after", "login");
    ([(header::SET_COOKIE, set_session_cookie(session))], Redirect::to(&href.into_string())).into_response()
}

impl ProviderButton {
    /// `None` where there is no provider.
    pub(super) fn of(app: &App, next: &str) -> Option<Self> {
        let name = app.project().sign_in.oidc.as_ref()?.name.clone();
        Some(Self { name, href: Href::to(&["login", "oidc"]).with("next", same_site_path(next)) })
    }
}

/// The page, with what stood in the way.
pub(super) async fn page(
    app: &App,
    next: &str,
    email: String,
    problem: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let page = LoginPage {
        frame: Frame::public("Log in"),
        action: Href::to(&["login"]).with("next", same_site_path(next)),
        provider: ProviderButton::of(app, next),
        passwords: app.project().sign_in.password,
        email,
        problem,
        needs_setup: !app.has_operator().await?,
    };
    Ok((status, Html(page.render()?)).into_response())
}

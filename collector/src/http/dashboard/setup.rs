//! `/setup`: the first operator, by the link that the server printed.

use super::error::PageError;
use super::frame::Frame;
use super::login::{device, enter};
use super::written;
use crate::app::App;
use crate::app::operators::{PASSWORD_CHARS_MIN, SetupRefusal};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    frame: Frame,
    token: String,
    email: String,
    password_chars_min: usize,
    problem: Option<String>,
    email_problem: Option<String>,
    password_problem: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FirstOperator {
    token: String,
    email: String,
    password: String,
}

pub(super) async fn show(State(app): State<Arc<App>>, Query(link): Query<Link>) -> Result<Response, PageError> {
    if app.has_operator().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    let page = SetupPage::new(link.token, String::new());
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn submit(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(sent): Form<FirstOperator>,
) -> Result<Response, PageError> {
    let made = app.create_first_operator(&sent.token, &sent.email, &sent.password, device(&headers)).await;
    let refusal = match made {
        Ok(session) => return Ok(enter(&session, "/")),
        Err(refusal) => refusal,
    };
    let mut page = SetupPage::new(sent.token, sent.email);
    let text = Some(written::sentence(&refusal.to_string()));
    let status = match refusal {
        SetupRefusal::Storage(error) => return Err(PageError::Storage(error)),
        SetupRefusal::Email => {
            page.email_problem = text;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        SetupRefusal::Password(_) => {
            page.password_problem = text;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        SetupRefusal::WrongToken => {
            page.problem = text;
            StatusCode::FORBIDDEN
        }
        SetupRefusal::AlreadyThere => {
            page.problem = text;
            StatusCode::CONFLICT
        }
        SetupRefusal::Busy => {
            page.problem = text;
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    Ok((status, Html(page.render()?)).into_response())
}

impl SetupPage {
    fn new(token: String, email: String) -> Self {
        Self {
            frame: Frame::public("Set up Milepost"),
            token,
            email,
            password_chars_min: PASSWORD_CHARS_MIN,
            problem: None,
            email_problem: None,
            password_problem: None,
        }
    }
}

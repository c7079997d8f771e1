//! `/operators`: who may log in and as what, and which programs may ask. For owners.

mod log;

pub(super) use log::{download as download_log, show as show_log};

use super::error::PageError;
use super::frame::Frame;
use super::href::Href;
use super::snippet::origin;
use super::written;
use crate::app::App;
use crate::app::operators::{StaffRefusal, TOKEN_NAME_CHARS_MAX};
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::storage::{ApiToken, Invitation, Member, Role, TokenScope};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "operators.html")]
struct OperatorsPage {
    frame: Frame,
    members: Vec<MemberRow>,
    invitations: Vec<InvitationRow>,
    tokens: Vec<TokenRow>,
    passwords: bool,
    roles: Vec<RoleChoice>,
    scopes: [TokenScope; 2],
    name_chars_max: usize,
    /// A secret that is shown this once.
    made: Option<Made>,
    /// What was wrong, and with which form.
    problem: Option<(&'static str, String)>,
    sent: Sent,
}

struct MemberRow {
    email: String,
    role: Role,
    since: String,
    seen: Option<String>,
    /// A provider's word lets them in.
    is_bound: bool,
    is_own: bool,
}

struct InvitationRow {
    email: String,
    /// Or what it is for.
    role: &'static str,
    by: String,
    until: String,
}

struct TokenRow {
    name: String,
    scope: &'static str,
    by: String,
    made: String,
    /// It is revoked by restarting the server, not here.
    is_own: bool,
}

struct RoleChoice {
    role: Role,
    value: &'static str,
    name: &'static str,
    explained: &'static str,
}

struct Made {
    heading: String,
    explained: &'static str,
    secret: String,
}

/// A form: what to do, and to whom or with what.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    act: String,
    email: String,
    role: String,
    name: String,
    scope: String,
}

pub(super) async fn show(operator: Operator, State(app): State<Arc<App>>) -> Result<Response, PageError> {
    page(&app, &operator, None, None, Sent::default()).await
}

pub(super) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let by = operator.email.as_str();
    let done = match sent.act.as_str() {
        "invite" | "reset" => app
            .invite(by, &sent.email, if sent.act == "reset" { Role::Viewer.as_str() } else { &sent.role })
            .await
            .map(|token| Some(Made::link(&sent.email, &origin(&headers), token.as_str()))),
        "withdraw" => app.withdraw_invitation(by, &sent.email).await.map(|()| None),
        "role" => app.set_role(by, &sent.email, &sent.role).await.map(|()| None),
        "remove" => app.remove_operator(by, &sent.email).await.map(|()| None),
        "end-sessions" => app.log_out_everywhere(by, &sent.email).await.map(|()| None),
        "unbind" => app.unbind(by, &sent.email).await.map(|()| None),
        "make-token" => {
            app.make_api_token(by, &sent.name, &sent.scope).await.map(|it| Some(Made::token(&sent.name, it.as_str())))
        }
        "revoke-token" => app.revoke_api_token(by, &sent.name).await.map(|()| None),
        other => {
            let message = format!("“{other}” is nothing that can be done. Go back:");
            let instead = vec![super::error::Link { name: "Operators".to_owned(), href: home() }];
            return Err(PageError::BadAddress { message, instead });
        }
    };
    match done {
        // A secret is shown with the answer: it is in no address, and a reload asks again.
        Ok(Some(made)) => page(&app, &operator, Some(made), None, Sent::default()).await,
        Ok(None) => Ok(Redirect::to(&home().into_string()).into_response()),
        Err(StaffRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => page(&app, &operator, None, Some(refusal), sent).await,
    }
}

pub(super) fn home() -> Href {
    Href::to(&["operators"])
}

async fn page(
    app: &App,
    operator: &Operator,
    made: Option<Made>,
    refusal: Option<StaffRefusal>,
    sent: Sent,
) -> Result<Response, PageError> {
    let form = match sent.act.as_str() {
        "invite" => "invite",
        "make-token" => "make-token",
        _ => "page",
    };
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let choice = |role: Role| RoleChoice { role, value: role.as_str(), name: role.name(), explained: role.explained() };
    let calendar = &app.calendar();
    let page = OperatorsPage {
        frame: Frame::new("Operators", app, operator),
        members: app.members().await?.into_iter().map(|it| MemberRow::of(it, operator, calendar)).collect(),
        invitations: app.invitations().await?.into_iter().map(|it| InvitationRow::of(it, calendar)).collect(),
        tokens: app.api_tokens().await?.into_iter().map(|it| TokenRow::of(it, calendar)).collect(),
        passwords: app.project().sign_in.password,
        roles: Role::ALL.map(choice).into(),
        scopes: TokenScope::ALL,
        name_chars_max: TOKEN_NAME_CHARS_MAX,
        made,
        problem: refusal.map(|it| (form, written::sentence(&it.to_string()))),
        sent,
    };
    Ok((status, Html(page.render()?)).into_response())
}

impl OperatorsPage {
    fn problem_of(&self, form: &str) -> Option<&str> {
        self.problem.as_ref().filter(|it| it.0 == form).map(|it| it.1.as_str())
    }
}

impl MemberRow {
    fn of(member: Member, operator: &Operator, calendar: &Calendar) -> Self {
        Self {
            is_own: member.operator.id == operator.id,
            email: member.operator.email,
            role: member.operator.role,
            since: written::minute(member.created_ms, calendar),
            seen: member.seen_ms.map(|it| written::minute(it, calendar)),
            is_bound: member.is_bound,
        }
    }
}

impl InvitationRow {
    fn of(it: Invitation, calendar: &Calendar) -> Self {
        Self {
            email: it.email,
            role: if it.is_reset { "a new password" } else { it.role.name() },
            by: it.by,
            until: written::minute(it.until_ms, calendar),
        }
    }
}

impl TokenRow {
    fn of(it: ApiToken, calendar: &Calendar) -> Self {
        let is_own = it.is_own();
        Self {
            scope: it.scope.name(),
            by: if is_own { "the server".to_owned() } else { it.by },
            made: written::minute(it.created_ms, calendar),
            name: it.name,
            is_own,
        }
    }
}

impl Made {
    fn link(email: &str, origin: &str, token: &str) -> Self {
        let href = Href::to(&["invitation"]).with("token", token);
        Self {
            heading: format!("Send this link to {}", email.trim()),
            explained: "It works once, for seven days, and lets whoever has it choose a password. It is not shown again.",
            secret: format!("{origin}{href}"),
        }
    }

    fn token(name: &str, token: &str) -> Self {
        Self {
            heading: format!("The token “{}”", name.trim()),
            explained: "Give it to the program as authorization: Bearer …. It is not shown again.",
            secret: token.to_owned(),
        }
    }
}

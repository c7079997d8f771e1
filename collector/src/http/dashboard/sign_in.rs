//! `/login/oidc`: to the identity provider, and back from it.

use super::error::PageError;
use super::login::{self, Where, device, enter};
use super::written;
use crate::app::App;
use crate::app::operators::{Back, SignInRefusal};
use crate::http::csrf::is_sent_by_another_site;
use crate::http::session::{ClientAddress, drop_sign_in_cookie, same_site_path, set_sign_in_cookie, sign_in_cookie};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// What the provider writes into the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    code: String,
    state: String,
    error: String,
    iss: Option<String>,
}

pub(super) async fn begin(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Where>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let next = same_site_path(&wanted.next);
    // Nobody is sent to sign in by a page of somebody else's.
    if is_sent_by_another_site(&headers) {
        return login::page(&app, next, String::new(), None, StatusCode::OK).await;
    }
    match app.begin_sign_in(next).await {
        Ok(leaving) => {
            let cookie = [(header::SET_COOKIE, set_sign_in_cookie(&leaving.secret))];
            Ok((cookie, Redirect::to(&leaving.address)).into_response())
        }
        Err(refusal) => refused(&app, next, refusal).await,
    }
}

pub(super) async fn come_back(
    State(app): State<Arc<App>>,
    ClientAddress(from): ClientAddress,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let Answer { code, state, error, iss } = answer;
    let back = Back { state, code, error, issuer: iss };
    let mut response = match app.finish_sign_in(sign_in_cookie(&headers), &back, from, device(&headers)).await {
        Ok(arrived) => enter(&arrived.session, &arrived.next),
        Err(refusal) => refused(&app, "/", refusal).await?,
    };
    response.headers_mut().append(header::SET_COOKIE, drop_sign_in_cookie());
    Ok(response)
}

/// The login page, which says why, and offers what else there is.
async fn refused(app: &App, next: &str, refusal: SignInRefusal) -> Result<Response, PageError> {
    let (status, wait_s) = match &refusal {
        SignInRefusal::Storage(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
        SignInRefusal::NotOffered => (StatusCode::NOT_FOUND, None),
        SignInRefusal::NotBegun => (StatusCode::BAD_REQUEST, None),
        SignInRefusal::Unreachable { .. } => (StatusCode::SERVICE_UNAVAILABLE, Some(5)),
        SignInRefusal::Unproven { .. } => (StatusCode::BAD_GATEWAY, None),
        SignInRefusal::Declined(_)
        | SignInRefusal::Unverified { .. }
        | SignInRefusal::Nobody { .. }
        | SignInRefusal::SomebodyElse { .. } => (StatusCode::FORBIDDEN, None),
        SignInRefusal::TooOften { wait_ms } => (StatusCode::TOO_MANY_REQUESTS, Some(wait_ms.div_ceil(1_000))),
    };
    let problem = match refusal {
        SignInRefusal::Storage(error) => return Err(PageError::Storage(error)),
        refusal => written::sentence(&refusal.to_string()),
    };
    let mut response = login::page(app, next, String::new(), Some(problem), status).await?;
    if let Some(wait_s) = wait_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    Ok(response)
}

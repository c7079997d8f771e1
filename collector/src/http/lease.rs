//! `POST /v1/lease` and `/v1/lease/release`: may this prompt be shown now?
//!
//! Bodies are JSON sent as `text/plain`, which spares a browser the preflight; the grant comes in the compact form.

use super::error::ApiError;
use super::gate::Client;
use super::page_body::{self, PageBody};
use crate::app::App;
use crate::app::lease::LeaseRequest;
use crate::telemetry;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{AccountId, LeaseAnswer, LeaseId, PromptKind, SessionId, compact};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LeaseFields {
    account_id: Option<String>,
    session_id: String,
    /// Without it, this is somebody's first session.
    #[serde(default)]
    sessions: u32,
    prompt: String,
    kind: String,
    #[serde(default)]
    trigger: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    page: String,
}

#[derive(Deserialize)]
struct ReleaseFields {
    lease: String,
}

pub(super) async fn lease(State(app): State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    page_body::answer(&app, &client, &headers, body, async |page: PageBody<LeaseFields>| {
        let fields = page.fields;
        let kind = PromptKind::parse(&fields.kind).ok_or_else(|| {
            let known = PromptKind::ALL.map(PromptKind::as_str).join(", ");
            ApiError::bad_request("invalid_kind", format!("`kind` is {:?}; expected one of {known}", fields.kind))
        })?;
        let texts = [
            ("sessionId", &fields.session_id),
            ("prompt", &fields.prompt),
            ("trigger", &fields.trigger),
            ("language", &fields.language),
        ];
        for (name, text) in texts {
            page_body::check_length(name, text)?;
        }
        let account = match fields.account_id.filter(|it| !it.is_empty()) {
            Some(account) => {
                page_body::check_length("accountId", &account)?;
                Some(AccountId::new(account))
            }
            None => None,
        };
        let request = LeaseRequest {
            visitor: page.visitor,
            account,
            session: SessionId::new(fields.session_id),
            sessions: fields.sessions,
            prompt: fields.prompt,
            kind,
            trigger: fields.trigger,
            language: fields.language,
            page: page_body::shortened(fields.page),
        };
        let answer = app.lease(request).await?;
        telemetry::count_lease(matches!(answer, LeaseAnswer::Granted { .. }));
        Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], compact::write_lease(&answer)).into_response())
    })
    .await
}

pub(super) async fn release(State(app): State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    page_body::answer(&app, &client, &headers, body, async |page: PageBody<ReleaseFields>| {
        // What cannot be given back any more is no error of the page's: it may be late, or say it twice.
        app.release(&page.visitor, LeaseId::new(page.fields.lease)).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

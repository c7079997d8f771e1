//! `POST /v1/{batch,track,identify,group,page,screen,alias}`: Segment's HTTP tracking API.
//!
//! Better than Segment's: the answer lists every message's outcome, and one bad message never
//! fails its neighbours. `docs/reference/http-api.md` documents each answer.

use super::error::ApiError;
use super::gate::Client;
use super::{cors, error};
use crate::app::App;
use crate::app::accept::{Answer, Sender};
use crate::app::body::Envelope;
use crate::project::{Key, KeyKind};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use domain::{Kind, Outcome, limits};
use serde::Serialize;
use std::error::Error;
use std::sync::Arc;

pub(super) async fn batch(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, None).await
}

pub(super) async fn track(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Track)).await
}

pub(super) async fn identify(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Identify)).await
}

pub(super) async fn group(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Group)).await
}

pub(super) async fn page(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Page)).await
}

pub(super) async fn screen(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Screen)).await
}

pub(super) async fn alias(app: State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    ingest(&app, &client, &headers, body, Some(Kind::Alias)).await
}

/// `implied` is the one message's type; a batch implies none.
async fn ingest(app: &App, client: &Client, headers: &HeaderMap, body: Body, implied: Option<Kind>) -> Response {
    let project = app.project();
    let mut key = basic_user(headers).and_then(|it| project.key(&it).cloned());
    let outcome = read_and_accept(app, client, headers, body, implied, &mut key).await;
    let mut response = match outcome {
        Ok(answers) => answer(&answers, implied.is_some(), app.retry_after_s()),
        Err(error) => error.into_response(),
    };
    cors::expose(&mut response, key.as_ref(), headers);
    response
}

async fn read_and_accept(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    body: Body,
    implied: Option<Kind>,
    key: &mut Option<Key>,
) -> Result<Vec<Answer>, ApiError> {
    let text = read_text(body).await?;
    let envelope = match implied {
        Some(_) => Envelope::of_message(&text),
        None => Envelope::of_batch(&text).map_err(|error| ApiError::bad_request("invalid_body", error.to_string()))?,
    };
    if key.is_none() {
        *key = envelope.write_key.as_deref().and_then(|it| app.project().key(it).cloned());
    }
    let key = key.as_ref().ok_or(ApiError::UnknownKey)?;
    cors::check(key, headers)?;
    client.check_rate(key, headers)?;
    let sender = Sender {
        from_server: key.kind == KeyKind::Server,
        identity_token: envelope.identity_token,
        sent_at: envelope.sent_at,
        implied,
    };
    Ok(app.accept(&envelope.messages, &sender).await)
}

/// The body as text, decompressed by the layer around this handler, never longer than allowed.
async fn read_text(body: Body) -> Result<String, ApiError> {
    let bytes = axum::body::to_bytes(body, limits::BATCH_BYTES).await.map_err(|error| {
        if is_length_limit(&error) {
            ApiError::body_too_large()
        } else {
            ApiError::bad_request("unreadable_body", "the body ended early or is not what its content encoding says")
        }
    })?;
    let text = String::from_utf8(bytes.into()).map_err(|error| {
        let at_byte = error.utf8_error().valid_up_to();
        ApiError::bad_request("invalid_utf8", format!("the body is not UTF-8 at byte {at_byte}"))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = source {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// The user name of basic authentication: Segment's clients put the write key there.
fn basic_user(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split_once(':').map_or(text.as_str(), |(user, _)| user).to_owned())
}

/// The body of an answer; `docs/reference/http-api.md` shows it.
#[derive(Serialize)]
struct Receipt<'a> {
    success: bool,
    received: usize,
    accepted: usize,
    duplicate: usize,
    rejected: usize,
    shed: usize,
    outcomes: Vec<MessageOutcome<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageOutcome<'a> {
    index: usize,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> MessageOutcome<'a> {
    fn new((index, answer): (usize, &'a Answer)) -> Self {
        let code = match answer.outcome {
            Outcome::Rejected(code) => Some(code.as_str()),
            Outcome::Accepted | Outcome::Duplicate | Outcome::Shed => None,
        };
        let message_id = answer.message_id.as_deref();
        Self { index, outcome: answer.outcome.as_str(), message_id, code, reason: answer.reason.as_deref() }
    }
}

fn answer(answers: &[Answer], single: bool, retry_after_s: u64) -> Response {
    let count = |wanted: fn(Outcome) -> bool| answers.iter().filter(|it| wanted(it.outcome)).count();
    let rejected = count(|it| matches!(it, Outcome::Rejected(_)));
    let shed = count(|it| it == Outcome::Shed);
    let refused = single && rejected > 0;
    let receipt = Receipt {
        success: shed == 0 && !refused,
        received: answers.len(),
        accepted: count(|it| it == Outcome::Accepted),
        duplicate: count(|it| it == Outcome::Duplicate),
        rejected,
        shed,
        outcomes: answers.iter().enumerate().map(MessageOutcome::new).collect(),
    };
    let status = match (shed, refused) {
        (1.., _) => StatusCode::SERVICE_UNAVAILABLE,
        (0, true) => StatusCode::BAD_REQUEST,
        (0, false) => StatusCode::OK,
    };
    let mut response = (status, Json(receipt)).into_response();
    if shed > 0 {
        response.headers_mut().insert(header::RETRY_AFTER, error::retry_after(retry_after_s));
    }
    response
}

//! `POST /v1/{batch,track,identify,group,page,screen,alias}`: Segment's HTTP tracking API.
//!
//! Better than Segment's: the answer lists every message's outcome, and one bad message never
//! fails its neighbours. `docs/reference/http-api.md` documents each answer.

use super::error::ApiError;
use super::gate::Client;
use super::{bots, cors, error};
use crate::app::App;
use crate::app::accept::{Answers, Sender};
use crate::app::body::Body as Messages;
use crate::project::{Key, KeyKind, Project};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use domain::{Kind, Outcome, limits};
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
    let mut key = basic_user(headers).and_then(|it| project.key(&it));
    let outcome = read_and_accept(app, client, &project, headers, body, implied, &mut key).await;
    let mut response = match outcome {
        Ok(answers) => answer(&answers, implied.is_some(), app.retry_after_s()),
        Err(error) => error.into_response(),
    };
    cors::expose(&mut response, key, headers);
    response
}

async fn read_and_accept<'p>(
    app: &App,
    client: &Client,
    project: &'p Project,
    headers: &HeaderMap,
    body: Body,
    implied: Option<Kind>,
    key: &mut Option<&'p Key>,
) -> Result<Answers, ApiError> {
    let text = read_text(body).await?;
    let body = match implied {
        Some(kind) => Messages::of_message(text, kind),
        None => Messages::of_batch(text).map_err(|error| ApiError::bad_request("invalid_body", error.to_string()))?,
    };
    if key.is_none() {
        *key = body.write_key.as_deref().and_then(|it| project.key(it));
    }
    let key = key.ok_or(ApiError::UnknownKey)?;
    cors::check(key, headers)?;
    client.check_rate(key, headers)?;
    let from_server = key.kind == KeyKind::Server;
    let is_bot = !from_server && bots::is_bot(headers);
    let sender = Sender { from_server, is_bot, implied, ..Sender::default() };
    Ok(app.accept_body(body, &sender, project).await)
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

/// Room for one outcome of an answer.
const OUTCOME_BYTES: usize = 96;

fn answer(answers: &Answers, single: bool, retry_after_s: u64) -> Response {
    let tally = answers.tally();
    let refused = single && tally.rejected() > 0;
    let status = match (tally.shed, refused) {
        (1.., _) => StatusCode::SERVICE_UNAVAILABLE,
        (0, true) => StatusCode::BAD_REQUEST,
        (0, false) => StatusCode::OK,
    };
    let mut response = Response::new(Body::from(receipt(answers, status == StatusCode::OK)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if tally.shed > 0 {
        response.headers_mut().insert(header::RETRY_AFTER, error::retry_after(retry_after_s));
    }
    response
}

/// The body of an answer; `docs/reference/http-api.md` shows it. Written by hand, because it has a line per message.
fn receipt(answers: &Answers, success: bool) -> String {
    let tally = answers.tally();
    let mut text = String::with_capacity(128 + OUTCOME_BYTES * answers.iter().len());
    text.push_str(if success { "{\"success\":true" } else { "{\"success\":false" });
    let counts = [
        (",\"received\":", tally.received()),
        (",\"accepted\":", tally.accepted),
        (",\"duplicate\":", tally.duplicate),
        (",\"rejected\":", tally.rejected()),
        (",\"shed\":", tally.shed),
    ];
    for (name, count) in counts {
        text.push_str(name);
        push_number(&mut text, count);
    }
    text.push_str(",\"outcomes\":[");
    for (index, answer) in answers.iter().enumerate() {
        text.push_str(if index == 0 { "{\"index\":" } else { ",{\"index\":" });
        push_number(&mut text, index as u64);
        text.push_str(",\"outcome\":\"");
        text.push_str(answer.outcome.as_str());
        text.push('"');
        if let Some(message_id) = answer.message_id {
            text.push_str(",\"messageId\":");
            push_text(&mut text, message_id);
        }
        if let Outcome::Rejected(code) = answer.outcome {
            text.push_str(",\"code\":\"");
            text.push_str(code.as_str());
            text.push('"');
        }
        if let Some(reason) = answer.reason {
            text.push_str(",\"reason\":");
            push_text(&mut text, reason);
        }
        text.push('}');
    }
    text.push_str("]}");
    text
}

fn push_number(text: &mut String, number: u64) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

fn push_text(text: &mut String, value: &str) {
    if value.bytes().any(|it| matches!(it, b'"' | b'\\' | 0..0x20)) {
        text.push_str(&serde_json::Value::from(value).to_string());
        return;
    }
    text.push('"');
    text.push_str(value);
    text.push('"');
}

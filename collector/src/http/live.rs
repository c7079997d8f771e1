//! `GET /live`: tells an open page that something new arrived, as server-sent events; never what.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>
//!
//! The page's script then asks for the page again. A stream ends before the server would cut it off as an answer that
//! takes too long, when its session does, and when the server stops; the browser comes back by itself.

mod streams;

pub(super) use streams::Streams;

use super::dashboard::PageError;
use super::gate::Client;
use super::session::{Operator, session_cookie};
use crate::app::App;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use streams::Place;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// A page hears of news at most this often, however much arrives; as often it is seen whether the session is still open.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// After which a browser comes back when a stream has ended.
const RETRY: &str = "retry: 1000\n\n";

/// What a browser shows when it comes back.
static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The state of the open page.
    since: Option<u64>,
}

struct Watching {
    app: Arc<App>,
    session: String,
    _place: Place,
    over: watch::Receiver<bool>,
    /// What the page knows.
    known: u64,
    next: Instant,
    until: Instant,
    has_begun: bool,
}

pub(super) async fn watch(
    operator: Operator,
    client: Client,
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let streams = &client.gate().streams;
    let Some(place) = streams.take(operator.id) else {
        // The standard's word for "do not come back"; the page stays as it is, and says so.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let shown = headers.get(&LAST_EVENT_ID).and_then(|it| it.to_str().ok()?.parse().ok());
    let now = Instant::now();
    let watching = Watching {
        session: session_cookie(&headers).unwrap_or_default().to_owned(),
        _place: place,
        over: streams.over(),
        known: shown.or(asked.since).unwrap_or_else(|| app.news()),
        next: now,
        until: now + app.project().limits.patience.request,
        has_begun: false,
        app,
    };
    let events = futures_util::stream::unfold(watching, |mut it| async move {
        let event = it.event().await?;
        Some((Ok::<_, Infallible>(event), it))
    });
    let mut response = Response::new(Body::from_stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // nginx would keep events back until a buffer is full.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

impl Watching {
    /// The next piece of the stream; `None` ends it.
    async fn event(&mut self) -> Option<Bytes> {
        if !self.has_begun {
            self.has_begun = true;
            return Some(Bytes::from_static(RETRY.as_bytes()));
        }
        let at = self.next.min(self.until);
        tokio::select! {
            biased;
            // A sender that is gone is as good as the word.
            _ = self.over.wait_for(|it| *it) => return None,
            () = sleep_until(at) => {}
        }
        if at >= self.until || !self.is_still_open().await {
            return None;
        }
        self.next = at + LOOK_EVERY;
        let news = self.app.news();
        if news == self.known {
            // Says to everybody in between that the line is in use.
            return Some(Bytes::from_static(b":\n\n"));
        }
        self.known = news;
        Some(Bytes::from(format!("id: {news}\nevent: news\ndata: {news}\n\n")))
    }

    async fn is_still_open(&self) -> bool {
        // What cannot be found out is found out when the browser comes back.
        matches!(self.app.operator_still(&self.session).await, Ok(Some(_)))
    }
}

//! What every request passes before anybody works on it: is there room, does it come in time, is it too large?
//!
//! A request takes a place only once its body is complete, so that slow clients hold up nobody. Who finds none is
//! answered 503 at once, which costs a fraction of the work it asks for: beyond what the machine can do, it goes on
//! doing that.

use super::connections::Places;
use super::error::ApiError;
use super::live::Streams;
use super::proxies;
use super::rates::Rates;
use crate::app::App;
use crate::project::{Key, contains};
use crate::telemetry;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use axum::response::{IntoResponse, Response};
use domain::limits;
use hyper::body::{Bytes, Frame, SizeHint};
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::time::timeout_at;
use tower::{Layer, Service};

/// Bytes of bodies in memory, complete or not. Messages that wait for the disk are counted again by the writer.
const BODIES_BYTES: usize = 96 * 1024 * 1024;

/// What a compressed body may have on the wire: text shrinks to less than half of what is allowed in full.
const COMPRESSED_BYTES: u64 = 256 * 1024;

/// What any body may have on the wire.
const BODY_BYTES: u64 = limits::BATCH_BYTES as u64 + 1024;

/// Shared by all doors of a server.
pub(super) struct Gate {
    app: Arc<App>,
    pub(super) places: Places,
    pub(super) rates: Rates,
    pub(super) streams: Streams,
    at_work: AtomicU32,
    body_bytes: AtomicUsize,
    is_stopping: AtomicBool,
}

impl Gate {
    pub(super) fn new(app: Arc<App>) -> Arc<Self> {
        let rates = Rates::new(&app.project().limits);
        Arc::new(Self {
            app,
            places: Places::default(),
            rates,
            streams: Streams::default(),
            at_work: AtomicU32::new(0),
            body_bytes: AtomicUsize::new(0),
            is_stopping: AtomicBool::new(false),
        })
    }

    /// Requests that are worked on now.
    pub(super) fn at_work(&self) -> u32 {
        self.at_work.load(Ordering::Relaxed)
    }

    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.streams.stop();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

/// Why a request was turned away while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Verdict {
    None,
    /// All places are taken.
    Busy,
    /// So many bodies are in memory that this one has no room.
    Memory,
    TooLarge,
}

impl Verdict {
    fn of(number: u8) -> Self {
        [Self::Busy, Self::Memory, Self::TooLarge].into_iter().find(|it| *it as u8 == number).unwrap_or(Self::None)
    }
}

/// One request on its way, seen by its body and by its answer.
struct Passing {
    gate: Arc<Gate>,
    most_at_once: u32,
    bytes: AtomicUsize,
    has_place: AtomicBool,
    is_complete: AtomicBool,
    verdict: AtomicU8,
}

impl Passing {
    fn take_place(&self) -> bool {
        let before = self.gate.at_work.fetch_add(1, Ordering::Relaxed);
        if before >= self.most_at_once {
            self.gate.at_work.fetch_sub(1, Ordering::Relaxed);
            self.verdict.store(Verdict::Busy as u8, Ordering::Relaxed);
            return false;
        }
        self.has_place.store(true, Ordering::Relaxed);
        true
    }

    fn take_bytes(&self, bytes: usize) -> bool {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let all = self.gate.body_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if all > BODIES_BYTES {
            self.verdict.store(Verdict::Memory as u8, Ordering::Relaxed);
        }
        all <= BODIES_BYTES
    }

    fn verdict(&self) -> Verdict {
        Verdict::of(self.verdict.load(Ordering::Relaxed))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.gate.body_bytes.fetch_sub(*self.bytes.get_mut(), Ordering::Relaxed);
        if *self.has_place.get_mut() {
            self.gate.at_work.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Who sent a request, for doors that count.
#[derive(Clone)]
pub(super) struct Client {
    gate: Arc<Gate>,
    peer: Option<IpAddr>,
}

impl Client {
    /// Counts one use of this key; the error is the answer.
    pub(super) fn check_rate(&self, key: &Key, headers: &HeaderMap) -> Result<(), ApiError> {
        let project = self.gate.app.project();
        let limits = &project.limits;
        // What no connection brought comes from this process.
        let Some(from) = self.peer.map(|it| proxies::client(it, headers, limits)) else { return Ok(()) };
        // Either it belongs here, or it is a proxy that does not say who asks and stands for everybody.
        if limits.exempts(from) {
            return Ok(());
        }
        self.gate.rates.check(key, from, limits).map_err(|refused| {
            telemetry::count_limited(refused.by);
            ApiError::TooOften { by: refused.by, wait: refused.wait }
        })
    }

    /// Where the request came from; `None` where no connection brought it.
    pub(super) fn address(&self, headers: &HeaderMap) -> Option<IpAddr> {
        self.peer.map(|it| proxies::client(it, headers, &self.gate.app.project().limits))
    }

    /// Whether the request came straight from a network that may read what is the operator's.
    pub(super) fn may_read_metrics(&self, headers: &HeaderMap) -> bool {
        let project = self.gate.app.project();
        !proxies::was_forwarded(headers) && self.peer.is_some_and(|it| contains(&project.limits.metrics, it))
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().expect("every route lies behind `Introduce`"))
    }
}

/// Puts routes behind the gate.
#[derive(Clone)]
pub(super) struct Behind {
    gate: Arc<Gate>,
    /// Probes are let through whatever happens: a busy server is not a dead one.
    holds_back: bool,
}

impl Behind {
    pub(super) fn all(gate: &Arc<Gate>) -> Self {
        Self { gate: Arc::clone(gate), holds_back: true }
    }

    pub(super) fn probes(gate: &Arc<Gate>) -> Self {
        Self { gate: Arc::clone(gate), holds_back: false }
    }
}

impl<S> Layer<S> for Behind {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { behind: self.clone(), inner }
    }
}

#[derive(Clone)]
pub(super) struct Gated<S> {
    behind: Behind,
    inner: S,
}

impl<S> Service<Request> for Gated<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let gate = &self.behind.gate;
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        request.extensions_mut().insert(Client { gate: Arc::clone(gate), peer });
        if !self.behind.holds_back {
            return Box::pin(self.inner.call(request));
        }
        let began = Instant::now();
        let (patience, most_at_once) = {
            let project = gate.app.project();
            (project.limits.patience, project.limits.requests_at_once)
        };
        let passing = Arc::new(Passing {
            gate: Arc::clone(gate),
            most_at_once,
            bytes: AtomicUsize::new(0),
            has_place: AtomicBool::new(false),
            is_complete: AtomicBool::new(false),
            verdict: AtomicU8::new(Verdict::None as u8),
        });
        let request = match admit(request, &passing) {
            Ok(request) => request,
            Err(refused) => return Box::pin(std::future::ready(Ok(*refused))),
        };
        let answered = self.inner.call(request);
        Box::pin(async move {
            let mut answered = std::pin::pin!(answered);
            let body_by = began + patience.body.min(patience.request);
            let in_time = match timeout_at(body_by.into(), answered.as_mut()).await {
                Err(_) if passing.is_complete.load(Ordering::Relaxed) => {
                    timeout_at((began + patience.request).into(), answered).await
                }
                in_time => in_time,
            };
            let Ok(answer) = in_time else {
                telemetry::count_late_request();
                return Ok(hang_up(refuse(ApiError::Late)));
            };
            Ok(match passing.verdict() {
                Verdict::None => answer?,
                verdict => turned_away(verdict),
            })
        })
    }
}

/// What can be said before the body comes; the rest is found out while it is read.
fn admit(request: Request, passing: &Arc<Passing>) -> Result<Request, Box<Response>> {
    if request.body().is_end_stream() {
        passing.is_complete.store(true, Ordering::Relaxed);
        return if passing.take_place() { Ok(request) } else { Err(Box::new(turned_away(Verdict::Busy))) };
    }
    if request.headers().get_all(header::TRANSFER_ENCODING).iter().nth(1).is_some() {
        // Whoever stands between may have read another end of this body than we would.
        let error = ApiError::bad_request("invalid_framing", "`Transfer-Encoding` is given twice; give it once");
        return Err(Box::new(hang_up(refuse(error))));
    }
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING).iter();
    let is_compressed = encodings.next().is_some_and(|it| !it.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encodings.next().is_some() {
        return Err(Box::new(refuse(ApiError::UnsupportedEncoding)));
    }
    let room = if is_compressed { COMPRESSED_BYTES } else { BODY_BYTES };
    if request.body().size_hint().lower() > room {
        return Err(Box::new(turned_away(Verdict::TooLarge)));
    }
    Ok(request.map(|body| Body::new(Incoming { body, passing: Arc::clone(passing), room })))
}

/// Counts, and says why.
fn turned_away(verdict: Verdict) -> Response {
    match verdict {
        Verdict::TooLarge => {
            let message = format!(
                "the body has more than {BODY_BYTES} bytes, or more than {COMPRESSED_BYTES} compressed ones; send \
                 smaller batches"
            );
            refuse(ApiError::TooLarge { message })
        }
        Verdict::Memory => {
            telemetry::count_shed_request("memory");
            refuse(ApiError::Busy)
        }
        Verdict::Busy | Verdict::None => {
            telemetry::count_shed_request("busy");
            refuse(ApiError::Busy)
        }
    }
}

/// What says nothing about anybody may be read by anybody: a page's SDK must see when to come back.
fn refuse(error: ApiError) -> Response {
    let mut response = error.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    response
}

/// What is left of the request is not worth reading.
fn hang_up(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body on its way in, held against what is allowed.
struct Incoming {
    body: Body,
    passing: Arc<Passing>,
    /// Bytes that may still come.
    room: u64,
}

impl Incoming {
    /// Whether this piece, and with the last one the request, is let through.
    fn takes(&mut self, piece: usize) -> bool {
        let Some(room) = self.room.checked_sub(piece as u64) else {
            self.passing.verdict.store(Verdict::TooLarge as u8, Ordering::Relaxed);
            return false;
        };
        self.room = room;
        self.passing.take_bytes(piece) && (!self.body.is_end_stream() || self.completes())
    }

    fn completes(&self) -> bool {
        self.passing.is_complete.swap(true, Ordering::Relaxed) || self.passing.take_place()
    }
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let is_let_through = match &frame {
            Some(Ok(frame)) => self.takes(frame.data_ref().map_or(0, Bytes::len)),
            Some(Err(_)) => true,
            None => self.completes(),
        };
        Poll::Ready(if is_let_through { frame } else { Some(Err(axum::Error::new("turned away"))) })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

//! Accepting connections, watching over each, and letting go of them in order.
//!
//! hyper speaks HTTP; what it does not know is how long a stranger may take over all, and how many strangers there are.
//! `axum::serve` is open to slowloris, and hyper's own time-out for heads also ends connections that merely rest.

mod places;
mod stream;
mod watch;

pub(crate) use places::Places;

use crate::app::App;
use crate::telemetry;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::{Response, Version};
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use places::{Full, Place};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use stream::{Stream, Watched};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch as channel;
use tokio::time::sleep_until;
use tower::Service;
use watch::{Cut, Watch};

/// A head is at most this long: what browsers send, with room for a proxy's additions. Also the most that is read ahead.
const HEAD_BYTES: usize = 32 * 1024;

/// Header lines of one request.
const HEADERS_MAX: usize = 100;

/// Requests of one HTTP/2 connection at a time.
const STREAMS_MAX: u32 = 64;

/// Streams that a client may open and reset at once before it is sent away (CVE-2023-44487).
const RESETS_MAX: usize = 32;

/// Answers waiting in memory for one HTTP/2 stream to be read.
const STREAM_SEND_BYTES: usize = 64 * 1024;

/// Wait after the system refused to accept: it is out of descriptors, and asking at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A resting connection that is told to end may still say so to the client.
const FAREWELL: Duration = Duration::from_secs(1);

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\n\
    content-type: application/json\r\ncontent-length: 91\r\n\r\n\
    {\"error\":{\"code\":\"too_many_connections\",\"message\":\"too many connections; come back later\"}}";

/// What the process is about to do; connections hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Running,
    /// No new connections and requests; those under way are answered.
    Stopping,
    /// Time is up.
    Over,
}

/// Everything a connection needs.
pub(super) struct Connections {
    pub(super) app: Arc<App>,
    pub(super) router: Router,
    pub(super) places: Places,
    /// What the process can have.
    pub(super) most: u32,
    pub(super) stage: channel::Receiver<Stage>,
}

impl Connections {
    /// Accepts until told to stop, then waits for all connections to end, or for time to be up.
    pub(super) async fn serve(self, listener: TcpListener) {
        let builder = Arc::new(builder());
        let mut stage = self.stage.clone();
        // Every connection holds one; when it is the only one left, all have ended.
        let (alive, mut all_gone) = tokio::sync::mpsc::channel::<Infallible>(1);
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stage.wait_for(|it| *it != Stage::Running) => break,
                accepted = listener.accept() => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    telemetry::count_accept_error();
                    tracing::debug!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let limits = self.app.project();
            let limits = &limits.limits;
            match self.places.take(peer.ip(), self.most, limits) {
                Ok(place) => {
                    let watched = Watched::new(Watch::new(limits.patience, Instant::now()));
                    let served =
                        connection(socket, peer, self.router.clone(), Arc::clone(&builder), watched, stage.clone());
                    let alive = alive.clone();
                    tokio::spawn(async move {
                        let _held: (Place, _) = (place, alive);
                        served.await;
                    });
                }
                Err(full) => send_away(&socket, full),
            }
        }
        // From here on the system refuses connections itself.
        drop(listener);
        drop(alive);
        tokio::select! {
            _ = all_gone.recv() => {}
            _ = stage.wait_for(|it| *it == Stage::Over) => {}
        }
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Time-outs are the watch's.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_local_error_reset_streams(RESETS_MAX)
        .max_header_list_size(HEAD_BYTES as u32)
        .max_send_buf_size(STREAM_SEND_BYTES);
    builder
}

/// One connection to its end.
async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    builder: Arc<auto::Builder<TokioExecutor>>,
    watched: Watched,
    mut stage: channel::Receiver<Stage>,
) {
    // Answers are written whole; waiting for more would only delay them.
    let _ = socket.set_nodelay(true);
    let stream = TokioIo::new(Stream::new(socket, watched.clone()));
    let requests = watched.clone();
    let service = hyper::service::service_fn(move |request| answer(request, peer, &router, &requests));
    let mut served = pin!(builder.serve_connection(stream, service));
    let mut is_stopping = false;
    loop {
        let over = async {
            let awaited = if is_stopping { Stage::Over } else { Stage::Stopping };
            // A sender that is gone is as good as the last word.
            let _ = stage.wait_for(|it| *it == awaited || *it == Stage::Over).await;
        };
        tokio::select! {
            biased;
            cut = until_overdue(served.as_mut(), &watched) => {
                let Some(cut) = cut else { return };
                telemetry::count_cut(cut.as_str());
                if cut == Cut::Idle {
                    served.as_mut().graceful_shutdown();
                    let _ = tokio::time::timeout(FAREWELL, served).await;
                }
                return;
            }
            () = over => {
                if is_stopping {
                    return;
                }
                is_stopping = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Serves until the connection ends by itself (`None`) or takes too long.
async fn until_overdue<F: Future>(mut served: Pin<&mut F>, watched: &Watched) -> Option<Cut> {
    let mut armed = watched.get().deadline().0;
    let mut sleep = pin!(sleep_until(armed.into()));
    poll_fn(|context| {
        if served.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        let (deadline, _) = watched.get().deadline();
        // A deadline that moved away is looked at when the old one comes: that spares a timer for each request.
        if deadline < armed {
            armed = deadline;
            sleep.as_mut().reset(armed.into());
        }
        while sleep.as_mut().poll(context).is_ready() {
            let (deadline, cut) = watched.get().deadline();
            if deadline <= Instant::now() {
                return Poll::Ready(Some(cut));
            }
            armed = deadline;
            sleep.as_mut().reset(armed.into());
        }
        Poll::Pending
    })
    .await
}

fn answer(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    router: &Router,
    watched: &Watched,
) -> impl Future<Output = Result<Response<Answer>, Infallible>> + use<> {
    let is_multiplexed = request.version() == Version::HTTP_2;
    let number = watched.get().begin(Instant::now(), is_multiplexed);
    let open = Open { watched: watched.clone(), number };
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    // A router is always ready.
    let answered = router.clone().call(request);
    async move { Ok(answered.await?.map(|body| Answer { body, _open: open })) }
}

/// A request, open until this is dropped.
struct Open {
    watched: Watched,
    number: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.watched.get().end(self.number, Instant::now());
    }
}

/// The body of an answer; its request is open as long as there is more of it.
struct Answer {
    body: Body,
    _open: Open,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Says why, as far as that goes without waiting, and hangs up.
fn send_away(socket: &TcpStream, full: Full) {
    telemetry::count_sent_away(full.as_str());
    // What came and is not read would make the system take the answer back.
    let _ = socket.try_read(&mut [0; 4 * 1024]);
    let _ = socket.try_write(BUSY);
}

/// Names that appear as labels.
pub(super) fn describe() {
    for cut in Cut::ALL {
        telemetry::describe_cut(cut.as_str());
    }
    for full in Full::ALL {
        telemetry::describe_sent_away(full.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::BUSY;

    #[test]
    fn the_words_for_those_without_a_place_are_as_long_as_they_say() {
        let text = std::str::from_utf8(BUSY).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}

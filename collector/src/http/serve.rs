//! Listening, and stopping without losing what was answered.

use super::connections::{Connections, Stage};
use super::gate::Gate;
use super::{metrics, router_behind};
use crate::app::App;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    pub listen: SocketAddr,
    /// The URL under which people reach the dashboard.
    pub public_url: String,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything under way was answered, or its time was up.
    InOrder,
    /// A second signal came: what was acknowledged is on the disk, all else is its sender's.
    AtOnce,
}

/// Connections the system queues for us; with less, thousands of browsers connecting at once wait in line.
const BACKLOG: u32 = 4_096;

/// Requests under way when asked to stop get this long. With what the store does afterwards that is less than the ten
/// seconds after which whoever asked loses patience.
const DRAIN: Duration = Duration::from_secs(7);

/// Descriptors for files, the log and whatever else is open.
const OTHER_DESCRIPTORS: u64 = 256;

/// Serves until SIGTERM or SIGINT, then answers what is under way; a second signal ends at once.
pub async fn serve(app: Arc<App>, options: ServeOptions) -> std::io::Result<Ended> {
    metrics::start();
    let most = connections_possible(app.project().limits.connections);
    let socket =
        if options.listen.is_ipv4() { tokio::net::TcpSocket::new_v4()? } else { tokio::net::TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(options.listen)?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    tracing::info!(%address, url = %options.public_url, "listening");
    let gate = Gate::new(Arc::clone(&app));
    let (stage, staged) = watch::channel(Stage::Running);
    let router = router_behind(&gate, Arc::clone(&app));
    let connections = Connections { app, router, places: gate.places.clone(), most, stage: staged };
    let ended = tokio::select! {
        () = connections.serve(listener) => Ended::InOrder,
        ended = stop_on_signal(&gate, stage) => ended,
    };
    match ended {
        Ended::InOrder => tracing::info!("stopped"),
        Ended::AtOnce => tracing::warn!("stopped at once, as asked: requests under way were not answered"),
    }
    Ok(ended)
}

/// Ends only by a second signal; the first one makes the connections end.
async fn stop_on_signal(gate: &Gate, stage: watch::Sender<Stage>) -> Ended {
    let mut signals = Signals::new();
    signals.next().await;
    tracing::info!("stopping: answering what is under way");
    gate.stop();
    stage.send_replace(Stage::Stopping);
    tokio::select! {
        () = signals.next() => return Ended::AtOnce,
        () = tokio::time::sleep(DRAIN) => {}
    }
    tracing::warn!(connections = gate.places.taken(), "time is up: the rest is cut off");
    stage.send_replace(Stage::Over);
    signals.next().await;
    Ended::AtOnce
}

/// Every connection takes a descriptor: asks the system for as many as are wanted, and says where it refuses.
fn connections_possible(wanted: u32) -> u32 {
    let descriptors = u64::from(wanted) + OTHER_DESCRIPTORS;
    match rlimit::increase_nofile_limit(descriptors) {
        Ok(granted) if granted < descriptors => {
            let most = u32::try_from(granted.saturating_sub(OTHER_DESCRIPTORS)).unwrap_or(u32::MAX).max(1);
            tracing::warn!(
                "the system allows {granted} open files, enough for {most} connections; raise its limit (`ulimit -n`, \
                 LimitNOFILE) above {descriptors}, or lower `connections` in [limits]"
            );
            most
        }
        Ok(_) => u32::MAX,
        Err(error) => {
            tracing::warn!(%error, "cannot ask how many files may be open");
            u32::MAX
        }
    }
}

/// Registered once: a signal between two waits is not missed.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::terminate(), SignalKind::interrupt()].into_iter().filter_map(|it| signal(it).ok()).collect())
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let came = self.0.iter_mut().any(|it| it.poll_recv(context).is_ready());
            if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

//! Listening, and stopping without losing what was answered.

use super::{metrics, router};
use crate::app::App;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    pub listen: SocketAddr,
    /// The URL under which people reach the dashboard.
    pub public_url: String,
}

/// Connections the system queues for us; with less, thousands of browsers connecting at once wait in line.
const BACKLOG: u32 = 4_096;

/// A client that has not sent its headers by then is cut off (`axum::serve` would wait for ever).
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// Requests under way when asked to stop get this long.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT, then answers what is under way; a second signal ends at once.
pub async fn serve(app: Arc<App>, options: ServeOptions) -> std::io::Result<()> {
    metrics::start();
    let socket =
        if options.listen.is_ipv4() { tokio::net::TcpSocket::new_v4()? } else { tokio::net::TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(options.listen)?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    let address = listener.local_addr()?;
    tracing::info!(%address, url = %options.public_url, "listening");
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone(), Arc::clone(&app)));
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    server.http_builder().http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEADER_TIMEOUT));
    let routes = router(app).into_make_service_with_connect_info::<SocketAddr>();
    server.serve(routes).await?;
    tracing::info!("stopped");
    Ok(())
}

async fn stop_on_signal(handle: Handle<SocketAddr>, app: Arc<App>) {
    signal().await;
    // Probes hear of it first.
    app.begin_stopping();
    tracing::info!("stopping: answering what is under way");
    handle.graceful_shutdown(Some(DRAIN));
    signal().await;
    handle.shutdown();
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}

//! `GET /metrics`: counters in Prometheus' text form, for this machine and those `[limits] metrics` names, and for
//! whoever has a token.

use super::connections;
use super::error::ApiError;
use super::gate::Client;
use super::session::Reader;
use crate::telemetry;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting; later calls do nothing, so that tests may build many collectors.
pub(super) fn start() {
    HANDLE.get_or_init(|| {
        let handle = PrometheusBuilder::new().install_recorder().ok();
        telemetry::describe();
        connections::describe();
        handle
    });
}

pub(super) async fn metrics(
    client: Client,
    headers: HeaderMap,
    reader: Result<Reader, ApiError>,
) -> Result<impl IntoResponse, ApiError> {
    if !client.may_read_metrics(&headers) {
        reader?;
    }
    telemetry::set_gauges(client.gate().places.taken(), client.gate().at_work());
    let text = HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

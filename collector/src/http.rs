//! Every door of the collector, with its limits beside it.
//!
//! Parses, asks the application, renders. Knows nothing of how messages are stored.

mod accounts;
mod among;
mod annotations;
mod assets;
mod bots;
mod by_reader;
mod cohorts;
mod connections;
mod cors;
mod csrf;
mod dashboard;
mod delivery;
mod erase;
mod error;
mod funnel;
mod gate;
mod health;
mod hesitation;
mod ingest;
mod lease;
mod live;
mod metrics;
mod next;
mod openapi;
mod page_body;
mod panics;
mod permission;
mod proxies;
mod rates;
mod receipt;
mod retention;
mod sdk_config;
mod segment_settings;
mod segments;
mod serve;
mod session;
mod surveys;
mod time_of;
mod timeline;
mod users;
mod why;

pub use serve::{Ended, ServeOptions, serve};

use crate::app::App;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::{delete, get, post};
use axum::{Router, middleware};
use by_reader::ByReader;
use domain::limits;
use gate::{Behind, Gate};
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

/// Forms of the dashboard are small.
const FORM_BYTES: usize = 16 * 1024;

/// The whole route table.
pub fn router(app: Arc<App>) -> Router {
    let gate = Gate::new(Arc::clone(&app));
    router_behind(&gate, app)
}

fn router_behind(gate: &Arc<Gate>, app: Arc<App>) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    let everywhere = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(request_id.clone(), MakeRequestUuid))
        .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION, header::COOKIE]))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::new(request_id))
        .layer(CatchPanicLayer::custom(panics::answer));
    Router::new()
        .fallback_service(ByReader::new(Arc::clone(&app), routes))
        .layer(Behind::all(gate))
        .merge(probe_routes().layer(Behind::probes(gate)))
        .layer(everywhere)
        .with_state(app)
}

/// All but the probes', answered by an application.
fn routes(app: Arc<App>) -> Router {
    Router::new()
        .merge(ingest_routes(&app))
        .merge(prompt_routes(&app))
        .merge(public_routes())
        .merge(api_routes())
        .merge(dashboard_routes())
        .fallback(dashboard::not_found)
        .with_state(app)
}

/// Segment's HTTP tracking API, under Segment's long names and its browser client's short ones.
fn ingest_routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/v1/batch", post(ingest::batch))
        .route("/v1/b", post(ingest::batch))
        .route("/v1/track", post(ingest::track))
        .route("/v1/t", post(ingest::track))
        .route("/v1/identify", post(ingest::identify))
        .route("/v1/i", post(ingest::identify))
        .route("/v1/group", post(ingest::group))
        .route("/v1/g", post(ingest::group))
        .route("/v1/page", post(ingest::page))
        .route("/v1/p", post(ingest::page))
        .route("/v1/screen", post(ingest::screen))
        .route("/v1/s", post(ingest::screen))
        .route("/v1/alias", post(ingest::alias))
        .route("/v1/a", post(ingest::alias))
        .layer(
            ServiceBuilder::new()
                // What comes over the wire; what comes out of it is limited where it is read.
                .layer(RequestBodyLimitLayer::new(limits::BATCH_BYTES + 1024))
                .layer(DefaultBodyLimit::disable())
                .map_request(|request: axum::extract::Request<_>| request.map(axum::body::Body::new))
                .layer(RequestDecompressionLayer::new()),
        )
        .layer(middleware::map_response(error::in_words))
        .layer(middleware::from_fn_with_state(Arc::clone(app), cors::preflight))
}

/// What pages ask and say about prompts.
fn prompt_routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/v1/lease", post(lease::lease))
        .route("/v1/lease/release", post(lease::release))
        .route("/v1/receipt", post(receipt::receipt))
        .route("/v1/receipt/mute", post(receipt::mute))
        .route("/v1/receipt/erase", post(receipt::erase))
        .layer(middleware::from_fn_with_state(Arc::clone(app), cors::preflight))
}

/// What pages may read without proof of who they are.
fn public_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sdk.js", get(assets::sdk_script))
        .route("/{file}", get(assets::sdk_file))
        .route("/v1/config/{key}", get(sdk_config::config))
        .route("/v1/projects/{key}/settings", get(segment_settings::settings))
        .route("/v1/openapi.json", get(openapi::openapi))
        .layer(CompressionLayer::new())
}

/// What those who look after the server ask; answered also when it is busy.
fn probe_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
}

/// Numbers as JSON, for operators and their tokens.
fn api_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/annotations", get(annotations::annotations))
        .route("/v1/journeys/{id}/funnel", get(funnel::funnel))
        .route("/v1/journeys/{id}/people", get(funnel::people))
        .route("/v1/journeys/{id}/value-time", get(funnel::value_time))
        .route("/v1/journeys/{id}/waiting", get(funnel::waiting))
        .route("/v1/journeys/{id}/next", get(next::next))
        .route("/v1/journeys/{id}/next/people", get(next::people))
        .route("/v1/journeys/{id}/cohorts", get(cohorts::cohorts))
        .route("/v1/journeys/{id}/cohorts/people", get(cohorts::people))
        .route("/v1/hesitation", get(hesitation::hesitation))
        .route("/v1/hesitation/people", get(hesitation::people))
        .route("/v1/surveys", get(surveys::surveys))
        .route("/v1/surveys/{id}", get(surveys::survey))
        .route("/v1/surveys/{id}/responses", get(surveys::survey_responses))
        .route("/v1/surveys/{id}/people", get(surveys::people))
        .route("/v1/responses", get(surveys::responses))
        .route("/v1/why", get(why::why))
        .route("/v1/retention", get(retention::retention))
        .route("/v1/retention/people", get(retention::people))
        .route("/v1/stickiness", get(retention::stickiness))
        .route("/v1/stickiness/people", get(retention::active))
        .route("/v1/delivery", get(delivery::delivery))
        .route("/v1/accounts", get(accounts::accounts))
        .route("/v1/segments", get(segments::segments))
        .route("/v1/users", get(users::users))
        .route("/v1/users/{id}", delete(erase::erase))
        .route("/v1/users/{id}/timeline", get(timeline::timeline))
        .layer(middleware::map_response(error::in_json))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(CompressionLayer::new())
}

fn dashboard_routes() -> Router<Arc<App>> {
    dashboard::router().layer(DefaultBodyLimit::max(FORM_BYTES)).layer(CompressionLayer::new())
}

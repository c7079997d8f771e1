//! The SDK's files: one script with a short life, and those that it fetches, whose names are their content.

use super::dashboard;
use crate::app::App;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::sync::Arc;

/// `sdk/dist/`, built by `cargo xtask wasm`: read from the folder in development, embedded in a release.
#[derive(RustEmbed)]
#[folder = "../sdk/dist/"]
#[allow_missing = true]
struct SdkFiles;

/// A new SDK reaches every page within this time.
const SCRIPT_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");
const IMMUTABLE_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The edition that this project needs: the detector weighs as much as half of the rest.
pub(super) async fn sdk_script(State(app): State<Arc<App>>) -> Response {
    let has_detector = app.project().hesitation.is_some();
    file(if has_detector { "sdk.js" } else { "sdk-lite.js" }, SCRIPT_CACHE)
}

/// What the script fetches; only names that carry a content hash live here.
pub(super) async fn sdk_file(Path(name): Path<String>) -> Response {
    let is_module = name.starts_with("sdk-") && name.ends_with(".wasm");
    let is_chunk = ["sdk-debug-", "sdk-receipt-", "sdk-rescue-", "sdk-survey-more-", "sdk-translated-"]
        .iter()
        .any(|it| name.starts_with(it))
        && name.ends_with(".js");
    if !is_module && !is_chunk {
        return dashboard::not_found().await;
    }
    file(&name, IMMUTABLE_CACHE)
}

fn file(name: &str, cache: HeaderValue) -> Response {
    let Some(found) = SdkFiles::get(name) else {
        let message = "the SDK has not been built; run `cargo xtask wasm`\n";
        return (StatusCode::NOT_FOUND, message).into_response();
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_str(&with_charset(kind.as_ref())).unwrap_or(HeaderValue::from_static("text/plain")),
        ),
        (header::CACHE_CONTROL, cache),
        // Public files that pages of any origin load, also where those pages isolate themselves.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, found.data.into_owned()).into_response()
}

fn with_charset(kind: &str) -> String {
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

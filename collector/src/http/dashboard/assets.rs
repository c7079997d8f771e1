//! Style sheet, script and icon, built into the binary.

use super::error::PageError;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::fmt::Write as _;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Characters of the content's hash in a name: enough that two versions never share one.
const HASH_CHARS: usize = 16;

/// A year, the longest that caches honour; the name changes with the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The URL of an asset, with its content's hash: `/assets/0123456789abcdef.milepost.css`.
pub(super) fn url(name: &str) -> String {
    format!("/assets/{}.{name}", Assets::get(name).map(|it| hash(&it)).unwrap_or_default())
}

/// A name with its hash is cached for ever, a plain name is asked for anew each time.
pub(super) async fn serve(Path(asked): Path<String>, headers: HeaderMap) -> Result<Response, PageError> {
    let hashed = asked.split_once('.').filter(|(hash, _)| hash.len() == HASH_CHARS);
    let name = hashed.map_or(asked.as_str(), |(_, name)| name);
    let asset = Assets::get(name).ok_or(PageError::NotFound)?;
    let current = hash(&asset);
    let cache = match hashed {
        Some((asked_for, _)) if asked_for == current => FOR_EVER,
        Some(_) => return Err(PageError::NotFound),
        None => "no-cache",
    };
    let tag = format!("\"{current}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = if kind.type_() == mime_guess::mime::TEXT { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let about = [(header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag), (header::CONTENT_TYPE, kind)];
    Ok(if known {
        (StatusCode::NOT_MODIFIED, about).into_response()
    } else {
        (about, asset.data.into_owned()).into_response()
    })
}

fn hash(asset: &rust_embed::EmbeddedFile) -> String {
    let mut text = String::with_capacity(HASH_CHARS);
    for byte in asset.metadata.sha256_hash().iter().take(HASH_CHARS / 2) {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

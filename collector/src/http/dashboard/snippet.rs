//! The script tag that a vendor puts into their product.

use crate::app::App;
use crate::project::KeyKind;
use axum::http::{HeaderMap, header};

/// The tag for this server as the reader reached it; `None` without a browser key.
pub(super) fn snippet(app: &App, headers: &HeaderMap) -> Option<String> {
    let project = app.project();
    let key = project.keys.iter().find(|it| it.kind == KeyKind::Browser)?;
    Some(format!("<script async src=\"{}/sdk.js\" data-key=\"{}\"></script>", origin(headers), key.id))
}

/// This server as the reader reached it: `https://milepost.example.com`.
pub(super) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    let here = ["localhost", "127.", "[::1]"].iter().any(|it| host.starts_with(it));
    format!("{}://{host}", if here { "http" } else { "https" })
}

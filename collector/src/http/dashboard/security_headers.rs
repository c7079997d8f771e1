//! What the browser must not do with our pages.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// No inline anything, no eval, nothing from elsewhere, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'";

/// On every answer (OWASP ASVS 5.0, 3.4). Strict-Transport-Security belongs to whoever ends TLS.
static ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: that would make the Origin of our own forms `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

pub(super) async fn add_to_page(mut response: Response) -> Response {
    add_always(&mut response);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) async fn add_to_asset(mut response: Response) -> Response {
    add_always(&mut response);
    response
}

fn add_always(response: &mut Response) {
    for (name, value) in &ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}

//! Refuses requests that another site makes in an operator's name.
//!
//! By fetch metadata, else by comparing Origin with Host; no tokens in forms.
//! <https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html>
//! The tracking API under `/v1/` is for other sites and knows no cookies, so it is left alone.

use super::dashboard::PageError;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Middleware for whatever an operator can change.
pub(crate) async fn refuse_cross_site(request: Request, next: Next) -> Response {
    if allowed(request.method(), request.uri(), request.headers()) {
        next.run(request).await
    } else {
        PageError::CrossSite.into_response()
    }
}

/// Whether another site sent the browser here. One that does not say is let be.
pub(crate) fn is_sent_by_another_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|it| it.to_str().ok());
    site.is_some_and(|it| it != "same-origin" && it != "none")
}

fn allowed(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let changes_nothing = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    if changes_nothing || uri.path().starts_with("/v1/") {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    match text("sec-fetch-site") {
        // `none` is the user's own doing: a bookmark, the address bar.
        Some(site) => site == "same-origin" || site == "none",
        None => {
            let origin = text(header::ORIGIN.as_str()).and_then(|it| it.split_once("://")).map(|(_, host)| host);
            let host = text(header::HOST.as_str()).or(uri.authority().map(|it| it.as_str()));
            matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    /// `POST /login name:value …` and whether it is let through.
    #[track_caller]
    fn check(request: &str, wanted: bool) {
        let mut words = request.split_whitespace();
        let method: Method = words.next().unwrap().parse().unwrap();
        let uri: Uri = words.next().unwrap().parse().unwrap();
        let mut headers = HeaderMap::new();
        for header in words {
            let (name, value) = header.split_once('=').unwrap();
            headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::try_from(value).unwrap());
        }
        assert_eq!(allowed(&method, &uri, &headers), wanted, "{request}");
    }

    #[test]
    fn reading_is_free_and_other_sites_may_send_messages() {
        check("GET /journeys sec-fetch-site=cross-site", true);
        check("HEAD /journeys sec-fetch-site=cross-site", true);
        check("POST /v1/batch sec-fetch-site=cross-site origin=https://evil.example host=here", true);
        check("POST /v1x sec-fetch-site=cross-site", false);
        check("POST //v1/batch sec-fetch-site=cross-site", false);
    }

    #[test]
    fn a_browser_that_says_where_a_change_comes_from_is_believed() {
        check("POST /login sec-fetch-site=same-origin", true);
        check("POST /login sec-fetch-site=none", true);
        check("POST /login sec-fetch-site=same-site", false);
        check("POST /login sec-fetch-site=cross-site", false);
        check("DELETE /x sec-fetch-site=cross-site", false);
        check("POST /login sec-fetch-site=", false);
        // A matching origin does not excuse what the fetch metadata says.
        check("POST /login sec-fetch-site=cross-site origin=https://here host=here", false);
    }

    #[test]
    fn an_older_browser_is_judged_by_its_origin() {
        check("POST /login origin=https://here:8080 host=here:8080", true);
        check("POST /login origin=http://HERE host=here", true);
        check("POST https://here/login origin=https://here", true);
        check("POST /login origin=https://here.evil.example host=here", false);
        check("POST /login origin=https://here:8081 host=here:8080", false);
        check("POST /login origin=null host=here", false);
        check("POST /login host=here", false);
        check("POST /login origin=https://here", false);
        check("POST /login", false);
    }
}

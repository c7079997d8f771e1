//! The stream that keeps a page up to date, through the whole server's router.

use super::*;
use crate::http::gate::Gate;
use crate::storage::Role;
use axum::body::BodyDataStream;
use futures_util::StreamExt;

const HEADINGS: [&str; 2] = ["/overview", "/users"];

impl Site {
    async fn live(&self, cookie: &str, query: &str, shown: &str) -> (StatusCode, BodyDataStream) {
        let request = Request::builder().uri(format!("/live{query}")).header("cookie", cookie);
        let request = request.header("last-event-id", shown).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        (response.status(), response.into_body().into_data_stream())
    }
}

/// What the stream says first, after when to come back.
async fn first(stream: &mut BodyDataStream) -> Option<String> {
    let retry = stream.next().await.unwrap().unwrap();
    assert_eq!(&retry[..], b"retry: 1000\n\n");
    next(stream).await
}

async fn next(stream: &mut BodyDataStream) -> Option<String> {
    Some(String::from_utf8(stream.next().await?.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_page_hears_that_something_arrived_and_not_what() {
    let site = Site::of(PROJECT, cohort()).await;
    let before = site.app.news();
    let page = site.get("/users").await;
    page.has(&format!("data-live=\"{before}\""));
    let (_, mut nothing) = site.live(&site.cookie, &format!("?since={before}"), "").await;
    assert_eq!(first(&mut nothing).await.unwrap(), ":\n\n");
    let message = r#"{"type":"track","userId":"u-1","event":"Signed Up","messageId":"m-1"}"#;
    site.app.accept(&[message], &crate::app::accept::Sender::default()).await;
    let after = site.app.news();
    assert_ne!(before, after);
    let news = format!("id: {after}\nevent: news\ndata: {after}\n\n");
    let (_, mut arrived) = site.live(&site.cookie, &format!("?since={before}"), "").await;
    assert_eq!(first(&mut arrived).await.unwrap(), news);
    // A browser that comes back says what it heard last, under the old address.
    let (_, mut again) = site.live(&site.cookie, &format!("?since={before}"), &after.to_string()).await;
    assert_eq!(first(&mut again).await.unwrap(), ":\n\n");
}

#[tokio::test]
async fn every_role_may_listen_and_no_stranger() {
    let site = Site::of(PROJECT, cohort()).await;
    for role in Role::ALL {
        let cookie = site.member(&format!("{}@example.com", role.as_str()), role).await;
        assert_eq!(site.live(&cookie, "", "").await.0, StatusCode::OK, "{role:?}");
    }
    for cookie in ["", "__Host-milepost=guess"] {
        assert_eq!(site.live(cookie, "", "").await.0, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let site = Site::of(PROJECT, cohort()).await;
    let bo = site.member("bo@example.com", Role::Viewer).await;
    let (_, mut stream) = site.live(&bo, "", "").await;
    site.post("/operators", "act=end-sessions&email=bo%40example.com").await;
    assert_eq!(first(&mut stream).await, None);
}

#[tokio::test]
async fn a_page_that_is_kept_up_to_date_holds_no_session_open() {
    let site = Site::of(PROJECT, cohort()).await;
    site.clock.set(NOW_MS + 11 * HOUR_MS);
    for path in HEADINGS {
        let page = site.send(Method::GET, path, &[("cookie", &site.cookie), ("milepost-live", "1")], "").await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    drop(site.live(&site.cookie, "", "").await);
    site.clock.set(NOW_MS + 12 * HOUR_MS);
    assert_eq!(site.get("/users").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_operator_has_so_many_streams_and_each_ends_in_time() {
    let limits = format!("{PROJECT}\n[limits]\nrequest_timeout = \"1s\"\n");
    let site = Site::of(&limits, cohort()).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let (status, stream) = site.live(&site.cookie, "", "").await;
        assert_eq!(status, StatusCode::OK);
        open.push(stream);
    }
    assert_eq!(site.live(&site.cookie, "", "").await.0, StatusCode::NO_CONTENT);
    let mut last = open.pop().unwrap();
    drop(open);
    assert_eq!(site.live(&site.cookie, "", "").await.0, StatusCode::OK);
    first(&mut last).await;
    assert_eq!(next(&mut last).await, None);
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams_at_once() {
    let mut site = Site::of(PROJECT, cohort()).await;
    let gate = Gate::new(Arc::clone(&site.app));
    site.router = crate::http::router_behind(&gate, Arc::clone(&site.app));
    let (_, mut stream) = site.live(&site.cookie, "", "").await;
    assert_eq!(first(&mut stream).await.unwrap(), ":\n\n");
    gate.stop();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn only_pages_that_show_what_is_so_now_are_kept_up_to_date() {
    let site = Site::of(PROJECT, cohort()).await;
    for (path, is_live) in [
        ("/overview", true),
        ("/overview?until=2026-11-23", true),
        ("/overview?until=2026-11-22", false),
        ("/overview?until=yesterday", false),
        ("/users", true),
        ("/users?page=2", false),
        ("/responses", true),
        ("/retention", false),
    ] {
        let page = site.get(path).await;
        assert_eq!(page.body.contains("data-live="), is_live, "{path}");
        assert_eq!(page.body.contains(".live.js\""), is_live, "{path}");
    }
}

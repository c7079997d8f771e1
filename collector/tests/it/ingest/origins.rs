//! Which pages may send: CORS by allow-list.

use crate::support::{Answer, Collector, post};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

const BODY: &str = r#"{"writeKey":"wk_test","batch":[{"type":"page","userId":"u"}]}"#;

async fn from(collector: &Collector, origin: &str) -> Answer {
    let request = post("/v1/batch").header("origin", origin).body(Body::from(BODY)).expect("a request");
    collector.ask(request).await
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_send_and_read_the_answer() {
    let collector = Collector::start().await;
    let answer = from(&collector, "https://app.example.com").await;
    assert_eq!(answer.summary(), "200 [accepted]");
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example.com");
    assert_eq!(answer.headers["vary"], "origin");
    assert_eq!(answer.headers["access-control-expose-headers"], "retry-after");
    assert!(!answer.headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn a_page_of_another_origin_may_not() {
    let collector = Collector::start().await;
    for origin in ["https://evil.example", "http://app.example.com", "https://app.example.com.evil.example", "null"] {
        let answer = from(&collector, origin).await;
        assert_eq!(answer.summary(), "403 forbidden_origin", "{origin}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
    assert_eq!(collector.events.count().await.expect("a count"), 0);
}

#[tokio::test]
async fn a_sender_that_is_no_page_has_no_origin_to_check() {
    let collector = Collector::start().await;
    let request = post("/v1/batch").body(Body::from(BODY)).expect("a request");
    assert_eq!(collector.ask(request).await.summary(), "200 [accepted]");
}

#[tokio::test]
async fn preflights_are_answered_for_known_origins_only() {
    let collector = Collector::start().await;
    let preflight = async |origin: &str| {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri("/v1/batch")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .body(Body::empty())
            .expect("a request");
        collector.ask(request).await
    };
    let known = preflight("https://app.example.com").await;
    assert_eq!(
        (known.status.as_u16(), &known.headers["access-control-allow-origin"]),
        (204, &"https://app.example.com".parse().expect("a header"))
    );
    assert_eq!(known.headers["access-control-max-age"], "86400");
    assert!(!preflight("https://evil.example").await.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_refused_body_can_still_be_read_by_an_allowed_page() {
    let collector = Collector::start().await;
    let body = json!({ "writeKey": "wk_test", "batch": 7 }).to_string();
    let request =
        post("/v1/batch").header("origin", "https://app.example.com").body(Body::from(body)).expect("a request");
    assert_eq!(collector.ask(request).await.summary(), "400 invalid_body");
}

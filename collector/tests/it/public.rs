//! What anybody may read: the SDK's config, probes, counters.

use crate::support::Collector;
use axum::body::Body;
use axum::http::Request;

#[tokio::test]
async fn the_config_is_cached_by_its_content() {
    let collector = Collector::start().await;
    let first = collector.get("/v1/config/wk_test").await;
    assert_eq!(first.status, 200);
    let config = domain::compact::read(&first.text).expect("the compact form");
    assert_eq!(config.definitions, collector.app.project().definitions);
    let etag = first.headers["etag"].clone();
    let again =
        Request::get("/v1/config/wk_test").header("if-none-match", etag).body(Body::empty()).expect("a request");
    let again = collector.ask(again).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
}

#[tokio::test]
async fn an_unknown_key_has_no_config() {
    let collector = Collector::start().await;
    assert_eq!(collector.get("/v1/config/wk_other").await.summary(), "404 not_found");
}

#[tokio::test]
async fn no_secret_leaves_with_the_config() {
    let collector = Collector::start().await;
    let config = collector.get("/v1/config/wk_test").await.text;
    assert!(!config.contains("sk_test") && !config.contains("secret"));
}

#[tokio::test]
async fn probes_answer() {
    let collector = Collector::start().await;
    assert_eq!(collector.get("/livez").await.text, "ok\n");
    assert_eq!(collector.get("/readyz").await.text, "ok\n");
}

#[tokio::test]
async fn a_write_key_reads_no_numbers() {
    let collector = Collector::start().await;
    for path in ["/v1/journeys/onboarding/funnel", "/v1/journeys/onboarding/people?milestone=sent"] {
        let request = Request::get(path).header("authorization", crate::support::basic("sk_test")).body(Body::empty());
        assert_eq!(collector.ask(request.expect("a request")).await.status, 401, "{path}");
        let request = Request::get(path).header("authorization", "Bearer wk_test").body(Body::empty());
        assert_eq!(collector.ask(request.expect("a request")).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn where_no_road_leads_there_is_a_page_that_says_so() {
    let collector = Collector::start().await;
    for path in ["/nothing", "/sdk-nothing.js", "/nothing/here"] {
        let answer = collector.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("</html>"), "{path}");
    }
}

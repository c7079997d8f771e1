//! Every kind of bad input gets its documented answer: never a 5xx, never a lost neighbour.
//! The table is the one in `docs/reference/http-api.md`.

use crate::support::{Collector, basic, post};
use axum::body::Body;
use serde_json::json;
use std::io::Write;

/// The bad message between two good ones: only the bad one may suffer.
async fn between_neighbours(collector: &Collector, bad: &str) -> String {
    let good = json!({ "type": "page", "userId": "neighbour" });
    let answer = collector.post("/v1/batch", format!(r#"{{"batch":[{good},{bad},{good}]}}"#)).await;
    let summary = answer.summary();
    let inner = summary.strip_prefix("200 [accepted, ").and_then(|it| it.strip_suffix(", accepted]"));
    inner.unwrap_or_else(|| panic!("a neighbour suffered: {summary}")).to_owned()
}

#[tokio::test]
async fn a_bad_message_never_fails_its_neighbours() {
    let collector = Collector::start().await;
    let deep =
        |levels: usize| format!(r#"{{"type":"page","userId":"u","x":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    let page = |rest: &str| format!(r#"{{"type":"page","userId":"u",{rest}}}"#);
    for (bad, wanted) in [
        (page(r#""properties":{"a":"\ud800"}"#), "accepted"),
        (page(r#""properties":{"a":"\u0000"}"#), "accepted"),
        (page(r#""properties":{"n":10000000000000000999}"#), "accepted"),
        (page(r#""userId":"twice""#), "accepted"),
        (page(r#""properties":null"#), "accepted"),
        (page(r#""x":NaN"#), "invalid_json"),
        (page(r#""x":Infinity"#), "invalid_json"),
        (page(r#""x":-1e999"#), "invalid_json"),
        (page(r#""x":1,"#), "invalid_json"),
        (page("\"x\":\"raw\ttab\""), "invalid_json"),
        (page(r#""x":'single'"#), "invalid_json"),
        (page(r#""x":01"#), "invalid_json"),
        ("".to_owned(), "invalid_json"),
        ("null".to_owned(), "invalid_json"),
        ("[]".to_owned(), "invalid_json"),
        (r#""text""#.to_owned(), "invalid_json"),
        ("{} {}".to_owned(), "invalid_json"),
        ("{}".to_owned(), "unknown_type"),
        (r#"{"type":"click","userId":"u"}"#.to_owned(), "unknown_type"),
        (r#"{"type":7,"userId":"u"}"#.to_owned(), "wrong_type"),
        (r#"{"type":"page","userId":7}"#.to_owned(), "wrong_type"),
        (page(r#""properties":"text""#), "wrong_type"),
        (page(r#""context":[]"#), "wrong_type"),
        (r#"{"type":"page"}"#.to_owned(), "missing_field"),
        (r#"{"type":"track","userId":"u"}"#.to_owned(), "missing_field"),
        (page(&format!(r#""anonymousId":"{}""#, "a".repeat(600))), "field_too_long"),
        (page(&format!(r#""x":"{}""#, "x".repeat(40_000))), "too_large"),
        (deep(31), "accepted"),
        (deep(32), "too_deep"),
        (deep(10_000), "too_deep"),
        (page(r#""timestamp":"yesterday""#), "invalid_time"),
        (page(r#""timestamp":"1969-12-31T23:59:59Z""#), "invalid_time"),
        (page(r#""timestamp":1700000000"#), "wrong_type"),
    ] {
        assert_eq!(between_neighbours(&collector, &bad).await, wanted, "{}", bad.chars().take(120).collect::<String>());
    }
}

#[tokio::test]
async fn a_body_whose_messages_cannot_be_told_apart_is_refused_whole() {
    let collector = Collector::start().await;
    for (bad, wanted) in [
        ("", "400 invalid_body"),
        ("[]", "400 invalid_body"),
        ("{}", "400 invalid_body"),
        ("null", "400 invalid_body"),
        (r#"{"batch":{}}"#, "400 invalid_body"),
        (r#"{"batch":[{"type":"page"]}"#, "400 invalid_body"),
        (r#"{"batch":[{"type":"page}]}"#, "400 invalid_body"),
        (r#"{"batch":[]} trailing"#, "400 invalid_body"),
        (r#"{"batch":["#, "400 invalid_body"),
    ] {
        assert_eq!(collector.post("/v1/batch", bad).await.summary(), wanted, "{bad}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(collector.post("/v1/batch", deep).await.summary(), "400 invalid_body");
    let mut invalid_utf8 = br#"{"batch":[{"type":"page","userId":""#.to_vec();
    invalid_utf8.extend([0xff, 0xfe]);
    assert_eq!(collector.post("/v1/batch", invalid_utf8).await.summary(), "400 invalid_utf8");
}

#[tokio::test]
async fn a_byte_order_mark_is_no_mistake() {
    let collector = Collector::start().await;
    let body = format!("\u{feff}{}", json!({ "batch": [{ "type": "page", "userId": "u" }] }));
    assert_eq!(collector.post("/v1/batch", body).await.summary(), "200 [accepted]");
}

#[tokio::test]
async fn messages_beyond_the_limit_are_refused_one_by_one() {
    let collector = Collector::start().await;
    let message = r#"{"type":"page","userId":"u"}"#;
    let body = format!(r#"{{"batch":[{}]}}"#, vec![message; 2_501].join(","));
    let answer = collector.post("/v1/batch", body).await.json();
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(2_500), &json!(1)));
    assert_eq!(answer["outcomes"][2_500]["code"], "too_many_messages");
}

#[tokio::test]
async fn encodings_that_are_not_what_they_say_are_refused() {
    let collector = Collector::start().await;
    let gzip = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes).expect("in memory");
        gzip.finish().expect("in memory")
    };
    let plain = br#"{"batch":[]}"#;
    let whole = gzip(plain);
    let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
    for (encoding, body, wanted) in [
        ("gzip", whole.clone(), "200 []"),
        ("gzip", whole[..whole.len() - 9].to_vec(), "400 unreadable_body"),
        ("gzip", plain.to_vec(), "400 unreadable_body"),
        ("gzip", gzip(&whole), "400 invalid_utf8"),
        ("gzip", bomb, "413 too_large"),
        ("gzip, gzip", gzip(&whole), "415 unsupported_encoding"),
        ("zstd", whole.clone(), "415 unsupported_encoding"),
        ("x-unknown", plain.to_vec(), "415 unsupported_encoding"),
        ("identity", plain.to_vec(), "200 []"),
    ] {
        let request = post("/v1/batch")
            .header("content-encoding", encoding)
            .header("authorization", basic("wk_test"))
            .body(Body::from(body))
            .expect("a request");
        assert_eq!(collector.ask(request).await.summary(), wanted, "{encoding}");
    }
    let too_large = vec![b' '; 600 * 1024];
    assert_eq!(collector.post("/v1/batch", too_large).await.summary(), "413 too_large");
}

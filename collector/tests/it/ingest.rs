//! `POST /v1/*`.

mod identity;
mod malformed;
mod origins;

use crate::support::{Collector, NOW_MS, basic, post};
use axum::body::Body;
use serde_json::json;
use std::io::Write;

#[tokio::test]
async fn a_batch_is_answered_message_by_message() {
    let collector = Collector::start().await;
    let body = json!({ "batch": [
        { "type": "track", "event": "Signed Up", "userId": "u", "messageId": "m1" },
        { "type": "track", "userId": "u", "messageId": "m2" },
        { "type": "track", "event": "Signed Up", "userId": "u", "messageId": "m1" },
    ]});
    let answer = collector.post("/v1/batch", body.to_string()).await;
    assert_eq!(answer.summary(), "200 [accepted, missing_field, duplicate]");
    let outcome = &answer.json()["outcomes"][1];
    assert_eq!(outcome["messageId"], "m2");
    assert_eq!(outcome["reason"], "`event` is missing or empty; the track message needs it");
    assert_eq!(collector.reached().await, [1, 0, 0]);
}

#[tokio::test]
async fn every_door_of_segments_api_takes_its_type() {
    let collector = Collector::start().await;
    let bodies = [
        ("track", "t", json!({ "event": "Signed Up" })),
        ("identify", "i", json!({ "traits": { "plan": "pro" } })),
        ("group", "g", json!({ "groupId": "acme" })),
        ("page", "p", json!({ "name": "Home" })),
        ("screen", "s", json!({ "name": "Home" })),
        ("alias", "a", json!({ "previousId": "old" })),
    ];
    for (long, short, mut body) in bodies {
        body["userId"] = json!("u");
        for path in [long, short] {
            let answer = collector.post(&format!("/v1/{path}"), body.to_string()).await;
            assert_eq!(answer.summary(), "200 [accepted]", "{path}");
        }
    }
    // A message that names its own type keeps it.
    let page = json!({ "type": "page", "userId": "u" });
    assert_eq!(collector.post("/v1/track", page.to_string()).await.summary(), "200 [accepted]");
    let refused = collector.post("/v1/track", json!({ "userId": "u" }).to_string()).await;
    assert_eq!(refused.summary(), "400 [missing_field]");
}

#[tokio::test]
async fn the_write_key_comes_by_basic_authentication_or_in_the_body() {
    let collector = Collector::start().await;
    let message = |key: &str| json!({ "type": "page", "userId": "u", "writeKey": key }).to_string();
    let bare = async |path: &str, body: String| {
        collector.ask(post(path).body(Body::from(body)).expect("a request")).await.summary()
    };
    assert_eq!(bare("/v1/page", message("wk_test")).await, "200 [accepted]");
    assert_eq!(bare("/v1/page", message("wk_other")).await, "401 unknown_key");
    assert_eq!(bare("/v1/batch", json!({ "batch": [], "writeKey": "wk_test" }).to_string()).await, "200 []");
    assert_eq!(bare("/v1/batch", json!({ "batch": [] }).to_string()).await, "401 unknown_key");
}

#[tokio::test]
async fn the_senders_clock_is_taken_out() {
    let collector = Collector::start().await;
    // The sender's clock stands at 2001; the message was made a minute before it was sent.
    let body = json!({ "sentAt": "2001-01-01T00:01:00Z", "batch": [
        { "type": "track", "event": "Signed Up", "userId": "u", "originalTimestamp": "2001-01-01T00:00:00Z" },
    ]});
    collector.post("/v1/batch", body.to_string()).await;
    let journey = domain::JourneyId::new("onboarding");
    let answer = collector.app.funnel(&journey, &Default::default()).await.expect("an answer").expect("a journey");
    let (_, people) = answer.people(0, milepost::app::funnel::Standing::Reached, None, 0..1);
    assert_eq!(people[0].times_ms, [NOW_MS - 60_000]);
}

#[tokio::test]
async fn gzip_and_text_plain_bodies_are_read() {
    let collector = Collector::start().await;
    let body = json!({ "batch": [{ "type": "page", "userId": "u" }] }).to_string();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(body.as_bytes()).expect("in memory");
    let request = post("/v1/batch")
        .header("content-encoding", "gzip")
        .header("authorization", basic("wk_test"))
        .body(Body::from(gzip.finish().expect("in memory")))
        .expect("a request");
    assert_eq!(collector.ask(request).await.summary(), "200 [accepted]");
    let beacon = json!({ "writeKey": "wk_test", "batch": [{ "type": "page", "userId": "u" }] }).to_string();
    let request = post("/v1/batch").header("content-type", "text/plain").body(Body::from(beacon)).expect("a request");
    assert_eq!(collector.ask(request).await.summary(), "200 [accepted]");
}

#[tokio::test]
async fn a_server_event_counts_only_with_a_server_key() {
    let collector = Collector::start().await;
    let message = |event: &str| {
        json!({ "type": "track", "event": event, "userId": "u", "properties": { "total": 5 } }).to_string()
    };
    for event in ["Signed Up", "Invoice Sent", "Invoice Paid"] {
        collector.post("/v1/track", message(event)).await;
    }
    assert_eq!(collector.reached().await, [1, 1, 0]);
    let request = post("/v1/track").header("authorization", basic("sk_test")).body(Body::from(message("Invoice Paid")));
    assert_eq!(collector.ask(request.expect("a request")).await.summary(), "200 [accepted]");
    assert_eq!(collector.reached().await, [1, 1, 1]);
}

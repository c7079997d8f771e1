//! How complete the stored messages are, from the browser's door to the API's.

use crate::support::{Collector, NOW_MS, basic, post};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

fn message(client: &str, seq: u64, is_end: bool) -> Value {
    let library = json!({ "name": "milepost-js", "version": "0.1.0" });
    json!({
        "type": "track", "event": "Signed Up", "anonymousId": "a", "messageId": format!("{client}-{seq}"),
        "context": { "clientId": client, "seq": seq, "end": is_end, "library": library },
    })
}

async fn send(collector: &Collector, key: &str, agent: &str, messages: &[Value]) -> String {
    let body = json!({ "batch": messages }).to_string();
    let request = post("/v1/batch").header("authorization", basic(key)).header("user-agent", agent);
    collector.ask(request.body(Body::from(body)).expect("a request")).await.summary()
}

async fn delivery(collector: &Collector, range: &str) -> Value {
    collector.app.provide_api_token(collector.folder.path()).await.expect("a token");
    let token = std::fs::read_to_string(collector.folder.path().join("api-token")).expect("a token");
    let request = Request::get(format!("/v1/delivery{range}"))
        .header("authorization", format!("Bearer {}", token.trim()))
        .body(Body::empty());
    collector.ask(request.expect("a request")).await.json()
}

#[tokio::test]
async fn gaps_unheard_ends_duplicates_and_bots_are_told_by_day_and_source() {
    let collector = Collector::start().await;
    let whole = [message("whole", 1, false), message("whole", 2, true)];
    assert_eq!(send(&collector, "wk_test", CHROME, &whole).await, "200 [accepted, accepted]");
    assert_eq!(send(&collector, "wk_test", CHROME, &whole).await, "200 [duplicate, duplicate]");
    assert_eq!(send(&collector, "wk_test", CHROME, &[message("gap", 3, true)]).await, "200 [accepted]");
    assert_eq!(send(&collector, "wk_test", CHROME, &[message("killed", 1, false)]).await, "200 [accepted]");
    assert_eq!(send(&collector, "wk_test", GOOGLEBOT, &[message("crawler", 1, true)]).await, "200 [accepted]");
    let server = json!({ "type": "track", "event": "Invoice Paid", "userId": "u", "messageId": "s" });
    assert_eq!(send(&collector, "sk_test", "curl/8", &[server]).await, "200 [accepted]");

    // Who was heard just now may go on.
    assert_eq!(delivery(&collector, "").await["all"]["open"], 0);
    collector.clock.set(NOW_MS + 31 * 60_000);
    let answer = delivery(&collector, "").await;
    assert_eq!(answer["days"][1]["day"], "2027-01-15");
    let sources: Vec<&str> =
        answer["sources"].as_array().unwrap().iter().filter_map(|it| it["source"].as_str()).collect();
    assert_eq!(sources, ["milepost-js", ""]);
    let pages = &answer["sources"][0];
    let counts = ["stored", "duplicate", "late", "bot", "dropped", "clients", "open", "expected", "missing"];
    assert_eq!(counts.map(|it| pages[it].as_u64().unwrap()), [5, 2, 0, 1, 0, 4, 1, 7, 2]);
    assert_eq!(pages["missing_share"], 2.0 / 7.0);
    assert_eq!(answer["sources"][1]["missing_share"], Value::Null);
    assert_eq!(answer["all"]["stored"], 6);

    assert_eq!(delivery(&collector, "?since=2027-01-16").await["all"]["stored"], 0);
    assert_eq!(delivery(&collector, "?since=2027-01-15&until=2027-01-16").await["all"]["stored"], 6);
    assert_eq!(delivery(&collector, "?since=soon").await["error"]["code"], "invalid_time");
    assert_eq!(collector.get("/v1/delivery").await.status.as_u16(), 401);
}

//! `DELETE /v1/users/{id}`, with a search through the raw bytes of every file.

use super::{project_with, survey, wish, with};
use crate::support::Collector;
use milepost::app::funnel::FunnelRequest;
use milepost::http;
use milepost::storage::TraitPath;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Marks that occur in nothing but Ada's data.
const CANARIES: [&str; 9] = [
    "canary-user",
    "canary-browser",
    "canary-phone",
    "canary@example.com",
    "Canary Lovelace",
    "a canary verbatim",
    "Canary Page Title",
    "/canary/path",
    "canary-account",
];

/// File and canary, for each that is found.
fn found(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the data folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        for canary in CANARIES {
            if bytes.windows(canary.len()).any(|it| it == canary.as_bytes()) {
                found.push(format!("{}: {canary}", path.file_name().unwrap_or_default().display()));
            }
        }
    }
    found.sort();
    found
}

/// A server on a socket of its own.
async fn serve(collector: &Collector) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = http::router(Arc::clone(&collector.app));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn post(client: &reqwest::Client, url: String, body: &Value) -> String {
    let request = client.post(url).header("origin", "https://app.example.com").header("content-type", "text/plain");
    let response = request.body(body.to_string()).send().await.expect("an answer");
    assert!(response.status().is_success(), "{}", response.status());
    response.text().await.expect("a body")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_of_an_erased_person_is_left_in_any_file() {
    let collector = Collector::start_of(project_with(vec![survey("nps")])).await;
    let base = serve(&collector).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let batch = async |messages: Vec<Value>| {
        post(&client, format!("{base}/v1/batch"), &json!({ "writeKey": "wk_test", "batch": messages })).await
    };
    let context = json!({ "page": { "title": "Canary Page Title", "path": "/canary/path",
                                    "url": "https://app.example.com/canary/path" } });
    let message = |id: &str, browser: &str, user: Option<&str>, fields: Value| {
        let mut message = with(json!({ "messageId": id, "anonymousId": browser, "context": context }), fields);
        if let Some(user) = user {
            message["userId"] = json!(user);
        }
        message
    };
    // Before, between and after hers, so that pages of the file split and are shared.
    let crowd = |round: usize| {
        (0..400).map(move |nth| {
            let user = format!("user-{}-{round}", domain::hash(&nth.to_string(), round as u64));
            let filler = "x".repeat(nth * 7 % 900);
            json!({ "type": "track", "event": "Invoice Sent", "userId": user, "anonymousId": format!("b-{user}"),
                    "messageId": format!("m-{user}"), "properties": { "total": nth, "filler": filler } })
        })
    };
    batch(crowd(1).collect()).await;
    batch(vec![
        message("c1", "canary-browser", None, json!({ "type": "page", "name": "Home" })),
        message(
            "c2",
            "canary-browser",
            Some("canary-user"),
            json!({ "type": "identify",
                "traits": { "email": "canary@example.com", "name": "Canary Lovelace" } }),
        ),
        message("c3", "canary-phone", Some("canary-user"), json!({ "type": "group", "groupId": "canary-account" })),
        message("c4", "canary-phone", Some("canary-user"), json!({ "type": "track", "event": "Signed Up" })),
        message("c5", "canary-phone", Some("canary-user"), json!({ "type": "alias", "previousId": "canary-user-old" })),
    ])
    .await;
    let ada = with(
        wish("canary-browser", "nps"),
        json!({ "userId": "canary-user", "accountId": "canary-account",
                                                          "page": "/canary/path" }),
    );
    let answer = post(&client, format!("{base}/v1/lease"), &ada).await;
    let lease = answer.split('\t').nth(2).expect("a lease").to_owned();
    post(&client, format!("{base}/v1/lease"), &ada).await;
    batch(vec![message(
        "c6",
        "canary-browser",
        Some("canary-user"),
        json!({ "type": "track",
        "event": "Survey Answered",
        "properties": { "lease": lease, "step": "why", "text": "a canary verbatim" } }),
    )])
    .await;
    let mute = json!({ "writeKey": "wk_test", "anonymousId": "canary-browser", "userId": "canary-user", "days": 9 });
    post(&client, format!("{base}/v1/receipt/mute"), &mute).await;
    for round in 2..6 {
        batch(crowd(round).collect()).await;
    }
    // What was sealed, and read off messages for a breakdown, holds something of hers, too.
    let by = FunnelRequest { by: Some(TraitPath::parse("email")), ..FunnelRequest::default() };
    collector.app.funnel(&domain::JourneyId::new("onboarding"), &by).await.expect("a funnel");
    collector.events.settle().await.expect("settled");
    let before = found(collector.folder.path());
    for canary in CANARIES {
        assert!(before.iter().any(|it| it.ends_with(canary)), "{canary} was never written: the test shows nothing");
    }

    // What she is given when she asks for all that is stored is what an erasure takes.
    let taken = collector.app.takeout("canary-user").await.expect("an answer").expect("she is known");
    let taken = serde_json::to_value(taken).expect("JSON");
    for canary in CANARIES {
        assert!(taken.to_string().contains(canary), "{canary} is stored and was not told");
    }
    let count = |of: &str| taken[of].as_array().map(Vec::len);
    let counts = ["messages", "prompts", "notPrompted", "milestones", "userIds", "anonymousIds"].map(count);
    assert_eq!(counts, [6, 1, 1, 1, 2, 3].map(Some), "{taken}");

    let started = std::time::Instant::now();
    let answer = collector.as_operator("DELETE", "/v1/users/canary-user").await;
    assert_eq!(
        answer.json(),
        json!({ "user": "canary-user", "ids": 5, "messages": 6, "leases": 1, "denials": 1, "mutes": 5 })
    );
    assert_eq!(found(collector.folder.path()), [""; 0]);
    assert!(started.elapsed().as_secs() < 60);
    let sealed = milepost::storage::sqlite::sealed(collector.folder.path()).expect("sealed");
    assert_eq!(sealed.messages, 2_000, "no row of hers is left in a segment, and everybody else's are there");

    // Late messages, and a page that was open all the time, bring nothing back.
    let late =
        batch(vec![message("c7", "canary-phone", Some("canary-user"), json!({ "type": "track", "event": "A" }))]);
    let late: Value = serde_json::from_str(&late.await).expect("JSON");
    assert_eq!(late["outcomes"][0]["code"], "erased");
    let answer = post(&client, format!("{base}/v1/lease"), &ada).await;
    assert!(answer.starts_with("lease\tdenied"), "{answer}");
    post(&client, format!("{base}/v1/receipt/mute"), &mute).await;
    assert_eq!(found(collector.folder.path()), [""; 0]);
    assert_eq!(collector.as_operator("DELETE", "/v1/users/nobody").await.summary(), "404 not_found");
    assert_eq!(collector.events.count().await.expect("a count"), 2_000, "everybody else's messages are there");

    // Thirty days later she may come back.
    collector.days_later(31);
    let back =
        batch(vec![message("c8", "canary-phone", Some("canary-user"), json!({ "type": "track", "event": "A" }))]);
    assert!(back.await.contains("\"accepted\":1"));
}

#[tokio::test]
async fn only_operators_erase() {
    let collector = Collector::start_of(project_with(vec![])).await;
    let request = axum::http::Request::delete("/v1/users/ada").body(axum::body::Body::empty()).expect("a request");
    assert_eq!(collector.ask(request).await.summary(), "401 unauthorized");
}

/// Pages of the file split, merge and move about while people come and go; what is moved leaves no copy behind.
#[tokio::test]
async fn nothing_stays_behind_of_many_people_erased_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, desk) = milepost::storage::sqlite::open(folder.path()).expect("an engine");
    let mark = |user: u64| format!("mark-{:016x}", domain::hash("user", user));
    let row = |nth: u64| {
        let user = mark(domain::hash("whose", nth) % 150);
        let size = domain::hash("size", nth) % 300;
        milepost::storage::Row {
            message_id: domain::MessageId::new(format!("{user}-{nth}")),
            kind: domain::Kind::Track,
            name: if nth.is_multiple_of(5) { "Survey Answered".into() } else { format!("Event {}", nth % 40) },
            at_ms: nth as i64,
            received_ms: nth as i64,
            user_id: Some(domain::UserId::new(user.clone())),
            anonymous_id: Some(domain::AnonymousId::new(format!("browser-{user}"))),
            account_id: None,
            previous_id: None,
            trust: milepost::storage::Trust::Claimed,
            body: json!({ "text": format!("{user} {}", "x".repeat(size as usize)) }).to_string(),
        }
    };
    let person = |user: &str| milepost::storage::Person { users: vec![user.to_owned()], anonymous: vec![] };
    let (mut erased, mut next) = (Vec::new(), 0);
    for round in 0..145 {
        events.append((next..next + 60).map(row).collect()).await.expect("stored");
        if round % 3 == 0 {
            events.settle().await.expect("settled");
        }
        next += 60;
        let user = mark(domain::hash("leaves", round) % 150);
        let gone = events.erase(person(&user), 0, i64::MAX).await.expect("erased");
        desk.forget(person(&user)).await.expect("forgotten");
        erased.push((user, gone.messages));
        let files = texts(folder.path());
        // Not the whole id: a torn copy of it would count as well.
        let has = |user: &str| files.iter().any(|it| it.contains(&user[user.len() - 12..]));
        // The latest one at once, all of them now and then.
        let from = if round % 24 == 0 { 0 } else { erased.len() - 1 };
        let left: Vec<&(String, u64)> = erased[from..].iter().filter(|it| has(&it.0)).collect();
        assert!(left.is_empty(), "round {round}: {left:?} of {} users erased", erased.len());
    }
    assert!(erased.iter().map(|it| it.1).sum::<u64>() > 100, "there was something to erase");
    assert_eq!(events.count().await.expect("a count") as usize, {
        let (messages, _) = events.messages(0, 1_000_000).await.expect("messages");
        messages.len()
    });
}

/// Every file's bytes, as far as they are text.
fn texts(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the data folder");
    let files = entries.map(|it| std::fs::read(it.expect("an entry").path()).expect("a file"));
    files.map(|it| String::from_utf8_lossy(&it).into_owned()).collect()
}

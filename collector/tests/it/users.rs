//! The list of users: what it finds, and that page, file and API are one list.

use crate::desk::Desk;
use crate::support::{Collector, NOW_MS};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

pub(crate) const DAY_MS: i64 = 86_400_000;

pub(crate) fn iso(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
}

/// A message of so many days ago.
pub(crate) fn ago(days: i64, message: Value) -> Value {
    let mut message = message;
    let at_ms = NOW_MS - days * DAY_MS;
    message["messageId"] = json!(format!("{}-{days}-{}", message["event"], domain::hash(&message.to_string(), 0)));
    message["originalTimestamp"] = json!(iso(at_ms));
    message
}

pub(crate) async fn send(collector: &Collector, messages: Vec<Value>) {
    for batch in messages.chunks(400) {
        let answer = collector.post("/v1/batch", json!({ "batch": batch }).to_string()).await;
        assert_eq!(answer.json()["accepted"], batch.len(), "{}", answer.text);
    }
}

/// A few people, no two alike.
async fn few() -> Desk {
    let collector = Collector::start().await;
    let track = |user: &str, event: &str| {
        json!({ "type": "track", "event": event, "userId": user,
                                                   "properties": { "total": 5 } })
    };
    let identify = |user: &str, traits: Value| json!({ "type": "identify", "userId": user, "traits": traits });
    let group = |user: &str, account: &str, traits: Value| {
        json!({ "type": "group", "userId": user,
                                                                   "groupId": account, "traits": traits })
    };
    let messages = vec![
        ago(90, track("u-1", "Signed Up")),
        ago(80, track("u-1", "Invoice Sent")),
        ago(50, identify("u-1", json!({ "name": "Zoë <b>Ångström</b>", "email": "zoe@example.com" }))),
        ago(50, group("u-1", "acme", json!({ "name": "Acme & Sons" }))),
        ago(10, track("u-2", "Signed Up")),
        ago(9, identify("u-2", json!({ "firstName": "ada", "lastName": "Lovelace" }))),
        ago(9, group("u-2", "acme", json!({}))),
        ago(40, track("=u-3", "Invoice Sent")),
        ago(3, group("=u-3", "bolt/..", json!({ "name": "Bolt" }))),
        ago(2, json!({ "type": "page", "anonymousId": "browser-of-2", "name": "Home" })),
        ago(1, json!({ "type": "page", "anonymousId": "browser-of-2", "userId": "u-2", "name": "Home" })),
        ago(0, json!({ "type": "page", "anonymousId": "visitor", "name": "Home" })),
    ];
    send(&collector, messages).await;
    Desk::of(collector).await
}

/// Ids of an address's rows, in order.
async fn found(desk: &Desk, query: &str) -> Vec<String> {
    let json = desk.json(&format!("/v1/users?{query}")).await;
    let rows = json["rows"].as_array().cloned().unwrap_or_default();
    assert_eq!(json["total"], rows.len());
    rows.iter().filter_map(|it| it["user"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_search_finds_any_part_of_id_name_and_email_in_any_case() {
    let desk = few().await;
    for (text, wanted) in [
        ("u-", &["u-2", "=u-3", "u-1"][..]),
        ("LOVE", &["u-2"]),
        ("ADA%20LOVE", &["u-2"]),
        ("z%C3%B6", &[]),
        ("ZO%C3%8B", &["u-1"]),
        ("example.COM", &["u-1"]),
        ("visit", &["visitor"]),
        ("acme", &[]),
    ] {
        assert_eq!(found(&desk, &format!("q={text}")).await, wanted, "{text}");
    }
}

#[tokio::test]
async fn filters_hold_together_and_each_for_itself() {
    let desk = few().await;
    for (query, wanted) in [
        ("", &["visitor", "u-2", "=u-3", "u-1"][..]),
        ("account=acme", &["u-2", "u-1"]),
        ("account=bolt%2F..", &["=u-3"]),
        ("account=nobody", &[]),
        ("who=anonymous", &["visitor"]),
        ("who=identified", &["u-2", "=u-3", "u-1"]),
        ("seen=within-2", &["visitor", "u-2"]),
        ("seen=not-within-3", &["u-1"]),
        ("reached=onboarding/signed-up", &["u-2", "u-1"]),
        ("not_reached=onboarding/signed-up", &["visitor", "=u-3"]),
        ("stuck=onboarding/signed-up", &["u-2"]),
        ("stuck=onboarding/sent", &["=u-3", "u-1"]),
        ("reached=onboarding/sent&not_reached=onboarding/signed-up", &["=u-3"]),
        ("account=acme&seen=within-30&q=ada&stuck=onboarding/signed-up&who=identified", &["u-2"]),
        ("sort=first-seen", &["visitor", "u-2", "=u-3", "u-1"]),
        ("sort=first-seen&order=asc", &["u-1", "=u-3", "u-2", "visitor"]),
        ("sort=name", &["=u-3", "u-2", "visitor", "u-1"]),
        ("sort=name&order=desc", &["u-1", "visitor", "u-2", "=u-3"]),
        ("order=asc", &["u-1", "=u-3", "u-2", "visitor"]),
    ] {
        assert_eq!(found(&desk, query).await, wanted, "{query}");
    }
}

#[tokio::test]
async fn a_row_says_who_where_when_and_how_far() {
    let desk = few().await;
    let json = desk.json("/v1/users?q=u-1").await;
    assert_eq!((&json["journey"], &json["milestones"]), (&json!("onboarding"), &json!(["signed-up", "sent", "paid"])));
    assert_eq!(
        json["rows"][0],
        json!({
            "user": "u-1", "anonymous": false, "name": "Zoë <b>Ångström</b>", "email": "zoe@example.com",
            "account": "acme", "account_name": "Acme & Sons", "first_seen_ms": NOW_MS - 90 * DAY_MS,
            "last_seen_ms": NOW_MS - 50 * DAY_MS, "reached": 2, "owner": null, "state": null,
            "snoozed_until_ms": null, "notes": 0,
            "reached_at_ms": [NOW_MS - 90 * DAY_MS, NOW_MS - 80 * DAY_MS, null],
        })
    );
    let page = desk.page("/users?q=u-1").await.text;
    for said in [
        "1 user",
        "Zoë &#60;b&#62;Ångström&#60;/b&#62;",
        "Acme &#38; Sons",
        "href=\"/users/u-1\"",
        "2 of 3",
        "value=\"u-1\"",
        "href=\"/users.csv?q=u-1\"",
    ] {
        assert!(page.contains(said), "no {said} in {page}");
    }
    let csv = desk.page("/users.csv?sort=name&bom=1").await.text;
    let head = "\u{feff}user,anonymous,name,email,account,account name,last seen (UTC),first seen (UTC),owner,state,\
                milestones reached,Signed up (UTC),Sent an invoice (UTC),Was paid (UTC)\r\n'=u-3,no,,,bolt/..,Bolt,";
    assert!(csv.starts_with(head), "{csv}");
}

#[tokio::test]
async fn an_address_that_means_nothing_says_what_would() {
    let desk = few().await;
    for (query, summary) in [
        ("who=all", "400 invalid_filter"),
        ("seen=soon", "400 invalid_filter"),
        ("sort=age", "400 invalid_filter"),
        ("limit=many", "400 invalid_parameter"),
        ("stuck=onboarding/nothing", "404 not_found"),
    ] {
        assert_eq!(desk.page(&format!("/v1/users?{query}")).await.summary(), summary, "{query}");
        if !query.starts_with("limit") {
            let page = desk.page(&format!("/users?{query}")).await;
            assert!(page.status == 400 && page.text.contains("href=\"/users\""), "{query}: {}", page.text);
        }
    }
    assert_eq!(desk.page("/users?page=0").await.status, 400);
    let empty = desk.page("/users?q=&seen=within-7&account=").await;
    assert_eq!(empty.headers["location"], "/users?seen=within-7");
    assert!(desk.page("/users?q=nobody-of-that-name").await.text.contains("Nobody is like that"));
    assert!(desk.page("/users?page=9").await.text.contains("Nothing on this page: there are 4 in all"));
    let stranger = desk.collector.get("/v1/users").await;
    assert_eq!((stranger.status.as_u16(), desk.collector.get("/users.csv").await.status.as_u16()), (401, 303));
}

#[tokio::test]
async fn what_came_since_is_in_the_list_and_who_was_erased_is_not() {
    let desk = few().await;
    assert_eq!(found(&desk, "q=lovelace").await, ["u-2"]);
    let renamed = json!({ "type": "identify", "userId": "u-2", "messageId": "renamed",
                          "traits": { "lastName": "King", "name": null } });
    send(&desk.collector, vec![renamed]).await;
    assert_eq!(found(&desk, "q=lovelace").await, [""; 0]);
    assert_eq!(found(&desk, "q=ada%20king").await, ["u-2"]);
    desk.collector.events.settle().await.expect("settled");
    assert_eq!(found(&desk, "q=ada%20king").await, ["u-2"]);
    // The visitor turns out to be somebody known.
    let login = json!({ "type": "page", "anonymousId": "visitor", "userId": "u-1", "messageId": "login" });
    send(&desk.collector, vec![login]).await;
    assert_eq!(found(&desk, "").await, ["u-1", "u-2", "=u-3"]);
    desk.collector.app.erase("u-2").await.expect("erased").expect("somebody");
    assert_eq!(found(&desk, "").await, ["u-1", "=u-3"]);
}

/// More than two pages of people.
pub(crate) async fn crowd() -> Desk {
    let collector = Collector::start().await;
    let mut messages = Vec::new();
    let mut runner = TestRunner::deterministic();
    for nth in 0..130 {
        let draw = (0i64..200, 0i64..200, 0usize..7, 0usize..4, any::<bool>());
        let (first, second, account, level, has_name) = draw.new_tree(&mut runner).expect("a draw").current();
        let user = format!("user-{nth}");
        let who = if nth % 9 == 0 { "anonymousId" } else { "userId" };
        let mut say = |days: i64, message: Value| {
            let mut message = message;
            message[who] = json!(user);
            messages.push(ago(days, message));
        };
        for event in ["Signed Up", "Invoice Sent", "Invoice Paid"].iter().take(level) {
            say(first, json!({ "type": "track", "event": event, "properties": { "total": 2 } }));
        }
        if has_name {
            let name = ["Ada", "Bob", "Céline"][nth % 3];
            say(second, json!({ "type": "identify", "traits": { "name": format!("{name} {account}") } }));
        }
        if account > 0 {
            say(second, json!({ "type": "group", "groupId": format!("account-{account}"), "traits": {} }));
        }
        say(second, json!({ "type": "page", "name": "Home" }));
    }
    send(&collector, messages).await;
    Desk::of(collector).await
}

#[tokio::test]
async fn page_file_and_api_are_one_list_whatever_is_asked() {
    let desk = crowd().await;
    let one = |name: &'static str, values: &'static [&'static str]| {
        prop::option::of(prop::sample::select(values)).prop_map(move |it| it.map(|it| format!("{name}={it}")))
    };
    let query = (
        one("q", &["ad", "BOB%20", "user-1", "line"]),
        one("account", &["account-1", "account-2"]),
        one("reached", &["onboarding/signed-up", "onboarding/sent"]),
        one("not_reached", &["onboarding/sent", "onboarding/paid"]),
        one("stuck", &["onboarding/signed-up", "onboarding/paid"]),
        one("seen", &["within-90", "not-within-30"]),
        one("who", &["identified", "anonymous"]),
        one("sort", &["last-seen", "first-seen", "name"]),
        one("order", &["asc", "desc"]),
    );
    let mut runner = TestRunner::deterministic();
    let mut totals = Vec::new();
    for _ in 0..100 {
        let it = query.new_tree(&mut runner).expect("a draw").current();
        let parts = [it.0, it.1, it.2, it.3, it.4, it.5, it.6, it.7, it.8];
        // One in three filters, or most lists would be empty.
        let keep = prop::collection::vec(0..3_u8, 9).new_tree(&mut runner).expect("a draw").current();
        let parts: Vec<String> = parts.into_iter().zip(keep).filter(|it| it.1 == 0).filter_map(|it| it.0).collect();
        let path = format!("/users?{}", parts.join("&"));
        let [page, file, api] = desk.totals(&path).await;
        assert_eq!([page, file], [api, api], "{path}");
        totals.push(api);
        let of_api: Vec<String> = {
            let json = desk.json(&format!("/v1{path}&limit=1000")).await;
            json["rows"].as_array().expect("rows").iter().map(|it| it["user"].as_str().unwrap_or("").into()).collect()
        };
        let csv = desk.page(&path.replace("/users?", "/users.csv?")).await.text;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let of_file: Vec<String> = reader.records().map(|it| it.expect("a row")[0].to_owned()).collect();
        assert_eq!(of_file, of_api, "{path}");
        let mut of_pages = Vec::new();
        for number in 1..=api.div_ceil(50) {
            let text = desk.page(&format!("{path}&page={number}")).await.text;
            of_pages.extend(text.split("<tr>").skip(2).map(|row| {
                let link = row.split("href=\"/users/").nth(1).expect("a link");
                link.split('"').next().unwrap_or_default().to_owned()
            }));
        }
        assert_eq!(of_pages, of_api, "{path}");
    }
    assert!(totals.contains(&130) && totals.iter().filter(|it| (1..130).contains(*it)).count() > 20, "{totals:?}");
}

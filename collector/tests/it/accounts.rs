//! The list of accounts and the page of one: every number opens its list, and page, file and API are one list.

use crate::desk::{Desk, total};
use crate::support::{Collector, NOW_MS};
use crate::users::{DAY_MS, ago, crowd, send};
use serde_json::{Value, json};

/// Two users of Acme, who got to value together, and one of Bolt, who did not.
async fn few() -> Desk {
    let collector = Collector::start().await;
    let track = |user: &str, event: &str| {
        json!({ "type": "track", "event": event, "userId": user,
                                                   "properties": { "total": 5 } })
    };
    let group = |user: &str, account: &str, traits: Value| {
        json!({ "type": "group", "userId": user,
                                                                   "groupId": account, "traits": traits })
    };
    let answered = json!({ "type": "track", "event": "Survey Answered", "userId": "ada", "properties": {
        "survey": "nps", "submission": "s-1", "step": "score", "kind": "nps", "score": 9 } });
    let messages = vec![
        ago(90, track("ada", "Signed Up")),
        ago(60, track("bob", "Signed Up")),
        ago(50, track("bob", "Invoice Sent")),
        ago(40, track("ada", "Invoice Sent")),
        ago(31, group("bob", "acme/<b>", json!({ "name": "=Acme & Sons", "plan": "pro" }))),
        ago(2, group("ada", "acme/<b>", json!({ "seats": 7 }))),
        ago(1, answered),
        ago(45, track("eve", "Signed Up")),
        ago(45, group("eve", "bolt", json!({}))),
        ago(3, track("nobody's", "Signed Up")),
    ];
    send(&collector, messages).await;
    Desk::of(collector).await
}

#[tokio::test]
async fn a_row_says_what_all_users_of_an_account_did() {
    let desk = few().await;
    let json = desk.json("/v1/accounts").await;
    assert_eq!(json["total"], 2, "who belongs to no account is in none");
    assert_eq!(
        json["rows"][0],
        json!({
            "account": "acme/<b>", "name": "=Acme & Sons", "users": 2, "active_users": 1,
            "last_seen_ms": NOW_MS - DAY_MS, "reached": 2,
            "reached_at_ms": [NOW_MS - 90 * DAY_MS, NOW_MS - 50 * DAY_MS, null],
            "reached_value": 2, "touch": null, "value_time_ms": 40 * DAY_MS, "owner": null, "state": null,
            "snoozed_until_ms": null, "notes": 0,
        })
    );
    let bolt = &json["rows"][1];
    assert_eq!(
        (&bolt["reached_value"], &bolt["value_time_ms"], &bolt["active_users"]),
        (&json!(0), &json!(null), &json!(0))
    );
    let csv = desk.page("/accounts.csv?q=ACME").await.text;
    assert!(csv.contains("\r\nacme/<b>,'=Acme & Sons,2,1,2,2,3456000,"), "{csv}");
    let page = desk.page("/accounts").await.text;
    for said in ["=Acme &#38; Sons", "/accounts/acme%2F%3Cb%3E", "2 of 3", "40 d", "n = 2"] {
        assert!(page.contains(said), "no {said} in {page}");
    }
}

#[tokio::test]
async fn accounts_are_found_and_sorted_as_the_address_says() {
    let desk = crowd().await;
    let found = async |query: &str| {
        let json = desk.json(&format!("/v1/accounts?{query}&limit=1000")).await;
        let rows = json["rows"].as_array().cloned().unwrap_or_default();
        let [page, file, api] = desk.totals(&format!("/accounts?{query}")).await;
        assert_eq!([page, file, api], [rows.len() as u64; 3], "{query}");
        rows
    };
    let all = found("").await;
    assert_eq!(all.len(), 6);
    for (sort, of) in [
        ("last-seen", &(|it: &Value| it["last_seen_ms"].as_f64()) as &dyn Fn(&Value) -> Option<f64>),
        ("active-users", &|it| it["active_users"].as_f64()),
        ("reached-value", &|it| Some(it["reached_value"].as_f64()? / it["users"].as_f64()?)),
    ] {
        let down = found(&format!("sort={sort}")).await;
        let values: Vec<Option<f64>> = down.iter().map(of).collect();
        assert!(values.windows(2).all(|it| it[0] >= it[1]) && values[0] > values[5], "{sort}: {values:?}");
        let up: Vec<Option<f64>> = found(&format!("sort={sort}&order=asc")).await.iter().map(of).collect();
        assert_eq!(up, values.into_iter().rev().collect::<Vec<_>>());
    }
    let names =
        |rows: Vec<Value>| rows.iter().map(|it| it["account"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>();
    let by_name = names(found("sort=name").await);
    assert!(by_name.is_sorted());
    assert_eq!(names(found("sort=name&order=desc").await), by_name.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(names(found("q=ACCOUNT-3").await), ["account-3"]);
    assert_eq!(found("q=nothing").await.len(), 0);
    assert_eq!(desk.page("/v1/accounts?sort=size").await.summary(), "400 invalid_filter");
    assert_eq!(desk.page("/accounts?sort=size").await.status, 400);
    assert_eq!(desk.page("/accounts?q=&sort=name").await.headers["location"], "/accounts?sort=name");
    assert_eq!(desk.collector.get("/v1/accounts").await.status, 401);
}

/// Links to lists of users, and the number that is their text.
fn numbers(page: &str) -> Vec<(String, u64)> {
    let links = crate::desk::numbers(page);
    links.into_iter().filter(|it| it.0.starts_with("/users?account=")).collect()
}

#[tokio::test]
async fn every_number_of_an_account_opens_as_many_users() {
    let desk = crowd().await;
    let list = desk.page("/accounts").await.text;
    let of_list = numbers(&list);
    assert_eq!(of_list.len(), 6 * 3, "users, active users and users at value of six accounts");
    let mut seen = 0;
    for (href, number) in of_list.into_iter().chain(numbers(&desk.page("/accounts/account-2").await.text)) {
        assert_eq!(desk.totals(&href).await, [number; 3], "{href}");
        seen += number;
    }
    assert!(seen > 100);
}

#[tokio::test]
async fn a_page_tells_everything_of_one_account() {
    let desk = few().await;
    let page = desk.page("/accounts/acme%2F%3Cb%3E").await;
    assert_eq!(page.status, 200);
    for said in [
        "<h1 class=\"wrap\">=Acme &#38; Sons</h1>",
        "40 d",
        "All 1 active",
        "+100",
        "too few to tell: n = 1",
        "answer=promoters&#38;account=acme%2F%3Cb%3E",
        "<dt class=\"wrap\">plan</dt><dd class=\"wrap\">pro</dd>",
        "<dt class=\"wrap\">seats</dt>",
        "said which account they belong to",
        "Nowhere, as far as Milepost saw",
    ] {
        assert!(page.text.contains(said), "no {said} in {}", page.text);
    }
    assert!(
        !page.text.contains("/users/eve") && !page.text.contains("/users/nobody"),
        "nothing of others: {}",
        page.text
    );
    let first = page.text.split("Sent an invoice").nth(2).expect("the milestone's row");
    assert!(first.split("</tr>").next().is_some_and(|it| it.contains("/users/bob")), "bob was first: {first}");
    let answers = "/responses?answer=promoters&account=acme%2F%3Cb%3E";
    assert_eq!(total(&desk.page(answers).await.text), 1);
    assert_eq!(desk.json(&format!("/v1{answers}")).await["total"], 1);
    assert_eq!(desk.json("/v1/responses?account=bolt").await["total"], 0);
    assert_eq!(total(&desk.page("/hesitation/people?who=hesitated&account=bolt").await.text), 0);
    assert_eq!(desk.page("/accounts/nothing").await.status, 400);
    assert_eq!(desk.page("/accounts?id=..").await.status, 400);
    assert!(desk.page("/users/ada").await.text.contains("href=\"/accounts/acme%2F%3Cb%3E\""));
}

//! What a team does about users and accounts: forms, lists, and what goes when a person is erased.

use crate::desk::{Desk, EMAIL};
use crate::support::{Collector, NOW_MS};
use crate::users::{DAY_MS, ago, send};
use serde_json::json;

async fn desk() -> Desk {
    let collector = Collector::start().await;
    let page = |user: &str| json!({ "type": "page", "userId": user, "name": "Home" });
    let group =
        |user: &str, account: &str| json!({ "type": "group", "userId": user, "groupId": account, "traits": {} });
    let visit = json!({ "type": "page", "anonymousId": "visitor", "name": "Home" });
    let messages = vec![
        ago(5, page("ada")),
        ago(4, page("bob")),
        ago(3, page("..")),
        ago(6, visit),
        ago(6, group("ada", "acme")),
        ago(6, group("bob", "bolt")),
        ago(6, group("..", "..")),
    ];
    send(&collector, messages).await;
    Desk::of(collector).await
}

async fn found(desk: &Desk, path: &str) -> Vec<String> {
    let json = desk.json(&format!("/v1{path}")).await;
    let rows = json["rows"].as_array().cloned().unwrap_or_default();
    assert_eq!(desk.totals(path).await, [rows.len() as u64; 3], "{path}");
    rows.iter().filter_map(|it| it["user"].as_str().or(it["account"].as_str()).map(str::to_owned)).collect()
}

async fn act(desk: &Desk, path: &str, form: &str) {
    let answer = desk.post(path, form, "same-origin").await;
    assert_eq!(answer.status, 303, "{path} {form}: {}", answer.text);
    assert_eq!(answer.headers["location"].to_str().ok(), Some(&*format!("{path}#care")));
}

#[tokio::test]
async fn what_is_done_is_on_the_page_with_who_and_when_and_narrows_the_lists() {
    let desk = desk().await;
    let owner = "ada%40example.com";
    // Midnight, eight days ahead.
    let day = (NOW_MS / DAY_MS + 8) * DAY_MS;
    let until = &crate::users::iso(day)[..10];
    for (list, one, other) in [("/users", "ada", "bob"), ("/accounts", "acme", "bolt")] {
        let path = format!("{list}/{one}");
        act(&desk, &path, "act=open").await;
        act(&desk, &path, "act=open").await;
        act(&desk, &path, "act=note&note=Called+%3Cb%3Ethem%0D%0Aback").await;
        act(&desk, &path, &format!("act=own&to={owner}")).await;
        act(&desk, &format!("{list}/{other}"), &format!("act=snooze&until={until}")).await;
        assert_eq!(found(&desk, &format!("{list}?state=open")).await, [one]);
        assert_eq!(found(&desk, &format!("{list}?state=snoozed")).await, [other]);
        assert_eq!(found(&desk, &format!("{list}?owner={owner}")).await, [one]);
        assert_eq!(found(&desk, &format!("{list}?owner={owner}&state=resolved")).await, [""; 0]);
        let page = desk.page(&path).await.text;
        for said in ["Called &#60;b&#62;them\nback", "made ada@example.com the owner", "opened it", ">open</span>"] {
            assert!(page.contains(said), "no {said} in {page}");
        }
        assert_eq!(page.matches("opened it").count(), 1, "what changes nothing is not written down");
        let row = &desk.json(&format!("/v1{list}?state=open")).await["rows"][0];
        assert_eq!((&row["owner"], &row["state"], &row["notes"]), (&json!(EMAIL), &json!("open"), &json!(1)));
        let row = &desk.json(&format!("/v1{list}?state=snoozed")).await["rows"][0];
        assert_eq!((&row["owner"], &row["snoozed_until_ms"]), (&json!(null), &json!(day)));
        let csv = desk.page(&format!("{list}.csv?state=snoozed")).await.text;
        assert!(csv.contains(&format!(",snoozed until {until}")), "{csv}");
        let mine = desk.page(list).await.text;
        assert!(mine.contains(&format!("href=\"{list}?owner={owner}\">Mine</a>")), "{mine}");
    }
    // What was snoozed opens by itself.
    desk.collector.clock.set(day);
    assert_eq!(found_by_api(&desk, "/users?state=open").await, 2);
    assert_eq!(found_by_api(&desk, "/accounts?state=snoozed").await, 0);
}

/// The session is over by then; the token is not.
async fn found_by_api(desk: &Desk, path: &str) -> u64 {
    desk.json(&format!("/v1{path}")).await["total"].as_u64().expect("a total")
}

#[tokio::test]
async fn what_cannot_be_done_is_said_on_the_page_and_other_sites_do_nothing() {
    let desk = desk().await;
    for path in ["/users/ada", "/accounts/acme"] {
        for (form, said) in [
            ("act=note&note=+", "The note is empty: write something."),
            ("act=snooze&until=2001-01-01", "Snooze until a day that is ahead"),
            ("act=snooze&until=soon", "Snooze until a day that is ahead"),
            ("act=own&to=eve%40example.com", "There is no operator “eve@example.com”"),
        ] {
            let refused = desk.post(path, form, "same-origin").await;
            assert_eq!(refused.status, 422, "{path} {form}");
            assert!(refused.text.contains(said), "no {said} in {}", refused.text);
        }
        assert_eq!(desk.post(path, "act=explode", "same-origin").await.status, 400);
        assert_eq!(desk.post(path, "act=resolve", "cross-site").await.status, 403);
        assert!(!desk.page(path).await.text.contains("What was done, by whom"), "nothing was done");
    }
    for path in ["/users/nobody", "/accounts/nothing"] {
        assert_eq!(desk.post(path, "act=open", "same-origin").await.status, 400, "{path}");
    }
    for path in ["/users?id=..", "/accounts?id=.."] {
        act(&desk, path, "act=resolve").await;
        assert!(desk.page(path).await.text.contains("resolved it"), "{path}");
    }
    let stranger = axum::http::Request::post("/users/ada").body(axum::body::Body::from("act=open")).expect("a request");
    assert_ne!(desk.collector.ask(stranger).await.status, 303);
}

#[tokio::test]
async fn notes_follow_a_person_to_another_id_and_go_when_the_person_is_erased() {
    let desk = desk().await;
    act(&desk, "/users/visitor", "act=note&note=a+word+of+ours").await;
    act(&desk, "/users/visitor", "act=open").await;
    act(&desk, "/accounts/acme", "act=note&note=about+the+company").await;
    assert_eq!(found(&desk, "/users?state=open").await, ["visitor"]);
    let login = json!({ "type": "page", "anonymousId": "visitor", "userId": "carol", "messageId": "login" });
    send(&desk.collector, vec![login]).await;
    assert_eq!(found(&desk, "/users?state=open").await, ["carol"]);
    assert!(desk.page("/users/carol").await.text.contains("a word of ours"));
    desk.collector.app.erase("carol").await.expect("erased").expect("somebody");
    assert_eq!(found(&desk, "/users?state=open").await, [""; 0]);
    let file = std::fs::read(desk.collector.folder.path().join("desk.sqlite")).expect("the desk's file");
    let log = std::fs::read(desk.collector.folder.path().join("desk.sqlite-wal")).unwrap_or_default();
    let text = "a word of ours".as_bytes();
    assert!(![file, log].iter().any(|it| it.windows(text.len()).any(|it| it == text)), "no byte is left");
    assert!(desk.page("/accounts/acme").await.text.contains("about the company"), "of the account it stays");
}

//! `GET /v1/why`: the whole story of one person, in sentences.

use super::{DAY_MS, project_with, survey, wish, with};
use crate::support::Collector;
use axum::body::Body;
use axum::http::Request;
use domain::{Reason, Reasons};
use expect_test::expect;
use milepost::project::Repeat;
use serde_json::{Value, json};

impl Collector {
    pub(crate) async fn as_operator(&self, method: &str, path: &str) -> crate::support::Answer {
        self.app.provide_api_token(self.folder.path()).await.expect("a token");
        let token = std::fs::read_to_string(self.folder.path().join("api-token")).expect("a token file");
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {}", token.trim()));
        self.ask(request.body(Body::empty()).expect("a request")).await
    }
}

#[tokio::test]
async fn the_story_of_a_person_is_told_in_order_of_time() {
    let mut csat = survey("csat");
    csat.repeat = Repeat::EveryMs(30 * DAY_MS as u64);
    csat.contents.iter_mut().for_each(|it| it.steps.truncate(0));
    csat.contents.iter_mut().for_each(|it| it.steps = super::content("csat", &["en"])[0].steps[1..].to_vec());
    let collector = Collector::start_of(project_with(vec![survey("nps"), csat])).await;
    let of = |user: &str, prompt: &str, session: &str| {
        with(wish(user, prompt), json!({ "userId": user, "accountId": "acme", "sessionId": session }))
    };
    for user in ["eve", "bob"] {
        collector.granted(&of(user, "nps", user)).await;
    }
    collector.days_later(2);
    assert_eq!(collector.reasons(&of("ada", "nps", "s1")).await, [Reason::Account]);
    assert_eq!(collector.reasons(&of("ada", "nps", "s1")).await, [Reason::Account]);
    collector.days_later(5);
    let lease = collector.granted(&of("ada", "csat", "s2")).await;
    collector.say("ada", Some("ada"), "Survey Shown", &lease, json!({})).await;
    collector.say("ada", Some("ada"), "Survey Dismissed", &lease, json!({ "how": "notNow" })).await;
    collector.days_later(1);
    assert_eq!(collector.reasons(&of("ada", "nps", "s3")).await, [Reason::Gap]);
    let mut reasons = Reasons::NONE;
    reasons.add(Reason::Typing);
    reasons.add(Reason::Dirty);
    let withheld = |id: &str, reasons: Reasons| {
        json!({ "type": "track", "event": "Prompt Withheld", "anonymousId": "ada", "userId": "ada", "messageId": id,
                "properties": { "prompt": "nps", "kind": "popover", "trigger": "message", "reasons": reasons.bits(),
                                "page": "/invoices/:id" } })
    };
    collector.post("/v1/track", withheld("w1", reasons).to_string()).await;
    let mut echo = Reasons::NONE;
    echo.add(Reason::Gap);
    collector.post("/v1/track", withheld("w2", echo).to_string()).await;
    let answer = collector.as_operator("GET", "/v1/why?user=ada").await.json();
    let entries = answer["entries"].as_array().expect("entries");
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let lines: Vec<String> = entries
        .iter()
        .map(|it| format!("{} {}: {}", &text(it, "at")[..16], text(it, "prompt"), text(it, "sentence")))
        .chain(
            answer["standing"]
                .as_array()
                .expect("standing")
                .iter()
                .map(|it| format!("now {}: {}", text(it, "prompt"), text(it, "sentence"))),
        )
        .collect();
    expect![[r#"
        2027-01-17T08:00 nps: not asked 2 times, because bob, of acme, was asked 2 days before and 2 of 2 places in 7 days are used
        2027-01-22T08:00 csat: asked, because an event that it waits for happened, and closed
        2027-01-23T08:00 nps: not asked, because they were asked “The csat survey” 1 day before, and the next prompt may come 6 days later
        2027-01-23T08:00 nps: not asked, because they were typing, and because a form held changes that were not saved
        now nps: would not be asked, because they were asked “The csat survey” 1 day before, and the next prompt may come 6 days later
        now csat: would not be asked, because they were asked “The csat survey” 1 day before, and the next prompt may come 6 days later, and because they were asked this 1 day before, and it is due again 29 days later"#]].assert_eq(&lines.join("\n"));
    let at = collector.as_operator("GET", "/v1/why?user=ada&survey=nps&at=2027-01-17T08:10:00Z").await.json();
    assert_eq!(at["entries"].as_array().map(Vec::len), Some(1));
    assert_eq!(at["entries"][0]["reasons"], json!(["account"]));
    assert_eq!(at["entries"][0]["times"], 2);
}

#[tokio::test]
async fn only_operators_are_told_and_only_of_somebody_known() {
    let collector = Collector::start_of(project_with(vec![survey("nps")])).await;
    assert_eq!(collector.get("/v1/why?user=ada").await.summary(), "401 unauthorized");
    assert_eq!(collector.as_operator("GET", "/v1/why?user=ada").await.summary(), "404 not_found");
    assert_eq!(collector.as_operator("GET", "/v1/why").await.summary(), "400 missing_field");
    assert_eq!(collector.as_operator("GET", "/v1/why?user=ada&at=soon").await.summary(), "400 invalid_time");
}

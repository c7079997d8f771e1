//! `POST /v1/lease` and `/v1/lease/release`.

use super::{content, project_with, survey, wish, with};
use crate::support::Collector;
use domain::survey::Outline;
use domain::{LeaseAnswer, Reason};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

#[tokio::test]
async fn a_granted_lease_brings_the_content_in_the_visitors_language() {
    let collector = Collector::start_of(project_with(vec![survey("nps")])).await;
    let answer = collector.lease(&wish("a", "nps")).await;
    let LeaseAnswer::Granted { lease, expires_in_ms, content: Some(granted) } = answer else { panic!("{answer:?}") };
    assert_eq!(granted, Outline::of(&content("nps", &["de"])[0]));
    assert_eq!((lease.as_str().len(), expires_in_ms), (36, 60_000));
}

#[tokio::test]
async fn the_answer_can_be_read_by_the_page_and_is_never_cached() {
    let collector = Collector::start_of(project_with(vec![survey("nps")])).await;
    let answer = collector.post_as_page("/v1/lease", &wish("a", "nps")).await;
    let header = |name: &str| answer.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
    assert_eq!(header("access-control-allow-origin"), "https://app.example.com");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn what_cannot_be_a_wish_is_refused_in_words() {
    let collector = Collector::start_of(project_with(vec![survey("nps")])).await;
    let good = wish("a", "nps");
    let long = "x".repeat(513);
    for (fields, expected) in [
        (json!({ "writeKey": "wk_other" }), "401 unknown_key"),
        (json!({ "kind": "banner" }), "400 invalid_kind"),
        (json!({ "anonymousId": "" }), "400 missing_field"),
        (json!({ "anonymousId": long }), "400 field_too_long"),
        (json!({ "prompt": long }), "400 field_too_long"),
        (json!({ "sessionId": 7 }), "400 invalid_body"),
        (json!({ "page": "x".repeat(20_000) }), "413 too_large"),
    ] {
        let answer = collector.post_as_page("/v1/lease", &with(good.clone(), fields)).await;
        assert_eq!(answer.summary(), expected);
    }
    let foreign = crate::support::post("/v1/lease").header("origin", "https://evil.example");
    let answer = collector.ask(foreign.body(good.to_string().into()).expect("a request")).await;
    assert_eq!(answer.summary(), "403 forbidden_origin");
}

#[tokio::test]
async fn a_lease_counts_at_once_and_until_it_is_given_back() {
    let collector = Collector::start_of(project_with(vec![survey("nps"), survey("csat")])).await;
    let lease = collector.granted(&wish("a", "nps")).await;
    let csat = wish("a", "csat");
    assert_eq!(collector.reasons(&csat).await, [Reason::Session, Reason::Gap, Reason::NpsGap]);
    let release = |browser: &str| json!({ "writeKey": "wk_test", "anonymousId": browser, "lease": lease.as_str() });
    let stranger = collector.post_as_page("/v1/lease/release", &release("b")).await;
    assert_eq!(stranger.status, 204);
    assert_eq!(collector.reasons(&csat).await.len(), 3, "only the browser that has it can give it back");
    assert_eq!(collector.post_as_page("/v1/lease/release", &release("a")).await.status, 204);
    assert_eq!(collector.reasons(&csat).await, []);
}

#[tokio::test]
async fn a_user_has_one_budget_on_all_devices() {
    let collector = Collector::start_of(project_with(vec![survey("nps"), survey("csat")])).await;
    // Asked before anybody knew who it was.
    collector.granted(&wish("phone", "nps")).await;
    let ada = |browser: &str, prompt: &str| with(wish(browser, prompt), json!({ "userId": "ada" }));
    let again = collector.reasons(&ada("phone", "nps")).await;
    assert_eq!(again, [Reason::Session, Reason::Gap, Reason::NotDue, Reason::NpsGap]);
    assert_eq!(collector.reasons(&ada("laptop", "csat")).await, [Reason::Gap, Reason::NpsGap]);
    assert_eq!(collector.reasons(&wish("laptop", "nps")).await, [], "a stranger has a budget of their own");
}

#[tokio::test]
async fn a_link_that_only_messages_told_of_counts_as_well() {
    let collector = Collector::start_of(project_with(vec![survey("nps"), survey("csat")])).await;
    collector.granted(&wish("phone", "nps")).await;
    let identify = json!({ "type": "identify", "anonymousId": "phone", "userId": "ada", "messageId": "m1" });
    collector.post("/v1/identify", identify.to_string()).await;
    let laptop = with(wish("laptop", "csat"), json!({ "userId": "ada" }));
    assert_eq!(collector.reasons(&laptop).await, [Reason::Gap, Reason::NpsGap]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_at_once_exactly_one_is_granted() {
    let collector = Arc::new(Collector::start_of(project_with(vec![survey("nps"), survey("csat")])).await);
    let asking = (0..40).map(|nth| {
        let collector = Arc::clone(&collector);
        let prompt = ["nps", "csat"][nth % 2];
        let body = with(wish(&format!("tab-{nth}"), prompt), json!({ "userId": "ada", "accountId": "acme" }));
        tokio::spawn(async move { collector.lease(&body).await })
    });
    let mut granted = BTreeSet::new();
    for answer in asking.collect::<Vec<_>>() {
        if let LeaseAnswer::Granted { lease, .. } = answer.await.expect("answered") {
            granted.insert(lease);
        }
    }
    assert_eq!(granted.len(), 1);
}

#[tokio::test]
async fn an_overdue_milestone_is_overdue_by_the_collectors_own_count() {
    let mut nudge = survey("nudge");
    let overdue = domain::survey::Trigger::Overdue {
        journey: domain::JourneyId::new("onboarding"),
        milestone: domain::MilestoneId::new("sent"),
        after_ms: 2 * super::DAY_MS as u64,
    };
    nudge.survey.triggers = vec![overdue];
    let collector = Collector::start_of(project_with(vec![nudge])).await;
    let body = with(wish("a", "nudge"), json!({ "userId": "ada", "trigger": "overdue" }));
    assert_eq!(collector.reasons(&body).await, [Reason::NotOverdue]);
    let track = |id: &str, event: &str, total: i64| json!({ "type": "track", "event": event, "userId": "ada", "messageId": id, "properties": { "total": total } });
    collector.post("/v1/track", track("m1", "Signed Up", 0).to_string()).await;
    collector.days_later(1);
    assert_eq!(collector.reasons(&body).await, [Reason::NotOverdue]);
    collector.days_later(1);
    assert_eq!(collector.reasons(&body).await, []);
    let other = with(body, json!({ "anonymousId": "b", "userId": "bob" }));
    collector.post("/v1/track", with(track("m2", "Signed Up", 0), json!({ "userId": "bob" })).to_string()).await;
    collector.days_later(3);
    collector.post("/v1/track", with(track("m3", "Invoice Sent", 5), json!({ "userId": "bob" })).to_string()).await;
    assert_eq!(collector.reasons(&other).await, [Reason::NotOverdue]);
}

#[tokio::test]
async fn a_survey_in_the_page_goes_on_under_its_lease_until_it_is_over() {
    let mut inline = survey("inline");
    inline.survey.surface = domain::survey::Surface::Inline;
    let collector = Collector::start_of(project_with(vec![inline])).await;
    let body = with(wish("a", "inline"), json!({ "kind": "inline" }));
    let first = collector.granted(&body).await;
    assert_eq!(collector.granted(&body).await, first);
    assert_eq!(collector.reasons(&with(body, json!({ "kind": "popover" }))).await, [Reason::Unknown]);
}

#[tokio::test]
async fn a_survey_for_a_segment_asks_only_who_is_of_it_now() {
    let mut nps = survey("nps");
    nps.segment = Some("pro".to_owned());
    let mut project = project_with(vec![nps]);
    let expression = milepost::segment::parse("plan = pro and not did \"Invoice Sent\"").expect("a segment");
    let (id, name) = ("pro".to_owned(), "On Pro".to_owned());
    project.segments = vec![milepost::project::SegmentDefinition { id, name, expression }];
    let collector = Collector::start_of(project).await;
    let ada = with(wish("a", "nps"), json!({ "userId": "ada" }));
    assert_eq!(collector.reasons(&ada).await, [Reason::Audience], "nobody knows her yet");
    let identify = json!({ "type": "identify", "userId": "ada", "messageId": "m1", "traits": { "plan": "pro" } });
    collector.post("/v1/identify", identify.to_string()).await;
    assert_eq!(collector.reasons(&ada).await, [Reason::Audience], "what was counted is good for a minute");
    collector.days_later(1);
    let lease = collector.granted(&ada).await;
    let release = json!({ "writeKey": "wk_test", "anonymousId": "a", "lease": lease.as_str() });
    collector.post_as_page("/v1/lease/release", &release).await;
    let sent = json!({ "type": "track", "userId": "ada", "messageId": "m2", "event": "Invoice Sent" });
    collector.post("/v1/track", sent.to_string()).await;
    collector.days_later(1);
    assert_eq!(collector.reasons(&ada).await, [Reason::Audience]);
    let why = milepost::app::why::WhyQuestion { user: "ada".to_owned(), ..Default::default() };
    let why = collector.app.why(&why).await.expect("an answer").expect("somebody");
    let sentence = &why.standing[0].sentence;
    assert!(sentence.contains("the segment “On Pro”"), "{sentence}");
}

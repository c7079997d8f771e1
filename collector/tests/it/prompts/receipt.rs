//! `POST /v1/receipt`, and what messages do to the ledger behind it.

use super::{DAY_MS, project_with, survey, wish, with};
use crate::support::Collector;
use base64::Engine;
use domain::Reason;
use milepost::project::Repeat;
use serde_json::{Value, json};

/// Two surveys that are due again a week after they were asked.
async fn collector() -> Collector {
    let weekly = |id: &str| {
        let mut survey = survey(id);
        survey.repeat = Repeat::EveryMs(7 * DAY_MS as u64);
        survey.contents.iter_mut().for_each(|it| it.steps.remove(0).id = domain::StepId::new("gone"));
        survey
    };
    Collector::start_of(project_with(vec![survey("nps"), weekly("csat"), weekly("ces")])).await
}

fn visitor(browser: &str) -> Value {
    json!({ "writeKey": "wk_test", "anonymousId": browser })
}

async fn receipt(collector: &Collector, visitor: &Value) -> Value {
    let answer = collector.post_as_page("/v1/receipt", visitor).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn it_shows_what_was_asked_why_and_what_was_answered() {
    let collector = collector().await;
    let lease = collector.granted(&wish("a", "nps")).await;
    let say = async |event: &str, said: Value| collector.say("a", None, event, &lease, said).await;
    say("Survey Shown", json!({})).await;
    assert_eq!(receipt(&collector, &visitor("a")).await["prompts"][0]["outcome"], "open");
    say("Survey Answered", json!({ "step": "score", "kind": "nps", "score": 3 })).await;
    say("Survey Answered", json!({ "step": "why", "kind": "long", "text": "It is slow." })).await;
    collector.clock.set(collector.app.now_ms() + 1_000);
    say("Survey Answered", json!({ "step": "score", "kind": "nps", "score": 9 })).await;
    say("Survey Completed", json!({})).await;
    let found = receipt(&collector, &visitor("a")).await;
    assert_eq!(
        found,
        json!({ "mutedUntil": null, "declined": false, "prompts": [{
            "lease": lease.as_str(), "at": "2027-01-15T08:00:00.000Z", "prompt": "nps", "name": "The nps survey",
            "kind": "popover", "page": "/invoices/:id",
            "why": "Sie haben etwas getan, um das es in dieser Frage geht.", "outcome": "completed",
            "answers": [{ "question": "How likely? (de)", "answer": "9" }, { "question": "Why?", "answer": "It is slow." }]
        }] })
    );
    assert_eq!(receipt(&collector, &visitor("b")).await["prompts"], json!([]), "another browser sees nothing of it");
}

#[tokio::test]
async fn a_claimed_user_opens_nothing_and_a_proven_one_all_of_theirs() {
    let collector = collector().await;
    let lease = collector.granted(&with(wish("a", "nps"), json!({ "userId": "ada" }))).await;
    collector.say("a", Some("ada"), "Survey Answered", &lease, json!({ "step": "why", "text": "secret" })).await;
    let claimed = with(visitor("b"), json!({ "userId": "ada" }));
    assert_eq!(receipt(&collector, &claimed).await["prompts"], json!([]));
    let expires = collector.app.now_ms() / 1_000 + 600;
    let claims = json!({ "sub": "ada", "exp": expires });
    let key = jsonwebtoken::EncodingKey::from_secret(b"identity-secret-identity-secret-1");
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("a token");
    let proven = with(claimed.clone(), json!({ "identityToken": token }));
    assert_eq!(receipt(&collector, &proven).await["prompts"][0]["answers"][0]["answer"], "secret");
    let other = base64::engine::general_purpose::STANDARD.encode("no token");
    assert_eq!(receipt(&collector, &with(claimed, json!({ "identityToken": other }))).await["prompts"], json!([]));
    assert_eq!(receipt(&collector, &visitor("a")).await["prompts"][0]["answers"][0]["answer"], "secret");
}

#[tokio::test]
async fn a_mute_stands_for_its_days_and_can_be_taken_back() {
    let collector = collector().await;
    let mute = async |days: i64| {
        let body = with(visitor("a"), json!({ "days": days, "userId": "ada" }));
        collector.post_as_page("/v1/receipt/mute", &body).await.status.as_u16()
    };
    assert_eq!(mute(3).await, 204);
    let ada = with(wish("phone", "nps"), json!({ "userId": "ada" }));
    assert_eq!(collector.reasons(&ada).await, [Reason::Muted]);
    assert_eq!(receipt(&collector, &visitor("a")).await["mutedUntil"], "2027-01-18T08:00:00.000Z");
    collector.days_later(3);
    assert_eq!(collector.reasons(&ada).await, []);
    assert_eq!((mute(9).await, mute(0).await, mute(-1).await, mute(4_000).await), (204, 204, 400, 400));
    assert_eq!(receipt(&collector, &visitor("a")).await["mutedUntil"], Value::Null);
}

#[tokio::test]
async fn never_again_is_for_all_prompts_until_the_receipt_takes_it_back() {
    let collector = collector().await;
    let lease = collector.granted(&wish("a", "nps")).await;
    collector.say("a", None, "Survey Dismissed", &lease, json!({ "how": "never", "step": "score" })).await;
    collector.days_later(400);
    let later = with(wish("a", "csat"), json!({ "sessionId": "later" }));
    assert_eq!(collector.reasons(&later).await, [Reason::Declined]);
    assert_eq!(receipt(&collector, &visitor("a")).await["declined"], true);
    collector.post_as_page("/v1/receipt/mute", &with(visitor("a"), json!({ "days": 0 }))).await;
    // Hearing the old message again does not bring the word back; a mute in between takes nothing back.
    collector.post_as_page("/v1/receipt/mute", &with(visitor("a"), json!({ "days": 1 }))).await;
    collector.days_later(1);
    collector.app.settle_prompts().await.expect("settled");
    assert_eq!(collector.reasons(&later).await, []);
}

#[tokio::test]
async fn never_again_is_heard_late_and_in_spite_of_a_mute() {
    let collector = collector().await;
    let lease = collector.granted(&wish("a", "nps")).await;
    let said_ms = collector.app.now_ms();
    collector.clock.set(said_ms + 1_000);
    collector.post_as_page("/v1/receipt/mute", &with(visitor("a"), json!({ "days": 7 }))).await;
    let said = iso(said_ms + 500);
    let message = json!({ "type": "track", "event": "Survey Dismissed", "anonymousId": "a", "messageId": "late",
                          "timestamp": said, "properties": { "lease": lease.as_str(), "how": "never" } });
    collector.post("/v1/track", message.to_string()).await;
    assert_eq!(receipt(&collector, &visitor("a")).await["declined"], true);
}

fn iso(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
}

#[tokio::test]
async fn two_dismissals_in_a_row_bring_silence() {
    let collector = collector().await;
    for prompt in ["csat", "ces"] {
        let lease = collector.granted(&with(wish("a", prompt), json!({ "sessionId": prompt }))).await;
        collector.say("a", None, "Survey Dismissed", &lease, json!({ "how": "closed" })).await;
        collector.days_later(8);
    }
    assert_eq!(collector.reasons(&with(wish("a", "csat"), json!({ "sessionId": "s3" }))).await, [Reason::Silenced]);
}

#[tokio::test]
async fn what_was_not_told_before_a_crash_is_told_at_the_next_start() {
    let collector = collector().await;
    let lease = collector.granted(&wish("a", "nps")).await;
    // As a process that dies between the two leaves it: stored, and never told.
    let row = |name: &str, at_ms: i64| milepost::storage::Row {
        message_id: domain::MessageId::new(format!("m-{name}-{at_ms}")),
        kind: domain::Kind::Track,
        name: name.to_owned(),
        at_ms,
        received_ms: at_ms,
        user_id: None,
        anonymous_id: Some(domain::AnonymousId::new("a")),
        account_id: None,
        previous_id: None,
        trust: milepost::storage::Trust::Anonymous,
        body: json!({ "properties": { "lease": lease.as_str(), "how": "closed" } }).to_string(),
    };
    let now_ms = collector.app.now_ms();
    collector.events.append(vec![row("Survey Shown", now_ms), row("Survey Completed", now_ms)]).await.expect("stored");
    assert_eq!(receipt(&collector, &visitor("a")).await["prompts"][0]["outcome"], "open");
    let (project, clock) = ((*collector.app.project()).clone(), collector.clock.clone());
    let collector = Collector::start_in(collector.stop(), project, clock).await;
    collector.app.settle_prompts().await.expect("settled");
    collector.app.settle_prompts().await.expect("settled again");
    assert_eq!(receipt(&collector, &visitor("a")).await["prompts"][0]["outcome"], "completed");
    assert_eq!(collector.app.completed("nps").await.expect("counted"), 1);
}

#[tokio::test]
async fn enough_completed_responses_end_a_survey() {
    let mut few = survey("few");
    few.wanted = Some(2);
    let collector = Collector::start_of(project_with(vec![few])).await;
    for browser in ["a", "b"] {
        let lease = collector.granted(&wish(browser, "few")).await;
        collector.say(browser, None, "Survey Completed", &lease, json!({})).await;
        collector.clock.set(collector.app.now_ms() + 1);
        collector.say(browser, None, "Survey Completed", &lease, json!({})).await;
    }
    assert_eq!(collector.reasons(&wish("c", "few")).await, [Reason::Enough]);
}

#[tokio::test]
async fn erased_answers_are_gone_and_the_budget_stays() {
    let collector = collector().await;
    let lease = collector.granted(&wish("a", "nps")).await;
    for text in ["first", "second"] {
        collector.say("a", None, "Survey Answered", &lease, json!({ "step": "why", "text": text })).await;
    }
    let answer = collector.post_as_page("/v1/receipt/erase", &visitor("a")).await;
    assert_eq!(answer.json(), json!({ "erased": 2 }));
    assert_eq!(receipt(&collector, &visitor("a")).await["prompts"][0]["answers"], json!([]));
    assert_eq!(collector.reasons(&wish("a", "csat")).await, [Reason::Session, Reason::Gap]);
}

#[tokio::test]
async fn a_hint_counts_once_it_is_opened_and_not_once_it_is_gone() {
    let definitions = format!("{}\n[hesitation]\n", crate::support::PROJECT);
    let project = milepost::project::parse("milepost.toml", &definitions).expect("definitions without mistakes");
    let collector = Collector::start_of(milepost::project::Project { surveys: vec![survey("nps")], ..project }).await;
    let hint = |browser: &str| with(wish(browser, "hesitation"), json!({ "kind": "hint" }));
    let later = |browser: &str| with(wish(browser, "nps"), json!({ "sessionId": "another" }));
    for (browser, said, expected) in [
        ("left", vec!["hinted", "timedOut"], vec![]),
        ("open", vec!["hinted"], vec![Reason::Gap]),
        ("opened", vec!["hinted", "opened", "fine"], vec![Reason::Gap]),
    ] {
        let lease = collector.granted(&hint(browser)).await;
        for said in said {
            collector.say(browser, None, "Hesitation Answered", &lease, json!({ "said": said })).await;
        }
        assert_eq!(collector.reasons(&with(wish(browser, "nps"), json!({}))).await.first(), Some(&Reason::Session));
        assert_eq!(collector.reasons(&later(browser)).await, expected, "{browser}");
    }
    let found = receipt(&collector, &visitor("opened")).await;
    assert_eq!(found["prompts"][0]["kind"], "question");
    assert_eq!(found["prompts"][0]["answers"][0]["answer"], "fine");
}

//! Hesitation, from messages to numbers and to the next model.

use crate::support::{Collector, NOW_MS, PROJECT};
use axum::body::Body;
use axum::http::Request;
use domain::compact;
use domain::hesitation::{Measure, Model, Sample, write_sample};
use expect_test::{Expect, expect};
use milepost::app::hesitation::{HesitationAnswer, HesitationRequest, Who};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;

/// An hour before now: what happened then is settled.
const THEN_MS: i64 = NOW_MS - 60 * MINUTE_MS;

async fn start(table: &str) -> Collector {
    Collector::start_with(&format!("{PROJECT}\n[hesitation]\n{table}")).await
}

/// One visitor's messages; the session is the user's name.
struct Visitor<'a> {
    user: &'a str,
    page: &'a str,
    visit_ms: i64,
    messages: Vec<Value>,
}

impl<'a> Visitor<'a> {
    fn at(user: &'a str, page: &'a str, visit_ms: i64) -> Self {
        Self { user, page, visit_ms, messages: Vec::new() }
    }

    fn message(mut self, at_ms: i64, event: &str, properties: Value) -> Self {
        let mut properties = properties;
        properties["page"] = json!(self.page);
        properties["visit"] = json!(self.visit_ms);
        self.messages.push(json!({
            "type": "track", "event": event, "userId": self.user, "properties": properties,
            "messageId": format!("{}-{}-{at_ms}-{event}-{}", self.user, self.page, self.messages.len()),
            "context": { "sessionId": format!("session of {}", self.user) },
            "originalTimestamp": iso(at_ms),
        }));
        self
    }

    /// Leaves after so many minutes.
    fn left(self, after: i64, more: Value) -> Self {
        let mut properties = json!({ "device": "desktop", "context": "", "visitMs": after * MINUTE_MS, "prompted": 0,
            "progressed": 0, "samples": "", "states": "", "actions": 3, "model": 1 });
        for (key, value) in more.as_object().into_iter().flatten() {
            properties[key] = value.clone();
        }
        let at_ms = self.visit_ms + after * MINUTE_MS;
        self.message(at_ms, "Page Left", properties)
    }

    fn decided(self, verdict: &str, assignment: &str, score: i32) -> Self {
        let at_ms = self.visit_ms + MINUTE_MS;
        let properties = json!({ "t": at_ms, "verdict": verdict, "assignment": assignment, "score": score,
            "threshold": 500, "bias": -2000, "model": 1, "own": 1, "parts": [1, 2310, 3312, 38_000, 22_000] });
        self.message(at_ms, "Hesitation Detected", properties)
    }

    fn said(self, said: &str, detail: Option<&str>) -> Self {
        let at_ms = self.visit_ms + MINUTE_MS + 5_000;
        let mut properties = json!({ "said": said, "waitMs": 5_000 });
        if let Some(detail) = detail {
            properties["detail"] = json!(detail);
        }
        self.message(at_ms, "Hesitation Answered", properties)
    }

    fn reached(mut self, after: i64) -> Self {
        let at_ms = self.visit_ms + after * MINUTE_MS;
        self.messages.push(json!({ "type": "track", "event": "Signed Up", "userId": self.user,
            "messageId": format!("{}-signed-up", self.user), "originalTimestamp": iso(at_ms) }));
        self
    }
}

fn iso(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
}

async fn send(collector: &Collector, visitors: Vec<Visitor<'_>>) {
    let messages: Vec<Value> = visitors.into_iter().flat_map(|it| it.messages).collect();
    for batch in messages.chunks(500) {
        let answer = collector.post("/v1/batch", json!({ "batch": batch }).to_string()).await;
        assert_eq!(answer.json()["accepted"], batch.len(), "{}", answer.text);
    }
}

async fn ask(collector: &Collector) -> HesitationAnswer {
    collector.app.hesitation(&HesitationRequest::default()).await.expect("an answer")
}

/// A few sessions of every kind.
fn everybody() -> Vec<Visitor<'static>> {
    let at = |user, page| Visitor::at(user, page, THEN_MS);
    vec![
        at("calm", "/a").left(1, json!({})),
        at("confused", "/a")
            .decided("ask", "treated", 900)
            .said("asked", None)
            .said("confused", Some("Where is the total?"))
            .left(3, json!({ "prompted": 1 })),
        at("fine", "/a").decided("ask", "treated", 800).said("asked", None).said("fine", None).left(3, json!({})),
        at("late", "/a").decided("ask", "treated", 800).said("asked", None).said("timedOut", None),
        at("gone", "/b").decided("ask", "treated", 800).said("asked", None),
        at("hinted", "/b").decided("hint", "treated", 300).said("hinted", None).left(2, json!({})),
        at("opened", "/b").decided("hint", "treated", 300).said("hinted", None).said("opened", None).said("help", None),
        // Asked at random: neither hesitation nor a label of it.
        at("explorer", "/a").decided("ask", "exploration", -900).said("asked", None).said("fine", None),
        at("stuck", "/a").decided("withheld", "shadow", 700).left(9, json!({})),
        at("wanders", "/a").decided("withheld", "shadow", 700).left(2, json!({})),
        Visitor::at("wanders", "/b", THEN_MS + 2 * MINUTE_MS).left(1, json!({})),
        at("kept", "/a").decided("withheld", "holdOut", 700).reached(4),
        at("asked-and-reached", "/b").decided("ask", "treated", 700).said("asked", None).reached(8),
        at("typing", "/a").decided("withheld", "treated", 700).reached(30),
    ]
}

#[track_caller]
fn check(answer: &HesitationAnswer, wanted: Expect) {
    let mut shown = String::new();
    let pages = answer.pages.iter().map(|it| (Some(it.page.as_str()), &it.tally, &it.lift));
    for (page, tally, lift) in std::iter::once((None, &answer.all, &answer.lift)).chain(pages) {
        let precision = &tally.precision;
        let share = |it: milepost::app::hesitation::Share| format!("{}/{}", it.part, it.whole);
        shown.push_str(&format!(
            "{}: hesitated {} hinted {} asked {} right {} (one tap {}, shadow {}) treated {} held out {}\n  {:?}\n",
            page.unwrap_or("all"),
            share(tally.hesitated),
            tally.hinted,
            tally.asked,
            share(precision.all),
            share(precision.one_tap),
            share(precision.shadow),
            share(lift.treated),
            share(lift.hold_out),
            tally.answers,
        ));
    }
    wanted.assert_eq(&shown);
}

#[tokio::test]
async fn every_session_is_counted_where_it_belongs() {
    let collector = start("").await;
    send(&collector, everybody()).await;
    check(
        &ask(&collector).await,
        expect![[r#"
        all: hesitated 9/13 hinted 2 asked 7 right 2/5 (one tap 1/2, shadow 1/3) treated 1/6 held out 1/1
          Answers { confused: 1, help: 1, fine: 2, never: 0, dismissed: 0, timed_out: 1, unanswered: 2 }
        /a: hesitated 7/9 hinted 0 asked 4 right 2/5 (one tap 1/2, shadow 1/3) treated 0/4 held out 1/1
          Answers { confused: 1, help: 0, fine: 2, never: 0, dismissed: 0, timed_out: 1, unanswered: 0 }
        /b: hesitated 2/5 hinted 2 asked 3 right 0/0 (one tap 0/0, shadow 0/0) treated 1/2 held out 0/0
          Answers { confused: 0, help: 1, fine: 0, never: 0, dismissed: 0, timed_out: 0, unanswered: 2 }
    "#]],
    );
}

#[tokio::test]
async fn every_number_equals_its_list() {
    let collector = start("").await;
    send(&collector, everybody()).await;
    let answer = ask(&collector).await;
    let pages = answer.pages.iter().map(|it| (Some(it.page.as_str()), &it.tally, &it.lift, it.reasons.as_slice()));
    for (page, tally, lift, reasons) in std::iter::once((None, &answer.all, &answer.lift, &[][..])).chain(pages) {
        let listed = |who| answer.behind(page, who).len() as u64;
        let (answers, precision) = (&tally.answers, &tally.precision);
        for (who, number) in [
            (Who::Sessions, tally.hesitated.whole),
            (Who::Hesitated, tally.hesitated.part),
            (Who::Hinted, tally.hinted),
            (Who::Asked, tally.asked),
            (Who::Answered, answers.answered()),
            (Who::Confused, answers.confused),
            (Who::Help, answers.help),
            (Who::Fine, answers.fine),
            (Who::Never, answers.never),
            (Who::Dismissed, answers.dismissed),
            (Who::TimedOut, answers.timed_out),
            (Who::Unanswered, answers.unanswered),
            (Who::OneTapRight, precision.one_tap.part),
            (Who::Right, precision.all.part),
            (Who::Wrong, precision.all.whole - precision.all.part),
            (Who::ShadowStuck, precision.shadow.part),
            (Who::ShadowWentOn, precision.shadow.whole - precision.shadow.part),
            (Who::Treated, lift.treated.whole),
            (Who::TreatedReached, lift.treated.part),
            (Who::HoldOut, lift.hold_out.whole),
            (Who::HoldOutReached, lift.hold_out.part),
        ] {
            assert_eq!(listed(who), number, "{who:?} of {page:?}");
            assert_eq!(Who::parse(&who.name()), Some(who));
        }
        let sum = answers.answered() + answers.dismissed + answers.timed_out + answers.unanswered;
        assert_eq!(sum, tally.asked, "everybody asked is in exactly one answer");
        for reason in reasons {
            assert_eq!(listed(Who::Because(reason.feature)), reason.sessions);
        }
        for who in [Who::Hesitated, Who::Sessions] {
            let times: Vec<i64> = answer.behind(page, who).iter().map(|it| it.at_ms).collect();
            assert!(times.is_sorted_by(|a, b| a >= b), "the latest first");
        }
    }
}

#[tokio::test]
async fn what_people_wrote_comes_with_why_they_were_asked() {
    let collector = start("language = \"de\"").await;
    send(&collector, everybody()).await;
    let answer = ask(&collector).await;
    let [text] = answer.verbatim.as_slice() else { panic!("{:?}", answer.verbatim) };
    assert_eq!((text.text.as_str(), text.user.as_str(), text.page.as_str()), ("Where is the total?", "confused", "/a"));
    assert_eq!(text.reasons.len(), 1);
    assert!(text.reasons[0].contains("38 s"), "{:?}", text.reasons);
    assert_eq!(answer.pages[0].reasons[0].sentence, text.reasons[0]);
    assert_eq!((answer.language, answer.is_asking, answer.is_configured), ("de", true, true));
}

#[tokio::test]
async fn a_range_cuts_what_is_counted_but_not_how_it_went_on() {
    let collector = start("").await;
    let stuck_at_the_end = Visitor::at("wanders", "/a", THEN_MS).decided("withheld", "shadow", 700);
    let later = Visitor::at("wanders", "/b", THEN_MS + 4 * MINUTE_MS).left(1, json!({}));
    send(&collector, vec![stuck_at_the_end, later]).await;
    let until_ms = Some(THEN_MS + 2 * MINUTE_MS);
    let answer = collector.app.hesitation(&HesitationRequest { since_ms: None, until_ms }).await.expect("an answer");
    assert_eq!(answer.pages.len(), 1);
    let shadow = answer.pages[0].tally.precision.shadow;
    assert_eq!((shadow.part, shadow.whole), (0, 1));
}

#[tokio::test]
async fn what_happened_a_moment_ago_is_not_judged_yet() {
    let collector = start("").await;
    send(&collector, vec![Visitor::at("u", "/a", NOW_MS - 5 * MINUTE_MS).decided("withheld", "shadow", 700)]).await;
    let answer = ask(&collector).await;
    assert_eq!(answer.all.hesitated.part, 1);
    assert_eq!((answer.all.precision.all.whole, answer.lift.hold_out.whole), (0, 0));
}

#[tokio::test]
async fn messages_from_anywhere_may_be_nonsense() {
    let collector = start("").await;
    let nonsense = |event: &str, properties: Value| Visitor::at("u", "/a", THEN_MS).message(THEN_MS, event, properties);
    let mut visitors = vec![
        nonsense("Page Left", json!({ "visitMs": "long" })),
        nonsense("Page Left", json!({ "samples": "~~~~~", "visitMs": -5 })),
        nonsense("Hesitation Detected", json!({ "verdict": "ask" })),
        nonsense(
            "Hesitation Detected",
            json!({ "t": 1, "verdict": "ask", "assignment": "treated", "score": 1,
            "threshold": 0, "bias": 0, "parts": vec![1; 5_000] }),
        ),
        nonsense("Hesitation Answered", json!({ "said": "maybe" })),
    ];
    for (nth, visitor) in visitors.iter_mut().enumerate() {
        visitor.messages[0]["messageId"] = json!(format!("n{nth}"));
    }
    send(&collector, visitors).await;
    let answer = ask(&collector).await;
    assert_eq!((answer.all.hesitated.whole, answer.all.hesitated.part, answer.all.asked), (1, 0, 0));
    collector.app.learn_hesitation().await.expect("learned");
}

#[tokio::test]
async fn operators_read_the_same_numbers_as_json() {
    let collector = start("").await;
    send(&collector, everybody()).await;
    assert_eq!(collector.get("/v1/hesitation").await.status, 401);
    let folder = tempfile::tempdir().expect("a folder");
    collector.app.provide_api_token(folder.path()).await.expect("a token");
    let token = std::fs::read_to_string(folder.path().join("api-token")).expect("a token");
    let get = async |path: &str| {
        let request = Request::get(path).header("authorization", format!("Bearer {}", token.trim()));
        collector.ask(request.body(Body::empty()).expect("a request")).await
    };
    let body = get("/v1/hesitation?since=2020-01-01").await.json();
    let answer = ask(&collector).await;
    assert_eq!(body["all"]["hesitated"]["part"], answer.all.hesitated.part);
    assert_eq!(body["pages"].as_array().map(Vec::len), Some(2));
    assert_eq!(body["pages"][0]["reasons"][0]["feature"], "idle");
    let people = get("/v1/hesitation/people?who=hesitated&page=/a&limit=2").await.json();
    assert_eq!(people["total"].as_u64(), Some(answer.behind(Some("/a"), Who::Hesitated).len() as u64));
    assert_eq!(people["rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(get("/v1/hesitation/people?who=everybody").await.summary(), "400 invalid_who");
    assert_eq!(get("/v1/hesitation/people?who=asked&page=/nowhere").await.summary(), "404 not_found");
    assert_eq!(get("/v1/hesitation?since=yesterday").await.summary(), "400 invalid_time");
}

// ── Learning ────────────────────────────────────────────────────────────────────────────────────

fn samples(idle_ms: i64) -> String {
    let mut text = String::new();
    for (measure, value) in
        [(Measure::FirstAction, idle_ms / 2), (Measure::IdleAfterClick, idle_ms), (Measure::Visit, 60_000)]
    {
        write_sample(&mut text, Sample { measure, value, is_censored: false });
    }
    text
}

/// Visits of so many users to a page; all go on.
fn visitors<'a>(users: &'a [String], page: &'a str, days_ago: i64) -> Vec<Visitor<'a>> {
    let visit = |(nth, user): (usize, &'a String)| {
        let more = json!({ "progressed": 1, "samples": samples(1_000 + nth as i64 * 100), "topScore": -3_000 });
        Visitor::at(user, page, THEN_MS - days_ago * 24 * 60 * MINUTE_MS).left(1, more)
    };
    users.iter().enumerate().map(visit).collect()
}

fn users(count: usize) -> Vec<String> {
    (0..count).map(|it| format!("user-{it}")).collect()
}

async fn config(collector: &Collector) -> (String, Model) {
    let answer = collector.get("/v1/config/wk_test").await;
    let model = compact::read(&answer.text).expect("the compact form").hesitation.expect("a model");
    (answer.headers["etag"].to_str().expect("a tag").to_owned(), model)
}

#[tokio::test]
async fn a_page_is_normal_as_its_visitors_are_from_twenty_on() {
    let collector = start("pages = [\"/invoices/:id\"]").await;
    let (first_tag, first) = config(&collector).await;
    assert_eq!((first.version, first.baselines[0].page.as_str()), (1, "*"));
    let (many, few) = (users(40), users(19));
    send(&collector, visitors(&many, "/invoices/:id", 1)).await;
    send(&collector, visitors(&few, "/rare", 2)).await;
    assert!(collector.app.learn_hesitation().await.expect("learned"));
    let (tag, model) = config(&collector).await;
    assert_ne!(tag, first_tag, "pages are told");
    assert_eq!(model.version, 2);
    let own = model.baselines.iter().find(|it| it.page == "/invoices/:id").expect("a baseline");
    assert!(own.is_own && own.curves[Measure::IdleAfterClick.index()].is_some());
    assert!(!model.baselines.iter().any(|it| it.page == "/rare" && it.is_own), "nineteen are too few");
    let answer = ask(&collector).await;
    assert_eq!(answer.model, Some(2));
    let page = answer.pages.iter().find(|it| it.page == "/invoices/:id").expect("the page");
    assert_eq!(page.visitors, 40);
    let click = page.curves.iter().find(|it| it.after == "click").expect("a curve");
    assert!(click.is_own);
    assert!(click.points.is_sorted_by(|a, b| a.0 < b.0 && a.1 > b.1), "{:?}", click.points);
}

#[tokio::test]
async fn the_version_grows_only_with_the_content() {
    let collector = start("").await;
    send(&collector, visitors(&users(30), "/a", 1)).await;
    assert!(collector.app.learn_hesitation().await.expect("learned"));
    assert!(!collector.app.learn_hesitation().await.expect("learned"), "nothing new");
    assert_eq!(config(&collector).await.1.version, 2);
    let project = |table: &str| {
        let text = format!("{PROJECT}\n[hesitation]\n{table}");
        milepost::project::parse("milepost.toml", &text).expect("definitions without mistakes")
    };
    collector.app.publish(project("ask = false")).await.expect("published");
    let (_, model) = config(&collector).await;
    assert_eq!((model.version, model.ask.is_none()), (3, true));
    assert!(model.baselines.len() > 1, "what was learned stays");
    collector.app.publish(project("ask = false")).await.expect("published");
    assert_eq!(config(&collector).await.1.version, 3);
    collector.app.publish(milepost::project::parse("milepost.toml", PROJECT).expect("fine")).await.expect("published");
    let text = collector.get("/v1/config/wk_test").await.text;
    assert_eq!(compact::read(&text).expect("the compact form").hesitation, None);
}

#[tokio::test]
async fn a_page_that_is_surely_wrong_mutes_itself_and_says_so() {
    let collector = start("").await;
    let names = users(24);
    let visits = names.iter().enumerate().map(|(nth, user)| {
        let said = if nth < 4 { "confused" } else { "fine" };
        Visitor::at(user, "/a", THEN_MS).decided("ask", "treated", 800).said("asked", None).said(said, None)
    });
    send(&collector, visits.collect()).await;
    assert!(collector.app.learn_hesitation().await.expect("learned"));
    let (_, model) = config(&collector).await;
    assert!(model.baselines.iter().any(|it| it.page == "/a" && it.is_muted));
    let answer = ask(&collector).await;
    let muted = answer.pages[0].muted.as_ref().expect("muted");
    assert_eq!((muted.precision.part, muted.precision.whole, muted.since_ms), (4, 24, NOW_MS));
    assert_eq!(muted.reason, "right for 4 of 24 who looked stuck: nobody is asked here");
}

#[tokio::test]
async fn names_in_paths_become_one_page() {
    let collector = start("").await;
    let names = users(40);
    let pages: Vec<String> = (0..40).map(|it| format!("/customers/{}", word(it))).collect();
    let visits: Vec<Visitor<'_>> =
        names.iter().zip(&pages).flat_map(|(user, page)| visitors(std::slice::from_ref(user), page, 1)).collect();
    send(&collector, visits).await;
    collector.app.learn_hesitation().await.expect("learned");
    let (_, model) = config(&collector).await;
    assert_eq!(model.pages.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["/customers/:name"]);
    assert!(model.baselines.iter().any(|it| it.page == "/customers/:name"));
    let answer = ask(&collector).await;
    assert_eq!(answer.pages.iter().map(|it| it.page.as_str()).collect::<Vec<_>>(), ["/customers/:name"]);
}

/// A name without digits, different for each number.
fn word(number: usize) -> String {
    ["acme", "borg", "corp", "duke"][number % 4].repeat(number / 4 + 1)
}

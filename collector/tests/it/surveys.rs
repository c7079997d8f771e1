//! Surveys, from messages to numbers, lists, files and what operators do about them.

use crate::desk::{Desk, EMAIL, numbers};
use crate::support::{Collector, NOW_MS, PROJECT};
use axum::body::Body;
use axum::http::Request;
use domain::survey::{Choice, Content, Goal, Metric, Shape, Step, StepKind, Surface, Survey, Text};
use domain::{Reason, Reasons, StepId, SurveyId};
use milepost::app::surveys::{Outcome, Pick, ResponseFilter, SurveyAnswer, SurveyRequest};
use milepost::project::{Project, Repeat, SurveyDefinition};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn step(id: &str, kind: StepKind, title: &str, next: Goal) -> Step {
    Step {
        id: StepId::new(id),
        kind,
        title: Text::plain(title),
        text: Text::default(),
        is_required: false,
        branches: Vec::new(),
        otherwise: next,
    }
}

/// How likely, which topics, why, thanks.
fn definition() -> SurveyDefinition {
    let choice = |id: &str, label: &str| Choice { id: id.to_owned(), label: label.to_owned() };
    let scale = StepKind::Scale {
        metric: Metric::Nps,
        shape: Shape::Numbers,
        from: 0,
        to: 10,
        low: "not likely".to_owned(),
        high: "very likely".to_owned(),
    };
    let topics = StepKind::Choice {
        is_multiple: true,
        choices: vec![choice("price", "The price"), choice("speed", "How fast it is")],
        other: "Something else".to_owned(),
        is_shuffled: true,
    };
    let steps = vec![
        step("score", scale, "How likely are you to recommend us?", Goal::Step(1)),
        step("topics", topics, "What about?", Goal::Step(2)),
        step("why", StepKind::Written { is_long: true, placeholder: String::new() }, "Why?", Goal::Step(3)),
        step("thanks", StepKind::Thanks { link: None, contact: "You may contact me".to_owned() }, "Thanks", Goal::End),
    ];
    SurveyDefinition {
        name: "Relationship NPS".to_owned(),
        survey: Survey {
            id: SurveyId::new("nps"),
            surface: Surface::Popover,
            triggers: Vec::new(),
            audience: None,
            pages: Vec::new(),
            excluded: Vec::new(),
            delay_ms: 0,
            sample: 1_000,
            priority: 0,
            labels: Vec::new(),
        },
        segment: None,
        repeat: Repeat::Once,
        starts_ms: None,
        ends_ms: None,
        wanted: None,
        is_reserved: false,
        contents: vec![Content {
            survey: SurveyId::new("nps"),
            language: "en".to_owned(),
            accent: String::new(),
            words: Vec::new(),
            steps,
        }],
    }
}

fn project() -> Project {
    let mut project = milepost::project::parse("milepost.toml", PROJECT).expect("definitions without mistakes");
    project.surveys = vec![definition()];
    project
}

/// The messages of one filling-in.
struct Filling {
    user: String,
    submission: String,
    survey: String,
    at_ms: i64,
    language: &'static str,
    messages: Vec<Value>,
}

impl Filling {
    fn shown(user: &str, submission: &str, at_ms: i64) -> Self {
        let filling = Self {
            user: user.to_owned(),
            submission: submission.to_owned(),
            survey: "nps".to_owned(),
            at_ms,
            language: "en",
            messages: Vec::new(),
        };
        filling.message("Survey Shown", json!({}))
    }

    fn message(mut self, event: &str, more: Value) -> Self {
        let at_ms = self.at_ms + self.messages.len() as i64 * 1_000;
        let mut properties = json!({ "survey": self.survey, "submission": self.submission, "lease": format!("lease of {}", self.submission),
            "surface": "popover", "trigger": "message", "language": self.language });
        for (name, value) in more.as_object().into_iter().flatten() {
            properties[name] = value.clone();
        }
        self.messages.push(json!({
            "type": "track", "event": event, "userId": self.user, "properties": properties,
            "messageId": format!("{}-{}-{}", self.user, self.submission, self.messages.len()),
            "context": { "page": { "path": "/invoices" } }, "originalTimestamp": iso(at_ms),
        }));
        self
    }

    fn score(self, score: i64) -> Self {
        self.message("Survey Answered", json!({ "step": "score", "kind": "nps", "score": score }))
    }

    fn topics(self, choices: &[&str], other: &str) -> Self {
        self.message(
            "Survey Answered",
            json!({ "step": "topics", "kind": "multiple", "choices": choices, "other": other }),
        )
    }

    fn why(self, text: &str) -> Self {
        self.message("Survey Answered", json!({ "step": "why", "kind": "long", "text": text }))
    }

    fn passed(self, step: &str, kind: &str) -> Self {
        self.message("Survey Answered", json!({ "step": step, "kind": kind, "passed": true }))
    }

    fn completed(self) -> Self {
        self.message("Survey Completed", json!({}))
    }

    fn dismissed(self, how: &str, step: &str) -> Self {
        self.message("Survey Dismissed", json!({ "how": how, "step": step }))
    }
}

fn iso(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
}

async fn send(collector: &Collector, messages: Vec<Value>) {
    for batch in messages.chunks(400) {
        let answer = collector.post("/v1/batch", json!({ "batch": batch }).to_string()).await;
        assert_eq!(answer.json()["accepted"], batch.len(), "{}", answer.text);
    }
}

async fn fill(collector: &Collector, fillings: Vec<Filling>) {
    send(collector, fillings.into_iter().flat_map(|it| it.messages).collect()).await;
}

fn identify(user: &str, plan: &str) -> Value {
    json!({ "type": "identify", "userId": user, "messageId": format!("identify-{user}"),
        "traits": { "plan": plan, "name": format!("Name of {user}") } })
}

fn withheld(user: &str, at_ms: i64, reasons: &[Reason]) -> Value {
    let mut bits = Reasons::NONE;
    reasons.iter().for_each(|it| bits.add(*it));
    json!({ "type": "track", "event": "Prompt Withheld", "userId": user, "messageId": format!("withheld-{user}-{at_ms}"),
        "properties": { "prompt": "nps", "kind": "popover", "trigger": "message", "reasons": bits.bits(), "page": "/invoices" },
        "originalTimestamp": iso(at_ms) })
}

/// One of every kind, an hour ago or longer.
fn everybody() -> Vec<Filling> {
    let at = |user: &str, days: i64| Filling::shown(user, &format!("submission of {user}"), NOW_MS - days * DAY_MS);
    vec![
        at("promoter", 1).score(10).topics(&["speed"], "").why("Schnell, schön, zuverlässig").completed(),
        at("passive", 2).score(8).passed("topics", "multiple").passed("why", "long").completed(),
        at("detractor", 40).score(3).topics(&["price", "speed"], "the logo").why("=1+1 is the price").completed(),
        at("undecided", 3).score(9).score(6).topics(&["price"], "").dismissed("closed", "why"),
        at("abandons", 4).score(7),
        at("ignores", 5),
        at("late", 6).dismissed("timedOut", "score"),
        at("refuses", 7).dismissed("never", "score"),
        Filling::shown("busy", "submission of busy", NOW_MS - MINUTE_MS).score(9),
    ]
}

async fn survey(collector: &Collector) -> SurveyAnswer {
    collector.app.survey("nps", &SurveyRequest::default()).await.expect("an answer").expect("a survey")
}

async fn count(collector: &Collector, filter: ResponseFilter) -> usize {
    collector.app.responses(&filter).await.expect("an answer").rows.len()
}

#[tokio::test]
async fn every_response_ends_in_one_outcome_and_every_number_is_its_list() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let answer = survey(&collector).await;
    let outcome = |outcome| answer.outcomes.of(outcome);
    assert_eq!(
        [Outcome::Completed, Outcome::Dismissed, Outcome::Abandoned, Outcome::Ignored, Outcome::Open].map(outcome),
        [3, 2, 1, 2, 1]
    );
    assert_eq!((answer.summary.answered.part, answer.summary.answered.whole), (6, 9));
    let nps = answer.summary.nps.expect("a score");
    assert_eq!((nps.promoters(), nps.passives(), nps.detractors()), (2, 2, 2), "the latest answer counts");
    assert_eq!(answer.wrote, 2);
    for step in &answer.steps {
        for (pick, number) in [
            (Pick::Seen, step.seen),
            (Pick::Answered, step.answered.part),
            (Pick::Left, step.left.part),
            (Pick::Passed, step.passed),
            (Pick::Written, step.written),
        ]
        .into_iter()
        .chain(step.bars.iter().map(|it| (it.pick.clone(), it.share.part)))
        {
            let filter =
                ResponseFilter { step: Some(step.id.clone()), pick: Some(pick.clone()), ..ResponseFilter::default() };
            assert_eq!(count(&collector, filter).await as u64, number, "{pick:?} of {}", step.id);
            assert_eq!(Pick::parse(&pick.name()), Some(pick));
        }
        assert_eq!(step.answered.whole, step.seen);
    }
}

#[tokio::test]
async fn a_question_was_left_where_the_definition_would_have_gone_on() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let answer = survey(&collector).await;
    let steps: Vec<_> =
        answer.steps.iter().map(|it| (it.id.as_str(), it.seen, it.answered.part, it.passed, it.left.part)).collect();
    // Who abandons after the score has seen the topics; who ignores it has seen the first question.
    let wanted = [("score", 9, 6, 0, 3), ("topics", 5, 3, 1, 1), ("why", 4, 2, 1, 1), ("thanks", 0, 0, 0, 0)];
    assert_eq!(steps, wanted);
    let labels: Vec<_> = answer.steps[1].bars.iter().map(|it| (it.label.as_str(), it.share.part)).collect();
    assert_eq!(labels, [("The price", 2), ("How fast it is", 2), ("Something else", 1)]);
    assert_eq!(answer.steps[0].bars[0].label, "0 not likely");
    assert_eq!(answer.steps[0].bars.iter().map(|it| it.share.part).sum::<u64>(), 6);
}

#[tokio::test]
async fn what_is_not_defined_any_more_is_still_shown() {
    let mut project = project();
    project.surveys[0].contents[0].steps.remove(1);
    let collector = Collector::start_of(project).await;
    fill(&collector, everybody()).await;
    let mut gone = Filling::shown("old", "old", NOW_MS - DAY_MS);
    gone.messages.clear();
    gone.survey = "retired".to_owned();
    fill(&collector, vec![gone.message("Survey Shown", json!({})).score(4)]).await;
    let answer = survey(&collector).await;
    let topics = answer.steps.iter().find(|it| it.id == "topics").expect("the old step");
    assert_eq!((topics.title.as_deref(), topics.kind.as_str(), topics.answered.part), (None, "multiple", 3));
    let all = collector.app.surveys(&SurveyRequest::default()).await.expect("an answer");
    let states: Vec<_> = all.iter().map(|it| (it.id.as_str(), json!(it.state))).collect();
    assert_eq!(states, [("nps", json!("asking")), ("retired", json!("gone"))]);
    assert!(collector.app.survey("never", &SurveyRequest::default()).await.expect("an answer").is_none());
}

#[tokio::test]
async fn somebody_elses_words_under_the_same_submission_are_left_out() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, vec![Filling::shown("ada", "s", NOW_MS - DAY_MS).score(10)]).await;
    fill(&collector, vec![Filling::shown("mallory", "s", NOW_MS - DAY_MS + 5_000).score(0).completed()]).await;
    let found = collector.app.responses(&ResponseFilter::default()).await.expect("an answer");
    assert_eq!(found.rows.len(), 1);
    assert_eq!((found.rows[0].user.as_str(), found.rows[0].score("nps")), ("ada", Some(10)));
}

#[tokio::test]
async fn the_latest_answer_counts_also_when_it_arrives_first() {
    let collector = Collector::start_of(project()).await;
    let filling = Filling::shown("ada", "s", NOW_MS - DAY_MS).score(2).score(9);
    let mut messages = filling.messages;
    messages.reverse();
    for message in messages {
        send(&collector, vec![message]).await;
    }
    let found = collector.app.responses(&ResponseFilter::default()).await.expect("an answer");
    assert_eq!(found.rows[0].score("nps"), Some(9));
}

#[tokio::test]
async fn nonsense_from_a_browser_counts_nowhere() {
    let collector = Collector::start_of(project()).await;
    let odd = |more: Value| {
        let filling = Filling::shown("odd", "s", NOW_MS - DAY_MS);
        filling.message("Survey Answered", more).messages.pop().expect("a message")
    };
    let mut messages = vec![
        odd(json!({ "step": "score", "kind": "nps", "score": 11 })),
        odd(json!({ "step": "score", "kind": "nps", "score": 9.5 })),
        odd(json!({ "step": "score", "kind": "nps", "score": "9" })),
        odd(json!({ "step": "score", "kind": "stars", "score": 3 })),
        odd(json!({ "step": "../score", "kind": "nps", "score": 3 })),
        odd(json!({ "step": "topics", "kind": "multiple", "choices": [] })),
        odd(json!({ "step": "why", "kind": "long", "text": "  " })),
        odd(json!({ "survey": "<b>", "step": "why", "kind": "long", "text": "x" })),
        odd(json!({ "submission": "", "step": "why", "kind": "long", "text": "x" })),
    ];
    for (nth, message) in messages.iter_mut().enumerate() {
        message["messageId"] = json!(format!("odd-{nth}"));
    }
    messages.extend(Filling::shown("odd", "s", NOW_MS - DAY_MS).messages);
    send(&collector, messages).await;
    let found = collector.app.responses(&ResponseFilter::default()).await.expect("an answer");
    assert_eq!(found.rows.len(), 1);
    assert!(found.rows[0].answers.is_empty());
}

// ── Doors ───────────────────────────────────────────────────────────────────────────────────────

/// Many people on two plans, over many weeks, with every outcome.
async fn crowd() -> Desk {
    let collector = Collector::start_of(project()).await;
    let mut messages = Vec::new();
    let mut runner = TestRunner::deterministic();
    let texts = ["Der Export ist zu langsam", "Tout est très bien", "=HYPERLINK(1)", "slow, slow, slow", "Größer!"];
    for nth in 0..160 {
        let user = format!("user-{}", nth % 110);
        let drawn =
            (0i64..11, 0usize..8, 0i64..200, 0usize..texts.len()).new_tree(&mut runner).expect("a draw").current();
        let (score, ends, days, text) = drawn;
        if nth < 70 {
            messages.push(identify(&user, if nth % 3 == 0 { "pro" } else { "free <b>" }));
        }
        let mut filling = Filling::shown(&user, &format!("s-{nth}"), NOW_MS - days * DAY_MS - 60 * MINUTE_MS);
        filling.language = ["en", "de-CH", "fr"][nth % 3];
        let filling = match ends {
            0 => filling,
            1 => filling.dismissed("notNow", "score"),
            2 => filling.score(score),
            3 => filling.score(score).topics(&["price"], "my own words").dismissed("closed", "why"),
            4 => filling.score(score).passed("topics", "multiple").completed(),
            _ => filling.score(score).topics(&["speed"], "").why(texts[text]).completed(),
        };
        messages.extend(filling.messages);
        if nth % 4 == 0 {
            messages.push(withheld(&format!("user-{nth}"), NOW_MS - days * DAY_MS, &[Reason::Typing, Reason::Gap]));
        }
    }
    send(&collector, messages).await;
    let desk = Desk::of(collector).await;
    for (nth, act) in
        ["read", "resolve", "tag&tag=churn", "note&note=called", "assign&to=ada%40example.com"].iter().enumerate()
    {
        for submission in (nth * 9..nth * 9 + 9).map(|it| format!("s-{it}")) {
            let path = format!("/responses/one?survey=nps&submission={submission}");
            let done = desk.post(&path, &format!("act={act}"), "same-origin").await;
            assert_eq!(done.status, 303, "{act}: {}", done.text);
        }
    }
    desk
}

fn any_filter() -> impl Strategy<Value = String> {
    let one = |all: &'static [&'static str]| proptest::option::weighted(0.3, prop::sample::select(all));
    let dates = ["2026-07-01", "2026-10-15", "2026-12-31", "2027-01-10"];
    (
        one(&["survey=nps", "survey=never"]),
        one(&[
            "who=shown",
            "who=answered",
            "who=wrote",
            "who=completed",
            "who=dismissed",
            "who=abandoned",
            "who=ignored",
            "who=open",
        ]),
        one(&[
            "answer=promoters",
            "answer=detractors",
            "step=score&answer=score-9",
            "step=why&answer=left",
            "step=topics&answer=seen",
            "step=topics&answer=choice-price",
            "answer=other",
            "answer=written",
            "step=topics&answer=passed",
        ]),
        one(&["state=unread", "state=open", "state=resolved"]),
        one(&["assignee=ada%40example.com", "assignee=nobody", "tag=churn"]),
        one(&["language=en", "language=de-CH"]),
        one(&["q=slow", "q=TRES%20bien", "q=grosser", "q=lang", "q=zu%20der"]),
        one(&[
            "by=plan&group=pro",
            "by=plan&group=free%20%3Cb%3E",
            "by=plan&group=(none)",
            "by=account.plan&group=(none)",
        ]),
        proptest::option::weighted(0.3, prop::sample::subsequence(dates.to_vec(), 2)),
        one(&["user=user-7"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, dates, user)| {
            let mut parts: Vec<String> =
                [a, b, c, d, e, f, g, h, user].into_iter().flatten().map(str::to_owned).collect();
            parts.extend(dates.map(|it| format!("since={}&until={}", it[0], it[1])));
            parts.join("&")
        })
}

#[tokio::test]
async fn whatever_is_asked_for_page_file_and_api_have_as_many() {
    let desk = crowd().await;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let filter = any_filter().new_tree(&mut runner).expect("a draw").current();
        let path = if filter.is_empty() { "/responses".to_owned() } else { format!("/responses?{filter}") };
        let [page, csv, api] = desk.totals(&path).await;
        assert_eq!((page, csv), (api, api), "{path}");
        seen.insert(page);
    }
    assert!(seen.len() > 20, "the filters tell responses apart: {seen:?}");
}

#[tokio::test]
async fn every_number_of_a_page_opens_as_many_rows() {
    let desk = crowd().await;
    let paths = [
        "/surveys",
        "/surveys/nps",
        "/surveys/nps?by=plan&per=week&since=2026-10-15&until=2027-01-10",
        "/surveys/nps?by=account.plan&since=2026-12-17T10:30:00Z",
    ];
    let mut checked = 0;
    for path in paths {
        let page = desk.page(path).await;
        assert_eq!(page.status, 200, "{path}");
        let found = numbers(&page.text);
        assert!(found.len() > 1, "numbers on {path}: {found:?}");
        for (href, number) in found {
            assert_eq!(desk.totals(&href).await, [number; 3], "{href} on {path}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

#[tokio::test]
async fn shares_add_up_in_every_breakdown() {
    let desk = crowd().await;
    let request = SurveyRequest { by: Some(milepost::storage::TraitPath::parse("plan")), ..SurveyRequest::default() };
    let answer = desk.collector.app.survey("nps", &request).await.expect("an answer").expect("a survey");
    let whole = answer.summary.answered;
    let nps = answer.summary.nps.expect("a score");
    let segments = answer.segments.as_deref().expect("segments");
    assert_eq!(segments.iter().map(|it| it.answered.whole).sum::<u64>(), whole.whole);
    assert_eq!(segments.iter().map(|it| it.nps.answers()).sum::<u64>(), nps.answers());
    assert_eq!(answer.trend.iter().map(|it| it.answered.part).sum::<u64>(), whole.part);
    assert_eq!(answer.trend.iter().map(|it| it.nps.promoters()).sum::<u64>(), nps.promoters());
    assert_eq!(Outcome::ALL.map(|it| answer.outcomes.of(it)).iter().sum::<u64>(), whole.whole);
    assert!(answer.trend.windows(2).all(|it| it[0].until_ms == it[1].since_ms), "without gaps");
    let segments: Vec<&str> = segments.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(segments.len(), 3);
    assert!(segments.contains(&"(none)"));
}

#[tokio::test]
async fn who_could_have_been_asked_is_a_list_with_what_stood_against_it() {
    let desk = crowd().await;
    let people = desk.json("/v1/surveys/nps/people?limit=1000").await;
    let rows = people["rows"].as_array().expect("rows");
    assert_eq!(people["total"].as_u64(), Some(rows.len() as u64));
    let never = rows.iter().find(|it| it["shown"] == 0).expect("somebody from whom it was only withheld");
    assert_eq!(never["reasons"], json!(["typing", "gap"]));
    let page = desk.page("/surveys/nps/people").await;
    assert!(page.text.contains("they were typing"), "{}", page.text);
}

#[tokio::test]
async fn the_loop_is_closed_by_forms_and_every_act_is_written_down() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let desk = Desk::of(collector).await;
    let path = "/responses/one?survey=nps&submission=submission%20of%20detractor";
    let page = desk.page(path).await;
    assert!(page.text.contains("Mark as read") && page.text.contains("the logo"), "{}", page.text);
    for form in ["act=assign&to=ada%40example.com", "act=tag&tag=price", "act=note&note=Called%20back", "act=resolve"] {
        let done = desk.post(path, form, "same-origin").await;
        assert_eq!(done.status, 303, "{form}: {}", done.text);
        assert_eq!(desk.post(path, form, "cross-site").await.status, 403, "{form} from another site");
    }
    let row = &desk.json("/v1/responses?state=resolved").await["rows"][0];
    assert_eq!(
        (&row["assignee"], &row["tags"], &row["notes"][0]["by"]),
        (&json!(EMAIL), &json!(["price"]), &json!(EMAIL))
    );
    let page = desk.page(path).await;
    for said in
        ["gave it to ada@example.com", "added the tag “price”", "wrote a note", "resolved it", "Called back", "Reopen"]
    {
        assert!(page.text.contains(said), "no {said} in {}", page.text);
    }
    // Twice the same is once.
    desk.post(path, "act=resolve", "same-origin").await;
    assert_eq!(desk.page(path).await.text.matches("resolved it").count(), 1);
    desk.post(path, "act=reopen", "same-origin").await;
    desk.post(path, "act=untag&tag=price", "same-origin").await;
    assert_eq!(desk.json("/v1/responses?tag=price").await["total"], 0);
    assert_eq!(desk.json("/v1/responses?state=open").await["total"], 1);
    for (form, said) in [
        ("act=tag&tag=+", "The tag is empty"),
        ("act=note&note=", "The note is empty"),
        ("act=assign&to=eve%40example.com", "There is no operator “eve@example.com”"),
    ] {
        let refused = desk.post(path, form, "same-origin").await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(said), "no {said} in {}", refused.text);
    }
    assert_eq!(desk.post(path, "act=explode", "same-origin").await.status, 400);
    let other = "/responses/one?survey=nps&submission=never";
    assert_eq!(desk.post(other, "act=resolve", "same-origin").await.status, 400);
}

#[tokio::test]
async fn a_user_has_everything_on_one_page() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    send(
        &collector,
        vec![
            identify("detractor", "pro"),
            withheld("detractor", NOW_MS - DAY_MS, &[Reason::Gap]),
            json!({ "type": "track", "event": "Signed Up", "userId": "detractor", "messageId": "up" }),
        ],
    )
    .await;
    let desk = Desk::of(collector).await;
    let page = desk.page("/users/detractor").await.text;
    for said in [
        "Name of detractor",
        "claimed",
        "Signed up",
        "not yet",
        "The price, How fast it is",
        "the logo",
        "not shown",
        "If a survey came up now",
        "Nowhere, as far as Milepost saw",
    ] {
        assert!(page.contains(said), "no {said} in {page}");
    }
    let there = iso(NOW_MS - DAY_MS);
    let narrowed = desk.page(&format!("/users/detractor?survey=nps&at={}", &there[..19])).await.text;
    assert!(narrowed.contains("not shown") && narrowed.contains("If a survey had come up then"), "{narrowed}");
    assert!(desk.page("/users/detractor?at=soon").await.text.contains("is not a time"));
    assert_eq!(desk.page("/users/nobody").await.status, 400);
    assert_eq!(desk.page("/users?id=..").await.status, 400);
}

#[tokio::test]
async fn an_erased_person_takes_along_what_was_noted_about_their_answers() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let desk = Desk::of(collector).await;
    let path = "/responses/one?survey=nps&submission=submission%20of%20detractor";
    desk.post(path, "act=note&note=a+word+of+ours", "same-origin").await;
    assert_eq!(desk.json("/v1/responses?state=open").await["total"], 1);
    desk.collector.app.erase("detractor").await.expect("erased").expect("somebody");
    assert_eq!(desk.json("/v1/responses?state=open").await["total"], 0);
    assert_eq!(desk.page(path).await.status, 400);
    fill(&desk.collector, vec![Filling::shown("another", "submission of detractor", NOW_MS - DAY_MS)]).await;
    assert!(!desk.page(path).await.text.contains("a word of ours"), "nothing is left for whoever comes next");
}

#[tokio::test]
async fn who_was_granted_it_is_counted_beside_who_was_shown_it() {
    let collector = Collector::start_of(project()).await;
    let wish = json!({ "writeKey": "wk_test", "anonymousId": "browser-1", "sessionId": "s", "sessions": 3, "prompt": "nps",
        "kind": "popover", "trigger": "message", "language": "en", "page": "/invoices" });
    let request =
        Request::post("/v1/lease").header("content-type", "text/plain").header("origin", "https://app.example.com");
    let answer = collector.ask(request.body(Body::from(wish.to_string())).expect("a request")).await;
    assert!(answer.text.starts_with("lease\tgranted\t"), "{}", answer.text);
    fill(&collector, vec![Filling::shown("ada", "s", NOW_MS - MINUTE_MS)]).await;
    let summary = survey(&collector).await.summary;
    assert_eq!((summary.eligible, summary.leased, summary.asked), (2, 1, 1));
    let desk = Desk::of(collector).await;
    for (href, number) in numbers(&desk.page("/surveys/nps").await.text) {
        assert_eq!(desk.totals(&href).await, [number; 3], "{href}");
    }
    let people = desk.json("/v1/surveys/nps/people?who=leased").await;
    assert_eq!((&people["rows"][0]["user"], &people["rows"][0]["leased"]), (&json!("browser-1"), &json!(1)));
}

#[tokio::test]
async fn files_hold_what_the_page_holds_and_run_nothing() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let desk = Desk::of(collector).await;
    let csv = desk.page("/responses.csv?survey=nps&bom=1").await;
    assert!(csv.text.starts_with('\u{feff}') && csv.text.contains("'=1+1 is the price"), "{}", csv.text);
    assert!(csv.text.lines().next().is_some_and(|it| it.ends_with("notes,score,topics,why,thanks")), "{}", csv.text);
    let name = csv.headers["content-disposition"].to_str().expect("text");
    assert_eq!(name, "attachment; filename=\"milepost-responses-nps-all-time.csv\"");
    let json = desk.page("/responses.json?survey=nps").await.json();
    assert_eq!(json.as_array().map(Vec::len), Some(9));
    assert_eq!(desk.page("/responses.json?survey=never").await.json(), json!([]));
    let other = desk.json("/v1/surveys/nps/responses?step=topics&answer=other").await;
    assert_eq!(other["rows"][0]["answers"][1]["chosen"]["other"], "the logo");
}

#[tokio::test]
async fn doors_are_closed_to_strangers_and_say_what_is_wrong() {
    let collector = Collector::start_of(project()).await;
    for path in
        ["/v1/surveys", "/v1/surveys/nps", "/v1/surveys/nps/responses", "/v1/surveys/nps/people", "/v1/responses"]
    {
        assert_eq!(collector.get(path).await.status, 401, "{path}");
    }
    for path in [
        "/surveys",
        "/surveys/nps",
        "/responses",
        "/responses.csv",
        "/responses.json",
        "/users/a",
        "/surveys/nps/people.csv",
    ] {
        assert_eq!(collector.get(path).await.status, 303, "{path}");
    }
    let desk = Desk::of(collector).await;
    for (path, summary) in [
        ("/v1/surveys/never", "404 not_found"),
        ("/v1/surveys/never/responses", "404 not_found"),
        ("/v1/surveys/nps?per=day", "400 invalid_per"),
        ("/v1/surveys/nps?since=soon", "400 invalid_time"),
        ("/v1/responses?who=all", "400 invalid_filter"),
        ("/v1/surveys/nps/people?who=all", "400 invalid_who"),
    ] {
        assert_eq!(desk.page(path).await.summary(), summary, "{path}");
    }
    for path in ["/responses?who=all", "/responses?number=0", "/surveys/nps?since=soon", "/surveys/nps/people?who=all"]
    {
        assert_eq!(desk.page(path).await.status, 400, "{path}");
    }
    assert_eq!(desk.page("/surveys/never").await.status, 404);
    let page = desk.page("/surveys").await.text;
    assert!(page.contains("Relationship NPS"), "{page}");
    assert!(desk.page("/surveys/nps").await.text.contains("Nobody has been shown it yet"));
}

#[tokio::test]
async fn who_answered_how_is_a_segment_and_responses_can_be_those_of_one() {
    let collector = Collector::start_of(project()).await;
    fill(&collector, everybody()).await;
    let began = json!({ "type": "track", "event": "Signed Up", "userId": "detractor", "messageId": "up" });
    send(&collector, vec![identify("promoter", "pro"), identify("detractor", "pro"), began]).await;
    let desk = Desk::of(collector).await;
    for (text, wanted) in [
        // The latest answer of the one who hesitated was a 6.
        ("nps = detractor", &["detractor", "undecided"][..]),
        ("nps = promoter and plan = pro", &["promoter"]),
        ("plan = pro and not nps = promoter", &["detractor"]),
        ("nps = passive", &["abandons", "passive"]),
    ] {
        let query = text.replace(' ', "%20").replace('=', "%3D");
        let json = desk.json(&format!("/v1/users?where={query}&sort=name&limit=100")).await;
        let rows = json["rows"].as_array().expect("rows");
        let mut found: Vec<&str> = rows.iter().filter_map(|it| it["user"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{text}");
        let path = format!("/responses?who=answered&where={query}");
        assert_eq!(desk.totals(&path).await, [wanted.len() as u64; 3], "{text}");
    }
    // Compared from within another segment, answers of everybody count.
    let post = desk.post("/segments", "name=Unhappy&where=nps+%3D+detractor", "same-origin").await;
    assert_eq!(post.status, 303, "{}", post.text);
    let path = "/v1/journeys/onboarding/funnel?where=nps%20%3D%20promoter&compare=segment:unhappy";
    let from_within = desk.json(path).await["compared"]["reached"].clone();
    let from_outside = desk.json("/v1/journeys/onboarding/funnel?segment=unhappy").await;
    assert_eq!([&from_within[0], &from_outside["steps"][0]["reached"]], [1, 1]);
}

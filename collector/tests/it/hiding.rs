//! What is hidden from somebody is on no page, in no file and in no answer of theirs, and cannot be searched for.
//!
//! By walking: every link that a page has is followed, and every question of the API's description asked.

use crate::desk::Desk;
use crate::support::{Answer, Collector, PROJECT};
use crate::users::{DAY_MS, ago, send};
use axum::body::Body;
use axum::http::Request;
use milepost::project::parse;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};

/// Each is said once, somewhere, and is to be seen by owners alone.
const SECRETS: [&str; 11] = [
    "Zaphodia",
    "Trilliana",
    "zaphodia-mail",
    "5550199",
    "Fordina",
    "lefthanded",
    "otherwords",
    "hesitantly",
    "querytoken",
    "fragmentsecret",
    "mailedto",
];

const HIDING: &str = r#"
[[hide]]
from = ["viewer", "analyst", "cs", "token"]
fields = ["name", "email", "answers", "queries"]
traits = ["phone", "account.contact"]

[hesitation]

[[survey]]
id = "nps"
name = "NPS"
when = { time_on_page = "30s" }
[[survey.step]]
id = "score"
kind = "nps"
title = "How likely?"
low = "Not"
high = "Very"
[[survey.step]]
id = "topics"
kind = "single"
title = "What about?"
choices = { price = "The price", speed = "The speed" }
other = "Else"
[[survey.step]]
id = "why"
kind = "long"
title = "Why?"
"#;

/// Pages of one walk: all there are, and a bound for a page that links to ever new ones.
const PAGES_MAX: usize = 600;

/// Whoever asks shows this.
struct Seen<'a> {
    desk: &'a Desk,
    header: (&'static str, String),
}

impl Seen<'_> {
    async fn ask(&self, path: &str) -> Answer {
        let request = Request::get(path).header("host", "localhost").header(self.header.0, &self.header.1);
        self.desk.collector.ask(request.body(Body::empty()).expect("a request")).await
    }

    /// Every page that can be come to from these, and what it says.
    async fn walk(&self, from: &[&str]) -> Vec<(String, String)> {
        let mut ahead: VecDeque<String> = from.iter().map(|it| (*it).to_owned()).collect();
        let mut known: BTreeSet<String> = ahead.iter().cloned().collect();
        let mut pages = Vec::new();
        while let Some(path) = ahead.pop_front() {
            let answer = self.ask(&path).await;
            if let Some(to) = answer.headers.get("location").map(|it| it.to_str().expect("a path").to_owned()) {
                assert!(!to.starts_with("/login"), "{path}");
                if known.insert(to.clone()) {
                    ahead.push_back(to);
                }
            }
            for rest in answer.text.split("href=\"").skip(1) {
                let link = rest.split('"').next().unwrap_or_default().replace("&#38;", "&");
                let is_page = link.starts_with('/') && !link.starts_with("//") && !link.starts_with("/assets/");
                if is_page && known.len() < PAGES_MAX && known.insert(link.clone()) {
                    ahead.push_back(link);
                }
            }
            pages.push((path, answer.text));
        }
        pages
    }
}

fn found(pages: &[(String, String)]) -> BTreeSet<&'static str> {
    SECRETS.into_iter().filter(|secret| pages.iter().any(|(_, text)| text.contains(secret))).collect()
}

#[track_caller]
fn expect_no_secrets(who: &str, pages: &[(String, String)]) {
    for (path, text) in pages {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{who} reads {secret} at {path}:\n{text}");
        }
    }
}

/// Two people with everything there is about them.
async fn people() -> Desk {
    let collector = Collector::start_with(&format!("{PROJECT}\n{HIDING}")).await;
    let page = json!({ "page": { "path": "/invoices", "url": "https://app.example.com/invoices?t=querytoken#fragmentsecret",
        "search": "?t=querytoken", "referrer": "https://app.example.com/?t=querytoken" }, "sessionId": "session" });
    let track = |user: &str, event: &str, properties: Value| json!({ "type": "track", "event": event, "userId": user, "properties": properties, "context": page });
    let survey = |event: &str, more: Value| {
        let mut properties = json!({ "survey": "nps", "submission": "s-1", "lease": "l-1", "surface": "popover",
            "trigger": "time", "language": "en", "page": "/invoices?t=querytoken" });
        for (key, value) in more.as_object().into_iter().flatten() {
            properties[key] = value.clone();
        }
        track("u-1", event, properties)
    };
    let visit = collector.clock.now_ms() - 2 * DAY_MS;
    let decided = json!({ "t": visit, "verdict": "ask", "assignment": "treated", "score": 800, "threshold": 500,
        "bias": -2000, "model": 1, "own": 1, "parts": [1, 2310, 3312, 38_000, 22_000], "page": "/invoices", "visit": visit });
    let said =
        json!({ "said": "confused", "waitMs": 5_000, "detail": "hesitantly", "page": "/invoices", "visit": visit });
    let left = json!({ "device": "desktop", "context": "", "visitMs": 300_000, "prompted": 1, "progressed": 0, "samples": "",
        "states": "", "actions": 3, "model": 1, "page": "/invoices", "visit": visit });
    let messages = vec![
        ago(
            20,
            json!({ "type": "identify", "userId": "u-1", "traits": { "name": "Zaphodia Quux",
            "email": "zaphodia-mail@example.com", "phone": "+49 5550199", "plan": "pro" } }),
        ),
        ago(
            20,
            json!({ "type": "identify", "userId": "u-2", "traits": { "firstName": "Trilliana", "lastName": "Aa" } }),
        ),
        ago(
            20,
            json!({ "type": "group", "userId": "u-1", "groupId": "acme", "traits": { "name": "Acme",
            "contact": "Fordina Prefect" } }),
        ),
        ago(20, json!({ "type": "group", "userId": "u-2", "groupId": "acme", "traits": {} })),
        ago(10, track("u-1", "Signed Up", json!({ "note": "mailedto@example.com" }))),
        // What was done next is told by the page's path.
        ago(
            9,
            json!({ "type": "page", "userId": "u-1",
            "properties": { "url": "https://app.example.com/of/mailedto@example.com?t=querytoken" } }),
        ),
        ago(9, track("u-2", "Signed Up", json!({}))),
        ago(8, track("u-1", "Invoice Sent", json!({ "total": 5 }))),
        ago(5, json!({ "type": "page", "userId": "u-1", "name": "Invoices", "context": page })),
        ago(3, survey("Survey Shown", json!({}))),
        ago(3, survey("Survey Answered", json!({ "step": "score", "kind": "nps", "score": 9 }))),
        ago(
            3,
            survey(
                "Survey Answered",
                json!({ "step": "topics", "kind": "single", "choices": [], "other": "otherwords" }),
            ),
        ),
        ago(3, survey("Survey Answered", json!({ "step": "why", "kind": "long", "text": "lefthanded" }))),
        ago(3, survey("Survey Completed", json!({}))),
        ago(2, track("u-1", "Hesitation Detected", decided)),
        ago(2, track("u-1", "Hesitation Answered", said)),
        ago(2, track("u-1", "Page Left", left)),
    ];
    send(&collector, messages).await;
    Desk::of(collector).await
}

/// The session of somebody in this role.
async fn member(desk: &Desk, role: &str) -> String {
    let app = &desk.collector.app;
    let invitation = app.invite(crate::desk::EMAIL, &format!("{role}@example.com"), role).await.expect("an invitation");
    let session = app.accept_invitation(invitation.as_str(), "another good password", "").await.expect("an operator");
    format!("__Host-milepost={}", session.as_str())
}

const PAGES: [&str; 12] = [
    "/overview",
    "/users",
    "/users/u-1",
    "/accounts",
    "/accounts/acme",
    "/journeys/onboarding?by=phone",
    "/journeys/onboarding?by=account.contact",
    "/surveys/nps?by=phone",
    "/responses?who=answered",
    "/responses/one?survey=nps&submission=s-1",
    "/hesitation",
    "/retention",
];

#[tokio::test]
async fn whoever_walks_about_everywhere_finds_what_is_hidden_only_as_an_owner() {
    let desk = people().await;
    let owner = Seen { desk: &desk, header: ("cookie", desk.cookie().to_owned()) };
    let pages = owner.walk(&PAGES).await;
    assert_eq!(found(&pages), BTreeSet::from(SECRETS), "an owner sees everything, so the walk comes by all of it");
    for role in ["viewer", "analyst", "cs"] {
        let seen = Seen { desk: &desk, header: ("cookie", member(&desk, role).await) };
        let pages = seen.walk(&PAGES).await;
        expect_no_secrets(role, &pages);
        assert!(pages.len() > 100, "{role} came to {} pages", pages.len());
        let says = |text: &str| pages.iter().any(|(_, it)| it.contains(text));
        assert!(says("Hidden from your role: names, e-mail addresses, written answers"));
        assert_eq!(pages.iter().any(|(path, text)| path.contains(".csv") && text.contains("hidden")), role != "viewer");
    }
}

#[tokio::test]
async fn a_programs_token_is_answered_without_it_and_the_servers_own_with_it() {
    let desk = people().await;
    let token = desk.collector.app.make_api_token(crate::desk::EMAIL, "sheet", "erase").await.expect("a token");
    let program = Seen { desk: &desk, header: ("authorization", format!("Bearer {}", token.as_str())) };
    let own = Seen { desk: &desk, header: ("authorization", format!("Bearer {}", desk.token())) };
    let description = desk.collector.get("/v1/openapi.json").await.json();
    let mut paths: Vec<String> = Vec::new();
    for path in description["paths"].as_object().expect("paths").keys().filter(|it| !it.contains("{key}")) {
        for id in ["onboarding", "nps", "u-1", "acme"] {
            for query in ["", "?user=u-1", "?by=phone", "?by=account.contact", "?milestone=signed-up", "?who=answered"]
            {
                paths.push(format!("{}{query}", path.replace("{id}", id)));
            }
        }
    }
    let mut answers = [Vec::new(), Vec::new()];
    for path in &paths {
        for (seen, answers) in [&program, &own].into_iter().zip(&mut answers) {
            answers.push((path.clone(), seen.ask(path).await.text));
        }
    }
    let [program, own] = answers;
    expect_no_secrets("a program", &program);
    let found = found(&own);
    for secret in
        ["Zaphodia", "zaphodia-mail", "5550199", "lefthanded", "otherwords", "querytoken", "fragmentsecret", "mailedto"]
    {
        assert!(found.contains(secret), "the server's own token is answered without {secret}");
    }
}

#[tokio::test]
async fn what_is_hidden_can_be_neither_searched_nor_sorted_by() {
    let desk = people().await;
    let owner = Seen { desk: &desk, header: ("cookie", desk.cookie().to_owned()) };
    let viewer = Seen { desk: &desk, header: ("cookie", member(&desk, "viewer").await) };
    for (path, all, less) in [
        ("/v1/users?q=zaphodia", 1, 0),
        ("/v1/users?q=zaphodia-mail%40", 1, 0),
        ("/v1/users?q=u-1", 1, 1),
        ("/v1/responses?q=lefthanded", 1, 0),
        ("/v1/responses?q=otherwords", 1, 0),
        ("/v1/journeys/onboarding/people?milestone=signed-up&by=phone&group=%2B49%205550199", 1, 0),
    ] {
        assert_eq!(owner.ask(path).await.json()["total"], all, "{path}");
        let answer = viewer.ask(path).await;
        assert_eq!(answer.json()["total"].as_u64().unwrap_or_default(), less, "{path}: {}", answer.text);
    }
    let order = async |seen: &Seen<'_>| {
        let json = seen.ask("/v1/users?sort=name").await.json();
        json["rows"].as_array().expect("rows").iter().map(|it| it["user"].clone()).collect::<Vec<_>>()
    };
    // Trilliana comes before Zaphodia, and u-1 before u-2.
    assert_eq!(order(&owner).await, ["u-2", "u-1"]);
    assert_eq!(order(&viewer).await, ["u-1", "u-2"]);
}

#[tokio::test]
async fn whoever_shows_somebody_elses_proof_as_well_sees_no_more() {
    let desk = people().await;
    let cookie = member(&desk, "viewer").await;
    for bearer in [desk.token(), "a guess"] {
        for path in ["/users", "/users?id=u-1", "/v1/users"] {
            let request = Request::get(path)
                .header("host", "localhost")
                .header("cookie", &cookie)
                .header("authorization", format!("Bearer {bearer}"));
            let answer = desk.collector.ask(request.body(Body::empty()).expect("a request")).await;
            // The server's own token may ask the API for everything, whoever else it is shown with.
            let is_own = bearer == desk.token() && path.starts_with("/v1/");
            assert_eq!(answer.text.contains("Zaphodia"), is_own, "{path} with {bearer}");
        }
    }
}

#[tokio::test]
async fn what_the_file_hides_from_now_on_is_hidden_from_now_on() {
    let desk = people().await;
    let viewer = Seen { desk: &desk, header: ("cookie", member(&desk, "viewer").await) };
    let open = parse("milepost.toml", PROJECT).expect("definitions without mistakes");
    let closed = parse("milepost.toml", &format!("{PROJECT}\n{HIDING}")).expect("definitions without mistakes");
    for _ in 0..2 {
        desk.collector.app.publish(open.clone()).await.expect("published");
        let answer = viewer.ask("/users").await;
        assert!(answer.text.contains("Zaphodia Quux") && !answer.text.contains("Hidden from your role"));
        desk.collector.app.publish(closed.clone()).await.expect("published");
        let answer = viewer.ask("/users").await;
        assert!(!answer.text.contains("Zaphodia") && answer.text.contains("Hidden from your role"));
    }
}

//! A collector on a fresh data folder with a clock set by hand, asked through its real router.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use milepost::app::App;
use milepost::project::Project;
use milepost::storage::Events;
use milepost::{Clock, http, project, storage};
use serde_json::Value;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const NOW_MS: i64 = 1_800_000_000_000;

pub(crate) const PROJECT: &str = r##"
[project]
name = "Test"

[[key]]
id = "wk_test"
kind = "browser"
origins = ["https://app.example.com"]

[[key]]
id = "sk_test"
kind = "server"

[identity]
mode = "report"
secrets = ["an old secret of thirty-two bytes!", "identity-secret-identity-secret-1"]

[[journey]]
id = "onboarding"
name = "Onboarding"
window = "14d"

[[journey.milestone]]
id = "signed-up"
name = "Signed up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "sent"
name = "Sent an invoice"
value = true
rule = { event = "Invoice Sent", where = { total = { gte = 1 } } }

[[journey.milestone]]
id = "paid"
name = "Was paid"
rule = { event = "Invoice Paid", source = "server" }
"##;

pub(crate) struct Collector {
    pub(crate) app: Arc<App>,
    pub(crate) events: Arc<dyn Events>,
    pub(crate) clock: Clock,
    router: Router,
    pub(crate) folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        Self::start_with(PROJECT).await
    }

    pub(crate) async fn start_with(definitions: &str) -> Self {
        Self::start_of(project::parse("milepost.toml", definitions).expect("definitions without mistakes")).await
    }

    pub(crate) async fn start_of(project: Project) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(folder, project, Clock::by_hand(NOW_MS)).await
    }

    /// On a folder that may have been used before.
    pub(crate) async fn start_in(folder: TempDir, project: Project, clock: Clock) -> Self {
        let (events, desk) = storage::sqlite::open(folder.path()).expect("an engine");
        let app = App::open(project, Arc::clone(&events), desk, clock.clone()).await.expect("an application");
        let app = Arc::new(app);
        Self { router: http::router(Arc::clone(&app)), app, events, clock, folder }
    }

    /// Stops, and leaves the folder.
    pub(crate) fn stop(self) -> TempDir {
        self.folder
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Posts with a browser key in basic authentication.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.ask(post(path).header("authorization", basic("wk_test")).body(body.into()).expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// How many users reached each milestone of the test journey.
    pub(crate) async fn reached(&self) -> Vec<u64> {
        let journey = domain::JourneyId::new("onboarding");
        let answer = self.app.funnel(&journey, &Default::default()).await.expect("an answer").expect("a journey");
        answer.steps.iter().map(|it| it.reached).collect()
    }
}

pub(crate) fn post(path: &str) -> axum::http::request::Builder {
    Request::post(path).header("content-type", "application/json")
}

pub(crate) fn basic(key: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{key}:")))
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    /// `200 accepted=1 rejected(invalid_json)=1`, or the status and code of an error.
    pub(crate) fn summary(&self) -> String {
        let status = self.status.as_u16();
        let Ok(body) = serde_json::from_str::<Value>(&self.text) else { return format!("{status} {}", self.text) };
        if let Some(code) = body["error"]["code"].as_str() {
            return format!("{status} {code}");
        }
        let outcomes = body["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let words: Vec<String> = outcomes
            .iter()
            .map(|it| match it["code"].as_str() {
                Some(code) => code.to_owned(),
                None => it["outcome"].as_str().unwrap_or_default().to_owned(),
            })
            .collect();
        let sum: u64 = ["accepted", "duplicate", "rejected", "shed"].iter().filter_map(|it| body[it].as_u64()).sum();
        assert_eq!(Some(sum), body["received"].as_u64(), "the outcomes add up to what was received");
        format!("{status} [{}]", words.join(", "))
    }
}

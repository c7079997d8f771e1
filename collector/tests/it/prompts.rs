//! Leases, receipts and the why-log through their doors.

mod erase;
mod lease;
mod receipt;
mod why;

use crate::support::{Answer, Collector, PROJECT, post};
use domain::survey::{
    Content, Goal, Metric, Outline, Shape, Step, StepKind, Surface, Survey, SurveyWording, Text, Trigger,
};
use domain::{LeaseAnswer, LeaseId, Reason, Rule, Source, StepId, SurveyId, compact};
use milepost::project::{self, Project, Repeat, SurveyDefinition};
use serde_json::{Value, json};

pub(crate) const DAY_MS: i64 = 86_400_000;

/// One question in each of these languages.
pub(crate) fn content(id: &str, languages: &[&str]) -> Vec<Content> {
    let scale = |language: &str| Step {
        id: StepId::new("score"),
        kind: StepKind::Scale {
            metric: Metric::Nps,
            shape: Shape::Numbers,
            from: 0,
            to: 10,
            low: "not likely".into(),
            high: "very likely".into(),
        },
        title: Text::plain(format!("How likely? ({language})")),
        text: Text::default(),
        is_required: true,
        branches: vec![],
        otherwise: Goal::Step(1),
    };
    let why = Step {
        id: StepId::new("why"),
        kind: StepKind::Written { is_long: true, placeholder: String::new() },
        title: Text::plain("Why?"),
        is_required: false,
        otherwise: Goal::End,
        ..scale("")
    };
    let content = |language: &&str| Content {
        survey: SurveyId::new(id),
        language: (*language).to_owned(),
        accent: String::new(),
        words: vec!["word".into(); SurveyWording::COUNT],
        steps: vec![scale(language), why.clone()],
    };
    languages.iter().map(content).collect()
}

/// A popover with an NPS question, asked once after an invoice was sent.
pub(crate) fn survey(id: &str) -> SurveyDefinition {
    let rule = Rule::Event { name: "Invoice Sent".into(), conditions: vec![], source: Source::Any };
    SurveyDefinition {
        name: format!("The {id} survey"),
        survey: Survey {
            id: SurveyId::new(id),
            surface: Surface::Popover,
            triggers: vec![Trigger::Fired(rule)],
            audience: None,
            pages: vec![],
            excluded: vec![],
            delay_ms: 0,
            sample: 1_000,
            priority: 10,
            labels: vec![],
        },
        segment: None,
        repeat: Repeat::Once,
        starts_ms: None,
        ends_ms: None,
        wanted: None,
        is_reserved: false,
        contents: content(id, &["en", "de"]),
    }
}

pub(crate) fn project_with(surveys: Vec<SurveyDefinition>) -> Project {
    Project { surveys, ..project::parse("milepost.toml", PROJECT).expect("definitions without mistakes") }
}

/// What a page of `browser` says beside its prompt.
pub(crate) fn wish(browser: &str, prompt: &str) -> Value {
    json!({ "writeKey": "wk_test", "anonymousId": browser, "sessionId": format!("s-{browser}"), "sessions": 2,
            "prompt": prompt, "kind": "popover", "trigger": "message", "language": "de-CH", "page": "/invoices/:id" })
}

/// The same with other fields.
pub(crate) fn with(mut body: Value, fields: Value) -> Value {
    let (Some(body_fields), Value::Object(fields)) = (body.as_object_mut(), fields) else { panic!("objects") };
    body_fields.extend(fields);
    body
}

impl Collector {
    pub(crate) async fn post_as_page(&self, path: &str, body: &Value) -> Answer {
        let request = post(path).header("content-type", "text/plain").header("origin", "https://app.example.com");
        self.ask(request.body(body.to_string().into()).expect("a request")).await
    }

    pub(crate) async fn lease(&self, body: &Value) -> LeaseAnswer<Outline> {
        let answer = self.post_as_page("/v1/lease", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        compact::read_lease(&answer.text).unwrap_or_else(|| panic!("no lease: {:?}", answer.text))
    }

    /// The reasons against it; empty where it was granted.
    pub(crate) async fn reasons(&self, body: &Value) -> Vec<Reason> {
        match self.lease(body).await {
            LeaseAnswer::Granted { .. } => vec![],
            LeaseAnswer::Denied { reasons, .. } => reasons.iter().collect(),
        }
    }

    pub(crate) async fn granted(&self, body: &Value) -> LeaseId {
        match self.lease(body).await {
            LeaseAnswer::Granted { lease, .. } => lease,
            LeaseAnswer::Denied { reasons, .. } => panic!("denied: {:?}", reasons.iter().collect::<Vec<_>>()),
        }
    }

    /// Sends one message about a lease, as the SDK does; `said` ends up in its properties.
    pub(crate) async fn say(&self, browser: &str, user: Option<&str>, event: &str, lease: &LeaseId, said: Value) {
        let id = uuid_of(&format!("{browser}{event}{}{said}{}", lease.as_str(), self.app.now_ms()));
        let properties = with(json!({ "lease": lease.as_str() }), said);
        let mut message = json!({ "type": "track", "event": event, "anonymousId": browser, "messageId": id,
                                  "properties": properties });
        if let Some(user) = user {
            message["userId"] = json!(user);
        }
        let answer = self.post("/v1/track", message.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    pub(crate) fn days_later(&self, days: i64) {
        self.clock.set(self.app.now_ms() + days * DAY_MS);
    }
}

/// The same text, the same id.
fn uuid_of(text: &str) -> String {
    format!("{:016x}{:016x}", domain::hash(text, 1), domain::hash(text, 2))
}

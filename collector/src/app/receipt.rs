//! What one visitor may see of what is stored of them here: the prompts they got, why, and what they answered.

mod words;

use super::App;
use super::lease::{Known, Visitor};
use crate::project::Project;
use crate::storage::{Arrived, KeptLease, Muted, Person, StorageError};
use domain::survey::{Content, Part, StepKind, Text};
use domain::{HESITATION, reserved};
use serde::Serialize;
use serde_json::Value;

/// Prompts in one receipt: years of them.
const PROMPTS: usize = 200;

/// Messages that are looked through for their answers.
const MESSAGES: usize = 5_000;

/// A prompt that nothing is heard of for so long is over.
pub(super) const SILENT_MS: i64 = 30 * 60_000;

const DAY_MS: u64 = 86_400_000;

/// Longest mute; who wants more says "don't ask again".
pub const MUTE_DAYS_MAX: u32 = 3_650;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    pub muted_until: Option<String>,
    pub declined: bool,
    /// The latest first.
    pub prompts: Vec<ReceiptPrompt>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptPrompt {
    pub lease: String,
    pub at: String,
    pub prompt: String,
    pub name: String,
    pub kind: &'static str,
    pub page: String,
    pub why: String,
    pub outcome: &'static str,
    pub answers: Vec<ReceiptAnswer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptAnswer {
    pub question: String,
    pub answer: String,
}

impl App {
    /// Of this browser alone; with a token that vouches for the user, of all of theirs.
    pub async fn receipt(&self, visitor: &Visitor) -> Result<Receipt, StorageError> {
        let (project, now_ms) = (self.project(), self.now_ms());
        let known = visitor.known(&project, now_ms);
        let (person, leases) = self.shown_to(&known).await?;
        let muted = self.desk.muted(person.clone()).await?;
        let messages = self.events.about_prompts(person, MESSAGES).await?;
        let prompts = leases.iter().map(|lease| ReceiptPrompt {
            lease: lease.lease.as_str().to_owned(),
            at: iso(lease.granted_ms),
            prompt: lease.prompt.clone(),
            name: project.survey(&lease.prompt).map_or(lease.prompt.as_str(), |it| it.name.as_str()).to_owned(),
            kind: lease.kind.as_str(),
            page: lease.page.clone(),
            why: words::why(&lease.trigger, &lease.prompt, &lease.language).to_owned(),
            outcome: outcome(lease, now_ms),
            answers: answers(&project, lease, &messages),
        });
        Ok(Receipt {
            muted_until: muted.until_ms.filter(|it| now_ms < *it).map(iso),
            declined: muted.declined,
            prompts: prompts.collect(),
        })
    }

    /// Nothing more for so many days; 0: as before, "don't ask again" taken back.
    pub async fn mute(&self, visitor: &Visitor, days: u32) -> Result<(), StorageError> {
        let now_ms = self.now_ms();
        let known = visitor.known(&self.project(), now_ms);
        let _writing = self.writing.read().await;
        let person = self.events.person(known.user.clone(), Some(known.anonymous.clone())).await?;
        if person.erased_until_ms.is_some_and(|it| now_ms < it) {
            return Ok(());
        }
        // A claim is enough to be left alone, on all devices, and to take that back.
        let declined = days > 0 && self.desk.muted(person.ids.clone()).await?.declined;
        let span_ms = u64::from(days.min(MUTE_DAYS_MAX)) * DAY_MS;
        let until_ms = (days > 0).then(|| now_ms.saturating_add_unsigned(span_ms));
        let undone_ms = if days == 0 { now_ms } else { 0 };
        self.desk.mute(person.ids, Muted { until_ms, declined, undone_ms }).await
    }

    /// Completed responses to a survey, as its stop condition counts them.
    pub async fn completed(&self, survey: &str) -> Result<u64, StorageError> {
        self.desk.completed(survey.to_owned()).await
    }

    /// What may be shown to a visitor: what this very browser got, and, where the user is proven, all of theirs.
    pub(super) async fn shown_to(&self, known: &Known) -> Result<(Person, Vec<KeptLease>), StorageError> {
        let own = Person { users: Vec::new(), anonymous: vec![known.anonymous.clone()] };
        let mut leases = self.desk.leases(own.clone(), PROMPTS).await?;
        let user = known.user.clone().filter(|_| known.is_verified);
        let mut person = own;
        match user {
            Some(user) => {
                let theirs = self.events.person(Some(user), None).await?.ids;
                let own_leases = std::mem::take(&mut leases);
                leases = self.desk.leases(theirs.clone(), PROMPTS).await?;
                leases.extend(own_leases.into_iter().filter(|it| is_of(it, &theirs)));
                leases.sort_by_key(|it| (std::cmp::Reverse(it.granted_ms), it.lease.as_str().to_owned()));
                leases.dedup_by(|a, b| a.lease == b.lease);
                person.users = theirs.users;
                person.anonymous.extend(theirs.anonymous.into_iter().filter(|it| *it != known.anonymous));
            }
            // Messages of this browser are stored under the user it named; which of them are its own, the lease says.
            None => person.users = leases.iter().filter_map(|it| it.user.clone()).collect(),
        }
        leases.retain(|it| it.released_ms.is_none());
        Ok((person, leases))
    }
}

/// On a shared browser, what somebody else got stays theirs.
fn is_of(lease: &KeptLease, person: &Person) -> bool {
    lease.user.as_ref().is_none_or(|it| person.users.contains(it))
}

/// How it ended, as `docs/reference/budget.md` has it.
pub(super) fn outcome(lease: &KeptLease, now_ms: i64) -> &'static str {
    let is_silent = lease.over_ms.is_some() || now_ms.saturating_sub(lease.latest_ms) >= SILENT_MS;
    match lease {
        _ if lease.completed_ms.is_some() => "completed",
        _ if lease.dismissed_ms.is_some() => "dismissed",
        _ if lease.answered_ms.is_some() && lease.prompt == HESITATION => "completed",
        _ if lease.answered_ms.is_some() && is_silent => "abandoned",
        _ if is_silent => "ignored",
        _ => "open",
    }
}

/// The lease that a message answers.
pub(super) fn answered_lease(message: &Arrived) -> Option<String> {
    if !matches!(message.name.as_str(), reserved::SURVEY_ANSWERED | reserved::HESITATION_ANSWERED) {
        return None;
    }
    let body: Value = serde_json::from_str(&message.body).ok()?;
    body.get("properties")?.get("lease")?.as_str().map(str::to_owned)
}

/// The latest answer to each question, in the order of the questions' first answers.
fn answers(project: &Project, lease: &KeptLease, messages: &[Arrived]) -> Vec<ReceiptAnswer> {
    let content = project.survey(&lease.prompt).and_then(|it| it.content(&lease.language));
    let mut found: Vec<(String, Option<ReceiptAnswer>)> = Vec::new();
    for message in messages.iter().rev() {
        if answered_lease(message).as_deref() != Some(lease.lease.as_str()) {
            continue;
        }
        let Ok(body) = serde_json::from_str::<Value>(&message.body) else { continue };
        let properties = &body["properties"];
        let (key, answer) = if message.name == reserved::SURVEY_ANSWERED {
            let step = properties["step"].as_str().unwrap_or_default();
            (step.to_owned(), survey_answer(content, step, properties))
        } else {
            let said = properties["said"].as_str().unwrap_or_default();
            (said.to_owned(), hesitation_answer(said, properties, &lease.language))
        };
        match found.iter_mut().find(|it| it.0 == key) {
            Some(known) => known.1 = answer,
            None => found.push((key, answer)),
        }
    }
    found.into_iter().filter_map(|it| it.1).collect()
}

fn survey_answer(content: Option<&Content>, step: &str, properties: &Value) -> Option<ReceiptAnswer> {
    let defined = content.and_then(|it| it.steps.iter().find(|it| it.id() == step));
    let question = defined.map(|it| plain(&it.title)).filter(|it| !it.is_empty()).unwrap_or_else(|| step.to_owned());
    let label = |id: &str| match defined.map(|it| &it.kind) {
        Some(StepKind::Choice { choices, .. }) => {
            choices.iter().find(|it| it.id == id).map_or(id, |it| it.label.as_str()).to_owned()
        }
        _ => id.to_owned(),
    };
    let answer = if let Some(score) = properties.get("score").filter(|it| it.is_number()) {
        score.to_string()
    } else if let Some(choices) = properties.get("choices").and_then(Value::as_array) {
        let mut words: Vec<String> = choices.iter().filter_map(Value::as_str).map(label).collect();
        words.extend(properties.get("other").and_then(Value::as_str).filter(|it| !it.is_empty()).map(str::to_owned));
        words.join(", ")
    } else if let Some(text) = properties.get("text").and_then(Value::as_str) {
        text.to_owned()
    } else if properties.get("agreed").and_then(Value::as_bool) == Some(true) {
        "✓".to_owned()
    } else {
        return None;
    };
    Some(ReceiptAnswer { question, answer })
}

fn hesitation_answer(said: &str, properties: &Value, language: &str) -> Option<ReceiptAnswer> {
    if !matches!(said, "fine" | "confused" | "help") {
        return None;
    }
    let detail = properties["detail"].as_str().or(properties["link"].as_str()).filter(|it| !it.is_empty());
    let answer = detail.unwrap_or(said).to_owned();
    Some(ReceiptAnswer { question: words::confusing(language).to_owned(), answer })
}

/// A title as it was written; what was filled in is left to its fallback.
fn plain(text: &Text) -> String {
    let part = |it: &Part| match it {
        Part::Plain(text) => text.clone(),
        Part::Filled { fallback, .. } => fallback.clone(),
        Part::Plural { forms, .. } => {
            forms.iter().find(|it| it.0 == "other").map(|it| it.1.clone()).unwrap_or_default()
        }
    };
    text.parts.iter().map(part).collect()
}

pub(super) fn iso(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).map(|it| format!("{it:.3}")).unwrap_or_default()
}

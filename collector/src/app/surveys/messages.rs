//! Milepost's own messages about surveys, read.
//!
//! They come from browsers, so nothing in them is to be relied on: what cannot be read is left out.

use super::response::{Given, KINDS};
use crate::app::App;
use crate::storage::{FactQuestion, StorageError, StoredFact};
use domain::{Reasons, limits, reserved};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Messages that are looked at: the latest, of projects that have more.
const MESSAGES: usize = 500_000;

/// One `Survey …` message.
#[derive(Clone, Debug)]
pub(super) struct SurveySeen {
    pub(super) user: String,
    pub(super) anonymous: bool,
    pub(super) account: Option<String>,
    pub(super) at_ms: i64,
    pub(super) survey: String,
    pub(super) submission: String,
    pub(super) lease: Option<String>,
    pub(super) surface: String,
    pub(super) trigger: String,
    pub(super) language: String,
    pub(super) page: String,
    pub(super) visit_ms: Option<i64>,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Shown,
    Answered { step: String, kind: &'static str, given: Given },
    Completed,
    Dismissed { timed_out: bool, step: Option<String> },
}

/// One `Prompt Withheld`.
#[derive(Clone, Debug)]
pub(super) struct WithheldSeen {
    pub(super) user: String,
    pub(super) anonymous: bool,
    pub(super) prompt: String,
    pub(super) at_ms: i64,
    pub(super) reasons: Reasons,
}

impl App {
    /// All of them, in the order they arrived: a response may begin long before the range that is asked for.
    pub(super) async fn survey_messages(&self) -> Result<Vec<SurveySeen>, StorageError> {
        let names =
            [reserved::SURVEY_SHOWN, reserved::SURVEY_ANSWERED, reserved::SURVEY_COMPLETED, reserved::SURVEY_DISMISSED];
        self.read_facts(names.map(str::to_owned).to_vec(), None, None, survey_seen).await
    }

    /// Those of a range, in the order they arrived.
    pub(super) async fn withheld_messages(
        &self,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Result<Vec<WithheldSeen>, StorageError> {
        self.read_facts(vec![reserved::PROMPT_WITHHELD.to_owned()], since_ms, until_ms, withheld_seen).await
    }

    async fn read_facts<T: Send + 'static>(
        &self,
        names: Vec<String>,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
        read: fn(&StoredFact<'_>) -> Option<T>,
    ) -> Result<Vec<T>, StorageError> {
        let found: Arc<Mutex<VecDeque<T>>> = Arc::default();
        let take = {
            let found = Arc::clone(&found);
            move |fact: &StoredFact<'_>| {
                if let Some(seen) = read(fact) {
                    let mut found = found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    found.push_back(seen);
                    if found.len() > MESSAGES {
                        found.pop_front();
                    }
                }
                true
            }
        };
        self.events.facts(FactQuestion { names, since_ms, until_ms }, Box::new(take)).await?;
        let mut found = found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Ok(std::mem::take(&mut *found).into())
    }
}

fn survey_seen(fact: &StoredFact<'_>) -> Option<SurveySeen> {
    let Read { context, properties } = serde_json::from_str::<Read>(fact.body).ok()?;
    let it = properties;
    if !is_id(&it.survey) || it.submission.is_empty() || it.submission.len() > limits::ID_BYTES {
        return None;
    }
    let what = match fact.name {
        reserved::SURVEY_SHOWN => What::Shown,
        reserved::SURVEY_COMPLETED => What::Completed,
        reserved::SURVEY_DISMISSED => What::Dismissed {
            timed_out: it.how.as_deref() == Some("timedOut"),
            step: it.step.filter(|step| is_id(step)),
        },
        _ => {
            let step = it.step.clone().filter(|step| is_id(step))?;
            let kind = KINDS.into_iter().find(|kind| it.kind.as_deref() == Some(*kind))?;
            What::Answered {
                step,
                kind,
                given: given(kind, it.score, it.choices, it.other, it.text, it.agreed, it.passed)?,
            }
        }
    };
    let path = || context.page.and_then(|it| it.path.or(it.url)).unwrap_or_default();
    Some(SurveySeen {
        user: fact.user.to_owned(),
        anonymous: fact.anonymous,
        account: fact.account.map(str::to_owned),
        at_ms: fact.at_ms,
        survey: it.survey,
        submission: it.submission,
        lease: it.lease.filter(|it| !it.is_empty()),
        surface: it.surface,
        trigger: it.trigger,
        language: it.language,
        page: it.page.unwrap_or_else(path),
        visit_ms: it.visit,
        what,
    })
}

fn given(
    kind: &str,
    score: Option<f64>,
    choices: Option<Vec<String>>,
    other: Option<String>,
    text: Option<String>,
    agreed: Option<bool>,
    passed: Option<bool>,
) -> Option<Given> {
    if passed == Some(true) {
        return Some(Given::Passed(true));
    }
    match kind {
        "nps" => whole(score?, 0, 10).map(Given::Score),
        "csat" => whole(score?, 1, 5).map(Given::Score),
        "ces" => whole(score?, 1, 7).map(Given::Score),
        "rating" => whole(score?, -SCALE_END, SCALE_END).map(Given::Score),
        "single" | "multiple" => {
            let mut choices = choices.unwrap_or_default();
            choices.sort_unstable();
            choices.dedup();
            let other = other.map(|it| it.trim().to_owned()).unwrap_or_default();
            let fits = choices.len() <= limits::CHOICES && !(choices.is_empty() && other.is_empty());
            fits.then_some(Given::Chosen { choices, other })
        }
        "short" | "long" => text.filter(|it| !it.trim().is_empty()).map(Given::Text),
        _ => (agreed == Some(true)).then_some(Given::Agreed(true)),
    }
}

/// Scales of ratings end far before this.
const SCALE_END: i32 = 1_000;

fn whole(score: f64, from: i32, to: i32) -> Option<i32> {
    (score.fract() == 0.0 && (f64::from(from)..=f64::from(to)).contains(&score)).then_some(score as i32)
}

/// As `milepost.toml` wants it of surveys and steps.
fn is_id(text: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    !text.is_empty() && text.len() <= limits::ID_BYTES && text.bytes().all(is_plain)
}

fn withheld_seen(fact: &StoredFact<'_>) -> Option<WithheldSeen> {
    let it = serde_json::from_str::<ReadWithheld>(fact.body).ok()?.properties;
    Some(WithheldSeen {
        user: fact.user.to_owned(),
        anonymous: fact.anonymous,
        prompt: it.prompt,
        at_ms: fact.at_ms,
        reasons: Reasons::from_bits(it.reasons),
    })
}

#[derive(Deserialize)]
struct Read {
    #[serde(default)]
    context: Context,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    page: Option<Page>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    path: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Properties {
    survey: String,
    submission: String,
    lease: Option<String>,
    #[serde(default)]
    surface: String,
    #[serde(default)]
    trigger: String,
    #[serde(default)]
    language: String,
    page: Option<String>,
    visit: Option<i64>,
    step: Option<String>,
    kind: Option<String>,
    score: Option<f64>,
    choices: Option<Vec<String>>,
    other: Option<String>,
    text: Option<String>,
    agreed: Option<bool>,
    passed: Option<bool>,
    how: Option<String>,
}

#[derive(Deserialize)]
struct ReadWithheld {
    properties: Withheld,
}

#[derive(Deserialize)]
struct Withheld {
    prompt: String,
    reasons: u64,
}

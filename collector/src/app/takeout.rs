//! All that is stored about one person, for whoever asks for it (GDPR, articles 15 and 20).

use super::App;
use super::receipt::iso;
use crate::storage::{CareAct, InboxAct, KeptLease, Moment, Person, StorageError, Withheld};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Messages in one file: years of a busy person's. Where there are more, the file says so.
const MESSAGES_MAX: usize = 100_000;

/// Prompts and denials in one file, each.
const PROMPTS_MAX: usize = 10_000;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Takeout {
    pub made_at: String,
    pub user_ids: Vec<String>,
    pub anonymous_ids: Vec<String>,
    pub account_id: Option<String>,
    /// The latest value of each.
    pub traits: Map<String, Value>,
    pub milestones: Vec<Reached>,
    /// The latest first.
    pub messages: Vec<Said>,
    /// `false`: there are more than a file holds.
    pub has_all_messages: bool,
    pub prompts: Vec<Prompted>,
    pub not_prompted: Vec<NotPrompted>,
    pub muted_until: Option<String>,
    pub declined_prompts: bool,
    /// What operators did about them and their responses.
    pub done_by_operators: Vec<Done>,
}

#[derive(Debug, Serialize)]
pub struct Reached {
    pub journey: String,
    pub milestone: String,
    pub at: String,
}

/// One message, as it is stored.
#[derive(Debug, Serialize)]
pub struct Said {
    pub at: String,
    pub message: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prompted {
    pub lease: String,
    pub anonymous_id: String,
    pub user_id: Option<String>,
    pub account_id: Option<String>,
    pub session_id: String,
    pub prompt: String,
    pub kind: &'static str,
    pub trigger: String,
    pub page: String,
    pub language: String,
    pub granted_at: String,
    pub shown_at: Option<String>,
    pub answered_at: Option<String>,
    pub completed_at: Option<String>,
    pub dismissed_at: Option<String>,
    pub dismissed_how: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotPrompted {
    pub anonymous_id: String,
    pub user_id: Option<String>,
    pub prompt: String,
    pub trigger: String,
    pub page: String,
    pub reasons: Vec<&'static str>,
    pub first_at: String,
    pub last_at: String,
    pub times: u64,
}

#[derive(Debug, Serialize)]
pub struct Done {
    pub at: String,
    pub by: String,
    pub act: String,
    pub detail: String,
    /// The submission it is about; absent where it is about the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<String>,
}

impl App {
    /// `None` where nobody is known by this id.
    pub async fn takeout(&self, id: &str) -> Result<Option<Takeout>, StorageError> {
        let Some(person) = self.everything_named(id).await? else { return Ok(None) };
        let mut milestones = Vec::new();
        for journey in &self.project().definitions.journeys {
            let reached = self.events.reached_by(Arc::new(journey.clone()), person.clone()).await?;
            milestones.extend(journey.milestones.iter().zip(reached).filter_map(|(milestone, at_ms)| {
                let (journey, milestone) = (journey.id.as_str().to_owned(), milestone.id.as_str().to_owned());
                Some(Reached { journey, milestone, at: iso(at_ms?) })
            }));
        }
        let mut messages = self.events.timeline(person.clone(), MESSAGES_MAX + 1).await?;
        let has_all_messages = messages.len() <= MESSAGES_MAX;
        messages.truncate(MESSAGES_MAX);
        let named = person.users.first().or(person.anonymous.first()).cloned().unwrap_or_else(|| id.to_owned());
        let profile = self.profiles(vec![named]).await?.into_iter().next().unwrap_or_default();
        let muted = self.desk.muted(person.clone()).await?;
        let leases = self.desk.leases(person.clone(), PROMPTS_MAX).await?;
        let denials = self.desk.denials(person.clone(), PROMPTS_MAX).await?;
        Ok(Some(Takeout {
            made_at: iso(self.now_ms()),
            account_id: profile.account,
            traits: profile.traits,
            milestones,
            messages: messages.into_iter().map(Said::of).collect(),
            has_all_messages,
            prompts: leases.into_iter().map(Prompted::of).collect(),
            not_prompted: denials.into_iter().map(NotPrompted::of).collect(),
            muted_until: muted.until_ms.map(iso),
            declined_prompts: muted.declined,
            done_by_operators: self.done_about(&person).await?,
            user_ids: person.users,
            anonymous_ids: person.anonymous,
        }))
    }

    async fn done_about(&self, person: &Person) -> Result<Vec<Done>, StorageError> {
        let ids = person.users.iter().chain(&person.anonymous).cloned().collect();
        let mut done: Vec<(i64, Done)> = Vec::new();
        for CareAct { at_ms, operator, act, detail, .. } in self.desk.care_acts(false, Some(ids)).await? {
            done.push((at_ms, Done { at: iso(at_ms), by: operator, act, detail, submission: None }));
        }
        let submissions = self.submissions_of(person).await?;
        for InboxAct { submission, at_ms, operator, act, detail, .. } in self.desk.inbox_acts(None).await? {
            if submissions.contains(&submission) {
                done.push((at_ms, Done { at: iso(at_ms), by: operator, act, detail, submission: Some(submission) }));
            }
        }
        done.sort_by_key(|(at_ms, _)| *at_ms);
        Ok(done.into_iter().map(|(_, it)| it).collect())
    }
}

impl Said {
    fn of(it: Moment) -> Self {
        // What is no JSON any more is told as it is.
        let message = serde_json::from_str(&it.body).unwrap_or(Value::String(it.body));
        Self { at: iso(it.at_ms), message }
    }
}

impl Prompted {
    fn of(it: KeptLease) -> Self {
        Self {
            lease: it.lease.as_str().to_owned(),
            anonymous_id: it.anonymous,
            user_id: it.user,
            account_id: it.account,
            session_id: it.session,
            prompt: it.prompt,
            kind: it.kind.as_str(),
            trigger: it.trigger,
            page: it.page,
            language: it.language,
            granted_at: iso(it.granted_ms),
            shown_at: it.shown_ms.map(iso),
            answered_at: it.answered_ms.map(iso),
            completed_at: it.completed_ms.map(iso),
            dismissed_at: it.dismissed_ms.map(iso),
            dismissed_how: it.dismissed_how,
        }
    }
}

impl NotPrompted {
    fn of(it: Withheld) -> Self {
        Self {
            anonymous_id: it.anonymous,
            user_id: it.user,
            prompt: it.prompt,
            trigger: it.trigger,
            page: it.page,
            reasons: it.reasons.iter().map(|it| it.as_str()).collect(),
            first_at: iso(it.first_ms),
            last_at: iso(it.last_ms),
            times: it.times,
        }
    }
}

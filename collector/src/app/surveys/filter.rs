//! Which responses a number counts.

use super::fold::{by_user, find_where_left, fold};
use super::pick::Pick;
use super::response::{Outcome, Response};
use super::search::Search;
use crate::app::App;
use crate::app::funnel::NO_VALUE;
use crate::app::inbox::{State, Triage};
use crate::storage::{Profile, StorageError, TraitPath};
use domain::Scope;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Longer values of a filter stand in no honest address.
pub const FILTER_CHARS_MAX: usize = 512;

/// All of these must hold; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseFilter {
    pub survey: Option<String>,
    /// Shown in `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub who: Option<Who>,
    /// The step that `pick` is about; any, where it is absent.
    pub step: Option<String>,
    pub pick: Option<Pick>,
    pub language: Option<String>,
    pub user: Option<String>,
    /// The id of the account that the user belongs to.
    pub account: Option<String>,
    /// A trait and its value, [`NO_VALUE`] for those without it.
    pub segment: Option<(TraitPath, String)>,
    pub search: Option<Search>,
    pub state: Option<State>,
    /// The operator it is assigned to.
    pub assignee: Option<String>,
    pub tag: Option<String>,
}

/// By what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Shown,
    Answered,
    /// Said something in their own words.
    Wrote,
    Ended(Outcome),
}

/// Responses, the latest first, with what operators did about them.
#[derive(Clone, Debug, Default)]
pub struct Responses {
    pub rows: Vec<Response>,
    triage: HashMap<(String, String), Arc<Triage>>,
}

impl Who {
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Answered => "answered",
            Self::Wrote => "wrote",
            Self::Ended(outcome) => outcome.as_str(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let ended = Outcome::ALL.map(Self::Ended);
        [Self::Shown, Self::Answered, Self::Wrote].into_iter().chain(ended).find(|it| it.name() == text)
    }

    fn has(self, response: &Response) -> bool {
        match self {
            Self::Shown => true,
            Self::Answered => response.is_answered(),
            Self::Wrote => response.texts().next().is_some(),
            Self::Ended(outcome) => response.outcome == outcome,
        }
    }
}

impl Responses {
    pub fn triage(&self, response: &Response) -> Arc<Triage> {
        let (survey, submission) = response.key();
        self.triage.get(&(survey.to_owned(), submission.to_owned())).cloned().unwrap_or_default()
    }

    /// Of all that operators did, those that are among these.
    pub fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = self.triage.values().flat_map(|it| it.tags.iter().cloned()).collect();
        tags.sort_unstable();
        tags.dedup();
        tags
    }
}

impl ResponseFilter {
    /// Whether it is picked, but for segment and triage.
    fn has(&self, it: &Response) -> bool {
        self.survey.as_ref().is_none_or(|survey| it.survey == *survey)
            && self.since_ms.is_none_or(|since_ms| it.at_ms >= since_ms)
            && self.until_ms.is_none_or(|until_ms| it.at_ms < until_ms)
            && self.who.is_none_or(|who| who.has(it))
            && self.pick.as_ref().is_none_or(|pick| it.is_picked(self.step.as_deref(), pick))
            && self.language.as_ref().is_none_or(|language| it.language == *language)
            && self.user.as_ref().is_none_or(|user| it.user == *user)
            && self.account.as_ref().is_none_or(|account| it.account.as_ref() == Some(account))
            && self.search.as_ref().is_none_or(|search| search.finds(it.texts().map(|(_, text)| text)))
    }

    fn has_triage(&self, triage: &Triage) -> bool {
        self.state.is_none_or(|state| triage.state() == state)
            && self.assignee.as_ref().is_none_or(|assignee| triage.assignee.as_ref() == Some(assignee))
            && self.tag.as_ref().is_none_or(|tag| triage.tags.contains(tag))
    }
}

impl App {
    /// Every response, the latest shown first.
    pub(in crate::app) async fn all_responses(&self) -> Result<Vec<Response>, StorageError> {
        let messages = self.survey_messages().await?;
        let now_ms = self.now_ms();
        let folding = tokio::task::spawn_blocking(move || fold(&messages, now_ms));
        let mut responses =
            folding.await.map_err(|error| StorageError::Failed(format!("reading answers was cut off: {error}")))?;
        let project = self.project();
        let is_unknown = |it: &&mut Response| {
            it.left_at.is_none() && it.outcome != Outcome::Completed && it.outcome != Outcome::Open
        };
        let mut unknown: Vec<&mut Response> = responses.iter_mut().filter(is_unknown).collect();
        if !unknown.is_empty() {
            let profiles = by_user(self.profiles(unknown.iter().map(|it| it.user.clone()).collect()).await?);
            for response in &mut unknown {
                if let (Some(definition), Some(profile)) =
                    (project.survey(&response.survey), profiles.get(&response.user))
                {
                    find_where_left(response, definition, profile);
                }
            }
        }
        Ok(responses)
    }

    /// What is known of those who gave these responses.
    pub(super) async fn responders(&self, responses: &[Response]) -> Result<HashMap<String, Profile>, StorageError> {
        let mut users: Vec<String> = responses.iter().map(|it| it.user.clone()).collect();
        users.sort_unstable();
        users.dedup();
        Ok(by_user(self.profiles(users).await?))
    }

    /// The responses that a filter picks.
    pub async fn responses(&self, filter: &ResponseFilter) -> Result<Responses, StorageError> {
        let mut rows = self.all_responses().await?;
        rows.retain(|it| filter.has(it));
        if let Some((path, value)) = &filter.segment {
            let profiles = self.responders(&rows).await?;
            rows.retain(|it| segment_of(profiles.get(&it.user), path) == *value);
        }
        let triage = self.triage(filter.survey.clone()).await?;
        let mut responses = Responses { rows, triage };
        let mut rows = std::mem::take(&mut responses.rows);
        rows.retain(|it| filter.has_triage(&responses.triage(it)));
        responses.rows = rows;
        Ok(responses)
    }
}

/// The value of a trait as the heading of a segment.
pub(super) fn segment_of(profile: Option<&Profile>, path: &TraitPath) -> String {
    let traits = profile.map(|it| if path.of == Scope::User { &it.traits } else { &it.account_traits });
    let found = traits.and_then(|traits| {
        let (first, rest) = path.path.split_first()?;
        rest.iter().try_fold(traits.get(first)?, |value, key| value.get(key.as_str()))
    });
    match found {
        None | Some(Value::Null) => NO_VALUE.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

//! One user: what is known, reached and answered, where they hesitated, and which prompts they (did not) see.

use super::response::Response;
use crate::app::App;
use crate::app::hesitation::{Behind, HesitationRequest, Who as Hesitating};
use crate::storage::{Profile, StorageError};
use domain::{Journey, Reason, Reasons};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Entries of the why-log on one page, the latest first.
const WHY_ENTRIES: usize = 200;

/// Everything about one user.
#[derive(Clone, Debug)]
pub struct UserAnswer {
    pub profile: Profile,
    /// Never said who it is.
    pub anonymous: bool,
    /// Per journey, when each milestone was first reached.
    pub journeys: Vec<(Journey, Vec<Option<i64>>)>,
    /// The latest first.
    pub responses: Vec<Response>,
    pub hesitations: Vec<Behind>,
}

/// Which entries of the why-log are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyRequest {
    pub survey: Option<String>,
    /// In `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// One moment at which a prompt was shown or withheld.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyEntry {
    pub at_ms: i64,
    /// A survey's id, or `hesitation`.
    pub prompt: String,
    pub trigger: String,
    pub page: String,
    pub is_shown: bool,
    /// What stood against it; empty where it was shown.
    #[serde(serialize_with = "names")]
    pub reasons: Vec<Reason>,
}

fn names<S: Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.iter().map(|it| it.as_str()))
}

impl App {
    /// What is known of a user; `None` where nobody of this id was ever heard of.
    pub async fn user(&self, id: &str) -> Result<Option<UserAnswer>, StorageError> {
        let Some(profile) = self.profiles(vec![id.to_owned()]).await?.into_iter().next() else { return Ok(None) };
        let mut responses = self.all_responses().await?;
        responses.retain(|it| it.user == id);
        let hesitation = self.hesitation(&HesitationRequest::default()).await?;
        let mut hesitations = hesitation.behind(None, Hesitating::Hesitated);
        hesitations.retain(|it| it.user == id);
        let mut journeys = Vec::new();
        for journey in &self.project().definitions.journeys {
            let reached = self.events.first_reached(Arc::new(journey.clone())).await?;
            let times = reached.into_iter().find(|it| it.user == id).map(|it| it.times_ms);
            journeys.push((journey.clone(), times.unwrap_or_else(|| vec![None; journey.milestones.len()])));
        }
        let has_reached = journeys.iter().any(|(_, times)| times.iter().any(Option::is_some));
        let is_known = profile.account.is_some() || !profile.traits.is_empty() || has_reached;
        if !is_known
            && responses.is_empty()
            && hesitations.is_empty()
            && self.why_entries(id, &WhyRequest::default()).await?.is_empty()
        {
            return Ok(None);
        }
        let anonymous = responses.iter().map(|it| it.anonymous).chain(hesitations.iter().map(|it| it.anonymous)).next();
        let anonymous = anonymous.unwrap_or(profile.traits.is_empty() && profile.account.is_none());
        Ok(Some(UserAnswer { profile, anonymous, journeys, responses, hesitations }))
    }

    /// Why a user did, or did not, see prompts, the latest first: what messages tell.
    pub async fn why_entries(&self, user: &str, request: &WhyRequest) -> Result<Vec<WhyEntry>, StorageError> {
        let in_range =
            |at_ms: i64| request.since_ms.is_none_or(|it| at_ms >= it) && request.until_ms.is_none_or(|it| at_ms < it);
        let withheld = self.withheld_messages(request.since_ms, request.until_ms).await?;
        let withheld = withheld.into_iter().filter(|it| it.user == user).map(|it| WhyEntry {
            at_ms: it.at_ms,
            prompt: it.prompt,
            trigger: it.trigger,
            page: it.page,
            is_shown: false,
            reasons: it.reasons.iter().collect(),
        });
        let shown = self.all_responses().await?;
        let shown = shown.into_iter().filter(|it| it.user == user && in_range(it.at_ms)).map(|it| WhyEntry {
            at_ms: it.at_ms,
            prompt: it.survey,
            trigger: it.trigger,
            page: it.page,
            is_shown: true,
            reasons: Reasons::NONE.iter().collect(),
        });
        let mut entries: Vec<WhyEntry> = withheld
            .chain(shown)
            .filter(|it| request.survey.as_ref().is_none_or(|wanted| it.prompt == *wanted))
            .collect();
        entries.sort_by(|a, b| b.at_ms.cmp(&a.at_ms).then_with(|| a.prompt.cmp(&b.prompt)));
        entries.truncate(WHY_ENTRIES);
        Ok(entries)
    }
}

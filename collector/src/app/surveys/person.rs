//! One user: what is known, reached and answered, and where they hesitated.

use super::response::Response;
use crate::app::App;
use crate::app::hesitation::{Behind, HesitationRequest, Who as Hesitating};
use crate::app::why::WhyQuestion;
use crate::storage::{Profile, StorageError};
use domain::Journey;
use std::sync::Arc;

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
        let (somebody, _) = self.somebody_called(id).await?;
        for journey in &self.project().definitions.journeys {
            let reached = self.events.reached_by(Arc::new(journey.clone()), somebody.ids.clone()).await?;
            journeys.push((journey.clone(), reached));
        }
        let has_reached = journeys.iter().any(|(_, times)| times.iter().any(Option::is_some));
        let is_known = profile.account.is_some() || !profile.traits.is_empty() || has_reached;
        let is_nobody = !is_known && responses.is_empty() && hesitations.is_empty();
        if is_nobody && self.why(&WhyQuestion { user: id.to_owned(), ..WhyQuestion::default() }).await?.is_none() {
            return Ok(None);
        }
        let anonymous = responses.iter().map(|it| it.anonymous).chain(hesitations.iter().map(|it| it.anonymous)).next();
        let anonymous = anonymous.unwrap_or(profile.traits.is_empty() && profile.account.is_none());
        Ok(Some(UserAnswer { profile, anonymous, journeys, responses, hesitations }))
    }
}

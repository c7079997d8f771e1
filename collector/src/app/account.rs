//! One account: how far its users got, who they are, what they said and did.

use super::App;
use super::accounts::{ACTIVE_DAYS, value_time_ms};
use super::hesitation::{Behind, HesitationRequest, Who as Hesitating};
use super::surveys::{NpsAnswer, Response, ResponseFilter};
use super::timeline::TimelineRow;
use super::users::{SeenFilter, UserFilter, UserList, UserRequest};
use crate::storage::{Everybody, Reaches, StorageError, UserLine};
use domain::{Journey, Scope};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Messages of an account's timeline, the latest.
const MESSAGES: usize = 100;

/// Active users that come along; the list has all.
const USERS: usize = 20;

/// Everything about one account.
#[derive(Clone, Debug)]
pub struct AccountAnswer {
    pub account: Arc<str>,
    pub name: Option<Arc<str>>,
    /// The latest value of each trait.
    pub traits: Map<String, Value>,
    pub users: u64,
    /// When any of them was first and last seen.
    pub first_ms: i64,
    pub last_ms: i64,
    pub journeys: Vec<AccountJourney>,
    /// Those seen within [`ACTIVE_DAYS`], the latest first.
    pub active: UserList,
    /// The latest first.
    pub responses: Vec<Response>,
    /// Over all of them.
    pub nps: NpsAnswer,
    pub hesitations: Vec<Behind>,
    /// The latest first.
    pub timeline: Vec<AccountDoing>,
}

/// How far an account's users got along a journey.
#[derive(Clone, Debug)]
pub struct AccountJourney {
    pub journey: Journey,
    pub milestones: Vec<AccountMilestone>,
    /// From the first first milestone of any user to the first value milestone of any; `None` before both.
    pub value_time_ms: Option<u64>,
}

/// One milestone.
#[derive(Clone, Debug, Default)]
pub struct AccountMilestone {
    /// When it was first reached.
    pub first_ms: Option<i64>,
    /// By whom; `None` for a milestone that users reach together.
    pub by: Option<UserLine>,
    /// How many users reached it.
    pub users: u64,
}

/// One message of a user of the account.
#[derive(Clone, Debug)]
pub struct AccountDoing {
    pub user: String,
    /// The name, else the id.
    pub title: String,
    pub row: TimelineRow,
}

impl App {
    /// What is known of an account; `None` where nobody belongs to it.
    pub async fn account(&self, id: &str) -> Result<Option<AccountAnswer>, StorageError> {
        let everybody = self.events.everybody().await?;
        let Some(place) = everybody.accounts().iter().position(|it| &*it.account == id) else { return Ok(None) };
        let users: Vec<&UserLine> = everybody.users().iter().filter(|it| it.account == Some(place as u32)).collect();
        let (Some(line), Some(first)) = (everybody.accounts().get(place), users.first()) else { return Ok(None) };
        let profile = self.profiles(vec![first.user.to_string()]).await?.into_iter().next().unwrap_or_default();
        let filter = UserFilter {
            account: Some(id.to_owned()),
            seen: Some(SeenFilter::WithinDays(ACTIVE_DAYS)),
            ..UserFilter::default()
        };
        let active = self.users(&UserRequest { filter, ..UserRequest::default() }, USERS).await?;
        let mut journeys = Vec::new();
        for journey in &self.project().definitions.journeys {
            let keys = users.iter().map(|it| it.key).collect();
            let reaches = self.events.first_reached_of(Arc::new(journey.clone()), keys).await?;
            journeys.push(AccountJourney::of(journey.clone(), &users, &reaches));
        }
        let filter = ResponseFilter { account: Some(id.to_owned()), ..ResponseFilter::default() };
        let responses = self.responses(&filter).await?.rows;
        let hesitation = self.hesitation(&HesitationRequest::default()).await?;
        let mut hesitations = hesitation.behind(None, Hesitating::Hesitated);
        hesitations.retain(|it| it.account.as_deref() == Some(id));
        Ok(Some(AccountAnswer {
            account: Arc::clone(&line.account),
            name: line.name.clone(),
            traits: profile.account_traits,
            users: users.len() as u64,
            first_ms: users.iter().map(|it| it.first_ms).min().unwrap_or_default(),
            last_ms: users.iter().map(|it| it.last_ms).max().unwrap_or_default(),
            journeys,
            active,
            nps: NpsAnswer::of(&responses),
            responses,
            hesitations,
            timeline: self.account_timeline(id, &everybody).await?,
        }))
    }

    async fn account_timeline(&self, id: &str, everybody: &Everybody) -> Result<Vec<AccountDoing>, StorageError> {
        let moments = self.events.account_timeline(id.to_owned(), MESSAGES).await?;
        let doing = |(key, moment)| {
            let users = everybody.users();
            // Somebody may have come since.
            let user = users.get(users.binary_search_by_key(&key, |it| it.key).ok()?)?;
            let (user, title) = (user.user.to_string(), user.title().to_owned());
            Some(AccountDoing { user, title, row: TimelineRow::of(moment) })
        };
        Ok(moments.into_iter().filter_map(doing).collect())
    }
}

impl AccountJourney {
    fn of(journey: Journey, users: &[&UserLine], reaches: &Reaches) -> Self {
        let mut milestones = vec![AccountMilestone::default(); journey.milestones.len()];
        for user in users {
            for ((milestone, known), at_ms) in
                milestones.iter_mut().zip(&journey.milestones).zip(reaches.of(user.key).into_iter().flatten())
            {
                let Some(at_ms) = at_ms else { continue };
                milestone.users += 1;
                if milestone.first_ms.is_none_or(|it| at_ms < it) {
                    milestone.first_ms = Some(at_ms);
                    milestone.by = (known.scope == Scope::User).then(|| (*user).clone());
                }
            }
        }
        let reached_ms: Vec<Option<i64>> = milestones.iter().map(|it| it.first_ms).collect();
        Self { value_time_ms: value_time_ms(&reached_ms, &journey), milestones, journey }
    }
}

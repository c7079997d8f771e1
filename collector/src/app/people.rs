//! The people behind a number.

use super::App;
use super::funnel::{FunnelAnswer, Standing};
use crate::storage::{Profile, StorageError, UserKey};

/// One page of the users behind a bar.
#[derive(Clone, Debug)]
pub struct People {
    /// Equal to the bar.
    pub total: u64,
    pub rows: Vec<Person>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub profile: Profile,
    pub anonymous: bool,
    /// When each milestone was reached, as far as this user got.
    pub times_ms: Vec<i64>,
}

impl App {
    /// Users behind a bar of a funnel, the latest arrival first.
    pub async fn people(
        &self,
        funnel: &FunnelAnswer,
        level: usize,
        standing: Standing,
        group: Option<&str>,
        offset: usize,
        limit: usize,
    ) -> Result<People, StorageError> {
        let (total, chains) = funnel.people(level, standing, group, offset..offset.saturating_add(limit));
        let named = self.named(chains.into_iter().map(|it| (it.user, it.times_ms.to_vec())).collect()).await?;
        let row = |(profile, anonymous, times_ms)| Person { profile, anonymous, times_ms };
        Ok(People { total: total as u64, rows: named.into_iter().map(row).collect() })
    }

    /// What is known of these users and whether they are anonymous, each with what it was asked for; who was erased
    /// meanwhile is left out.
    pub(crate) async fn named<T>(&self, users: Vec<(UserKey, T)>) -> Result<Vec<(Profile, bool, T)>, StorageError> {
        let names = self.events.names(users.iter().map(|it| it.0).collect()).await?;
        let named: Vec<_> = users.into_iter().zip(names).filter_map(|((_, it), name)| Some((it, name?))).collect();
        let profiles = self.events.profiles(named.iter().map(|(_, it)| it.user.clone()).collect()).await?;
        Ok(named.into_iter().zip(profiles).map(|((it, name), profile)| (profile, name.anonymous, it)).collect())
    }

    /// What is known of these users, in their order.
    pub async fn profiles(&self, users: Vec<String>) -> Result<Vec<Profile>, StorageError> {
        self.events.profiles(users).await
    }
}

//! The people behind a number.

use super::App;
use super::funnel::{FunnelAnswer, Standing};
use crate::storage::{Profile, StorageError};

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
        let chains = funnel.people(level, standing, group);
        let page: Vec<_> = chains.iter().skip(offset).take(limit).collect();
        let profiles = self.events.profiles(page.iter().map(|it| it.user.clone()).collect()).await?;
        let rows = page
            .into_iter()
            .zip(profiles)
            .map(|(chain, profile)| Person { profile, anonymous: chain.anonymous, times_ms: chain.times_ms.clone() })
            .collect();
        Ok(People { total: chains.len() as u64, rows })
    }

    /// What is known of these users, in their order.
    pub async fn profiles(&self, users: Vec<String>) -> Result<Vec<Profile>, StorageError> {
        self.events.profiles(users).await
    }
}

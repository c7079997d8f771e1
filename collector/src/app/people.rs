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
        let (total, chains) = funnel.people(level, standing, group, offset..offset.saturating_add(limit));
        let names = self.events.names(chains.iter().map(|it| it.user).collect()).await?;
        let named: Vec<_> = chains.into_iter().zip(names).filter_map(|(it, name)| Some((it, name?))).collect();
        let profiles = self.events.profiles(named.iter().map(|(_, it)| it.user.clone()).collect()).await?;
        let rows = named
            .into_iter()
            .zip(profiles)
            .map(|((chain, name), profile)| Person {
                profile,
                anonymous: name.anonymous,
                times_ms: chain.times_ms.to_vec(),
            })
            .collect();
        Ok(People { total: total as u64, rows })
    }

    /// What is known of these users, in their order.
    pub async fn profiles(&self, users: Vec<String>) -> Result<Vec<Profile>, StorageError> {
        self.events.profiles(users).await
    }
}

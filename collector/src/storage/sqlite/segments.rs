//! Tier 2: the log once more, by subject and sender, in columns, so that questions about everybody read a few bytes of
//! each message instead of all of it.
//!
//! # What there is
//! A *segment* holds messages of one subject (kind and event name) in order of (sender, time, position): three packed
//! columns in a row of the table `segment` ([`columns`], [`pack`]). Every message up to `sealed.until_seq` is in exactly
//! one segment; the rest, the *tail*, is read from the log and followed in memory ([`tail`]). What rules and breakdowns
//! want to know of a message's content is read off once and kept beside the segment as one code a row ([`reading`]).
//! [`sealer`] makes all of it in the background.
//!
//! # What may be relied on
//! Everything here is derived. `DELETE FROM segment; UPDATE sealed SET until_seq = 0` is always allowed, and answers are
//! the same before, during and after. Segments are never changed, only replaced under another id.
//!
//! # Whoever takes messages out
//! calls, in the same transaction, [`forget`] for each before deleting it, or [`forget_before`] for all before a
//! position. From the commit on, no question sees them: their positions are passed over, and nothing that was read
//! before is written any more. [`Segments::purge`] then makes the segments anew that still hold them; until then only
//! numbers of theirs are left. Before numbers of senders or subjects are given back, `purge` must be done, because
//! SQLite may give them out again; then [`forget_identities`].

mod by_user;
mod cache;
mod columns;
mod headings;
mod marks;
mod merge;
mod next_actions;
mod pack;
mod people;
mod profiles;
mod questions;
mod reading;
mod roll;
mod sealer;
mod segment;
mod shares;
mod snapshot;
mod some_users;
mod store;
mod subject;
mod tail;
mod timeline;
mod who;

#[cfg(test)]
mod tests;

pub(super) use people::People;
pub(super) use sealer::{Open, Work, Write};
pub(super) use store::{forget, forget_identities, summary, unseal};

use super::person;
use crate::storage::identity_graph::SenderId;
use crate::storage::{
    Active, ActivityQuestion, Chains, Everybody, FunnelQuestion, HappenedQuestion, Moment, NextActions, NextQuestion,
    Person, PresenceQuestion, Present, Profile, Reaches, StorageError, TraitPath, TraitValues, UserKey, UserName,
};
use cache::Cache;
use domain::{Definitions, Journey};
use rusqlite::{Connection, OptionalExtension};
use sealer::{Sealer, Wanted};
use snapshot::Snapshot;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Of more users than these it is quicker to look at everybody's rows than for each one's.
const A_FEW: usize = 10_000;

/// Tier 2 of one data folder; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Segments {
    cache: Arc<Cache>,
    wanted: Arc<Wanted>,
}

impl Segments {
    /// Begins to seal in the background, until the answer is dropped.
    pub(super) fn start(&self, open: Open, write: Write) -> Result<Background, StorageError> {
        Ok(Background(Sealer::start(open, write, Arc::clone(&self.cache), Arc::clone(&self.wanted))?))
    }

    /// These definitions are going to be asked about.
    pub(super) fn define(&self, definitions: Definitions) {
        self.wanted.define(definitions);
    }

    pub(super) fn chains(&self, connection: &Connection, question: &FunnelQuestion) -> Result<Chains, StorageError> {
        if let Some(by) = &question.by {
            self.wanted.ask(by);
        }
        questions::chains(&Snapshot::open(connection, &self.cache)?, question)
    }

    pub(super) fn first_reached(&self, connection: &Connection, journey: &Journey) -> Result<Reaches, StorageError> {
        questions::first_reached(&Snapshot::open(connection, &self.cache)?, journey)
    }

    pub(super) fn first_reached_of(
        &self,
        connection: &Connection,
        journey: &Journey,
        users: Vec<UserKey>,
    ) -> Result<Reaches, StorageError> {
        let snapshot = Snapshot::open(connection, &self.cache)?;
        if users.len() <= A_FEW {
            return some_users::first_reached_of(&snapshot, journey, users.into_iter().map(|it| it.0).collect());
        }
        let mut reaches = questions::first_reached(&snapshot, journey)?;
        reaches.keep(users);
        Ok(reaches)
    }

    pub(super) fn everybody(&self, connection: &Connection) -> Result<Arc<Everybody>, StorageError> {
        Snapshot::open(connection, &self.cache)?.everybody()
    }

    pub(super) fn activity(
        &self,
        connection: &Connection,
        question: &ActivityQuestion,
    ) -> Result<Vec<Active>, StorageError> {
        questions::activity(&Snapshot::open(connection, &self.cache)?, question)
    }

    pub(super) fn presence(
        &self,
        connection: &Connection,
        question: &PresenceQuestion,
    ) -> Result<Vec<Present>, StorageError> {
        questions::presence(&Snapshot::open(connection, &self.cache)?, question)
    }

    pub(super) fn happened(
        &self,
        connection: &Connection,
        question: &HappenedQuestion,
    ) -> Result<Vec<(UserKey, u32)>, StorageError> {
        questions::happened(&Snapshot::open(connection, &self.cache)?, question)
    }

    pub(super) fn next_actions(
        &self,
        connection: &Connection,
        question: &NextQuestion,
    ) -> Result<NextActions, StorageError> {
        next_actions::next_actions(&Snapshot::open(connection, &self.cache)?, question)
    }

    pub(super) fn trait_values(&self, connection: &Connection, path: &TraitPath) -> Result<TraitValues, StorageError> {
        self.wanted.ask(path);
        questions::trait_values(&Snapshot::open(connection, &self.cache)?, path)
    }

    /// When a person first reached each milestone.
    pub(super) fn reached_by(
        &self,
        connection: &Connection,
        journey: &Journey,
        senders: &BTreeSet<SenderId>,
    ) -> Result<Vec<Option<i64>>, StorageError> {
        let snapshot = Snapshot::open(connection, &self.cache)?;
        let mut users = Vec::new();
        for sender in senders {
            users.push(snapshot.who.user_of(who::narrow(*sender)?));
        }
        Ok(some_users::first_reached_of(&snapshot, journey, users)?.together())
    }

    pub(super) fn profiles(&self, connection: &Connection, users: &[String]) -> Result<Vec<Profile>, StorageError> {
        profiles::profiles(&Snapshot::open(connection, &self.cache)?, users)
    }

    /// Who is who, as this transaction sees it.
    pub(super) fn people(&self, connection: &Connection) -> Result<People, StorageError> {
        Ok(People::new(self.cache.who(connection, &store::sealed(connection)?)?))
    }

    pub(super) fn timeline(
        &self,
        connection: &Connection,
        person: &Person,
        limit: usize,
    ) -> Result<Vec<Moment>, StorageError> {
        let mut senders = Vec::new();
        for (anonymous, texts) in [(false, &person.users), (true, &person.anonymous)] {
            for text in texts {
                if let Some(sender) = person::sender(connection, anonymous, text)? {
                    senders.push(who::narrow(sender)?);
                }
            }
        }
        senders.sort_unstable();
        senders.dedup();
        let moments = timeline::timeline(&Snapshot::open(connection, &self.cache)?, &senders, limit)?;
        Ok(moments.into_iter().map(|(_, it)| it).collect())
    }

    pub(super) fn account_timeline(
        &self,
        connection: &Connection,
        account: &str,
        limit: usize,
    ) -> Result<Vec<(UserKey, Moment)>, StorageError> {
        let find = "SELECT id FROM account WHERE text = ?1";
        let number: Option<i64> = connection.prepare_cached(find)?.query_row([account], |row| row.get(0)).optional()?;
        let Some(number) = number else { return Ok(Vec::new()) };
        let snapshot = Snapshot::open(connection, &self.cache)?;
        let who = &snapshot.who;
        let is_member = |it: &u32| who.account_of(who.user_of(*it)).map(i64::from) == Some(number);
        let members: Vec<u32> = (0..who.width() as u32).filter(is_member).collect();
        let moments = timeline::timeline(&snapshot, &members, limit)?;
        Ok(moments.into_iter().map(|(sender, it)| (UserKey(who.user_of(sender)), it)).collect())
    }
}

/// What goes on beside; it ends when this is dropped.
pub(super) struct Background(Sealer);

impl Background {
    /// Seals all there is, and reads off what is going to be asked.
    pub(super) async fn settle(&self) -> Result<(), StorageError> {
        self.0.settle().await
    }

    /// Leaves nothing of erased messages in any segment.
    pub(super) async fn purge(&self) -> Result<(), StorageError> {
        self.0.purge().await
    }
}

pub(super) fn names(connection: &Connection, users: &[UserKey]) -> Result<Vec<Option<UserName>>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT text, anonymous FROM sender WHERE id = ?1")?;
    let mut names = Vec::with_capacity(users.len());
    for UserKey(number) in users {
        let name = |row: &rusqlite::Row<'_>| Ok(UserName { user: row.get(0)?, anonymous: row.get(1)? });
        names.push(statement.query_row([number], name).optional()?);
    }
    Ok(names)
}

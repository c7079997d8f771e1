//! One person: all their ids, their account, what they reached; found without reading everybody's.

use super::segments::Segments;
use super::{erase, read};
use crate::storage::identity_graph::SenderId;
use crate::storage::{Person, Somebody, StorageError};
use domain::{Journey, Rule, Scope};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// Ids of one person that are followed; more belong to a program, not to a person.
const IDS_MAX: usize = 10_000;

/// The senders of one person, by kind.
#[derive(Debug, Default)]
pub(super) struct Senders {
    pub(super) users: BTreeSet<SenderId>,
    pub(super) anonymous: BTreeSet<SenderId>,
}

impl Senders {
    /// There may be more than were followed.
    pub(super) fn is_full(&self) -> bool {
        self.users.len() >= IDS_MAX || self.anonymous.len() >= IDS_MAX
    }

    pub(super) fn all(&self) -> impl Iterator<Item = SenderId> {
        self.users.iter().chain(&self.anonymous).copied()
    }
}

pub(super) fn person(
    connection: &Connection,
    user: Option<&str>,
    anonymous: Option<&str>,
) -> Result<Somebody, StorageError> {
    let senders = senders(connection, user, anonymous)?;
    let mut ids =
        Person { users: texts(connection, &senders.users)?, anonymous: texts(connection, &senders.anonymous)? };
    let mut add = |list: fn(&mut Person) -> &mut Vec<String>, id: Option<&str>| {
        let list = list(&mut ids);
        if let Some(id) = id.filter(|id| !list.iter().any(|it| it == id)) {
            list.push(id.to_owned());
        }
    };
    add(|it| &mut it.users, user);
    add(|it| &mut it.anonymous, anonymous);
    let erased_until_ms = erase::until_ms(connection, &ids)?;
    Ok(Somebody {
        is_known: senders.all().next().is_some(),
        ids,
        account: account(connection, &senders)?,
        erased_until_ms,
    })
}

/// The rules are those of [`crate::storage::Events`]: merged users are one, and an anonymous sender is the user's to
/// whom it was linked first.
pub(super) fn senders(
    connection: &Connection,
    user: Option<&str>,
    anonymous: Option<&str>,
) -> Result<Senders, StorageError> {
    let own = match anonymous {
        Some(anonymous) => sender(connection, true, anonymous)?,
        None => None,
    };
    let start = match (user, own) {
        (Some(user), _) => sender(connection, false, user)?,
        (None, Some(own)) => first_linked(connection, own)?,
        (None, None) => None,
    };
    follow(connection, start, own)
}

/// All senders of the person to whom this one belongs.
pub(super) fn senders_of(connection: &Connection, sender: SenderId) -> Result<Senders, StorageError> {
    let find = "SELECT anonymous FROM sender WHERE id = ?1";
    match connection.prepare_cached(find)?.query_row([sender], |row| row.get(0)).optional()? {
        Some(true) => follow(connection, first_linked(connection, sender)?, Some(sender)),
        Some(false) => follow(connection, Some(sender), None),
        None => Ok(Senders::default()),
    }
}

/// The person of a user, and an anonymous sender of theirs.
fn follow(connection: &Connection, start: Option<SenderId>, own: Option<SenderId>) -> Result<Senders, StorageError> {
    let mut senders = Senders::default();
    if let Some(start) = start {
        let mut open = vec![start];
        while let Some(user) = open.pop() {
            if senders.users.len() < IDS_MAX && senders.users.insert(user) {
                let mut statement = connection.prepare_cached(
                    "SELECT user FROM merge WHERE previous = ?1 UNION SELECT previous FROM merge WHERE user = ?1",
                )?;
                for next in statement.query_map([user], |row| row.get(0))? {
                    open.push(next?);
                }
            }
        }
        for user in &senders.users {
            let mut statement = connection.prepare_cached("SELECT anonymous FROM link WHERE user = ?1 LIMIT ?2")?;
            for anonymous in statement.query_map(params![user, IDS_MAX as i64], |row| row.get(0))? {
                let anonymous = anonymous?;
                if first_linked(connection, anonymous)?.is_some_and(|it| senders.users.contains(&it)) {
                    senders.anonymous.insert(anonymous);
                }
            }
        }
    }
    senders.anonymous.extend(own);
    Ok(senders)
}

pub(super) fn reached_by(
    connection: &Connection,
    segments: &Segments,
    journey: &Journey,
    person: &Person,
) -> Result<Vec<Option<i64>>, StorageError> {
    let mut ids: BTreeSet<SenderId> = BTreeSet::new();
    for (anonymous, texts) in [(false, &person.users), (true, &person.anonymous)] {
        for text in texts {
            ids.extend(sender(connection, anonymous, text)?);
        }
    }
    let mut times_ms: Vec<Option<i64>> = vec![None; journey.milestones.len()];
    let mut open = journey.clone();
    let mut is_open = false;
    for (level, milestone) in open.milestones.iter_mut().enumerate() {
        let watched = if milestone.scope == Scope::Account { None } else { read::watched(connection, journey, level)? };
        let Some(watched) = watched else {
            is_open = true;
            continue;
        };
        for id in &ids {
            let at_ms: Option<i64> = connection
                .prepare_cached("SELECT at_ms FROM first_reach WHERE milestone = ?1 AND sender = ?2")?
                .query_row([watched, *id], |row| row.get(0))
                .optional()?;
            add(&mut times_ms, level, at_ms);
        }
        // Never fires, so that the log is not read for it.
        milestone.rule = Rule::Any(Vec::new());
    }
    if is_open {
        for (level, at_ms) in segments.reached_by(connection, &open, &ids)?.into_iter().enumerate() {
            add(&mut times_ms, level, at_ms);
        }
    }
    Ok(times_ms)
}

fn add(times_ms: &mut [Option<i64>], level: usize, at_ms: Option<i64>) {
    if let (Some(slot), Some(at_ms)) = (times_ms.get_mut(level), at_ms) {
        *slot = Some(slot.map_or(at_ms, |before| before.min(at_ms)));
    }
}

pub(super) fn sender(connection: &Connection, anonymous: bool, text: &str) -> Result<Option<SenderId>, StorageError> {
    let find = "SELECT id FROM sender WHERE text = ?1 AND anonymous = ?2";
    Ok(connection.prepare_cached(find)?.query_row(params![text, anonymous], |row| row.get(0)).optional()?)
}

/// The user to whom an anonymous sender belongs.
fn first_linked(connection: &Connection, anonymous: SenderId) -> Result<Option<SenderId>, StorageError> {
    let find = "SELECT link.user FROM link JOIN sender ON sender.id = link.user WHERE link.anonymous = ?1
                ORDER BY link.at_ms, sender.text LIMIT 1";
    Ok(connection.prepare_cached(find)?.query_row([anonymous], |row| row.get(0)).optional()?)
}

fn account(connection: &Connection, senders: &Senders) -> Result<Option<String>, StorageError> {
    let mut latest: Option<(i64, String)> = None;
    for sender in senders.all() {
        let mut statement = connection.prepare_cached(
            "SELECT at_ms, text FROM membership JOIN account ON account.id = membership.account WHERE sender = ?1",
        )?;
        for membership in statement.query_map([sender], |row| Ok((row.get(0)?, row.get(1)?)))? {
            latest = latest.max(Some(membership?));
        }
    }
    Ok(latest.map(|(_, account)| account))
}

fn texts(connection: &Connection, senders: &BTreeSet<SenderId>) -> Result<Vec<String>, StorageError> {
    let mut texts = Vec::new();
    for sender in senders {
        let find = "SELECT text FROM sender WHERE id = ?1";
        texts.extend(connection.prepare_cached(find)?.query_row([sender], |row| row.get(0)).optional()?);
    }
    Ok(texts)
}

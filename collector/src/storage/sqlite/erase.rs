//! Forgetting a person: no byte of theirs is left in the file or its log.
//!
//! The writing thread marks the ids as erased first, so that nothing of theirs can arrive any more; then a reader
//! finds their messages while others go on being stored, and the writing thread takes them out piece by piece.

use super::intern::Interned;
use super::{person, segments};
use crate::storage::identity_graph::SenderId;
use crate::storage::{Person, RowRef, StorageError};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

type Hash = [u8; 32];

/// The ids that were erased, as salted hashes: who looks at the file cannot tell whom.
#[derive(Default)]
pub(super) struct Tombstones {
    salt: Vec<u8>,
    /// Until when messages are refused.
    until_ms: HashMap<Hash, i64>,
    /// The next message's position, where SQLite would give out that of an erased one again.
    next_position: Option<i64>,
}

impl Tombstones {
    pub(super) fn read(connection: &Connection) -> Result<Self, StorageError> {
        let salt = salt(connection)?;
        let mut statement = connection.prepare_cached("SELECT hash, until_ms FROM tombstone")?;
        let until_ms = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let next_position = connection
            .prepare_cached(
                "SELECT last_position + 1 FROM erasure
                 WHERE last_position > COALESCE((SELECT MAX(seq) FROM message), 0)",
            )?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(Self { salt, until_ms, next_position })
    }

    /// Where the next message goes; `None`: after the last one.
    pub(super) fn next_position(&self) -> Option<i64> {
        self.next_position
    }

    /// A message was stored.
    pub(super) fn stored(&mut self) {
        self.next_position = None;
    }

    /// Whether a message names somebody who was erased.
    pub(super) fn cover(&self, row: &RowRef<'_>) -> bool {
        if self.until_ms.is_empty() {
            return false;
        }
        let user = row.user_id.map(|it| (false, it));
        let anonymous = row.anonymous_id.map(|it| (true, it));
        // The former id may have been a user id or an anonymous id.
        let previous = [false, true].map(|it| row.previous_id.map(|id| (it, id)));
        let until_ms =
            [user, anonymous].into_iter().chain(previous).flatten().filter_map(|(kind, id)| self.of(kind, id)).max();
        until_ms.is_some_and(|it| row.received_ms < it)
    }

    fn of(&self, anonymous: bool, id: &str) -> Option<i64> {
        self.until_ms.get(&hash(&self.salt, anonymous, id)).copied()
    }
}

/// Until when messages under any of these ids are refused.
pub(super) fn until_ms(connection: &Connection, person: &Person) -> Result<Option<i64>, StorageError> {
    let salt = salt(connection)?;
    let users = person.users.iter().map(|it| (false, it));
    let mut latest = None;
    for (anonymous, id) in users.chain(person.anonymous.iter().map(|it| (true, it))) {
        let find = "SELECT until_ms FROM tombstone WHERE hash = ?1";
        let hash = hash(&salt, anonymous, id);
        latest = latest.max(connection.prepare_cached(find)?.query_row([hash], |row| row.get(0)).optional()?);
    }
    Ok(latest)
}

fn salt(connection: &Connection) -> Result<Vec<u8>, StorageError> {
    Ok(connection.prepare_cached("SELECT salt FROM erasure")?.query_row([], |row| row.get(0))?)
}

fn hash(salt: &[u8], anonymous: bool, id: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update([u8::from(anonymous)]).chain_update(id).finalize().into()
}

/// Erects tombstones over all ids of the person, and says under which numbers they are stored.
pub(super) fn begin(
    connection: &Connection,
    named: &Person,
    now_ms: i64,
    until_ms: i64,
) -> Result<BTreeSet<SenderId>, StorageError> {
    let mut senders = BTreeSet::new();
    for user in &named.users {
        senders.extend(person::senders(connection, Some(user), None)?.all());
    }
    for anonymous in &named.anonymous {
        senders.extend(person::sender(connection, true, anonymous)?);
    }
    let salt = salt(connection)?;
    connection.execute("DELETE FROM tombstone WHERE until_ms < ?1", [now_ms])?;
    let erect = |anonymous: bool, id: &str| {
        connection
            .prepare_cached(
                "INSERT INTO tombstone (hash, until_ms) VALUES (?1, ?2)
                 ON CONFLICT (hash) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)",
            )?
            .execute(params![hash(&salt, anonymous, id), until_ms])
    };
    for user in &named.users {
        erect(false, user)?;
    }
    for anonymous in &named.anonymous {
        erect(true, anonymous)?;
    }
    for sender in &senders {
        let find = "SELECT anonymous, text FROM sender WHERE id = ?1";
        let (anonymous, text): (bool, String) =
            connection.prepare_cached(find)?.query_row([sender], |row| Ok((row.get(0)?, row.get(1)?)))?;
        erect(anonymous, &text)?;
    }
    Ok(senders)
}

/// Where their messages are; asked of a reader, because it may take a while.
pub(super) fn find(connection: &Connection, senders: &BTreeSet<SenderId>) -> Result<Vec<i64>, StorageError> {
    let mut statement =
        connection.prepare_cached("SELECT seq FROM message WHERE sender IN (SELECT value FROM json_each(?1))")?;
    Ok(statement.query_map([list(senders)], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Takes messages out; the number of those that were there.
pub(super) fn messages(connection: &Connection, positions: &[i64]) -> Result<u64, StorageError> {
    let mut erased = 0;
    for position in positions {
        segments::forget(connection, *position)?;
        connection
            .prepare_cached(
                "DELETE FROM prompt_message WHERE seq = ?1 AND sender = (SELECT sender FROM message WHERE seq = ?1)",
            )?
            .execute([position])?;
        let deleted = connection.prepare_cached("DELETE FROM message WHERE seq = ?1")?.execute([position])?;
        connection
            .prepare_cached("UPDATE erasure SET messages = messages + ?1, last_position = max(last_position, ?2 * ?1)")?
            .execute(params![deleted as i64, position])?;
        erased += deleted as u64;
    }
    Ok(erased)
}

/// Takes out what was known of them beside messages, and names that nobody else uses.
/// `kept` are subjects that the definitions in force look at.
pub(super) fn finish(
    connection: &Connection,
    interned: &mut Interned,
    senders: &BTreeSet<SenderId>,
    kept: &BTreeSet<i64>,
) -> Result<(), StorageError> {
    let senders = list(senders);
    let them = "(SELECT value FROM json_each(?1))";
    for delete in [
        format!("DELETE FROM first_reach WHERE sender IN {them}"),
        format!("DELETE FROM membership WHERE sender IN {them}"),
        format!("DELETE FROM link WHERE user IN {them} OR anonymous IN {them}"),
        format!("DELETE FROM merge WHERE user IN {them} OR previous IN {them}"),
        format!("DELETE FROM sender WHERE id IN {them}"),
    ] {
        connection.prepare_cached(&delete)?.execute([&senders])?;
    }
    connection.execute("DELETE FROM account WHERE id NOT IN (SELECT account FROM membership)", [])?;
    connection.execute(
        "DELETE FROM subject WHERE id NOT IN (SELECT value FROM json_each(?1))
         AND NOT EXISTS (SELECT 1 FROM message WHERE message.subject = subject.id)",
        [list(kept)],
    )?;
    segments::forget_identities(connection)?;
    interned.forget();
    Ok(())
}

pub(super) fn list(numbers: &BTreeSet<i64>) -> String {
    serde_json::to_string(numbers).unwrap_or_else(|_| "[]".to_owned())
}

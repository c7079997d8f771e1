//! Handing over messages by name, one at a time.

use super::segments::People;
use crate::storage::identity_graph::SenderId;
use crate::storage::{Arrived, FactQuestion, Person, StorageError, StoredFact, TakeFact};
use domain::Kind;
use rusqlite::{Connection, OptionalExtension, Row, Rows, params};
use std::collections::BTreeSet;

/// How far the collector's clock may have been set back: messages are looked for from so much earlier on.
const CLOCK_SLACK_MS: i64 = 86_400_000;

pub(super) fn facts(
    connection: &Connection,
    mut people: People,
    question: &FactQuestion,
    take: &mut TakeFact,
) -> Result<(), StorageError> {
    let from = match question.since_ms {
        Some(since_ms) => first_received(connection, since_ms.saturating_sub(CLOCK_SLACK_MS))?,
        None => 0,
    };
    let names: BTreeSet<&str> = question.names.iter().map(String::as_str).collect();
    let mut statements = Vec::new();
    for name in names {
        statements.push((name, connection.prepare(include_str!("facts.sql"))?));
    }
    let (since_ms, until_ms) = (question.since_ms.unwrap_or(i64::MIN), question.until_ms.unwrap_or(i64::MAX));
    let mut streams = Vec::new();
    for (name, statement) in &mut statements {
        let rows = statement.query(params![*name, Kind::Track.as_str(), from, since_ms, until_ms])?;
        let mut stream = Stream { name, rows, next: None };
        stream.step()?;
        streams.push(stream);
    }
    // Each stream is in order of arrival already: the earliest head is next.
    while let Some(stream) = streams.iter_mut().filter(|it| it.next.is_some()).min_by_key(|it| it.seq()) {
        let Some(message) = stream.next.take() else { break };
        if let Some(user) = people.user_of(connection, message.sender)? {
            let fact = StoredFact {
                user: &user.name.user,
                anonymous: user.name.anonymous,
                account: user.account.as_deref(),
                name: stream.name,
                at_ms: message.at_ms,
                body: &message.body,
            };
            if !take(&fact) {
                break;
            }
        }
        stream.step()?;
    }
    Ok(())
}

pub(super) fn arrived(
    connection: &Connection,
    names: &[String],
    after: i64,
    limit: usize,
) -> Result<Vec<Arrived>, StorageError> {
    let mut found = Vec::new();
    for name in names.iter().collect::<BTreeSet<_>>() {
        let mut statement = connection.prepare_cached(include_str!("arrived.sql"))?;
        let rows = statement.query_map(params![name, Kind::Track.as_str(), after, limit as i64], message)?;
        for arrived in rows {
            found.push(arrived?);
        }
    }
    found.sort_by_key(|it| it.position);
    found.truncate(limit);
    Ok(found)
}

pub(super) fn about_prompts(
    connection: &Connection,
    person: &Person,
    limit: usize,
) -> Result<Vec<Arrived>, StorageError> {
    let list = |ids: &[String]| serde_json::to_string(ids).unwrap_or_else(|_| "[]".to_owned());
    let mut statement = connection.prepare_cached(include_str!("about_prompts.sql"))?;
    let rows = statement.query_map(params![list(&person.users), list(&person.anonymous), limit as i64], message)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn message(row: &Row<'_>) -> rusqlite::Result<Arrived> {
    Ok(Arrived { position: row.get(0)?, name: row.get(1)?, at_ms: row.get(2)?, body: row.get(3)? })
}

/// Messages of one name, and the one that comes next.
struct Stream<'a> {
    name: &'a str,
    rows: Rows<'a>,
    next: Option<Message>,
}

struct Message {
    seq: i64,
    sender: SenderId,
    at_ms: i64,
    body: String,
}

impl Stream<'_> {
    fn step(&mut self) -> Result<(), StorageError> {
        self.next = match self.rows.next()? {
            Some(row) => Some(Message { seq: row.get(0)?, sender: row.get(1)?, at_ms: row.get(2)?, body: row.get(3)? }),
            None => None,
        };
        Ok(())
    }

    fn seq(&self) -> i64 {
        self.next.as_ref().map_or(i64::MAX, |it| it.seq)
    }
}

/// The place in the log from which on messages were received at this time or later; no message happened after it
/// was received, and the log is in order of arrival, so halving finds it.
fn first_received(connection: &Connection, received_ms: i64) -> Result<i64, StorageError> {
    let last: i64 = connection.query_row("SELECT COALESCE(MAX(seq), 0) FROM message", [], |row| row.get(0))?;
    let mut find = connection.prepare_cached("SELECT received_ms FROM message WHERE seq >= ?1 ORDER BY seq LIMIT 1")?;
    let (mut low, mut high) = (0, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<i64> = find.query_row([middle], |row| row.get(0)).optional()?;
        if found.is_some_and(|it| it < received_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

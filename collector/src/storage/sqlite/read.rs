//! Questions that the log answers by itself.

use crate::storage::StorageError;
use crate::storage::history::Event;
use crate::storage::interest::Interest;
use domain::{Journey, compact};
use rusqlite::{Connection, OptionalExtension, params};
use std::rc::Rc;

/// Number that stands for a server's trust in the log.
const TRUST_SERVER: i64 = 3;

/// The number under which first reaches of this milestone are kept, if they are, and by this rule.
pub(super) fn watched(connection: &Connection, journey: &Journey, level: usize) -> Result<Option<i64>, StorageError> {
    let Some(milestone) = journey.milestones.get(level) else { return Ok(None) };
    let find = "SELECT id FROM milestone WHERE journey = ?1 AND milestone = ?2 AND rule = ?3";
    let values = params![journey.id.as_str(), milestone.id.as_str(), compact::write_rule(&milestone.rule)];
    Ok(connection.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?)
}

pub(super) fn messages(connection: &Connection, from: i64, limit: usize) -> Result<(Vec<String>, i64), StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT seq, id, at_ms, received_ms, body FROM message WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![from, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let (mut found, mut last) = (Vec::new(), from);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        let id = match row.get_ref(1)? {
            rusqlite::types::ValueRef::Blob(bytes) => {
                uuid::Uuid::from_slice(bytes).map(|it| it.hyphenated().to_string()).unwrap_or_default()
            }
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        found.push(exported(&row.get::<_, String>(4)?, &id, row.get(2)?, row.get(3)?));
    }
    Ok((found, last))
}

/// A message as it came, with what the collector settled: its id and its times.
fn exported(body: &str, id: &str, at_ms: i64, received_ms: i64) -> String {
    use serde_json::value::RawValue;
    let iso = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|it| it.to_string()).unwrap_or_default();
    let text = |text: String| serde_json::value::to_raw_value(&text).ok();
    let Ok(mut fields) = serde_json::from_str::<std::collections::BTreeMap<String, Box<RawValue>>>(body) else {
        return body.to_owned();
    };
    for (key, value) in [("messageId", id.to_owned()), ("timestamp", iso(at_ms)), ("receivedAt", iso(received_ms))] {
        if let Some(value) = text(value) {
            fields.insert(key.to_owned(), value);
        }
    }
    for key in ["writeKey", "identityToken", "sentAt"] {
        fields.remove(key);
    }
    serde_json::to_string(&fields).unwrap_or_else(|_| body.to_owned())
}

pub(super) fn count(connection: &Connection) -> Result<u64, StorageError> {
    // Positions are given out one by one and never twice: those that were not erased are the count.
    let count: i64 = connection.query_row(
        "SELECT max(COALESCE((SELECT MAX(seq) FROM message), 0), last_position) - messages FROM erasure",
        [],
        |row| row.get(0),
    )?;
    Ok(count.unsigned_abs())
}

/// All messages on these subjects; `user` is still the sender.
pub(super) fn events(connection: &Connection, interests: &[Interest]) -> Result<Vec<Event>, StorageError> {
    let mut events = Vec::new();
    for interest in interests {
        let body = if interest.needs_body { "body" } else { "NULL" };
        let select = format!(
            "SELECT seq, sender, at_ms, trust, {body} FROM message
             WHERE subject = (SELECT id FROM subject WHERE name = ?1 AND kind = ?2)"
        );
        let name: Rc<str> = Rc::from(interest.name.as_str());
        let mut statement = connection.prepare_cached(&select)?;
        let mut rows = statement.query(params![interest.name, interest.kind.as_str()])?;
        while let Some(row) = rows.next()? {
            let body: Option<String> = row.get(4)?;
            events.push(Event {
                seq: row.get(0)?,
                user: row.get(1)?,
                at_ms: row.get(2)?,
                kind: interest.kind,
                name: Rc::clone(&name),
                from_server: row.get::<_, i64>(3)? == TRUST_SERVER,
                body: body.and_then(|it| serde_json::from_str(&it).ok()),
            });
        }
    }
    Ok(events)
}

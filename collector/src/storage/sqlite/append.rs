//! Storing one message, and at once what follows from it.

use super::define::Watchlist;
use super::erase::Tombstones;
use super::intern::Interned;
use crate::storage::history::Event;
use crate::storage::{ABOUT_PROMPTS, Appended, Row, StorageError, Trust};
use domain::{Kind, MessageId};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};
use std::rc::Rc;

pub(super) fn append(
    connection: &Connection,
    interned: &mut Interned,
    watchlist: &Watchlist,
    tombstones: &mut Tombstones,
    row: &Row,
) -> Result<Appended, StorageError> {
    if tombstones.cover(row) {
        return Ok(Appended::Erased);
    }
    let subject = interned.subject(connection, row.kind, &row.name)?;
    let user = match &row.user_id {
        Some(user_id) => Some(interned.sender(connection, false, user_id.as_str())?),
        None => None,
    };
    let anonymous = match &row.anonymous_id {
        Some(anonymous_id) => Some(interned.sender(connection, true, anonymous_id.as_str())?),
        None => None,
    };
    let Some(sender) = user.or(anonymous) else {
        return Err(StorageError::Failed("a message without a sender reached storage".into()));
    };
    let trust = match row.trust {
        Trust::Anonymous => 0,
        Trust::Claimed => 1,
        Trust::Verified => 2,
        Trust::Server => 3,
    };
    let stored = connection.prepare_cached(include_str!("append.sql"))?.execute(params![
        key(&row.message_id),
        subject,
        sender,
        row.at_ms,
        row.received_ms,
        trust,
        row.body,
        tombstones.next_position(),
    ])?;
    if stored == 0 {
        return Ok(Appended::Duplicate);
    }
    tombstones.stored();
    if row.kind == Kind::Track && ABOUT_PROMPTS.contains(&row.name.as_str()) {
        let seq = connection.last_insert_rowid();
        connection
            .prepare_cached("INSERT INTO prompt_message (sender, seq) VALUES (?1, ?2)")?
            .execute([sender, seq])?;
    }
    if let (Some(anonymous), Some(user)) = (anonymous, user) {
        link(connection, anonymous, user, row.at_ms)?;
    }
    if let (Some(previous_id), Some(user)) = (&row.previous_id, user) {
        // The former id may have been a user id or an anonymous id: Segment's spec allows both.
        let previous = interned.sender(connection, false, previous_id)?;
        connection.prepare_cached(include_str!("merge.sql"))?.execute(params![previous, user])?;
        let anonymous = interned.sender(connection, true, previous_id)?;
        link(connection, anonymous, user, row.at_ms)?;
    }
    if let Some(account_id) = &row.account_id {
        let account = interned.account(connection, account_id.as_str())?;
        connection.prepare_cached(include_str!("join_account.sql"))?.execute(params![sender, account, row.at_ms])?;
    }
    watchlist.reach(connection, subject, || Event {
        user: sender,
        at_ms: row.at_ms,
        seq: 0,
        kind: row.kind,
        name: Rc::from(row.name.as_str()),
        from_server: row.trust == Trust::Server,
        body: serde_json::from_str(&row.body).ok(),
    })?;
    Ok(Appended::Stored)
}

fn link(connection: &Connection, anonymous: i64, user: i64, at_ms: i64) -> Result<(), StorageError> {
    connection.prepare_cached(include_str!("link.sql"))?.execute(params![anonymous, user, at_ms])?;
    Ok(())
}

/// Sixteen bytes for a UUID written the usual way, the text for any other id.
fn key(message_id: &MessageId) -> Sql {
    let text = message_id.as_str();
    match uuid::Uuid::try_parse(text) {
        Ok(uuid) if uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()) == text => {
            Sql::Blob(uuid.as_bytes().to_vec())
        }
        _ => Sql::Text(text.to_owned()),
    }
}

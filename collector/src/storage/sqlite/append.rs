//! Storing messages, and at once what follows from each.
//!
//! Many messages go into one statement: what SQLite does once per statement costs as much as storing a message.

use super::define::Watchlist;
use super::erase::Tombstones;
use super::intern::Interned;
use crate::storage::{ABOUT_PROMPTS, Appended, Batch, RowRef, StorageError, Trust};
use domain::Kind;
use rusqlite::{CachedStatement, Connection, params};

/// Messages of one statement, the largest first. Larger ones would hardly be faster, and are compiled at every start.
const ROWS: [usize; 3] = [16, 4, 1];

/// Parameters of one message.
const COLUMNS: usize = 7;

/// Messages on their way into one transaction.
pub(super) struct Appending<'c, 'b> {
    connection: &'c Connection,
    interned: &'c mut Interned,
    watchlist: &'c Watchlist,
    tombstones: &'c mut Tombstones,
    statements: [Option<CachedStatement<'c>>; ROWS.len()],
    /// Those that wait for a statement to be full.
    pending: Vec<Pending<'b>>,
    /// What became of each message, in order.
    outcomes: Vec<Appended>,
}

/// One message with the numbers of its texts.
struct Pending<'b> {
    row: RowRef<'b>,
    /// Its place among the outcomes.
    place: usize,
    subject: i64,
    user: Option<i64>,
    anonymous: Option<i64>,
    sender: i64,
}

impl<'c, 'b> Appending<'c, 'b> {
    pub(super) fn new(
        connection: &'c Connection,
        interned: &'c mut Interned,
        watchlist: &'c Watchlist,
        tombstones: &'c mut Tombstones,
    ) -> Self {
        let pending = Vec::with_capacity(ROWS[0]);
        let statements = [const { None }; ROWS.len()];
        Self { connection, interned, watchlist, tombstones, statements, pending, outcomes: Vec::new() }
    }

    pub(super) fn add(&mut self, batch: &'b Batch) -> Result<(), StorageError> {
        for row in batch.iter() {
            self.add_row(row)?;
        }
        Ok(())
    }

    /// What became of all that was added.
    pub(super) fn finish(mut self) -> Result<Vec<Appended>, StorageError> {
        while !self.pending.is_empty() {
            let size = ROWS.iter().position(|it| *it <= self.pending.len()).unwrap_or(ROWS.len() - 1);
            self.flush(size)?;
        }
        Ok(self.outcomes)
    }

    fn add_row(&mut self, row: RowRef<'b>) -> Result<(), StorageError> {
        let place = self.outcomes.len();
        if self.tombstones.cover(&row) {
            self.outcomes.push(Appended::Erased);
            return Ok(());
        }
        self.outcomes.push(Appended::Duplicate);
        let subject = self.interned.subject(self.connection, row.kind, row.name)?;
        let mut sender =
            |anonymous, id: Option<&str>| id.map(|id| self.interned.sender(self.connection, anonymous, id)).transpose();
        let user = sender(false, row.user_id)?;
        let anonymous = sender(true, row.anonymous_id)?;
        let Some(sender) = user.or(anonymous) else {
            return Err(StorageError::Failed("a message without a sender reached storage".into()));
        };
        self.pending.push(Pending { row, place, subject, user, anonymous, sender });
        if self.pending.len() == ROWS[0] { self.flush(0) } else { Ok(()) }
    }

    /// Stores the first messages that wait, as many as fit into a statement.
    fn flush(&mut self, size: usize) -> Result<(), StorageError> {
        // A position that SQLite would not find by itself is given to one message.
        let position = self.tombstones.next_position();
        let size = if position.is_some() { ROWS.len() - 1 } else { size };
        let rows = ROWS[size];
        let statement = match &mut self.statements[size] {
            Some(statement) => statement,
            none => none.insert(self.connection.prepare_cached(&insert(rows))?),
        };
        for (index, pending) in self.pending.iter().take(rows).enumerate() {
            bind(statement, index * COLUMNS, pending)?;
        }
        if rows == 1 {
            statement.raw_bind_parameter(COLUMNS + 1, position)?;
        }
        let stored = statement.raw_execute()?;
        let first = self.connection.last_insert_rowid() + 1 - stored as i64;
        let mut next = first;
        let flushed: Vec<Pending<'b>> = self.pending.drain(..rows).collect();
        for pending in flushed {
            let is_stored = match stored {
                0 => false,
                _ if stored == rows => true,
                // Those that were stored stand one behind the other, in this order.
                _ => position_of(self.connection, pending.row.message_id)? == next,
            };
            if is_stored {
                self.outcomes[pending.place] = Appended::Stored;
                self.tombstones.stored();
                self.follow(&pending, next)?;
                next += 1;
            }
        }
        Ok(())
    }

    /// What follows from a message that was stored.
    fn follow(&mut self, message: &Pending<'_>, seq: i64) -> Result<(), StorageError> {
        let Pending { row, subject, user, anonymous, sender, .. } = message;
        if row.kind == Kind::Track && ABOUT_PROMPTS.contains(&row.name) {
            self.connection
                .prepare_cached("INSERT INTO prompt_message (sender, seq) VALUES (?1, ?2)")?
                .execute([*sender, seq])?;
        }
        if let (Some(anonymous), Some(user)) = (anonymous, user) {
            self.link(*anonymous, *user, row.at_ms)?;
        }
        if let (Some(previous_id), Some(user)) = (row.previous_id, user) {
            // The former id may have been a user id or an anonymous id: Segment's spec allows both.
            let previous = self.interned.sender(self.connection, false, previous_id)?;
            self.connection.prepare_cached(include_str!("merge.sql"))?.execute(params![previous, user])?;
            let anonymous = self.interned.sender(self.connection, true, previous_id)?;
            self.link(anonymous, *user, row.at_ms)?;
        }
        if let Some(account_id) = row.account_id {
            let account = self.interned.account(self.connection, account_id)?;
            let joined = params![sender, account, row.at_ms];
            self.connection.prepare_cached(include_str!("join_account.sql"))?.execute(joined)?;
        }
        self.watchlist.reach(self.connection, self.interned, *subject, *sender, row)
    }

    fn link(&mut self, anonymous: i64, user: i64, at_ms: i64) -> Result<(), StorageError> {
        let link = (anonymous, user);
        if self.interned.links.get(&link).is_some_and(|earliest_ms| earliest_ms <= at_ms) {
            return Ok(());
        }
        self.connection.prepare_cached(include_str!("link.sql"))?.execute(params![anonymous, user, at_ms])?;
        // Of an earlier time that is in the file this knows nothing; it may only look once too often.
        self.interned.links.insert(link, at_ms);
        Ok(())
    }
}

/// The statement that stores so many messages. Only a single one is told its position.
fn insert(rows: usize) -> String {
    let (position, value) = if rows == 1 { (", seq", ", ?") } else { ("", "") };
    let row = format!("(?, ?, ?, ?, ?, ?, ?{value})");
    let rows = vec![row; rows].join(", ");
    format!(include_str!("append.sql"), position = position, rows = rows)
}

fn bind(statement: &mut CachedStatement<'_>, before: usize, message: &Pending<'_>) -> Result<(), StorageError> {
    let row = &message.row;
    let trust = match row.trust {
        Trust::Anonymous => 0,
        Trust::Claimed => 1,
        Trust::Verified => 2,
        Trust::Server => 3,
    };
    match uuid(row.message_id) {
        Some(bytes) => statement.raw_bind_parameter(before + 1, bytes.as_slice())?,
        None => statement.raw_bind_parameter(before + 1, row.message_id)?,
    }
    statement.raw_bind_parameter(before + 2, message.subject)?;
    statement.raw_bind_parameter(before + 3, message.sender)?;
    statement.raw_bind_parameter(before + 4, row.at_ms)?;
    statement.raw_bind_parameter(before + 5, row.received_ms)?;
    statement.raw_bind_parameter(before + 6, trust)?;
    statement.raw_bind_parameter(before + 7, row.body)?;
    Ok(())
}

/// Where the message of this id is stored.
fn position_of(connection: &Connection, message_id: &str) -> Result<i64, StorageError> {
    let mut statement = connection.prepare_cached("SELECT seq FROM message WHERE id = ?1")?;
    Ok(match uuid(message_id) {
        Some(bytes) => statement.query_row([bytes.as_slice()], |row| row.get(0))?,
        None => statement.query_row([message_id], |row| row.get(0))?,
    })
}

/// Sixteen bytes for a UUID written the usual way; any other id is stored as text.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 16];
    let mut at = 0;
    for (index, byte) in bytes.iter_mut().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            if text[at] != b'-' {
                return None;
            }
            at += 1;
        }
        *byte = hex(text[at])? << 4 | hex(text[at + 1])?;
        at += 2;
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_uuid_written_the_usual_way_is_sixteen_bytes_and_nothing_else_is() {
        let text = "0190a3a2-7c1e-7000-8abc-0123456789af";
        let wanted = uuid::Uuid::try_parse(text).expect("a UUID");
        assert_eq!(super::uuid(text), Some(wanted.into_bytes()));
        for other in [
            "0190A3A2-7c1e-7000-8abc-0123456789af",
            "0190a3a27c1e70008abc0123456789af",
            "{0190a3a2-7c1e-7000-8abc-0123456789a",
            "0190a3a2-7c1e-7000-8abc-0123456789ag",
            "0190a3a2-7c1e-7000-8abc+0123456789af",
            "",
        ] {
            assert_eq!(super::uuid(other), None, "{other}");
        }
    }
}

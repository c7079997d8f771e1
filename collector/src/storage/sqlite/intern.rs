//! Texts that repeat are stored once and known by number.

use super::remembered::Remembered;
use crate::storage::StorageError;
use domain::Kind;
use rusqlite::{Connection, OptionalExtension, params};

/// What the writer knows to be in the file, so that it need not look: numbers of texts, and what would change nothing.
#[derive(Default)]
pub(super) struct Interned {
    users: Remembered<Box<str>>,
    anonymous: Remembered<Box<str>>,
    accounts: Remembered<Box<str>>,
    /// By [`Kind`].
    subjects: [Remembered<Box<str>>; Kind::ALL.len()],
    /// The earliest time at which an anonymous sender was linked to a user.
    pub(super) links: Remembered<(i64, i64)>,
    /// The earliest time at which a milestone was reached by a sender.
    pub(super) reaches: Remembered<(i64, i64)>,
}

impl Interned {
    /// What was learned in a transaction that failed never was.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(super) fn sender(&mut self, connection: &Connection, anonymous: bool, text: &str) -> Result<i64, StorageError> {
        let known = if anonymous { &mut self.anonymous } else { &mut self.users };
        if let Some(id) = known.get(text) {
            return Ok(id);
        }
        let find = "SELECT id FROM sender WHERE text = ?1 AND anonymous = ?2";
        let add = "INSERT INTO sender (text, anonymous) VALUES (?1, ?2)";
        let id = find_or_add(connection, find, add, params![text, anonymous])?;
        known.insert(text.into(), id);
        Ok(id)
    }

    pub(super) fn account(&mut self, connection: &Connection, text: &str) -> Result<i64, StorageError> {
        if let Some(id) = self.accounts.get(text) {
            return Ok(id);
        }
        let find = "SELECT id FROM account WHERE text = ?1";
        let add = "INSERT INTO account (text) VALUES (?1)";
        let id = find_or_add(connection, find, add, params![text])?;
        self.accounts.insert(text.into(), id);
        Ok(id)
    }

    pub(super) fn subject(&mut self, connection: &Connection, kind: Kind, name: &str) -> Result<i64, StorageError> {
        let known = &mut self.subjects[kind as usize];
        if let Some(id) = known.get(name) {
            return Ok(id);
        }
        let find = "SELECT id FROM subject WHERE name = ?1 AND kind = ?2";
        let add = "INSERT INTO subject (name, kind) VALUES (?1, ?2)";
        let id = find_or_add(connection, find, add, params![name, kind.as_str()])?;
        known.insert(name.into(), id);
        Ok(id)
    }
}

fn find_or_add(
    connection: &Connection,
    find: &str,
    add: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<i64, StorageError> {
    let found = connection.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    connection.prepare_cached(add)?.execute(values)?;
    Ok(connection.last_insert_rowid())
}

//! Texts that repeat are stored once and known by number.

use crate::storage::StorageError;
use domain::Kind;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Entries kept in memory per table; beyond that the memory is emptied and fills anew.
const REMEMBERED: usize = 200_000;

/// What the writer has looked up lately.
#[derive(Default)]
pub(super) struct Interned {
    senders: HashMap<(bool, String), i64>,
    accounts: HashMap<String, i64>,
    subjects: HashMap<(Kind, String), i64>,
}

impl Interned {
    /// Numbers given out in a transaction that failed never existed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(super) fn sender(&mut self, connection: &Connection, anonymous: bool, text: &str) -> Result<i64, StorageError> {
        let key = (anonymous, text.to_owned());
        if let Some(id) = self.senders.get(&key) {
            return Ok(*id);
        }
        let find = "SELECT id FROM sender WHERE text = ?1 AND anonymous = ?2";
        let add = "INSERT INTO sender (text, anonymous) VALUES (?1, ?2)";
        let id = find_or_add(connection, find, add, params![text, anonymous])?;
        remember(&mut self.senders, key, id);
        Ok(id)
    }

    pub(super) fn account(&mut self, connection: &Connection, text: &str) -> Result<i64, StorageError> {
        if let Some(id) = self.accounts.get(text) {
            return Ok(*id);
        }
        let find = "SELECT id FROM account WHERE text = ?1";
        let add = "INSERT INTO account (text) VALUES (?1)";
        let id = find_or_add(connection, find, add, params![text])?;
        remember(&mut self.accounts, text.to_owned(), id);
        Ok(id)
    }

    pub(super) fn subject(&mut self, connection: &Connection, kind: Kind, name: &str) -> Result<i64, StorageError> {
        let key = (kind, name.to_owned());
        if let Some(id) = self.subjects.get(&key) {
            return Ok(*id);
        }
        let find = "SELECT id FROM subject WHERE name = ?1 AND kind = ?2";
        let add = "INSERT INTO subject (name, kind) VALUES (?1, ?2)";
        let id = find_or_add(connection, find, add, params![name, kind.as_str()])?;
        remember(&mut self.subjects, key, id);
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

fn remember<K: std::hash::Hash + Eq>(memory: &mut HashMap<K, i64>, key: K, id: i64) {
    if memory.len() >= REMEMBERED {
        memory.clear();
    }
    memory.insert(key, id);
}

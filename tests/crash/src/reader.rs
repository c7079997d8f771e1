//! What is stored, read without the product's code, and held against what the oracle knows.

use crate::message::{Hash, Message, hash_of};
use crate::oracle::Oracle;
use crate::program::Program;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use uuid::Uuid;

pub(crate) const EVENTS: &str = "events.sqlite";
pub(crate) const DESK: &str = "desk.sqlite";

/// What one comparison found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compared {
    pub(crate) stored: u64,
    pub(crate) owed: u64,
}

/// The message log's files, without what a reader leaves beside them, in another folder.
pub(crate) fn copy(folder: &Path, to: &Path) -> Result<(), String> {
    for name in [EVENTS, DESK] {
        for suffix in ["", "-wal", "-journal"] {
            let from = folder.join(format!("{name}{suffix}"));
            if from.is_file() {
                std::fs::copy(&from, to.join(format!("{name}{suffix}")))
                    .map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
            }
        }
    }
    Ok(())
}

/// Compares a folder that nobody holds: of a copy, so that the product's own recovery still has to do its work.
pub(crate) fn compare_copy(oracle: &Oracle, folder: &Path) -> Result<Compared, String> {
    compare_copy_with(oracle, &oracle.owed(), folder)
}

/// The same, with what was owed at some time before.
pub(crate) fn compare_copy_with(oracle: &Oracle, owed: &[Uuid], folder: &Path) -> Result<Compared, String> {
    let copied = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    copy(folder, copied.path())?;
    if !copied.path().join(EVENTS).is_file() {
        return compare(oracle, owed, std::iter::empty());
    }
    let connection = Connection::open(copied.path().join(EVENTS)).map_err(failed)?;
    check_integrity(&connection)?;
    compare_connection(oracle, owed, &connection)
}

/// Compares a folder, also while the collector holds it.
pub(crate) fn compare_live(oracle: &Oracle, folder: &Path) -> Result<Compared, String> {
    compare_connection(oracle, &oracle.owed(), &open(folder)?)
}

fn compare_connection(oracle: &Oracle, owed: &[Uuid], connection: &Connection) -> Result<Compared, String> {
    if !has_messages(connection)? {
        return compare(oracle, owed, std::iter::empty());
    }
    let mut statement = connection.prepare("SELECT id, body FROM message").map_err(failed)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, Sql>(0)?, row.get::<_, String>(1)?))).map_err(failed)?;
    let mut failure = None;
    let rows =
        rows.map_while(|row| match row.map_err(failed).and_then(|(id, body)| Ok((uuid(&id)?, hash_of(&body)))) {
            Ok(found) => Some(found),
            Err(error) => {
                failure = Some(error);
                None
            }
        });
    let compared = compare(oracle, owed, rows);
    match failure {
        Some(failure) => Err(failure),
        None => compared,
    }
}

/// The first start may have been cut off before there was a table.
fn has_messages(connection: &Connection) -> Result<bool, String> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'message')";
    connection.query_row(sql, [], |row| row.get(0)).map_err(failed)
}

/// Owed ⊆ stored ⊆ issued, nothing twice, every payload as it was sent.
fn compare(oracle: &Oracle, owed: &[Uuid], stored: impl Iterator<Item = (Uuid, Hash)>) -> Result<Compared, String> {
    let mut seen = HashSet::new();
    let mut complaints = Vec::new();
    for (id, hash) in stored {
        if !seen.insert(id) {
            complaints.push(format!("{id} is stored twice"));
        }
        match oracle.fate(&id) {
            None => complaints.push(format!("{id} is stored and was never sent")),
            Some(fate) if fate.hash != hash => complaints.push(format!("{id} is stored with another payload")),
            Some(_) => {}
        }
    }
    let lost: Vec<&Uuid> = owed.iter().filter(|it| !seen.contains(it)).collect();
    if let Some(first) = lost.first() {
        complaints.push(format!("{} of {} acked messages are lost, {first} for one", lost.len(), owed.len()));
    }
    if complaints.is_empty() {
        Ok(Compared { stored: seen.len() as u64, owed: owed.len() as u64 })
    } else {
        complaints.truncate(5);
        Err(complaints.join("; "))
    }
}

/// Looks up what was acked since the last look, in a folder that the collector holds.
pub(crate) fn check_fresh(oracle: &Oracle, folder: &Path) -> Result<u64, String> {
    let connection = open(folder)?;
    let mut find = connection.prepare("SELECT body FROM message WHERE id = ?1").map_err(failed)?;
    let fresh = oracle.take_fresh();
    for id in &fresh {
        let fate = oracle.fate(id).filter(|it| !it.may_be_gone);
        let Some(fate) = fate else { continue };
        let found: Vec<String> =
            find.query_map([id.as_bytes().as_slice()], |row| row.get(0)).and_then(Iterator::collect).map_err(failed)?;
        match found.as_slice() {
            [body] if hash_of(body) == fate.hash => {}
            [] => return Err(format!("{id} was acked and is lost")),
            [_] => return Err(format!("{id} is stored with another payload")),
            _ => return Err(format!("{id} is stored {} times", found.len())),
        }
    }
    Ok(fresh.len() as u64)
}

/// Compares what `milepost export` writes.
pub(crate) fn compare_export(oracle: &Oracle, program: &Program, folder: &Path) -> Result<Compared, String> {
    let mut command = program.command(&["export", "--data"]);
    let output = command.arg(folder).output().map_err(|error| format!("cannot run the export: {error}"))?;
    if !output.status.success() {
        return Err(format!("the export failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8(output.stdout).map_err(|error| format!("cannot read the export: {error}"))?;
    let mut hashes = HashMap::new();
    for line in text.lines() {
        let message = Message::read(line).ok_or_else(|| format!("an exported line was never sent: {line}"))?;
        hashes.insert(message.id, message.hash());
    }
    let count = text.lines().count();
    if count != hashes.len() {
        return Err(format!("{count} lines were exported, with {} ids", hashes.len()));
    }
    compare(oracle, &oracle.owed(), hashes.into_iter())
}

pub(crate) fn check_integrity(connection: &Connection) -> Result<(), String> {
    let mut statement = connection.prepare("PRAGMA integrity_check").map_err(failed)?;
    let found: Vec<String> = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(failed)?;
    if found == ["ok"] { Ok(()) } else { Err(format!("integrity_check: {}", found.join("; "))) }
}

fn open(folder: &Path) -> Result<Connection, String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(folder.join(EVENTS), flags).map_err(failed)
}

fn uuid(id: &Sql) -> Result<Uuid, String> {
    let found = match id {
        Sql::Blob(bytes) => Uuid::from_slice(bytes).ok(),
        Sql::Text(text) => Uuid::parse_str(text).ok(),
        _ => None,
    };
    found.ok_or_else(|| format!("{id:?} is no id that was sent"))
}

fn failed(error: rusqlite::Error) -> String {
    format!("cannot read the messages: {error}")
}

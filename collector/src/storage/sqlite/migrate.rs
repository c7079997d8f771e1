//! Brings the tables of the log up to date, all at once or not at all.
//!
//! The migrations that are missing and the rows that say they are there are one transaction (`set_grouped`): by
//! default the tool commits them one after the other, and a crash in between would leave tables that cannot be made
//! again. Before anything is written, a file of a newer version is refused.

use super::connection::FILE;
use super::fault;
use crate::storage::StorageError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension};

refinery::embed_migrations!("src/storage/sqlite/migrations");

/// The version of a file's tables; it has some.
pub(super) const VERSION_QUERY: &str = "SELECT COALESCE(MAX(version), 0) FROM refinery_schema_history";

/// Of the tables, after the last migration.
pub(super) fn newest_version() -> i64 {
    migrations::runner().get_migrations().iter().map(|it| i64::from(it.version())).max().unwrap_or(0)
}

/// Refuses what this version cannot write; writes nothing.
pub(super) fn check(connection: &Connection) -> Result<(), StorageError> {
    let has_history = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    if connection.query_row(has_history, [], |_| Ok(())).optional()?.is_none() {
        return Ok(());
    }
    let version: i64 = connection.query_row(VERSION_QUERY, [], |row| row.get(0))?;
    if version > newest_version() {
        // The log of changes stays as it is, too.
        drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
        return Err(StorageError::Newer(format!(
            "{FILE} was written by a newer milepost (version {version} of its tables, this one knows {}): use that \
             one, or restore a backup made with this one",
            newest_version()
        )));
    }
    // The tool takes these for granted, and panics where they are not so.
    let mut statement = connection.prepare("SELECT name, applied_on, checksum FROM refinery_schema_history")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (_name, applied, checksum): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if applied.parse::<jiff::Timestamp>().is_err() || checksum.parse::<u64>().is_err() {
            return Err(StorageError::Damaged(fault::damaged(FILE, "its list of versions cannot be read")));
        }
    }
    Ok(())
}

pub(super) fn run(connection: &mut Connection) -> Result<(), StorageError> {
    let ran = migrations::runner().set_grouped(true).run(connection);
    ran.map(drop)
        .map_err(|error| StorageError::Failed(format!("cannot bring the data folder up to date: {}", words(&error))))
}

/// The error with what it was caused by.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

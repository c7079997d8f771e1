//! The desk's file: brought up to date when it is opened, closed where it failed, and opened again.

use super::super::{fault, log_file};
use crate::storage::StorageError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What turns version `n` into `n + 1`, in order; published steps never change.
const STEPS: &[&str] = &[
    include_str!("step_1_operators.sql"),
    include_str!("step_2_models.sql"),
    include_str!("step_3_ledger.sql"),
    include_str!("step_4_inbox.sql"),
    include_str!("step_5_staff.sql"),
    include_str!("step_6_care.sql"),
    include_str!("step_7_segments.sql"),
    include_str!("step_8_views.sql"),
    include_str!("step_9_settings.sql"),
    include_str!("step_10_oidc.sql"),
    include_str!("step_11_definitions.sql"),
];

/// Statements kept prepared: more than the desk has.
const STATEMENTS: usize = 128;

/// How long a statement waits for another process that holds the file (a backup, a shell).
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A file that cannot be opened is not tried again by every question.
const REOPEN_EVERY: Duration = Duration::from_millis(200);

/// Of the tables, after the last step.
pub(in crate::storage::sqlite) fn newest_version() -> i64 {
    STEPS.len() as i64
}

/// The one connection; `None` after a failure, until the file could be opened again.
pub(super) struct Held {
    path: PathBuf,
    connection: Option<Connection>,
    tried: Option<Instant>,
}

impl Held {
    pub(super) fn open(path: &Path) -> Result<Self, StorageError> {
        Ok(Self { path: path.to_owned(), connection: Some(open(path)?), tried: None })
    }

    /// Works on an open connection. One on which something failed is closed, and never used again: see
    /// `writer/keeper.rs`.
    pub(super) fn work<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StorageError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reopen()?,
        };
        // A panic in here drops the connection, and so closes it.
        let worked = work(&mut connection);
        match worked {
            Err(error) if fault::closes(&error) => {
                drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
                tracing::error!(%error, "{} failed: closing it, and opening it again", super::FILE_NAME);
                crate::telemetry::count_storage_fault();
                Err(failed(&error))
            }
            worked => {
                self.connection = Some(connection);
                worked.map_err(|error| failed(&error))
            }
        }
    }

    fn reopen(&mut self) -> Result<Connection, StorageError> {
        if self.tried.is_some_and(|it| it.elapsed() < REOPEN_EVERY) {
            return Err(StorageError::Closed);
        }
        let opened = open(&self.path);
        self.tried = opened.is_err().then(Instant::now);
        opened
    }
}

fn open(path: &Path) -> Result<Connection, StorageError> {
    let failed = |error: std::io::Error| StorageError::Failed(format!("{}: {error}", path.display()));
    make_private(path).map_err(failed)?;
    log_file::sync(path).map_err(failed)?;
    let mut connection = Connection::open(path).map_err(|error| fault::of(&path.display().to_string(), &error))?;
    bring_up_to_date(&mut connection).map_err(|error| match error {
        NotOpened::Sql(error) => fault::of(&path.display().to_string(), &error),
        NotOpened::Newer(version) => StorageError::Newer(format!(
            "{} was written by a newer milepost (version {version} of its form, this one knows {}): \
             use that one, or restore a backup made with this one",
            path.display(),
            STEPS.len()
        )),
    })?;
    Ok(connection)
}

enum NotOpened {
    Sql(rusqlite::Error),
    Newer(i64),
}

impl From<rusqlite::Error> for NotOpened {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// The steps and the number of the last one are one transaction: a crash leaves the file as it was, or as it shall be.
fn bring_up_to_date(connection: &mut Connection) -> Result<(), NotOpened> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Before anything is written: a newer collector's desk is refused rather than guessed at.
    steps_from(version_of(connection)?)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is erased is gone from the file, not only from its index.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let steps = steps_from(version_of(&transaction)?)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    if !steps.is_empty() {
        transaction.pragma_update(None, "user_version", newest_version())?;
    }
    transaction.commit()?;
    Ok(())
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn steps_from(version: i64) -> Result<&'static [&'static str], NotOpened> {
    usize::try_from(version).ok().and_then(|it| STEPS.get(it..)).ok_or(NotOpened::Newer(version))
}

/// Makes the file readable by its owner only, before SQLite puts anything in it. One that is there is left alone:
/// closing it would let go of SQLite's locks. <https://www.sqlite.org/howtocorrupt.html>
fn make_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn failed(error: &rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageError::Busy,
        _ => fault::of(super::FILE_NAME, error),
    }
}

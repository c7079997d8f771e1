//! Connections to the one file, and the lock that keeps a second writer out.

use super::{backup, log_file, migrate};
use crate::storage::StorageError;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub(super) const FILE: &str = "events.sqlite";
const LOCK: &str = "lock";

/// Statements kept prepared per connection: more than the engine has.
const STATEMENTS: usize = 64;

/// Idle readers kept open; more are opened when more questions come at once.
const IDLE_READERS: usize = 8;

/// How long a statement waits for another connection.
pub(super) const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Held for as long as this process may write; released by the system when the process dies.
pub(super) fn lock(folder: &Path) -> Result<File, StorageError> {
    let failed = |error: std::io::Error| {
        StorageError::Failed(format!("cannot use the data folder {}: {error}", folder.display()))
    };
    create_private(folder).map_err(failed)?;
    let file = File::create(folder.join(LOCK)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StorageError::InUse(folder.display().to_string())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Makes the data folder, if it is not there, so that it is still there after a power cut.
/// It holds what customers did: only its owner may look inside. An existing one is left as it is.
pub fn create_private(folder: &Path) -> std::io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|it| !it.as_os_str().is_empty() && !it.exists()).collect();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    missing.into_iter().try_for_each(backup::sync_parent)
}

pub(super) fn open_writer(folder: &Path) -> Result<Connection, StorageError> {
    let path = folder.join(FILE);
    log_file::sync(&path)
        .map_err(|error| StorageError::Failed(format!("cannot sync the log of {}: {error}", path.display())))?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    migrate::check(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: the log is synced at every commit. NORMAL would lose answered messages at a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 8_192)?;
    // What is erased is overwritten, not only let go.
    connection.pragma_update(None, "secure_delete", true)?;
    prepare(&connection)?;
    migrate::run(&mut connection)?;
    // Looking up what was interned a moment ago is a part of what storing a message costs, and for each sender who is
    // forgotten the whole log would be read. `check-data` looks instead.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

pub(super) fn check_exists(folder: &Path) -> Result<(), StorageError> {
    let file = folder.join(FILE);
    if file.is_file() {
        return Ok(());
    }
    Err(StorageError::Failed(format!(
        "there is no {}: name a folder that `milepost serve` or `milepost import` has filled",
        file.display()
    )))
}

fn prepare(connection: &Connection) -> Result<(), StorageError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -64_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// Read-only connections, opened as needed and kept for the next question.
#[derive(Clone)]
pub(super) struct Readers {
    file: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    /// Grows when what was open must not be used again.
    generation: Arc<AtomicU64>,
}

impl Readers {
    pub(super) fn new(folder: &Path) -> Self {
        Self { file: folder.join(FILE), idle: Arc::default(), generation: Arc::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    /// Closes what is idle at once, and what is busy when its question is answered.
    pub(super) fn close(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }

    /// Answers a question on a thread that may block, within one read transaction.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let readers = self.clone();
        let answer = tokio::task::spawn_blocking(move || readers.ask_here(question));
        answer.await.map_err(|error| StorageError::Failed(format!("a question was cut off: {error}")))?
    }

    /// The same on this thread.
    pub(super) fn ask_here<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let generation = self.generation.load(Ordering::SeqCst);
        let mut connection = self.take()?;
        let transaction = connection.transaction()?;
        let answer = question(&transaction);
        drop(transaction);
        self.give_back(connection, generation);
        answer
    }

    fn take(&self) -> Result<Connection, StorageError> {
        let idle = self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        self.connect()
    }

    pub(super) fn connect(&self) -> Result<Connection, StorageError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        prepare(&connection)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection, generation: u64) {
        let mut idle = self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if idle.len() < IDLE_READERS && generation == self.generation.load(Ordering::SeqCst) {
            idle.push(connection);
        }
    }
}

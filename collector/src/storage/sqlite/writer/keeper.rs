//! Keeps the writing thread writing: where the files failed, closes them and opens them anew.
//!
//! After a failed sync Linux calls what it could not write clean: a second sync of the same descriptor succeeds and
//! has written nothing. So nothing is tried again on a connection that failed once. It is closed with all that was
//! remembered of it, and so are the readers, whose descriptors SQLite would share; then the log is put on stable
//! storage ([`super::super::log_file`]) and read back. While the files are closed, what wants to be stored is shed.

use super::super::connection::{self, Readers};
use super::super::define::Watchlist;
use super::super::erase::Tombstones;
use super::super::intern::Interned;
use super::super::space::Space;
use super::queue::Request;
use super::thread::State;
use crate::storage::StorageError;
use crate::telemetry;
use domain::Definitions;
use rusqlite::config::DbConfig;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Between two attempts to open the files; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// A disk that is back is found within this.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What outlives a connection.
pub(super) struct Keeper {
    pub(super) folder: PathBuf,
    pub(super) readers: Readers,
    pub(super) space: Arc<Space>,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    /// The files are closed because they failed.
    pub(super) failed: Arc<AtomicBool>,
    /// Held for as long as this process may write.
    pub(super) _lock: File,
}

impl Keeper {
    /// The files, opened, with nothing remembered of an earlier connection.
    pub(super) fn open(&self) -> Result<State, StorageError> {
        let connection = connection::open_writer(&self.folder)?;
        Ok(State {
            tombstones: Tombstones::read(&connection)?,
            connection,
            interned: Interned::default(),
            watchlist: Watchlist::default(),
            definitions: None,
            queued_bytes: Arc::clone(&self.queued_bytes),
            fault: None,
        })
    }

    /// Writes until nobody asks any more.
    pub(super) fn keep(self, mut state: State, requests: &Receiver<Request>) {
        loop {
            let ended = catch_unwind(AssertUnwindSafe(|| state.run(requests)));
            let fault = match ended {
                Ok(None) => return,
                Ok(Some(fault)) => fault,
                Err(_) => "the writing thread panicked".to_owned(),
            };
            self.failed.store(true, Ordering::SeqCst);
            telemetry::count_storage_fault();
            tracing::error!(fault, "the data folder failed: closing its files, and opening them again");
            let definitions = state.abandon();
            let opened = catch_unwind(AssertUnwindSafe(|| self.reopen(definitions, requests)));
            match opened {
                Ok(Some(opened)) => state = opened,
                Ok(None) => return,
                Err(_) => {
                    tracing::error!("the data folder cannot be opened again: restart milepost");
                    return self.shed_for_ever(requests);
                }
            }
            self.failed.store(false, Ordering::SeqCst);
            tracing::info!("the data folder is open again");
        }
    }

    /// Tries until it works; `None` where nobody asks any more.
    fn reopen(&self, definitions: Option<Definitions>, requests: &Receiver<Request>) -> Option<State> {
        let mut wait = FIRST_WAIT;
        loop {
            self.readers.close();
            match self.open().and_then(|mut state| state.resume(definitions.clone()).map(|()| state)) {
                Ok(state) => return Some(state),
                Err(error) => {
                    tracing::error!(%error, "the data folder cannot be opened yet");
                    if matches!(error, StorageError::DiskFull) {
                        self.space.let_go();
                    }
                }
            }
            self.shed(requests, wait)?;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Answers all that comes in this time with what it is: not stored.
    fn shed(&self, requests: &Receiver<Request>, during: Duration) -> Option<()> {
        let until = Instant::now() + during;
        loop {
            match requests.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(request) => request.shed(&self.queued_bytes),
                Err(RecvTimeoutError::Timeout) => return Some(()),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn shed_for_ever(&self, requests: &Receiver<Request>) {
        while self.shed(requests, LONGEST_WAIT).is_some() {}
    }
}

impl State {
    /// Closes the connection without another sync of its descriptors; what was in force.
    fn abandon(mut self) -> Option<Definitions> {
        drop(self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
        self.definitions.take()
    }

    fn resume(&mut self, definitions: Option<Definitions>) -> Result<(), StorageError> {
        definitions.map_or(Ok(()), |it| self.define(it))
    }
}

impl Request {
    fn shed(self, queued_bytes: &AtomicUsize) {
        match self {
            Self::Append { batch, answer } => {
                queued_bytes.fetch_sub(batch.bytes(), Ordering::Relaxed);
                let _ = answer.send(Err(StorageError::Closed));
            }
            Self::Define { answer, .. } | Self::Ready { answer } => {
                let _ = answer.send(Err(StorageError::Closed));
            }
            // Whoever waits for it hears that it was dropped.
            Self::Do(_) => {}
        }
    }
}

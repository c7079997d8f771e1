//! The one thread that writes: takes what has queued up, commits it at once, then answers.

mod keeper;

use super::connection::Readers;
use super::define::{self, Watchlist};
use super::erase::{self, Tombstones};
use super::intern::Interned;
use super::space::Space;
use super::{append, connection, residue, retention};
use crate::storage::identity_graph::SenderId;
use crate::storage::{Appended, Person, Row, StorageError};
use domain::Definitions;
use keeper::Keeper;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Requests that may wait for a commit.
const QUEUE_REQUESTS: usize = 4_096;

/// Bytes of messages that may wait: what the machine must be able to hold while the disk is slow.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// Requests that share one commit. More would not make commits rarer, only answers later.
const COMMIT_REQUESTS: usize = 512;

/// A handle to the writing thread; dropping it lets the thread finish what is queued and close the file.
pub(super) struct Writer {
    queue: Option<SyncSender<Request>>,
    queued_bytes: Arc<AtomicUsize>,
    space: Arc<Space>,
    /// The files failed and are closed.
    failed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

enum Request {
    Append {
        rows: Vec<Row>,
        bytes: usize,
        answer: oneshot::Sender<Result<Vec<Appended>, StorageError>>,
    },
    Define {
        definitions: Definitions,
        answer: oneshot::Sender<Result<(), StorageError>>,
    },
    Ready {
        answer: oneshot::Sender<Result<(), StorageError>>,
    },
    /// Whatever else needs the writing thread.
    Do(Box<dyn FnOnce(&mut State) + Send>),
}

impl Writer {
    /// Opens the files, and a thread that writes to them.
    pub(super) fn start(folder: &Path, lock: File, readers: Readers, space: Arc<Space>) -> Result<Self, StorageError> {
        let (queue, requests) = sync_channel(QUEUE_REQUESTS);
        let queued_bytes = Arc::new(AtomicUsize::new(0));
        let failed = Arc::new(AtomicBool::new(false));
        let keeper = Keeper {
            folder: folder.to_owned(),
            readers,
            space: Arc::clone(&space),
            queued_bytes: Arc::clone(&queued_bytes),
            failed: Arc::clone(&failed),
            _lock: lock,
        };
        let state = keeper.open()?;
        let thread = std::thread::Builder::new()
            .name("milepost-writer".into())
            .spawn(move || keeper.keep(state, &requests))
            .map_err(|error| StorageError::Failed(format!("cannot start the writing thread: {error}")))?;
        Ok(Self { queue: Some(queue), queued_bytes, space, failed, thread: Some(thread) })
    }

    /// Why nothing would be stored now, where that is known without asking the thread.
    pub(super) fn shedding(&self) -> Option<StorageError> {
        if self.failed.load(Ordering::SeqCst) {
            return Some(StorageError::Closed);
        }
        self.space.is_short().then_some(StorageError::DiskReserve)
    }

    pub(super) async fn append(&self, rows: Vec<Row>) -> Result<Vec<Appended>, StorageError> {
        let bytes = rows.iter().map(|it| it.body.len()).sum();
        if let Some(error) = self.shedding() {
            return Err(error);
        }
        self.space.take(bytes);
        if self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUE_BYTES {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(StorageError::Busy);
        }
        let sent = self.ask(|answer| Request::Append { rows, bytes, answer });
        match sent {
            Ok(answer) => answer.await.map_err(|_| StorageError::Closed)?,
            Err(error) => {
                self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    pub(super) async fn define(&self, definitions: Definitions) -> Result<(), StorageError> {
        self.ask(|answer| Request::Define { definitions, answer })?.await.map_err(|_| StorageError::Closed)?
    }

    pub(super) async fn ready(&self) -> Result<(), StorageError> {
        if let Some(error) = self.shedding() {
            return Err(error);
        }
        self.ask(|answer| Request::Ready { answer })?.await.map_err(|_| StorageError::Closed)?
    }

    /// Nothing of these ids is stored from now on; the numbers under which they are.
    pub(super) async fn begin_erasing(
        &self,
        person: Person,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<BTreeSet<SenderId>, StorageError> {
        self.perform(move |state| {
            let senders = state.change(|state| erase::begin(&state.connection, &person, now_ms, until_ms))?;
            state.tombstones = Tombstones::read(&state.connection)?;
            Ok(senders)
        })
        .await
    }

    pub(super) async fn erase_messages(&self, positions: Vec<i64>) -> Result<u64, StorageError> {
        self.perform(move |state| {
            let erased = state.change(|state| erase::messages(&state.connection, &positions))?;
            state.tombstones = Tombstones::read(&state.connection)?;
            Ok(erased)
        })
        .await
    }

    pub(super) async fn finish_erasing(&self, senders: BTreeSet<SenderId>) -> Result<(), StorageError> {
        self.perform(move |state| state.forget(&senders)).await
    }

    /// Forgets whoever nothing arrived of since a position; how many ids that were.
    pub(super) async fn forget_gone(&self, gone: BTreeSet<SenderId>, until: i64) -> Result<u64, StorageError> {
        self.perform(move |state| {
            let gone = retention::still_gone(&state.connection, &gone, until)?;
            state.forget(&gone)?;
            Ok(gone.len() as u64)
        })
        .await
    }

    /// Moves what the log of changes holds into the file, as far as no reader needs it, so that it can begin anew.
    pub(super) async fn shorten_log(&self) -> Result<(), StorageError> {
        self.perform(|state| Ok(state.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)).await
    }

    /// Moves the log of changes into the file, cuts it to nothing, and cleans the free space of these pages; `false`
    /// where a reader still needs the log.
    pub(super) async fn clean(&self, path: PathBuf, pages: Arc<Vec<u64>>) -> Result<bool, StorageError> {
        self.perform(move |state| {
            state.connection.busy_timeout(Duration::ZERO)?;
            let busy = state.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            state.connection.busy_timeout(connection::BUSY_TIMEOUT)?;
            if busy? != 0 {
                return Ok(false);
            }
            residue::clean(&path, &pages)
                .map_err(|error| StorageError::Failed(format!("cannot clean {}: {error}", path.display())))?;
            // What this connection remembers of the pages is as they were.
            state.connection.execute_batch("PRAGMA shrink_memory")?;
            Ok(true)
        })
        .await
    }

    async fn perform<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let request = |answer: oneshot::Sender<Result<T, StorageError>>| {
            Request::Do(Box::new(move |state: &mut State| {
                let worked = work(state);
                state.note(&worked);
                let _ = answer.send(worked);
            }))
        };
        self.ask(request)?.await.map_err(|_| StorageError::Closed)?
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<oneshot::Receiver<T>, StorageError> {
        let (sender, receiver) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StorageError::Busy)?;
        match queue.try_send(request(sender)) {
            Ok(()) => Ok(receiver),
            Err(TrySendError::Full(_)) => Err(StorageError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(StorageError::Closed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

struct State {
    connection: Connection,
    interned: Interned,
    watchlist: Watchlist,
    tombstones: Tombstones,
    /// What is in force, for a connection that follows this one.
    definitions: Option<Definitions>,
    queued_bytes: Arc<AtomicUsize>,
    /// What went wrong: this connection must not be used again.
    fault: Option<String>,
}

type Waiting = (Vec<Row>, oneshot::Sender<Result<Vec<Appended>, StorageError>>);

impl State {
    /// Writes until nobody asks any more, or until the files fail: then says how.
    fn run(&mut self, requests: &Receiver<Request>) -> Option<String> {
        while let Ok(first) = requests.recv() {
            let mut waiting = Vec::new();
            let mut next = Some(first);
            while let Some(request) = next {
                match request {
                    Request::Append { rows, bytes, answer } => {
                        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                        waiting.push((rows, answer));
                    }
                    Request::Define { definitions, answer } => {
                        self.commit(std::mem::take(&mut waiting));
                        let defined = self.sound().and_then(|()| self.define(definitions));
                        self.note(&defined);
                        let _ = answer.send(defined);
                    }
                    Request::Ready { answer } => {
                        let ready = self.sound().and_then(|()| self.ready());
                        self.note(&ready);
                        let _ = answer.send(ready);
                    }
                    Request::Do(work) => {
                        self.commit(std::mem::take(&mut waiting));
                        // What is not done is dropped, and whoever waits for it hears so.
                        if self.sound().is_ok() {
                            work(self);
                        }
                    }
                }
                let more = self.fault.is_none() && waiting.len() < COMMIT_REQUESTS;
                next = if more { requests.try_recv().ok() } else { None };
            }
            self.commit(waiting);
            if let Some(fault) = self.fault.take() {
                return Some(fault);
            }
        }
        // A short log makes the next start quick.
        let _ = self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE");
        None
    }

    /// Nothing more is done on a connection on which something failed.
    fn sound(&self) -> Result<(), StorageError> {
        if self.fault.is_none() { Ok(()) } else { Err(StorageError::Closed) }
    }

    fn note<T>(&mut self, worked: &Result<T, StorageError>) {
        if let Err(error) = worked {
            self.fault.get_or_insert_with(|| error.to_string());
        }
    }

    /// One transaction for all that waits; answers leave after it is on stable storage.
    fn commit(&mut self, waiting: Vec<Waiting>) {
        if waiting.is_empty() {
            return;
        }
        let written = self.sound().and_then(|()| self.write(&waiting));
        self.note(&written);
        match written {
            Ok(outcomes) => {
                for ((_, answer), appended) in waiting.into_iter().zip(outcomes) {
                    let _ = answer.send(Ok(appended));
                }
            }
            Err(error) => {
                tracing::error!(%error, requests = waiting.len(), "a commit failed; nothing of it is answered as stored");
                for (_, answer) in waiting {
                    let _ = answer.send(Err(StorageError::Closed));
                }
            }
        }
    }

    fn write(&mut self, waiting: &[Waiting]) -> Result<Vec<Vec<Appended>>, StorageError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut outcomes = Vec::with_capacity(waiting.len());
        for (rows, _) in waiting {
            let mut appended = Vec::with_capacity(rows.len());
            for row in rows {
                appended.push(append::append(
                    &transaction,
                    &mut self.interned,
                    &self.watchlist,
                    &mut self.tombstones,
                    row,
                )?);
            }
            outcomes.push(appended);
        }
        transaction.commit()?;
        Ok(outcomes)
    }

    fn define(&mut self, definitions: Definitions) -> Result<(), StorageError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let watchlist = define::define(&transaction, &mut self.interned, &definitions)?;
        transaction.commit()?;
        self.watchlist = watchlist;
        self.definitions = Some(definitions);
        Ok(())
    }

    /// Takes out what is known of these ids beside messages, of which there are none.
    fn forget(&mut self, senders: &BTreeSet<SenderId>) -> Result<(), StorageError> {
        let kept = self.watchlist.subjects();
        // SQLite would read the whole log for each sender to see that no message is left; it was just emptied of them.
        self.connection.pragma_update(None, "foreign_keys", false)?;
        let finished = self.change(|state| erase::finish(&state.connection, &mut state.interned, senders, &kept));
        self.connection.pragma_update(None, "foreign_keys", true)?;
        finished
    }

    /// One transaction, whole or not at all.
    fn change<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let worked = work(self);
        match worked {
            Ok(done) => {
                self.connection.execute_batch("COMMIT")?;
                Ok(done)
            }
            // The connection is closed, and the transaction with it.
            Err(error) => Err(error),
        }
    }

    fn ready(&mut self) -> Result<(), StorageError> {
        // Takes the write lock and lets it go: a full or read-only disk shows here.
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?.commit()?;
        Ok(())
    }
}

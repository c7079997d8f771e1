//! The one thread that writes: takes what has queued up, commits it at once, then answers.

use super::define::{self, Watchlist};
use super::erase::{self, Tombstones};
use super::intern::Interned;
use super::{append, connection, residue, segments};
use crate::storage::identity_graph::SenderId;
use crate::storage::{Appended, Person, Row, StorageError};
use domain::Definitions;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    pub(super) fn start(connection: Connection, lock: File) -> Result<Self, StorageError> {
        let (queue, requests) = sync_channel(QUEUE_REQUESTS);
        let queued_bytes = Arc::new(AtomicUsize::new(0));
        let tombstones = Tombstones::read(&connection)?;
        let mut state = State {
            connection,
            interned: Interned::default(),
            watchlist: Watchlist::default(),
            tombstones,
            queued_bytes: Arc::clone(&queued_bytes),
            _lock: lock,
        };
        let thread = std::thread::Builder::new()
            .name("milepost-writer".into())
            .spawn(move || state.run(&requests))
            .map_err(|error| StorageError::Failed(format!("cannot start the writing thread: {error}")))?;
        Ok(Self { queue: Some(queue), queued_bytes, thread: Some(thread) })
    }

    pub(super) async fn append(&self, rows: Vec<Row>) -> Result<Vec<Appended>, StorageError> {
        let bytes = rows.iter().map(|it| it.body.len()).sum();
        if self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUE_BYTES {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(StorageError::Busy);
        }
        let sent = self.ask(|answer| Request::Append { rows, bytes, answer });
        match sent {
            Ok(answer) => answer.await.map_err(|_| StorageError::Busy)?,
            Err(error) => {
                self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    pub(super) async fn define(&self, definitions: Definitions) -> Result<(), StorageError> {
        self.ask(|answer| Request::Define { definitions, answer })?.await.map_err(|_| StorageError::Busy)?
    }

    pub(super) async fn ready(&self) -> Result<(), StorageError> {
        self.ask(|answer| Request::Ready { answer })?.await.map_err(|_| StorageError::Busy)?
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
        self.perform(move |state| {
            let kept = state.watchlist.subjects();
            // SQLite would read the whole log for each sender to see that no message is left; it was just emptied of them.
            state.connection.pragma_update(None, "foreign_keys", false)?;
            let finished = state.change(|state| erase::finish(&state.connection, &mut state.interned, &senders, &kept));
            state.connection.pragma_update(None, "foreign_keys", true)?;
            finished?;
            Ok(())
        })
        .await
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

    /// Hands work to the writing thread from another thread, one transaction each, and waits for it.
    pub(super) fn hands(&self) -> Option<segments::Write> {
        let queue = self.queue.clone()?;
        Some(Box::new(move |work: segments::Work| {
            let (answer, answered) = oneshot::channel();
            let work = move |state: &mut State| {
                let _ = answer.send(state.change(|state| work(&state.connection)));
            };
            queue.send(Request::Do(Box::new(work))).map_err(|_| StorageError::Busy)?;
            answered.blocking_recv().map_err(|_| StorageError::Busy)?
        }))
    }

    async fn perform<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let request = |answer: oneshot::Sender<Result<T, StorageError>>| {
            Request::Do(Box::new(move |state: &mut State| {
                let _ = answer.send(work(state));
            }))
        };
        self.ask(request)?.await.map_err(|_| StorageError::Busy)?
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<oneshot::Receiver<T>, StorageError> {
        let (sender, receiver) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StorageError::Busy)?;
        match queue.try_send(request(sender)) {
            Ok(()) => Ok(receiver),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(StorageError::Busy),
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
    queued_bytes: Arc<AtomicUsize>,
    _lock: File,
}

type Waiting = (Vec<Row>, oneshot::Sender<Result<Vec<Appended>, StorageError>>);

impl State {
    fn run(&mut self, requests: &Receiver<Request>) {
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
                        let _ = answer.send(self.define(&definitions));
                    }
                    Request::Ready { answer } => {
                        let _ = answer.send(self.ready());
                    }
                    Request::Do(work) => {
                        self.commit(std::mem::take(&mut waiting));
                        work(self);
                    }
                }
                next = if waiting.len() < COMMIT_REQUESTS { requests.try_recv().ok() } else { None };
            }
            self.commit(waiting);
        }
        // A short log makes the next start quick.
        let _ = self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE");
    }

    /// One transaction for all that waits; answers leave after it is on stable storage.
    fn commit(&mut self, waiting: Vec<Waiting>) {
        if waiting.is_empty() {
            return;
        }
        match self.write(&waiting) {
            Ok(outcomes) => {
                for ((_, answer), appended) in waiting.into_iter().zip(outcomes) {
                    let _ = answer.send(Ok(appended));
                }
            }
            Err(error) => {
                self.interned.forget();
                // As the file has them, where that can be read at all.
                if let Ok(tombstones) = Tombstones::read(&self.connection) {
                    self.tombstones = tombstones;
                }
                tracing::error!(%error, requests = waiting.len(), "a commit failed; nothing of it was stored");
                for (_, answer) in waiting {
                    let _ = answer.send(Err(StorageError::Failed(error.to_string())));
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

    fn define(&mut self, definitions: &Definitions) -> Result<(), StorageError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let defined = define::define(&transaction, &mut self.interned, definitions);
        match defined {
            Ok(watchlist) => {
                transaction.commit()?;
                self.watchlist = watchlist;
                Ok(())
            }
            Err(error) => {
                self.interned.forget();
                Err(error)
            }
        }
    }

    /// One transaction, whole or not at all.
    fn change<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StorageError>) -> Result<T, StorageError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let worked = work(self);
        let ended = self.connection.execute_batch(if worked.is_ok() { "COMMIT" } else { "ROLLBACK" });
        if worked.is_err() {
            self.interned.forget();
        }
        ended?;
        worked
    }

    fn ready(&mut self) -> Result<(), StorageError> {
        // Takes the write lock and lets it go: a full or read-only disk shows here.
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?.commit()?;
        Ok(())
    }
}

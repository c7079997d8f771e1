//! What waits for the writing thread, and the handle that puts it there.

use super::thread::State;
use crate::storage::sqlite::define::Watchlist;
use crate::storage::sqlite::erase::Tombstones;
use crate::storage::sqlite::intern::Interned;
use crate::storage::{Appended, Batch, StorageError};
use domain::Definitions;
use rusqlite::Connection;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Requests that may wait for a commit.
const QUEUE_REQUESTS: usize = 4_096;

/// Bytes of messages that may wait: what the machine must be able to hold while the disk is slow.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// A handle to the writing thread; dropping it lets the thread finish what is queued and close the file.
pub(in crate::storage::sqlite) struct Writer {
    queue: Option<SyncSender<Request>>,
    queued_bytes: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

pub(super) enum Request {
    Append {
        batch: Arc<Batch>,
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
    pub(in crate::storage::sqlite) fn start(connection: Connection, lock: File) -> Result<Self, StorageError> {
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

    pub(in crate::storage::sqlite) async fn append(&self, batch: Arc<Batch>) -> Result<Vec<Appended>, StorageError> {
        let bytes = batch.bytes();
        if self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUE_BYTES {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(StorageError::Busy);
        }
        let sent = self.ask(|answer| Request::Append { batch, answer });
        match sent {
            Ok(answer) => answer.await.map_err(|_| StorageError::Busy)?,
            Err(error) => {
                self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    pub(in crate::storage::sqlite) async fn define(&self, definitions: Definitions) -> Result<(), StorageError> {
        self.ask(|answer| Request::Define { definitions, answer })?.await.map_err(|_| StorageError::Busy)?
    }

    pub(in crate::storage::sqlite) async fn ready(&self) -> Result<(), StorageError> {
        self.ask(|answer| Request::Ready { answer })?.await.map_err(|_| StorageError::Busy)?
    }

    pub(super) async fn perform<T: Send + 'static>(
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

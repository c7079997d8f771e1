//! What waits for the writing thread, and the handle that puts it there.

use super::keeper::Keeper;
use super::thread::State;
use crate::storage::sqlite::connection::Readers;
use crate::storage::sqlite::segments;
use crate::storage::sqlite::space::Space;
use crate::storage::{Appended, Batch, StorageError};
use domain::Definitions;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    space: Arc<Space>,
    /// The files failed and are closed.
    failed: Arc<AtomicBool>,
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
    /// Opens the files, and a thread that writes to them.
    pub(in crate::storage::sqlite) fn start(
        folder: &Path,
        lock: File,
        readers: Readers,
        space: Arc<Space>,
    ) -> Result<Self, StorageError> {
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
    pub(in crate::storage::sqlite) fn shedding(&self) -> Option<StorageError> {
        if self.failed.load(Ordering::SeqCst) {
            return Some(StorageError::Closed);
        }
        self.space.is_short().then_some(StorageError::DiskReserve)
    }

    pub(in crate::storage::sqlite) async fn append(&self, batch: Arc<Batch>) -> Result<Vec<Appended>, StorageError> {
        if let Some(error) = self.shedding() {
            return Err(error);
        }
        let bytes = batch.bytes();
        self.space.take(bytes);
        if self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUE_BYTES {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(StorageError::Busy);
        }
        let sent = self.ask(|answer| Request::Append { batch, answer });
        match sent {
            Ok(answer) => answer.await.map_err(|_| StorageError::Closed)?,
            Err(error) => {
                self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                Err(error)
            }
        }
    }

    pub(in crate::storage::sqlite) async fn define(&self, definitions: Definitions) -> Result<(), StorageError> {
        self.ask(|answer| Request::Define { definitions, answer })?.await.map_err(|_| StorageError::Closed)?
    }

    pub(in crate::storage::sqlite) async fn ready(&self) -> Result<(), StorageError> {
        if let Some(error) = self.shedding() {
            return Err(error);
        }
        self.ask(|answer| Request::Ready { answer })?.await.map_err(|_| StorageError::Closed)?
    }

    /// Hands work to the writing thread from another thread, one transaction each, and waits for it.
    pub(in crate::storage::sqlite) fn hands(&self) -> Option<segments::Write> {
        let queue = self.queue.clone()?;
        Some(Box::new(move |work: segments::Work| {
            let (answer, answered) = oneshot::channel();
            let work = move |state: &mut State| {
                let worked = state.change(|state| work(&state.connection));
                state.note(&worked);
                let _ = answer.send(worked);
            };
            queue.send(Request::Do(Box::new(work))).map_err(|_| StorageError::Closed)?;
            answered.blocking_recv().map_err(|_| StorageError::Closed)?
        }))
    }

    pub(super) async fn perform<T: Send + 'static>(
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

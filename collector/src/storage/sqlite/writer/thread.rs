//! The writing thread itself: what it knows, and the order in which it does things.

use super::queue::Request;
use crate::storage::StorageError;
use crate::storage::sqlite::define::{self, Watchlist};
use crate::storage::sqlite::erase::Tombstones;
use crate::storage::sqlite::intern::Interned;
use domain::Definitions;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

/// Requests that share one commit. More would not make commits rarer, only answers later.
const COMMIT_REQUESTS: usize = 512;

pub(in crate::storage::sqlite) struct State {
    pub(super) connection: Connection,
    pub(super) interned: Interned,
    pub(super) watchlist: Watchlist,
    pub(super) tombstones: Tombstones,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    pub(super) _lock: File,
}

impl State {
    pub(super) fn run(&mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut waiting = Vec::new();
            let mut next = Some(first);
            while let Some(request) = next {
                match request {
                    Request::Append { batch, answer } => {
                        self.queued_bytes.fetch_sub(batch.bytes(), Ordering::Relaxed);
                        waiting.push((batch, answer));
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
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
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

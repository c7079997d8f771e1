//! The writing thread itself: what it knows, and the order in which it does things.

use super::queue::Request;
use crate::storage::StorageError;
use crate::storage::identity_graph::SenderId;
use crate::storage::sqlite::define::{self, Watchlist};
use crate::storage::sqlite::erase::{self, Tombstones};
use crate::storage::sqlite::intern::Interned;
use domain::Definitions;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;
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
    /// What is in force, for a connection that follows this one.
    pub(super) definitions: Option<Definitions>,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    /// What went wrong: this connection must not be used again.
    pub(super) fault: Option<String>,
}

impl State {
    /// Writes until nobody asks any more, or until the files fail: then says how.
    pub(super) fn run(&mut self, requests: &Receiver<Request>) -> Option<String> {
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
    pub(super) fn sound(&self) -> Result<(), StorageError> {
        if self.fault.is_none() { Ok(()) } else { Err(StorageError::Closed) }
    }

    pub(super) fn note<T>(&mut self, worked: &Result<T, StorageError>) {
        if let Err(error) = worked {
            self.fault.get_or_insert_with(|| error.to_string());
        }
    }

    pub(super) fn define(&mut self, definitions: Definitions) -> Result<(), StorageError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let watchlist = define::define(&transaction, &mut self.interned, &definitions)?;
        transaction.commit()?;
        self.watchlist = watchlist;
        self.definitions = Some(definitions);
        Ok(())
    }

    /// Takes out what is known of these ids beside messages, of which there are none.
    pub(super) fn forget(&mut self, senders: &BTreeSet<SenderId>) -> Result<(), StorageError> {
        let kept = self.watchlist.subjects();
        self.change(|state| erase::finish(&state.connection, &mut state.interned, senders, &kept))
    }

    /// One transaction, whole or not at all.
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        // Where it fails, the connection is closed, and the transaction with it.
        let done = work(self)?;
        self.connection.execute_batch("COMMIT")?;
        Ok(done)
    }

    fn ready(&mut self) -> Result<(), StorageError> {
        // Takes the write lock and lets it go: a full or read-only disk shows here.
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?.commit()?;
        Ok(())
    }
}

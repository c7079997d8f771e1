//! One transaction for many requests, then their answers.

use super::thread::State;
use crate::storage::sqlite::append::Appending;
use crate::storage::sqlite::delivery::Tally;
use crate::storage::{Appended, Batch, StorageError};
use rusqlite::TransactionBehavior;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The messages of one request, and who waits to hear what became of them.
pub(super) type Waiting = (Arc<Batch>, oneshot::Sender<Result<Vec<Appended>, StorageError>>);

impl State {
    /// One transaction for all that waits; answers leave after it is on stable storage.
    pub(super) fn commit(&mut self, waiting: Vec<Waiting>) {
        if waiting.is_empty() {
            return;
        }
        let written = self.sound().and_then(|()| self.write(&waiting));
        self.note(&written);
        match written {
            Ok(outcomes) => {
                let mut outcomes = outcomes.into_iter();
                for (batch, answer) in waiting {
                    let _ = answer.send(Ok(outcomes.by_ref().take(batch.len()).collect()));
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

    /// What became of every message of every batch, in order.
    fn write(&mut self, waiting: &[Waiting]) -> Result<Vec<Appended>, StorageError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut appending = Appending::new(&transaction, &mut self.interned, &self.watchlist, &mut self.tombstones);
        for (batch, _) in waiting {
            appending.add(batch)?;
        }
        let outcomes = appending.finish()?;
        let mut tally = Tally::default();
        let mut answered = outcomes.as_slice();
        for (batch, _) in waiting {
            let (these, others) = answered.split_at(batch.len());
            tally.add(batch, these);
            answered = others;
        }
        tally.write(&transaction)?;
        transaction.commit()?;
        Ok(outcomes)
    }
}

//! One transaction for many requests, then their answers.

use super::thread::State;
use crate::storage::sqlite::append;
use crate::storage::{Appended, Row, StorageError};
use rusqlite::TransactionBehavior;
use tokio::sync::oneshot;

/// Rows of one request, and who waits to hear what became of them.
pub(super) type Waiting = (Vec<Row>, oneshot::Sender<Result<Vec<Appended>, StorageError>>);

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
}

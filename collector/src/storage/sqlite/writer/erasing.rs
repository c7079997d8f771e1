//! What the writing thread does when somebody is forgotten.

use super::queue::Writer;
use crate::storage::identity_graph::SenderId;
use crate::storage::sqlite::erase::{self, Tombstones};
use crate::storage::sqlite::{connection, residue, retention};
use crate::storage::{Person, StorageError};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

impl Writer {
    /// Nothing of these ids is stored from now on; the numbers under which they are.
    pub(in crate::storage::sqlite) async fn begin_erasing(
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

    pub(in crate::storage::sqlite) async fn erase_messages(&self, positions: Vec<i64>) -> Result<u64, StorageError> {
        self.perform(move |state| {
            let erased = state.change(|state| erase::messages(&state.connection, &positions))?;
            state.tombstones = Tombstones::read(&state.connection)?;
            Ok(erased)
        })
        .await
    }

    pub(in crate::storage::sqlite) async fn finish_erasing(
        &self,
        senders: BTreeSet<SenderId>,
    ) -> Result<(), StorageError> {
        self.perform(move |state| state.forget(&senders)).await
    }

    /// Forgets whoever nothing arrived of since a position; how many ids that were.
    pub(in crate::storage::sqlite) async fn forget_gone(
        &self,
        gone: BTreeSet<SenderId>,
        until: i64,
    ) -> Result<u64, StorageError> {
        self.perform(move |state| {
            let gone = retention::still_gone(&state.connection, &gone, until)?;
            state.forget(&gone)?;
            Ok(gone.len() as u64)
        })
        .await
    }

    /// Moves what the log of changes holds into the file, as far as no reader needs it, so that it can begin anew.
    pub(in crate::storage::sqlite) async fn shorten_log(&self) -> Result<(), StorageError> {
        self.perform(|state| Ok(state.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)).await
    }

    /// Moves the log of changes into the file, cuts it to nothing, and cleans the free space of these pages; `false`
    /// where a reader still needs the log.
    pub(in crate::storage::sqlite) async fn clean(
        &self,
        path: PathBuf,
        pages: Arc<Vec<u64>>,
    ) -> Result<bool, StorageError> {
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
}

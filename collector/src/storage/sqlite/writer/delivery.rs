//! What the writing thread does for the counts of what arrived, beside counting.

use super::queue::Writer;
use crate::storage::StorageError;
use crate::storage::sqlite::delivery;

impl Writer {
    /// Folds the clients of one part that were silent since a time into the counts of their days.
    pub(in crate::storage::sqlite) async fn fold_delivery(
        &self,
        part: u64,
        heard_before_ms: i64,
    ) -> Result<(), StorageError> {
        self.perform(move |state| state.change(|state| delivery::fold(&state.connection, part, heard_before_ms))).await
    }

    /// Deletes the counts of days before a time.
    pub(in crate::storage::sqlite) async fn forget_delivery(&self, before_ms: i64) -> Result<(), StorageError> {
        self.perform(move |state| state.change(|state| delivery::forget(&state.connection, before_ms))).await
    }
}

//! Letting go of what was kept long enough: messages, as `[retention]` says, and clients that were silent for long.

use super::App;
use crate::storage::{Expired, StorageError};
use std::sync::Arc;
use std::time::Duration;

/// Old messages go within the hour.
const EXPIRE_EVERY: Duration = Duration::from_secs(3_600);

/// A browser keeps what waits for seven days; whoever was silent for twice as long is not waited for.
const SILENT_MS: i64 = 14 * 86_400_000;

impl App {
    /// Deletes what was received longer ago than the project keeps; `None` where it keeps all.
    pub async fn expire(&self) -> Result<Option<Expired>, StorageError> {
        let Some(before_ms) = self.kept_from_ms() else { return Ok(None) };
        let expired = self.events.expire(before_ms).await?;
        if expired != Expired::default() {
            tracing::info!(messages = expired.messages, ids = expired.ids, "kept long enough: deleted");
        }
        Ok(Some(expired))
    }

    /// How many messages that would be.
    pub async fn expired(&self) -> Result<Option<u64>, StorageError> {
        let Some(before_ms) = self.kept_from_ms() else { return Ok(None) };
        self.events.expired(before_ms).await.map(Some)
    }

    /// For as long as the process lives.
    pub async fn keep_retention(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(EXPIRE_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.expire().await {
                tracing::error!(%error, "old messages could not be deleted; trying again within the hour");
            }
            if let Err(error) = self.events.fold_delivery(self.now_ms() - SILENT_MS).await {
                tracing::error!(%error, "counts of what arrived could not be folded; trying again within the hour");
            }
        }
    }

    fn kept_from_ms(&self) -> Option<i64> {
        self.project().retention.messages_before_ms(self.now_ms())
    }
}

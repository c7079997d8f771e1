//! Whether messages should be sent here: what a load balancer asks.

use super::App;
use crate::storage::StorageError;
use std::sync::atomic::Ordering;

/// Why messages had better go elsewhere, or wait.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("the collector is stopping")]
    Stopping,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl NotReady {
    /// One word for probes; stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Storage(error) => error.code(),
        }
    }

    pub fn retry_after_s(&self) -> u64 {
        match self {
            Self::Stopping => 1,
            Self::Storage(error) => error.retry_after_s(),
        }
    }
}

impl App {
    /// Whether messages can be stored right now, and the ledger can be written.
    pub async fn ready(&self) -> Result<(), NotReady> {
        if self.stopping.load(Ordering::SeqCst) {
            return Err(NotReady::Stopping);
        }
        self.events.ready().await?;
        self.desk.ready().await?;
        Ok(())
    }

    /// From here on the collector is not ready; it goes on answering what comes.
    pub fn begin_stopping(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Seconds after which what was shed may be sent again.
    pub fn retry_after_s(&self) -> u64 {
        self.events.shedding().map_or(1, |it| it.retry_after_s())
    }
}

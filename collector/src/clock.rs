//! The one place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock, or one set by hand (tests, simulations).
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    ByHand(Arc<AtomicI64>),
}

impl Clock {
    pub fn by_hand(now_ms: i64) -> Self {
        Self::ByHand(Arc::new(AtomicI64::new(now_ms)))
    }

    /// Milliseconds since 1970, UTC.
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX)),
            Self::ByHand(now_ms) => now_ms.load(Ordering::SeqCst),
        }
    }

    /// Moves a clock that is set by hand; the system's clock cannot be moved.
    pub fn set(&self, to_ms: i64) {
        if let Self::ByHand(now_ms) = self {
            now_ms.store(to_ms, Ordering::SeqCst);
        }
    }
}

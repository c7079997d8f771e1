//! Whether something new arrived: a number that grows with whatever pages show, and says nothing else.

use super::App;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) struct News(AtomicU64);

impl News {
    /// Begins at the time of the start, so that a page opened before a restart learns of it.
    pub(super) fn from(now_ms: i64) -> Self {
        Self(AtomicU64::new(now_ms.unsigned_abs()))
    }

    /// On the way of every request that stores something: it costs nothing but this.
    pub(super) fn arrived(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl App {
    /// Differs from what it was as soon as a page may show something else than it did then.
    pub fn news(&self) -> u64 {
        self.news.0.load(Ordering::Relaxed)
    }
}

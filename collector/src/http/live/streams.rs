//! How many pages are kept up to date at a time, and the word that it is over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// Open pages of one operator: a browser has few windows in view, and only those ask.
pub(super) const STREAMS_PER_OPERATOR: usize = 8;

/// Open pages of all operators.
pub(super) const STREAMS_MAX: usize = 256;

/// Shared by all streams of a server.
pub(crate) struct Streams {
    open: Arc<Mutex<HashMap<i64, usize>>>,
    over: watch::Sender<bool>,
}

/// One stream's; given back when it is dropped.
pub(super) struct Place {
    open: Arc<Mutex<HashMap<i64, usize>>>,
    operator: i64,
}

impl Default for Streams {
    fn default() -> Self {
        Self { open: Arc::default(), over: watch::Sender::new(false) }
    }
}

impl Streams {
    /// `None` where there are enough.
    pub(super) fn take(&self, operator: i64) -> Option<Place> {
        let mut open = lock(&self.open);
        let all: usize = open.values().sum();
        let own = open.get(&operator).copied().unwrap_or_default();
        if all >= STREAMS_MAX || own >= STREAMS_PER_OPERATOR {
            return None;
        }
        open.insert(operator, own + 1);
        Some(Place { open: Arc::clone(&self.open), operator })
    }

    /// Ends all streams, and those to come.
    pub(crate) fn stop(&self) {
        self.over.send_replace(true);
    }

    pub(super) fn over(&self) -> watch::Receiver<bool> {
        self.over.subscribe()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(own) = open.get_mut(&self.operator) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.operator);
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<i64, usize>>) -> MutexGuard<'_, HashMap<i64, usize>> {
    open.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_more_than_their_share_and_all_is_given_back() {
        let streams = Streams::default();
        let own: Vec<Place> = (0..STREAMS_PER_OPERATOR).map(|_| streams.take(1).unwrap()).collect();
        assert!(streams.take(1).is_none());
        let others: Vec<Place> =
            (STREAMS_PER_OPERATOR..STREAMS_MAX).map(|it| streams.take(2 + it as i64).unwrap()).collect();
        assert!(streams.take(9_999).is_none());
        drop(own);
        assert!(streams.take(1).is_some());
        drop(others);
        assert!(lock(&streams.open).is_empty());
    }
}

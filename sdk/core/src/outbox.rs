//! The bounded queue of messages: waiting, in flight, gone.
//!
//! A message stays in its place until it is delivered, refused or dropped, so order holds and
//! nothing is lost or doubled in between. Does not know time-outs or networks: see `retry.rs`.
//!
//! To survive a crash, what enters by [`Outbox::push`] would be persisted and what leaves by
//! [`Outbox::remove`] forgotten: there is no other way in or out.

use crate::batch::Batch;
use crate::limits;

/// How messages ended, since the client started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub queued: u64,
    pub delivered: u64,
    /// The collector said they can never be stored.
    pub refused: u64,
    /// There was no room: the oldest went.
    pub dropped: u64,
}

/// In no batch. The ids of batches begin at 1.
const WAITING: u32 = 0;

/// About to be removed.
const GONE: u32 = u32::MAX;

#[derive(Debug)]
struct Entry {
    text: String,
    token: Option<String>,
    at_ms: i64,
    /// Or [`WAITING`], or [`GONE`].
    batch_id: u32,
    keepalive: bool,
}

#[derive(Debug)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
    bytes: usize,
    last_batch_id: u32,
    /// Shrinks when the collector, or a proxy before it, finds a batch too large.
    batch_bytes: usize,
    pub(crate) counters: Counters,
}

/// What waits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) waiting: usize,
    pub(crate) waiting_bytes: usize,
    pub(crate) oldest_ms: i64,
    pub(crate) in_flight: bool,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            bytes: 0,
            last_batch_id: 0,
            batch_bytes: limits::BATCH_BYTES,
            counters: Counters::default(),
        }
    }

    /// Takes a message in and says whether one had to go for it.
    pub(crate) fn push(&mut self, at_ms: i64, text: String, token: Option<String>) -> bool {
        self.counters.queued += 1;
        self.bytes += text.len();
        self.entries.push(Entry { text, token, at_ms, batch_id: WAITING, keepalive: false });
        let dropped_before = self.counters.dropped;
        while self.entries.len() > limits::QUEUE_MESSAGES || self.bytes > limits::QUEUE_BYTES {
            self.drop_oldest();
        }
        self.counters.dropped > dropped_before
    }

    /// What is in flight may still arrive, so the oldest that waits goes: at worst the one just pushed.
    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.entries.iter_mut().find(|it| it.batch_id == WAITING) {
            oldest.batch_id = GONE;
        }
        self.counters.dropped += self.remove(GONE);
    }

    pub(crate) fn load(&self) -> Load {
        let mut load = Load::default();
        for entry in &self.entries {
            if entry.batch_id != WAITING {
                load.in_flight = true;
                continue;
            }
            if load.waiting == 0 {
                load.oldest_ms = entry.at_ms;
            }
            load.waiting += 1;
            load.waiting_bytes += entry.text.len();
        }
        load
    }

    /// The next batch, now in flight. When the page is going away, no larger than what may outlive it.
    pub(crate) fn take(&mut self, leaving: bool) -> Option<Batch> {
        let mut quota = limits::KEEPALIVE_BYTES;
        for entry in &self.entries {
            if entry.keepalive {
                quota = quota.saturating_sub(entry.text.len());
            }
        }
        let id = self.last_batch_id + 1;
        let mut most = self.batch_bytes;
        let mut token: Option<String> = None;
        let mut messages = String::new();
        for entry in &mut self.entries {
            if entry.batch_id != WAITING {
                continue;
            }
            if messages.is_empty() {
                if leaving && entry.text.len() <= quota {
                    most = most.min(quota);
                }
            } else if messages.len() + entry.text.len() >= most
                || (token.is_some() && entry.token.is_some() && token != entry.token)
            {
                break;
            } else {
                messages.push(',');
            }
            messages.push_str(&entry.text);
            if entry.token.is_some() {
                token = entry.token.clone();
            }
            entry.batch_id = id;
        }
        if messages.is_empty() {
            return None;
        }
        self.last_batch_id = id;
        let keepalive = messages.len() <= quota;
        for entry in &mut self.entries {
            if entry.batch_id == id {
                entry.keepalive = keepalive;
            }
        }
        Some(Batch { id, keepalive, token, messages })
    }

    pub(crate) fn delivered(&mut self, batch_id: u32) {
        self.counters.delivered += self.remove(batch_id);
    }

    pub(crate) fn refused(&mut self, batch_id: u32) {
        self.counters.refused += self.remove(batch_id);
    }

    /// Back to waiting, each in its old place.
    pub(crate) fn release(&mut self, batch_id: u32) {
        for entry in self.entries.iter_mut().filter(|it| it.batch_id == batch_id) {
            entry.batch_id = WAITING;
            entry.keepalive = false;
        }
    }

    /// Too large: back to waiting, to go in halves; a message that is too large alone is refused.
    pub(crate) fn split(&mut self, batch_id: u32) {
        let mut count = 0;
        let mut bytes = 0;
        for entry in self.entries.iter().filter(|it| it.batch_id == batch_id) {
            count += 1;
            bytes += entry.text.len();
        }
        if count > 1 {
            self.batch_bytes = self.batch_bytes.min(bytes / 2);
            self.release(batch_id);
        } else {
            self.refused(batch_id);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.iter_mut().for_each(|it| it.batch_id = GONE);
        self.counters.dropped += self.remove(GONE);
    }

    fn remove(&mut self, batch_id: u32) -> u64 {
        let before = self.entries.len();
        let bytes = &mut self.bytes;
        self.entries.retain(|it| {
            let stays = it.batch_id != batch_id;
            if !stays {
                *bytes -= it.text.len();
            }
            stays
        });
        (before - self.entries.len()) as u64
    }
}

#[cfg(test)]
mod tests;

//! The bounded queue of messages: waiting, in flight, gone.
//!
//! A message stays in its place until it is delivered, refused or dropped, so order holds and
//! nothing is lost or doubled in between. Does not know time-outs or networks: see `retry.rs`.
//!
//! What enters by [`Outbox::push`] is kept in the browser as well (`client.rs` sees to it), and what leaves by
//! [`Outbox::remove`] is to be forgotten there: there is no other way in or out, but for what other pages kept
//! ([`Outbox::recover`]) or took away ([`Outbox::elsewhere`]).

use crate::batch::Batch;
use crate::class::REPORT;
use crate::fields::Fields;
use crate::json::push_number;
use crate::limits;
use crate::losses::{Loss, Losses};

/// How messages ended, since the client started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub queued: u64,
    /// Left behind by another page.
    pub recovered: u64,
    pub delivered: u64,
    /// The collector said they can never be stored.
    pub refused: u64,
    /// There was no room, or they were too old, or consent was withdrawn.
    pub dropped: u64,
    /// Another tab saw to them.
    pub elsewhere: u64,
}

/// A message as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its `messageId`: a UUIDv7, which begins with the time.
    pub key: String,
    /// See `class.rs`.
    pub class: u8,
    /// One JSON object.
    pub text: String,
    pub token: Option<String>,
}

impl Record {
    /// What the edge hands over: key, class, text and token, each with a NUL after it, which none of them can hold.
    pub fn push_fields(&self, fields: &mut String) {
        fields.push_str(&self.key);
        fields.push('\0');
        push_number(fields, u64::from(self.class), 1);
        for it in [&self.text, self.token.as_ref().unwrap_or(&String::new())] {
            fields.push('\0');
            fields.push_str(it);
        }
        fields.push('\0');
    }

    /// The next one of several.
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let key = fields.next()?;
        let (class, text, token) = (fields.number() as u8, fields.text(), fields.text());
        Some(Self { key, class, text, token: if token.is_empty() { None } else { Some(token) } })
    }
}

/// In no batch. The ids of batches begin at 1.
const WAITING: u32 = 0;

/// About to be removed.
const GONE: u32 = u32::MAX;

#[derive(Debug)]
struct Entry {
    record: Record,
    at_ms: i64,
    /// Or [`WAITING`], or [`GONE`].
    batch_id: u32,
    keepalive: bool,
    /// Of this page, which sends it when it goes.
    is_own: bool,
}

#[derive(Debug)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
    bytes: usize,
    last_batch_id: u32,
    /// Shrinks when the collector, or a proxy before it, finds a batch too large.
    batch_bytes: usize,
    /// Keys of what is gone: nobody needs to keep them.
    pub(crate) forgotten: Vec<String>,
    pub(crate) losses: Losses,
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
            forgotten: Vec::new(),
            losses: Losses::default(),
            counters: Counters::default(),
        }
    }

    /// Takes a message in and says whether one had to go for it.
    pub(crate) fn push(&mut self, at_ms: i64, record: Record) -> bool {
        self.counters.queued += 1;
        self.enter(at_ms, record, true);
        self.make_room(at_ms)
    }

    /// Takes in what other pages kept, those that are gone and those that are still there; each as
    /// [`Record::push_fields`] writes it.
    pub(crate) fn recover(&mut self, now_ms: i64, records: &str) {
        let own = std::mem::take(&mut self.entries);
        let mut fields = Fields::new(records, '\0');
        while let Some(record) = Record::read(&mut fields) {
            if own.iter().all(|it| it.record.key.as_bytes() != record.key.as_bytes()) {
                self.counters.recovered += 1;
                self.enter(0, record, false);
            }
        }
        // They came first.
        self.entries.extend(own);
        for entry in &mut self.entries {
            if entry.batch_id == WAITING && now_ms - time_of(&entry.record.key) > limits::MESSAGE_AGE_MS {
                entry.batch_id = GONE;
            }
        }
        self.drop_gone(now_ms, Loss::Old);
        self.make_room(now_ms);
    }

    /// Another tab has delivered or dropped these; a NUL after each key.
    pub(crate) fn elsewhere(&mut self, keys: &str) {
        let mut fields = Fields::new(keys, '\0');
        while let Some(key) = fields.next() {
            for entry in &mut self.entries {
                if entry.batch_id == WAITING && entry.record.key.as_bytes() == key.as_bytes() {
                    entry.batch_id = GONE;
                }
            }
        }
        self.counters.elsewhere += self.remove(GONE, false).0;
    }

    fn enter(&mut self, at_ms: i64, record: Record, is_own: bool) {
        self.bytes += record.text.len();
        self.entries.push(Entry { record, at_ms, batch_id: WAITING, keepalive: false, is_own });
    }

    /// What is in flight may still arrive, so the oldest of the least dear that wait goes: at worst the one just pushed.
    fn make_room(&mut self, now_ms: i64) -> bool {
        let dropped_before = self.counters.dropped;
        while self.entries.len() > limits::QUEUE_MESSAGES || self.bytes > limits::QUEUE_BYTES {
            let waiting = self.entries.iter_mut().filter(|it| it.batch_id == WAITING);
            let Some(least) = waiting.min_by_key(|it| it.record.class) else { break };
            least.batch_id = GONE;
            self.drop_gone(now_ms, Loss::Full);
        }
        self.counters.dropped > dropped_before
    }

    fn drop_gone(&mut self, now_ms: i64, loss: Loss) {
        let (removed, told) = self.remove(GONE, true);
        self.counters.dropped += removed;
        self.losses.add(now_ms, loss, told);
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
            load.waiting_bytes += entry.record.text.len();
        }
        load
    }

    /// The next batch, now in flight. When the page is going away, its own messages only, no more than what may outlive it,
    /// and the dearest first.
    pub(crate) fn take(&mut self, leaving: bool) -> Option<Batch> {
        let mut quota = limits::KEEPALIVE_BYTES;
        for entry in &self.entries {
            if entry.keepalive {
                quota = quota.saturating_sub(entry.record.text.len());
            }
        }
        let id = self.last_batch_id + 1;
        let mut most = self.batch_bytes;
        let mut token: Option<String> = None;
        let mut bytes = 0;
        let mut class = REPORT;
        loop {
            for entry in &mut self.entries {
                let Record { text, token: proof, .. } = &entry.record;
                let is_turn = !leaving || entry.is_own && entry.record.class == class;
                if entry.batch_id != WAITING || !is_turn {
                    continue;
                }
                if bytes == 0 {
                    if leaving && text.len() <= quota {
                        most = most.min(quota);
                    }
                } else if bytes + text.len() >= most || token.is_some() && proof.is_some() && token != *proof {
                    class = 0;
                    break;
                }
                // And the comma.
                bytes += text.len() + 1;
                if proof.is_some() {
                    token.clone_from(proof);
                }
                entry.batch_id = id;
            }
            if !leaving || class == 0 {
                break;
            }
            class -= 1;
        }
        if bytes == 0 {
            return None;
        }
        self.last_batch_id = id;
        let keepalive = bytes - 1 <= quota;
        let mut messages = String::new();
        for entry in &mut self.entries {
            if entry.batch_id == id {
                entry.keepalive = keepalive;
                if !messages.is_empty() {
                    messages.push(',');
                }
                messages.push_str(&entry.record.text);
            }
        }
        Some(Batch { id, keepalive, token, messages })
    }

    pub(crate) fn delivered(&mut self, batch_id: u32) {
        self.counters.delivered += self.remove(batch_id, true).0;
    }

    pub(crate) fn refused(&mut self, now_ms: i64, batch_id: u32) {
        let (removed, told) = self.remove(batch_id, true);
        self.counters.refused += removed;
        self.losses.add(now_ms, Loss::Refused, told);
    }

    /// Back to waiting, each in its old place.
    pub(crate) fn release(&mut self, batch_id: u32) {
        for entry in self.entries.iter_mut().filter(|it| it.batch_id == batch_id) {
            entry.batch_id = WAITING;
            entry.keepalive = false;
        }
    }

    /// Back to waiting, but only those that had to be let go by the collector: `1` at their place in the batch.
    pub(crate) fn release_some(&mut self, batch_id: u32, shed: &str) {
        let mut shed = shed.bytes();
        for entry in self.entries.iter_mut().filter(|it| it.batch_id == batch_id) {
            if shed.next() == Some(b'1') {
                entry.batch_id = WAITING;
                entry.keepalive = false;
            }
        }
        self.delivered(batch_id);
    }

    /// Too large: back to waiting, to go in halves; a message that is too large alone is refused.
    pub(crate) fn split(&mut self, now_ms: i64, batch_id: u32) {
        let mut count = 0;
        let mut bytes = 0;
        for entry in self.entries.iter().filter(|it| it.batch_id == batch_id) {
            count += 1;
            bytes += entry.record.text.len();
        }
        if count > 1 {
            self.batch_bytes = self.batch_bytes.min(bytes / 2);
            self.release(batch_id);
        } else {
            self.refused(now_ms, batch_id);
        }
    }

    /// Consent is withdrawn.
    pub(crate) fn clear(&mut self) {
        self.entries.iter_mut().for_each(|it| it.batch_id = GONE);
        self.counters.dropped += self.remove(GONE, false).0;
        self.forgotten.clear();
        self.losses = Losses::default();
    }

    /// How many there were, and how many of them are missed. `is_kept`: the browser keeps them still.
    fn remove(&mut self, batch_id: u32, is_kept: bool) -> (u64, u64) {
        let (mut removed, mut missed) = (0, 0);
        let (bytes, forgotten) = (&mut self.bytes, &mut self.forgotten);
        self.entries.retain_mut(|it| {
            let stays = it.batch_id != batch_id;
            if !stays {
                removed += 1;
                missed += u64::from(it.record.class < REPORT);
                *bytes -= it.record.text.len();
                if is_kept {
                    forgotten.push(std::mem::take(&mut it.record.key));
                }
            }
            stays
        });
        (removed, missed)
    }
}

/// The time a UUIDv7 begins with; <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7>
fn time_of(key: &str) -> i64 {
    const TIME_DIGITS: usize = 12;
    let digits = key.chars().filter_map(|it| it.to_digit(16)).take(TIME_DIGITS);
    digits.fold(0, |time_ms, digit| time_ms << 4 | i64::from(digit))
}

#[cfg(test)]
mod tests;

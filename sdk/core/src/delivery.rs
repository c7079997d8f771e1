//! When messages leave, and what an answer to them means. Does not know what they say.
//!
//! Only one tab sends at a time: it takes the sending place ([`Effect::Gather`]), sees what all tabs and earlier pages kept,
//! sends that, and leaves the place. A page that goes away sends its own without asking.

use crate::batch::Batch;
use crate::effect::Effect;
use crate::limits;
use crate::outbox::Outbox;
use crate::random::Random;
use crate::retry::{Retry, Verdict};

#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) outbox: Outbox,
    pub(crate) retry: Retry,
    has_sent: bool,
    place: Place,
    gather_id: u32,
    /// Since when somebody should look what earlier pages left behind.
    unseen_ms: Option<i64>,
}

/// The sending place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Free,
    Asked,
    Held,
}

impl Delivery {
    pub(crate) fn new() -> Self {
        Self {
            outbox: Outbox::new(),
            retry: Retry::default(),
            has_sent: false,
            place: Place::Free,
            gather_id: 0,
            unseen_ms: None,
        }
    }

    /// Messages may be kept and sent from now on.
    pub(crate) fn begin(&mut self, now_ms: i64) {
        self.unseen_ms = Some(now_ms);
    }

    /// The sending place is this tab's, or nobody's: here is what others kept, and which of ours they saw to.
    pub(crate) fn gathered(&mut self, now_ms: i64, id: u32, (records, elsewhere): (&str, &str), is_whole: bool) {
        if id == self.gather_id && self.place == Place::Asked {
            self.place = Place::Held;
            self.unseen_ms = if is_whole { None } else { Some(now_ms + limits::LOOK_AGAIN_MS) };
            self.outbox.elsewhere(elsewhere);
            self.outbox.recover(now_ms, records);
        }
    }

    /// Others may send.
    pub(crate) fn leave_place(&mut self, effects: &mut Vec<Effect>) {
        if self.place != Place::Free {
            self.place = Place::Free;
            effects.push(Effect::Ungather);
        }
    }

    /// Says whether the collector refused the messages for good.
    pub(crate) fn answered(
        &mut self,
        now_ms: i64,
        batch_id: u32,
        verdict: Verdict,
        (retry_after_ms, shed): (Option<u64>, &str),
        random: &mut Random,
    ) -> bool {
        match verdict {
            Verdict::Done => {
                self.outbox.delivered(batch_id);
                self.outbox.losses.is_heard = true;
                self.retry.succeeded();
            }
            Verdict::TooLarge => self.outbox.split(now_ms, batch_id),
            Verdict::Refused => self.outbox.refused(now_ms, batch_id),
            Verdict::TryAgain | Verdict::Unanswered => {
                if shed.is_empty() {
                    self.outbox.release(batch_id);
                } else {
                    self.outbox.release_some(batch_id, shed);
                }
                self.retry.failed(now_ms, verdict == Verdict::TryAgain, retry_after_ms, random);
            }
        }
        verdict == Verdict::Refused
    }

    /// When the next request is due, as far as the queue and the collector allow.
    pub(crate) fn flush_at_ms(&self, now_ms: i64, leaving: bool, is_visible: bool) -> Option<i64> {
        let load = self.outbox.load();
        let is_busy = load.in_flight || self.place == Place::Asked;
        if is_busy && !leaving {
            return None;
        }
        let due_ms = if load.waiting == 0 {
            // A hidden page does not look: the next one that is shown will.
            self.unseen_ms.filter(|_| is_visible)? + limits::FIRST_FLUSH_MS
        } else if leaving
            // A hidden page sets no timers.
            || !is_visible
            || load.waiting >= limits::FLUSH_MESSAGES
            || load.waiting_bytes >= limits::FLUSH_BYTES
        {
            now_ms
        } else {
            load.oldest_ms + if self.has_sent { limits::FLUSH_MS } else { limits::FIRST_FLUSH_MS }
        };
        Some(due_ms.max(self.retry.next_ms(leaving)?))
    }

    /// Sends what is due.
    pub(crate) fn flush(&mut self, now_ms: i64, leaving: bool, is_visible: bool, effects: &mut Vec<Effect>) {
        if leaving {
            // Who holds a place is not kept by the back-forward cache.
            self.leave_place(effects);
        }
        while self.flush_at_ms(now_ms, leaving, is_visible).is_some_and(|it| it <= now_ms) {
            if !leaving && self.place == Place::Free {
                self.place = Place::Asked;
                self.gather_id += 1;
                effects.push(Effect::Gather(self.gather_id));
                return;
            }
            let Some(batch) = self.take(leaving) else { break };
            effects.push(Effect::Send(batch));
        }
        if self.place == Place::Held && !self.outbox.load().in_flight {
            self.leave_place(effects);
        }
    }

    fn take(&mut self, leaving: bool) -> Option<Batch> {
        let batch = self.outbox.take(leaving);
        self.has_sent |= batch.is_some();
        batch
    }
}

//! When messages leave, and what an answer to them means. Does not know what they say.

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
}

impl Delivery {
    pub(crate) fn new() -> Self {
        Self { outbox: Outbox::new(), retry: Retry::default(), has_sent: false }
    }

    /// Says whether the collector refused the messages for good.
    pub(crate) fn answered(
        &mut self,
        now_ms: i64,
        batch_id: u32,
        verdict: Verdict,
        retry_after_ms: Option<u64>,
        random: &mut Random,
    ) -> bool {
        match verdict {
            Verdict::Done => {
                self.outbox.delivered(batch_id);
                self.retry.succeeded();
            }
            Verdict::TooLarge => self.outbox.split(batch_id),
            Verdict::Refused => self.outbox.refused(batch_id),
            Verdict::TryAgain | Verdict::Unanswered => {
                self.outbox.release(batch_id);
                self.retry.failed(now_ms, verdict == Verdict::TryAgain, retry_after_ms, random);
            }
        }
        verdict == Verdict::Refused
    }

    /// When the next request is due, as far as the queue and the collector allow.
    pub(crate) fn flush_at_ms(&self, now_ms: i64, leaving: bool, is_visible: bool) -> Option<i64> {
        let load = self.outbox.load();
        if load.waiting == 0 || (load.in_flight && !leaving) {
            return None;
        }
        let is_due = leaving
            // A hidden page sets no timers.
            || !is_visible
            || load.waiting >= limits::FLUSH_MESSAGES
            || load.waiting_bytes >= limits::FLUSH_BYTES;
        let wait_ms = if self.has_sent { limits::FLUSH_MS } else { limits::FIRST_FLUSH_MS };
        let due_ms = if is_due { now_ms } else { load.oldest_ms + wait_ms };
        Some(due_ms.max(self.retry.next_ms(leaving)?))
    }

    /// Sends what is due.
    pub(crate) fn flush(&mut self, now_ms: i64, leaving: bool, is_visible: bool, effects: &mut Vec<Effect>) {
        while self.flush_at_ms(now_ms, leaving, is_visible).is_some_and(|it| it <= now_ms) {
            let Some(batch) = self.take(leaving) else { break };
            effects.push(Effect::Send(batch));
        }
    }

    fn take(&mut self, leaving: bool) -> Option<Batch> {
        let batch = self.outbox.take(leaving);
        self.has_sent |= batch.is_some();
        batch
    }
}

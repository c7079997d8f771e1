//! Sessions: end after 30 minutes of silence or 24 hours, whichever comes first.

use crate::limits;
use crate::random::Random;
use domain::SessionId;

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) started_ms: i64,
    pub(crate) seen_ms: i64,
}

impl Session {
    pub(crate) fn new(now_ms: i64, random: &mut Random) -> Self {
        Self { id: SessionId::new(random.uuid(now_ms)), started_ms: now_ms, seen_ms: now_ms }
    }

    pub(crate) fn is_over(&self, now_ms: i64) -> bool {
        now_ms - self.seen_ms > limits::SESSION_IDLE_MS || now_ms - self.started_ms > limits::SESSION_LONGEST_MS
    }
}

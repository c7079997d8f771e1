//! A brake on code that calls us in a loop: a burst, then a message each 100 ms.

use crate::limits::{RUNAWAY_BURST, RUNAWAY_MS};

#[derive(Debug)]
pub(crate) struct Bucket {
    /// Time saved up; a message costs [`RUNAWAY_MS`] of it.
    saved_ms: i64,
    at_ms: i64,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { saved_ms: RUNAWAY_BURST * RUNAWAY_MS, at_ms: 0 }
    }
}

impl Bucket {
    /// Whether one more may come now.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        // What was held back is older than what came since.
        let passed_ms = (now_ms - self.at_ms).max(0);
        self.at_ms = self.at_ms.max(now_ms);
        self.saved_ms = (self.saved_ms + passed_ms).min(RUNAWAY_BURST * RUNAWAY_MS);
        let may = self.saved_ms >= RUNAWAY_MS;
        if may {
            self.saved_ms -= RUNAWAY_MS;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_gets_its_burst_and_then_ten_a_second() {
        let mut bucket = Bucket::default();
        // 60 calls a second, for a quarter of an hour.
        let taken = (0..54_000).filter(|it| bucket.take(it * 1_000 / 60)).count() as i64;
        assert!((RUNAWAY_BURST + 8_999..=RUNAWAY_BURST + 9_001).contains(&taken), "{taken}");
    }
}

//! Something that speaks for hesitation when it happens, and less and less afterwards.

use domain::hesitation::Feature;

/// After so much active time it counts half.
const HALF_LIFE_MS: i64 = 45_000;
/// Three half-lives after one full piece: what is left no longer belongs to what comes next.
const FORGOTTEN: i32 = 125;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    level: i32,
    at_ms: i64,
    /// Times, or how long it took: for the sentence.
    measured: i64,
}

impl Evidence {
    /// So many more of it.
    pub(super) fn add(&mut self, now_ms: i64, amount: i32, times: i64) {
        let level = self.level(now_ms);
        let before = if level < FORGOTTEN { 0 } else { self.measured };
        *self = Self { level: (level + amount).min(Feature::MOST), at_ms: now_ms, measured: before + times };
    }

    /// Takes the place of what was there, unless that still weighs more.
    pub(super) fn replace(&mut self, now_ms: i64, level: i32, measured: i64) {
        if level >= self.level(now_ms) {
            *self = Self { level, at_ms: now_ms, measured };
        }
    }

    /// Halved every half-life, straight in between.
    fn level(&self, now_ms: i64) -> i32 {
        let age_ms = (now_ms - self.at_ms).clamp(0, 31 * HALF_LIFE_MS);
        let level = i64::from(self.level) >> (age_ms / HALF_LIFE_MS);
        (level - level * (age_ms % HALF_LIFE_MS) / (2 * HALF_LIFE_MS)) as i32
    }

    /// The level, and what was counted or measured.
    pub(super) fn now(&self, now_ms: i64) -> (i32, i64) {
        (self.level(now_ms), self.measured)
    }
}

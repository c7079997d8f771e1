//! One page's time: Unix milliseconds that never go back, whatever becomes of the browser's clock.

/// The wall clock may run ahead of the steady one by this much before it is believed: then the device slept, and steady
/// clocks of most systems stand still in sleep. Less is somebody, or NTP, setting it.
const SLEEP_MS: i64 = 60 * 1_000;

#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    last_ms: i64,
    /// Of the steady clock behind ours.
    ahead_ms: i64,
    has_begun: bool,
}

impl Clock {
    /// `steady_ms`: what counts on when the wall clock is set, from anywhere.
    pub fn now_ms(&mut self, wall_ms: i64, steady_ms: i64) -> i64 {
        if !self.has_begun || wall_ms - (steady_ms + self.ahead_ms) > SLEEP_MS {
            self.has_begun = true;
            self.ahead_ms = wall_ms - steady_ms;
        }
        self.last_ms = self.last_ms.max(steady_ms + self.ahead_ms);
        self.last_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_changes_nothing_and_sleep_is_made_up_for() {
        let mut clock = Clock::default();
        for (wall_ms, steady_ms, wanted_ms) in [
            (1_000_000, 5, 1_000_000),
            (1_000_100, 105, 1_000_100),
            // Set back by an hour, and forth by half a minute.
            (-2_599_700, 305, 1_000_300),
            (1_030_400, 405, 1_000_400),
            // Asleep for ten minutes.
            (1_600_500, 505, 1_600_500),
            (1_600_600, 605, 1_600_600),
            // A steady clock that is not.
            (1_600_600, 600, 1_600_600),
        ] {
            assert_eq!(clock.now_ms(wall_ms, steady_ms), wanted_ms, "at {wall_ms}, {steady_ms}");
        }
    }
}

//! Visible and active time on the page, since it was last asked for.

use crate::limits;

/// Milliseconds someone had the page before them, and did something on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) visible_ms: i64,
    pub(crate) active_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Engagement {
    visible: bool,
    counted_to_ms: i64,
    active_until_ms: i64,
    spent: Spent,
}

impl Engagement {
    pub(crate) fn is_visible(&self) -> bool {
        self.visible
    }

    pub(crate) fn set_visible(&mut self, now_ms: i64, visible: bool) {
        self.count_to(now_ms);
        self.visible = visible;
    }

    pub(crate) fn active(&mut self, now_ms: i64) {
        self.count_to(now_ms);
        self.active_until_ms = now_ms + limits::ACTIVE_MS;
    }

    pub(crate) fn take(&mut self, now_ms: i64) -> Spent {
        self.count_to(now_ms);
        std::mem::take(&mut self.spent)
    }

    fn count_to(&mut self, now_ms: i64) {
        if self.visible {
            let span_ms = (now_ms - self.counted_to_ms).max(0);
            self.spent.visible_ms += span_ms;
            self.spent.active_ms += (self.active_until_ms.min(now_ms) - self.counted_to_ms).clamp(0, span_ms);
        }
        self.counted_to_ms = now_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn activity_lasts_five_seconds_and_never_longer_than_visibility() {
        let mut engagement = Engagement::default();
        engagement.set_visible(0, true);
        engagement.active(1_000);
        engagement.active(3_000);
        engagement.set_visible(20_000, false);
        engagement.set_visible(30_000, true);
        engagement.active(31_000);
        assert_eq!(engagement.take(33_000), Spent { visible_ms: 23_000, active_ms: 7_000 + 2_000 });
        assert_eq!(engagement.take(40_000), Spent { visible_ms: 7_000, active_ms: 3_000 });
    }

    #[test]
    fn a_hidden_page_spends_nothing() {
        let mut engagement = Engagement::default();
        engagement.active(1_000);
        assert_eq!(engagement.take(9_000), Spent::default());
    }
}

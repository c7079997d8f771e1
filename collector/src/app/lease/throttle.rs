//! Slows down a browser that asks for leases without end.
//!
//! A pure machine: time is an argument. It counts by anonymous id, and forgets.

use std::collections::HashMap;

/// Questions of one browser in [`WINDOW_MS`]: several tabs, each with a candidate on every page.
const PER_WINDOW: u32 = 120;

const WINDOW_MS: i64 = 10 * 60_000;

/// Browsers remembered: a few megabytes. Beyond that those whose window is over go, and then all.
const BROWSERS_MAX: usize = 50_000;

#[derive(Default)]
pub(in crate::app) struct Throttle {
    browsers: HashMap<String, Window>,
}

struct Window {
    began_ms: i64,
    questions: u32,
}

impl Throttle {
    /// Counts a question; the time to wait where there were too many.
    pub(in crate::app) fn attempt(&mut self, browser: &str, now_ms: i64) -> Result<(), u64> {
        let is_over = |it: &Window| !(it.began_ms..it.began_ms.saturating_add(WINDOW_MS)).contains(&now_ms);
        if self.browsers.len() >= BROWSERS_MAX && !self.browsers.contains_key(browser) {
            self.browsers.retain(|_, it| !is_over(it));
            if self.browsers.len() >= BROWSERS_MAX {
                self.browsers.clear();
            }
        }
        let window = self.browsers.entry(browser.to_owned()).or_insert(Window { began_ms: now_ms, questions: 0 });
        if is_over(window) {
            *window = Window { began_ms: now_ms, questions: 0 };
        }
        if window.questions >= PER_WINDOW {
            return Err((window.began_ms + WINDOW_MS - now_ms).unsigned_abs());
        }
        window.questions += 1;
        Ok(())
    }

    /// Nothing is left of this browser.
    pub(in crate::app) fn forget(&mut self, browser: &str) {
        self.browsers.remove(browser);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_asks_too_often_waits_for_its_window_to_end() {
        let mut throttle = Throttle::default();
        for _ in 0..PER_WINDOW {
            assert_eq!(throttle.attempt("a", 1_000), Ok(()));
        }
        assert_eq!(throttle.attempt("a", 2_000), Err(WINDOW_MS as u64 - 1_000));
        assert_eq!(throttle.attempt("b", 2_000), Ok(()));
        assert_eq!(throttle.attempt("a", 1_000 + WINDOW_MS), Ok(()));
    }

    #[test]
    fn only_so_many_browsers_are_remembered() {
        let mut throttle = Throttle::default();
        for browser in 0..2 * BROWSERS_MAX {
            assert_eq!(throttle.attempt(&browser.to_string(), 0), Ok(()));
            assert!(throttle.browsers.len() <= BROWSERS_MAX);
        }
    }
}

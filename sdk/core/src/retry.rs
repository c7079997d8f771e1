//! When to try again: full jitter from one second to five minutes, and what the server asks for.
//! <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>

use crate::limits;
use crate::random::Random;

/// What an answer means for what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    TooLarge,
    Refused,
    TryAgain,
    /// No answer at all: offline, or blocked.
    Unanswered,
}

impl Verdict {
    pub(crate) fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Done,
            413 => Self::TooLarge,
            0 => Self::Unanswered,
            408 | 429 | 500..=599 => Self::TryAgain,
            _ => Self::Refused,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Retry {
    pub(crate) failures: u32,
    unanswered: u32,
    wait_until_ms: i64,
    /// The server asked for the wait.
    asked: bool,
}

impl Retry {
    pub(crate) fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn failed(&mut self, now_ms: i64, answered: bool, after_ms: Option<u64>, random: &mut Random) {
        self.failures = self.failures.saturating_add(1);
        self.unanswered = if answered { 0 } else { self.unanswered + 1 };
        let longest_ms = (limits::RETRY_MIN_MS << (self.failures - 1).min(16)).min(limits::RETRY_MAX_MS);
        let own_ms = random.up_to(longest_ms);
        let asked_ms = after_ms.unwrap_or(0).min(limits::RETRY_AFTER_MAX_MS);
        self.asked = asked_ms > own_ms;
        self.wait_until_ms = now_ms + own_ms.max(asked_ms) as i64;
    }

    /// A sign of life: whoever gave up waiting for an answer may try again.
    pub(crate) fn revive(&mut self) {
        if self.is_stalled() {
            self.succeeded();
        }
    }

    /// When the next request may go; `None`: after a sign of life.
    ///
    /// A page that goes away does not wait for its own jitter, only for what the server asked for.
    pub(crate) fn next_ms(&self, leaving: bool) -> Option<i64> {
        if self.is_stalled() {
            None
        } else if leaving && !self.asked {
            Some(0)
        } else {
            Some(self.wait_until_ms)
        }
    }

    fn is_stalled(&self) -> bool {
        self.unanswered >= limits::UNANSWERED_TRIES
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_wait_stays_within_its_bounds(seed: u128, failures in 1_u32..100, after_ms: Option<u32>) {
            let mut random = Random::new(seed);
            let mut retry = Retry::default();
            for _ in 0..failures {
                retry.failed(1_000, true, after_ms.map(u64::from), &mut random);
            }
            let wait_ms = retry.next_ms(false).expect("answered, so never stalled") - 1_000;
            let asked_ms = u64::from(after_ms.unwrap_or(0)).min(limits::RETRY_AFTER_MAX_MS) as i64;
            let longest_ms = 1_000_i64.checked_shl(failures - 1).filter(|it| (1..300_000).contains(it)).unwrap_or(300_000);
            prop_assert!(wait_ms >= asked_ms);
            prop_assert!(wait_ms <= asked_ms.max(longest_ms), "{wait_ms} after {failures} failures");
        }
    }

    #[test]
    fn three_silences_wait_for_a_sign_of_life() {
        let mut random = Random::new(1);
        let mut retry = Retry::default();
        for _ in 0..limits::UNANSWERED_TRIES {
            assert!(retry.next_ms(false).is_some());
            retry.failed(0, false, None, &mut random);
        }
        assert_eq!((retry.next_ms(false), retry.next_ms(true)), (None, None));
        retry.revive();
        assert_eq!(retry.next_ms(false), Some(0));
    }

    #[test]
    fn leaving_does_not_overrule_the_server() {
        let mut random = Random::new(1);
        let mut retry = Retry::default();
        retry.failed(0, true, Some(60_000), &mut random);
        assert_eq!(retry.next_ms(true), Some(60_000));
        retry.revive();
        assert_eq!(retry.next_ms(false), Some(60_000));
    }
}

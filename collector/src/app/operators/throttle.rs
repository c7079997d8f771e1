//! Slows down guessing: who fails often waits, longer each time.
//!
//! A pure machine: time is an argument. It counts per e-mail and per address, and forgets.

use std::collections::HashMap;
use std::net::IpAddr;

/// Failures of one e-mail before the first wait.
const FREE_PER_EMAIL: u32 = 5;

/// Failures from one address before the first wait: a whole office may share it.
const FREE_PER_ADDRESS: u32 = 20;

/// The first wait; each further failure doubles it.
const FIRST_WAIT_MS: u64 = 1_000;

/// The longest wait of an e-mail: 96 guesses a day.
const LONGEST_WAIT_PER_EMAIL_MS: u64 = 15 * 60 * 1000;

/// The longest wait of an address: short, because behind a proxy it may be everyone's.
const LONGEST_WAIT_PER_ADDRESS_MS: u64 = 60 * 1000;

/// Failures are forgotten this long after the last one.
const FORGET_AFTER_MS: i64 = 60 * 60 * 1000;

/// Callers remembered: about a megabyte. Beyond that the one idle for longest goes.
const CALLERS_MAX: usize = 8_192;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    Email(String),
    Address(IpAddr),
}

#[derive(Default)]
pub(super) struct Throttle {
    callers: HashMap<Caller, Failures>,
}

struct Failures {
    count: u32,
    latest_ms: i64,
}

impl Caller {
    pub(super) fn of(email: &str, from: Option<IpAddr>) -> Vec<Self> {
        std::iter::once(Self::Email(email.to_owned())).chain(Self::address(from)).collect()
    }

    /// Where somebody without an e-mail yet comes from.
    /// An IPv6 network counts as one address: its owner has 2⁶⁴ of them.
    /// A loopback address is a proxy's on this machine and says nothing about the caller.
    pub(super) fn address(from: Option<IpAddr>) -> Vec<Self> {
        let address = from.map(|it| it.to_canonical()).filter(|it| !it.is_loopback());
        let network = address.map(|it| match it {
            IpAddr::V6(address) => IpAddr::from((address.to_bits() >> 64 << 64).to_be_bytes()),
            IpAddr::V4(_) => it,
        });
        network.map(Self::Address).into_iter().collect()
    }

    fn free(&self) -> u32 {
        match self {
            Self::Email(_) => FREE_PER_EMAIL,
            Self::Address(_) => FREE_PER_ADDRESS,
        }
    }

    fn longest_wait_ms(&self) -> u64 {
        match self {
            Self::Email(_) => LONGEST_WAIT_PER_EMAIL_MS,
            Self::Address(_) => LONGEST_WAIT_PER_ADDRESS_MS,
        }
    }
}

impl Throttle {
    /// Counts an attempt as failed until [`Self::forget`] says otherwise; the time to wait where it
    /// comes too early, which then is not counted.
    pub(super) fn attempt(&mut self, callers: &[Caller], now_ms: i64) -> Result<(), u64> {
        let wait_ms = callers.iter().map(|it| self.wait_ms(it, now_ms)).max().unwrap_or(0);
        if wait_ms > 0 {
            return Err(wait_ms);
        }
        for caller in callers {
            self.make_room(caller, now_ms);
            let failures = self.callers.entry(caller.clone()).or_insert(Failures { count: 0, latest_ms: now_ms });
            failures.count = failures.count.saturating_add(1);
            failures.latest_ms = now_ms;
        }
        Ok(())
    }

    /// The attempt was good.
    pub(super) fn forget(&mut self, callers: &[Caller]) {
        for caller in callers {
            match caller {
                Caller::Email(_) => drop(self.callers.remove(caller)),
                // One good password does not excuse an address's other guesses, only this attempt.
                Caller::Address(_) => {
                    if let Some(failures) = self.callers.get_mut(caller) {
                        failures.count = failures.count.saturating_sub(1);
                    }
                }
            }
        }
    }

    fn wait_ms(&self, caller: &Caller, now_ms: i64) -> u64 {
        let Some(failures) = self.callers.get(caller).filter(|it| !it.forgotten(now_ms)) else { return 0 };
        let Some(beyond) = failures.count.checked_sub(caller.free()) else { return 0 };
        let whole_wait_ms = FIRST_WAIT_MS.saturating_mul(1 << beyond.min(32)).min(caller.longest_wait_ms());
        let waited_ms = u64::try_from(now_ms.saturating_sub(failures.latest_ms)).unwrap_or(0);
        whole_wait_ms.saturating_sub(waited_ms)
    }

    fn make_room(&mut self, caller: &Caller, now_ms: i64) {
        if self.callers.get(caller).is_some_and(|it| it.forgotten(now_ms)) {
            self.callers.remove(caller);
        }
        if self.callers.len() < CALLERS_MAX || self.callers.contains_key(caller) {
            return;
        }
        self.callers.retain(|_, it| !it.forgotten(now_ms));
        if self.callers.len() >= CALLERS_MAX {
            // Those who wait are kept before those who merely tried.
            let idle = self.callers.iter().min_by_key(|(caller, it)| (it.count >= caller.free(), it.latest_ms));
            if let Some(idle) = idle.map(|(caller, _)| caller.clone()) {
                self.callers.remove(&idle);
            }
        }
    }
}

impl Failures {
    fn forgotten(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.latest_ms) >= FORGET_AFTER_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada(from: &str) -> Vec<Caller> {
        Caller::of("ada@example.com", Some(from.parse().unwrap()))
    }

    #[test]
    fn five_failures_are_free_and_then_each_wait_doubles_up_to_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        let callers = ada("203.0.113.9");
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&callers, 0), Ok(()));
        }
        let mut now_ms = 0;
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait_ms = throttle.attempt(&callers, now_ms).unwrap_err();
            waits.push(wait_ms / 1000);
            now_ms += wait_ms as i64;
            assert_eq!(throttle.attempt(&callers, now_ms), Ok(()));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn a_success_or_an_hour_of_peace_clears_an_e_mail() {
        let mut throttle = Throttle::default();
        let callers = ada("127.0.0.1");
        for _ in 0..5 {
            throttle.attempt(&callers, 0).unwrap();
        }
        assert_eq!(throttle.attempt(&callers, 10), Err(990));
        assert_eq!(throttle.attempt(&callers, FORGET_AFTER_MS), Ok(()));
        throttle.forget(&callers);
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&callers, FORGET_AFTER_MS), Ok(()));
        }
    }

    #[test]
    fn one_address_guessing_many_e_mails_waits_too_and_its_network_with_it() {
        let mut throttle = Throttle::default();
        for guess in 0..20 {
            let callers = Caller::of(&format!("{guess}@example.com"), Some("2001:db8::1".parse().unwrap()));
            assert_eq!(throttle.attempt(&callers, 0), Ok(()));
        }
        assert_eq!(throttle.attempt(&ada("2001:db8::ffff"), 0), Err(1000));
        assert_eq!(throttle.attempt(&ada("2001:db8:1::1"), 0), Ok(()));
    }

    #[test]
    fn a_proxy_on_this_machine_is_not_an_address() {
        assert_eq!(ada("127.0.0.1"), ada("::1"));
        assert_eq!(ada("::ffff:203.0.113.9"), ada("203.0.113.9"));
    }

    #[test]
    fn memory_is_bounded_and_keeps_those_who_wait() {
        let mut throttle = Throttle::default();
        for _ in 0..5 {
            throttle.attempt(&ada("127.0.0.1"), 0).unwrap();
        }
        for guess in 0..CALLERS_MAX + 10 {
            throttle.attempt(&[Caller::Email(guess.to_string())], 1).unwrap();
        }
        assert_eq!(throttle.callers.len(), CALLERS_MAX);
        assert!(throttle.attempt(&ada("127.0.0.1"), 2).is_err());
    }
}

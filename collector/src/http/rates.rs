//! How often a key may be used: from everywhere, and from one network.
//!
//! Server keys are secrets of the vendor's and are not held back. The buckets are governor's (GCRA); what is kept of a
//! network is its number and one time, and is forgotten once it means nothing any more.

use crate::project::{Key, KeyKind, Limits};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Somebody who was idle may take this many seconds' worth at once: pages send what has queued up.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::new(4).expect("more than nothing");

/// Networks remembered at a time: about 20 MB. Beyond that all are forgiven rather than new ones refused.
const NETWORKS_MAX: usize = 262_144;

/// Below this, forgetting saves nothing.
const NETWORKS_FEW: usize = 4_096;

/// Counting the networks asks every shard of the map; so not at every request.
const LOOK_EVERY: u32 = 4_096;

/// Part of the internet that one sender is likely to have in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Network {
    /// Upper 24 bits.
    V4(u32),
    /// Upper 64 bits.
    V6(u64),
}

/// Whose allowance is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooOften {
    pub(super) by: &'static str,
    pub(super) wait: Duration,
}

/// Counts requests; shared by all doors that take a key.
pub(super) struct Rates {
    buckets: RwLock<Arc<Buckets>>,
    hasher: RandomState,
}

struct Buckets {
    per_key: u32,
    per_network: u32,
    keys: DefaultKeyedRateLimiter<u64>,
    networks: DefaultKeyedRateLimiter<(u64, Network)>,
    since_look: AtomicU32,
    look_at: AtomicUsize,
}

impl Network {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.to_bits() >> 8),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

impl Rates {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { buckets: RwLock::new(Arc::new(Buckets::new(limits))), hasher: RandomState::new() }
    }

    /// One request with this key from there.
    pub(super) fn check(&self, key: &Key, from: IpAddr, limits: &Limits) -> Result<(), TooOften> {
        if key.kind == KeyKind::Server {
            return Ok(());
        }
        let buckets = self.in_force(limits);
        let key = self.hasher.hash_one(key.id.as_str());
        // The network first: a greedy one must not use up what belongs to all.
        self.forget_some(&buckets, limits);
        let asked = buckets.networks.check_key(&(key, Network::of(from)));
        asked.map_err(|it| TooOften { by: "network", wait: it.wait_time_from(DefaultClock::default().now()) })?;
        let asked = buckets.keys.check_key(&key);
        asked.map_err(|it| TooOften { by: "key", wait: it.wait_time_from(DefaultClock::default().now()) })
    }

    /// Changed limits begin with full buckets.
    fn in_force(&self, limits: &Limits) -> Arc<Buckets> {
        let buckets = Arc::clone(&self.buckets.read().unwrap_or_else(PoisonError::into_inner));
        if (buckets.per_key, buckets.per_network) == (limits.requests_per_key, limits.requests_per_network) {
            return buckets;
        }
        self.begin_anew(limits)
    }

    fn begin_anew(&self, limits: &Limits) -> Arc<Buckets> {
        let fresh = Arc::new(Buckets::new(limits));
        *self.buckets.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        fresh
    }

    /// Networks whose buckets are full again are not worth a place.
    fn forget_some(&self, buckets: &Buckets, limits: &Limits) {
        if buckets.since_look.fetch_add(1, Ordering::Relaxed) < LOOK_EVERY {
            return;
        }
        buckets.since_look.store(0, Ordering::Relaxed);
        if buckets.networks.len() < buckets.look_at.load(Ordering::Relaxed) {
            return;
        }
        buckets.networks.retain_recent();
        buckets.networks.shrink_to_fit();
        let left = buckets.networks.len();
        if left >= NETWORKS_MAX {
            tracing::warn!(networks = left, "more networks than can be counted: all begin anew");
            self.begin_anew(limits);
        }
        // Looking through all of them pays once they have doubled.
        buckets.look_at.store((2 * left).clamp(NETWORKS_FEW, NETWORKS_MAX), Ordering::Relaxed);
    }

    #[cfg(test)]
    fn networks(&self) -> usize {
        self.buckets.read().unwrap_or_else(PoisonError::into_inner).networks.len()
    }
}

impl Buckets {
    fn new(limits: &Limits) -> Self {
        Self {
            per_key: limits.requests_per_key,
            per_network: limits.requests_per_network,
            keys: RateLimiter::keyed(quota(limits.requests_per_key)),
            networks: RateLimiter::keyed(quota(limits.requests_per_network)),
            since_look: AtomicU32::new(0),
            look_at: AtomicUsize::new(NETWORKS_FEW),
        }
    }
}

fn quota(per_second: u32) -> Quota {
    let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(per_second).allow_burst(per_second.saturating_mul(BURST_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn key(kind: KeyKind) -> Key {
        Key { id: domain::WriteKey::new("wk"), kind, origins: Vec::new() }
    }

    fn limits(per_key: u32, per_network: u32) -> Limits {
        Limits { requests_per_key: per_key, requests_per_network: per_network, ..Limits::default() }
    }

    /// How many of `times` requests are let through.
    fn passed(rates: &Rates, limits: &Limits, from: &str, times: usize) -> usize {
        let from = from.parse().expect("an address");
        (0..times).filter(|_| rates.check(&key(KeyKind::Browser), from, limits).is_ok()).count()
    }

    #[test]
    fn one_network_uses_up_its_own_allowance_alone() {
        let limits = limits(1_000, 1);
        let rates = Rates::new(&limits);
        assert_eq!(passed(&rates, &limits, "203.0.113.7", 9), 4);
        assert_eq!(passed(&rates, &limits, "203.0.113.8", 9), 0, "the same /24");
        assert_eq!(passed(&rates, &limits, "203.0.114.7", 9), 4);
        assert_eq!(passed(&rates, &limits, "2001:db8::1", 9), 4);
        assert_eq!(passed(&rates, &limits, "2001:db8::ffff:1", 9), 0, "the same /64");
    }

    #[test]
    fn a_key_has_an_allowance_whoever_uses_it_and_says_how_long_to_wait() {
        let limits = limits(1, 1_000);
        let rates = Rates::new(&limits);
        assert_eq!(passed(&rates, &limits, "203.0.113.7", 3), 3);
        assert_eq!(passed(&rates, &limits, "198.51.100.7", 3), 1);
        let refused =
            rates.check(&key(KeyKind::Browser), IpAddr::from([192, 0, 2, 1]), &limits).expect_err("an empty bucket");
        assert_eq!(refused.by, "key");
        assert!(refused.wait > Duration::ZERO && refused.wait <= Duration::from_secs(1), "{:?}", refused.wait);
        let by_server = |_| rates.check(&key(KeyKind::Server), IpAddr::from([192, 0, 2, 1]), &limits).is_ok();
        assert!((0..99).all(by_server), "server keys are secrets");
    }

    #[test]
    fn changed_limits_are_in_force_at_once() {
        let (narrow, wide) = (limits(1, 1), limits(100, 100));
        let rates = Rates::new(&narrow);
        assert_eq!(passed(&rates, &narrow, "192.0.2.1", 9), 4);
        assert_eq!(passed(&rates, &wide, "192.0.2.1", 9), 9);
    }

    #[test]
    fn millions_of_networks_take_no_more_room_than_some() {
        let limits = limits(u32::MAX, 1);
        let rates = Rates::new(&limits);
        let mut most = 0;
        for number in 0..1_000_000_u32 {
            let address = if number % 2 == 0 {
                IpAddr::V4(Ipv4Addr::from_bits(number << 7))
            } else {
                IpAddr::V6(Ipv6Addr::from_bits(u128::from(number) << 64))
            };
            assert_eq!(rates.check(&key(KeyKind::Browser), address, &limits), Ok(()));
            if number % 1_024 == 0 {
                most = most.max(rates.networks());
            }
        }
        assert!(most > NETWORKS_FEW && most <= NETWORKS_MAX + LOOK_EVERY as usize + 1_024, "{most}");
    }
}

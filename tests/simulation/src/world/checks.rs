//! What must hold when everything has calmed down: every message once, every number right.

use super::World;
use crate::device::text;
use crate::network::{Fault, LONGEST_WAY_MS};
use crate::project::START_MS;
use crate::report::Report;
use crate::truth::{By, Chains, Deed, Truth};
use domain::JourneyId;
use milepost::app::funnel::{FunnelRequest, Standing};
use sdk_core::Consent;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const DAY_MS: i64 = 86_400_000;

impl World {
    pub(super) async fn check(mut self, seed: u64, people: usize) -> Report {
        let mut report = Report { seed, people, requests: self.requests, retries: self.retries, ..Report::default() };
        for (at, device) in self.devices.iter().enumerate() {
            let mut dropped = 0;
            let mut missing = 0;
            for (tab, here) in device.tabs.iter().enumerate() {
                let counters = here.client.counters();
                let queued = here.ids.len() as u64;
                assert_eq!(counters.queued, queued, "every queued message was announced");
                assert_eq!(counters.refused, 0, "the collector refuses no message of ours");
                if here.open {
                    let held = here.held();
                    assert_eq!(held, 0, "an open page delivers everything: device {at}, tab {tab}, {counters:?}");
                }
                let owed = self.owed.get(&(at, tab)).filter(|_| here.consent == Consent::Granted);
                assert_eq!(owed.map_or(0, BTreeSet::len), 0, "every act became a message: {owed:?}");
                assert!(self.looks.get(&(at, tab)).is_none_or(VecDeque::is_empty), "every look became a sighting");
                let is_missing = |it: &&String| self.ledger.stored(it).is_none() && !device.store.contains_key(*it);
                missing += here.ids.iter().filter(is_missing).count() as u64;
                dropped += counters.dropped;
                report.clients += 1;
                report.queued += queued;
                report.recovered += counters.recovered;
            }
            // Some of those dropped had arrived all the same.
            assert!(missing <= dropped, "device {at}: {missing} messages are nowhere, {dropped} were dropped");
            let sends = device.tabs.iter().any(|it| it.open && it.consent == Consent::Granted);
            assert!(!sends || device.store.is_empty(), "device {at} keeps {:?}", device.store.keys());
            report.dropped += dropped;
            report.missing += missing;
            report.kept += device.store.len() as u64;
        }
        self.check_storage().await;
        self.check_delivery(&mut report).await;
        for (id, deed) in &mut self.deeds {
            deed.way_ms = if deed.from_server { 0 } else { self.ledger.stored(id).map_or(0, |it| it.way_ms) };
        }
        let arrived = std::mem::take(&mut self.deeds).into_iter().filter(|(id, _)| self.ledger.stored(id).is_some());
        let deeds: Vec<Deed> = arrived.map(|(_, deed)| deed).collect();
        report.funnels = self.check_funnels(&deeds).await;
        let ledger = &self.ledger;
        report.exchanges = ledger.exchanges;
        (report.received, report.accepted, report.duplicate, report.rejected, report.shed) =
            (ledger.received, ledger.accepted, ledger.duplicate, ledger.rejected, ledger.shed);
        assert_eq!(report.received, report.accepted + report.duplicate + report.rejected + report.shed);
        report.faults = Fault::ALL.iter().map(|it| it.name()).zip(self.faults).collect();
        report.simulated_ms = self.now_ms - START_MS;
        report.transcript = self.transcript.value();
        report
    }

    /// What is stored is what was accepted, each message once and as it was sent.
    async fn check_storage(&self) {
        let stored = self.collector.stored().await;
        assert_eq!(stored.len() as u64, self.ledger.accepted, "distinct messages stored = accepted");
        assert_eq!(self.collector.events.count().await.expect("a count"), self.ledger.accepted);
        let mut by_id: BTreeMap<&str, &Value> = BTreeMap::new();
        for message in &stored {
            let before = by_id.insert(text(message, "messageId").unwrap_or_default(), message);
            assert!(before.is_none(), "stored twice: {message}");
        }
        assert!(by_id.keys().copied().eq(self.ledger.ids()), "stored are exactly the messages that were accepted");
        for (id, deed) in &self.deeds {
            let Some(found) = by_id.get(id.as_str()) else { continue };
            for (key, value) in deed.message.as_object().expect("a message is an object") {
                if key != "timestamp" {
                    assert_eq!(found.get(key), Some(value), "a message is stored as it was sent: {key} of {id}");
                }
            }
        }
    }

    /// The gaps that the collector sees are those that are there, and what it believes to be missing is near what is.
    async fn check_delivery(&self, report: &mut Report) {
        let (mut gaps, mut clients) = (0, 0);
        for here in self.devices.iter().flat_map(|it| &it.tabs) {
            let numbers = || here.ids.iter().zip(1..).filter(|(id, _)| self.ledger.stored(id).is_some());
            if let Some((_, highest)) = numbers().last() {
                clients += 1;
                gaps += highest - numbers().count() as u64;
            }
        }
        self.collector.set_clock(self.now_ms + DAY_MS);
        let found = self.collector.app.delivery(None, None).await.expect("an answer");
        let pages = found.sources.iter().find(|it| it.source == "milepost-js").map(|it| it.delivery.clone());
        let pages = pages.expect("pages sent something");
        assert_eq!((pages.clients, pages.missing), (clients, gaps), "clients heard, and gaps");
        assert_eq!((found.all.stored, found.all.duplicate), (self.ledger.accepted, self.ledger.duplicate));
        report.gaps = pages.missing;
        report.open = pages.open;
        report.believed = pages.missing_interval.expect("pages number their messages");
    }

    /// The funnel and the time to first value are those that brute force finds.
    async fn check_funnels(&self, deeds: &[Deed]) -> Vec<(&'static str, Vec<u64>)> {
        let mut reached = Vec::new();
        let arrival = Truth::new(deeds, By::Arrival);
        let truth = Truth::new(deeds, By::Truth);
        for (name, levels, value) in [("onboarding", 5, 3), ("team", 4, 2)] {
            let journey = JourneyId::new(name);
            for window_ms in [60 * 86_400_000_i64, 14 * 86_400_000, 3_600_000, 240_000] {
                let request = FunnelRequest { window_ms: Some(window_ms as u64), ..FunnelRequest::default() };
                let answer =
                    self.collector.app.funnel(&journey, &request).await.expect("an answer").expect("a journey");
                let (_, people) = answer.people(0, Standing::Reached, None, 0..usize::MAX);
                let keys = people.iter().map(|it| it.user).collect();
                let names = self.collector.events.names(keys).await.expect("names").into_iter().flatten();
                let found: Chains =
                    names.zip(&people).map(|(it, chain)| ((it.user, it.anonymous), chain.times_ms.to_vec())).collect();
                let wanted = arrival.chains(name, levels, window_ms);
                for (user, chain) in &wanted {
                    assert_eq!(found.get(user), Some(chain), "{name} within {window_ms} ms: {user:?}");
                }
                assert_eq!(found.len(), wanted.len(), "{name} within {window_ms} ms has only users who did something");
                let count = |level: usize| wanted.values().filter(|it| it.len() > level).count() as u64;
                let counts: Vec<u64> = (0..levels).map(count).collect();
                assert_eq!(answer.steps.iter().map(|it| it.reached).collect::<Vec<_>>(), counts, "{name}");
                if window_ms == 60 * 86_400_000 {
                    if name == "onboarding" {
                        check_near(&found, &truth.chains(name, levels, window_ms));
                    }
                    reached.push((name, counts));
                }
            }
            let answer =
                self.collector.app.value_time(&journey, None, None).await.expect("an answer").expect("a journey");
            let (started, times_ms) = arrival.value_times(name, levels, value);
            assert_eq!((answer.started, answer.reached), (started, times_ms.len() as u64), "{name}");
            assert_eq!(answer.median_ms.map(|it| it as i64), median_ms(&times_ms), "{name}: time to first value");
            let (truly_started, truly_ms) = truth.value_times(name, levels, value);
            assert_eq!((truly_started, truly_ms.len()), (started, times_ms.len()), "{name}");
            for (found_ms, true_ms) in times_ms.iter().zip(&truly_ms) {
                let off_ms = (found_ms - true_ms).abs();
                assert!(off_ms <= LONGEST_WAY_MS, "{name}: time to first value is {off_ms} ms off");
            }
        }
        reached
    }
}

/// Everyone got as far as they truly did, at the time they truly did, but for the way of the message.
fn check_near(found: &Chains, truth: &Chains) {
    let levels = |chains: &Chains| chains.iter().map(|(user, chain)| (user.clone(), chain.len())).collect::<Vec<_>>();
    assert_eq!(levels(found), levels(truth), "everyone got as far as they truly did");
    for (user, chain) in truth {
        for (true_ms, found_ms) in chain.iter().zip(&found[user]) {
            let late_ms = found_ms - true_ms;
            assert!((0..=LONGEST_WAY_MS).contains(&late_ms), "{user:?} is dated {late_ms} ms late");
        }
    }
}

fn median_ms(sorted_ms: &[i64]) -> Option<i64> {
    let last = sorted_ms.len().checked_sub(1)?;
    let (below, above) = (sorted_ms[last / 2], sorted_ms[last.div_ceil(2)]);
    Some((below + above + 1) / 2)
}

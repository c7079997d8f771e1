//! What people did, and the funnel counted again by brute force.
//!
//! Knows neither the collector's code nor its storage: people's deeds at their true times, and
//! what each milestone of `project.rs` means, said once more in other words.

use crate::device::text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One deed, as its message tells it.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    /// When it was done, by the one true clock.
    pub(crate) done_ms: i64,
    /// How long the message that got through was on its way: the collector cannot know better.
    pub(crate) way_ms: i64,
    pub(crate) message: Value,
    pub(crate) from_server: bool,
}

/// Which of the two times of a deed counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// As it happened.
    Truth,
    /// As the collector can tell at best: later by the way of the message.
    Arrival,
}

/// (user, anonymous) → when each milestone of the furthest way was reached.
pub(crate) type Chains = BTreeMap<(String, bool), Vec<i64>>;

pub(crate) struct Truth<'d> {
    by: By,
    deeds: Vec<&'d Deed>,
    /// Each deed's user, in the same order.
    users: Vec<(String, bool)>,
    accounts: BTreeMap<(String, bool), String>,
}

impl<'d> Truth<'d> {
    pub(crate) fn new(deeds: &'d [Deed], by: By) -> Self {
        let mut deeds: Vec<&Deed> = deeds.iter().collect();
        deeds.sort_by_key(|it| it.at_ms(by));
        let users = users(&deeds);
        let mut accounts = BTreeMap::new();
        for (deed, user) in deeds.iter().zip(&users) {
            if let Some(account) = text(&deed.message, "groupId") {
                accounts.insert(user.clone(), account.to_owned());
            }
        }
        Self { by, deeds, users, accounts }
    }

    /// Everyone's furthest way along a journey.
    pub(crate) fn chains(&self, journey: &str, levels: usize, window_ms: i64) -> Chains {
        let everyone: BTreeSet<_> = self.users.iter().cloned().collect();
        let mut chains = Chains::new();
        for (user, marks) in self.marks(journey, levels) {
            let chain = furthest(&marks, window_ms);
            if !chain.is_empty() && everyone.contains(&user) {
                chains.insert(user, chain);
            }
        }
        chains
    }

    /// How long each user took from the first milestone to the value milestone, sorted; and how many started.
    pub(crate) fn value_times(&self, journey: &str, levels: usize, value: usize) -> (u64, Vec<i64>) {
        let mut started = 0;
        let mut times_ms = Vec::new();
        for marks in self.marks(journey, levels).values() {
            let first = |level: usize| marks.iter().filter(|it| it.1 == level).map(|it| it.0).min();
            let Some(start_ms) = first(0) else { continue };
            started += 1;
            times_ms.extend(first(value).map(|it| (it - start_ms).max(0)));
        }
        times_ms.sort_unstable();
        (started, times_ms)
    }

    /// Everyone's (time, level), in order.
    fn marks(&self, journey: &str, levels: usize) -> BTreeMap<(String, bool), Vec<(i64, usize)>> {
        let mut own: BTreeMap<&(String, bool), Vec<(i64, usize)>> = BTreeMap::new();
        let mut shared: BTreeMap<&str, Vec<(i64, usize)>> = BTreeMap::new();
        let mut sent: BTreeMap<&(String, bool), Vec<i64>> = BTreeMap::new();
        for (deed, user) in self.deeds.iter().zip(&self.users) {
            let at_ms = deed.at_ms(self.by);
            let account = self.accounts.get(user).map(String::as_str);
            own.entry(user).or_default();
            if deed.is_event("Invoice Sent") {
                sent.entry(user).or_default().push(at_ms);
            }
            for level in 0..levels {
                let counts = match (journey, level) {
                    ("onboarding", 0) => deed.is_event("Signed Up"),
                    ("onboarding", 1) => deed.path().is_some_and(|it| it.starts_with("/customers/")),
                    ("onboarding", 2) => deed.is_event("Element Clicked") && deed.selector() == Some("#new-invoice"),
                    ("onboarding", 3) => {
                        let total = deed.message["properties"]["total"].as_i64();
                        deed.is_event("Invoice Sent") && total.is_some_and(|it| it >= 1)
                    }
                    ("onboarding", 4) => deed.is_event("Element Seen") && deed.selector() == Some(".report"),
                    ("team", 0) => deed.is("identify") && text(&deed.message["traits"], "plan") == Some("pro"),
                    ("team", 1) if deed.is_event("Colleague Invited") => {
                        // Counts for the whole account; who has none stands alone.
                        match account {
                            Some(account) => shared.entry(account).or_default().push((at_ms, level)),
                            None => own.entry(user).or_default().push((at_ms, level)),
                        }
                        false
                    }
                    ("team", 1) => false,
                    ("team", 2) => {
                        let week_ms = 7 * 86_400_000;
                        let recent = sent.get(user).into_iter().flatten().filter(|it| at_ms - **it <= week_ms);
                        deed.is_event("Invoice Sent") && recent.count() >= 3
                    }
                    ("team", 3) => deed.is_event("Invoice Paid") && deed.from_server,
                    _ => unreachable!("{journey} has no level {level}"),
                };
                if counts {
                    own.entry(user).or_default().push((at_ms, level));
                }
            }
        }
        let mut marks = BTreeMap::new();
        for (user, mut own) in own {
            let shared = self.accounts.get(user).and_then(|it| shared.get(it.as_str()));
            own.extend(shared.into_iter().flatten());
            own.sort_unstable();
            marks.insert(user.clone(), own);
        }
        marks
    }
}

impl Deed {
    fn at_ms(&self, by: By) -> i64 {
        match by {
            By::Truth => self.done_ms,
            By::Arrival => self.done_ms + self.way_ms,
        }
    }

    fn is(&self, kind: &str) -> bool {
        text(&self.message, "type") == Some(kind)
    }

    fn is_event(&self, name: &str) -> bool {
        self.is("track") && text(&self.message, "event") == Some(name)
    }

    fn selector(&self) -> Option<&str> {
        text(&self.message["properties"], "selector")
    }

    fn path(&self) -> Option<&str> {
        text(&self.message["properties"], "path").filter(|_| self.is("page"))
    }
}

/// Whose deed each is: named ones as renamed last, unnamed ones of whoever was named there first.
fn users(deeds: &[&Deed]) -> Vec<(String, bool)> {
    let renamed: BTreeMap<&str, &str> =
        deeds.iter().filter_map(|it| Some((text(&it.message, "previousId")?, text(&it.message, "userId")?))).collect();
    let latest_name = |name: &str| {
        let mut name = name;
        while let Some(next) = renamed.get(name).filter(|it| **it != name) {
            name = next;
        }
        name.to_owned()
    };
    let mut named: BTreeMap<&str, &str> = BTreeMap::new();
    for deed in deeds {
        if let (Some(anonymous), Some(user)) = (text(&deed.message, "anonymousId"), text(&deed.message, "userId")) {
            named.entry(anonymous).or_insert(user);
        }
    }
    let user_of = |deed: &&Deed| {
        let anonymous = text(&deed.message, "anonymousId");
        match text(&deed.message, "userId").or_else(|| named.get(anonymous?).copied()) {
            Some(user) => (latest_name(user), false),
            None => (anonymous.unwrap_or_default().to_owned(), true),
        }
    };
    deeds.iter().map(user_of).collect()
}

/// The way that first got as far as any: each mark follows the latest way that reached the level
/// before it, within the window of that way's beginning.
fn furthest(marks: &[(i64, usize)], window_ms: i64) -> Vec<i64> {
    let mut ways: Vec<Option<Vec<i64>>> = Vec::new();
    let mut best = Vec::new();
    for (at, (at_ms, level)) in marks.iter().enumerate() {
        let way = if *level == 0 {
            Some(vec![*at_ms])
        } else {
            let reached = (0..at).rev().find(|it| marks[*it].1 == level - 1 && ways[*it].is_some());
            reached
                .and_then(|it| ways[it].clone())
                .filter(|it| at_ms - it[0] <= window_ms)
                .map(|it| [it, vec![*at_ms]].concat())
        };
        if way.as_ref().is_some_and(|it| it.len() > best.len()) {
            best = way.clone().unwrap_or_default();
        }
        ways.push(way);
    }
    best
}

//! What a run came to.

use super::BudgetRun;
use domain::Reason;
use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug)]
pub struct BudgetReport {
    pub run: BudgetRun,
    pub visits: u64,
    pub offline: u64,
    pub cleared: u64,
    pub asked: u64,
    pub at_once: u64,
    pub granted: u64,
    pub lost: u64,
    pub given_back: u64,
    pub messages: u64,
    /// What was shown, by kind.
    pub shown: BTreeMap<&'static str, u64>,
    /// Denials by reason; one denial may have several.
    pub reasons: BTreeMap<&'static str, u64>,
    /// How many persons had so many prompts in their fullest 90 days, as far as it was known who they are.
    pub fullest_quarter: BTreeMap<u32, u64>,
    pub checks: u64,
}

impl BudgetReport {
    pub(super) fn new(run: BudgetRun) -> Self {
        Self {
            run,
            visits: 0,
            offline: 0,
            cleared: 0,
            asked: 0,
            at_once: 0,
            granted: 0,
            lost: 0,
            given_back: 0,
            messages: 0,
            shown: BTreeMap::new(),
            reasons: Reason::ALL.into_iter().map(|it| (it.as_str(), 0)).filter(|it| SERVER.contains(&it.0)).collect(),
            fullest_quarter: BTreeMap::new(),
            checks: 0,
        }
    }

    /// The most prompts that anybody had in any 90 days.
    pub fn most_in_a_quarter(&self) -> u32 {
        self.fullest_quarter.keys().next_back().copied().unwrap_or(0)
    }
}

/// Reasons that the collector gives here: no page asks for what is not defined, or is overdue.
const SERVER: [&str; 13] = [
    "session",
    "firstSession",
    "gap",
    "quarter",
    "account",
    "silenced",
    "muted",
    "declined",
    "notDue",
    "npsGap",
    "reserved",
    "enough",
    "dates",
];

impl fmt::Display for BudgetReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BudgetRun { seed, people, days } = self.run;
        writeln!(out, "seed {seed:#x}: {people} people, {days} days, {} campaigns", super::campaigns::CAMPAIGNS)?;
        writeln!(
            out,
            "  {} visits, {} of them offline, {} in a cleared browser",
            self.visits, self.offline, self.cleared
        )?;
        writeln!(
            out,
            "  {} times asked, {} of them beside another tab or device; {} granted, {} answers lost, {} given back",
            self.asked, self.at_once, self.granted, self.lost, self.given_back
        )?;
        let list = |map: &BTreeMap<&'static str, u64>| {
            map.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(out, "  shown: {}; {} messages", list(&self.shown), self.messages)?;
        writeln!(out, "  denied: {}", list(&self.reasons))?;
        let quarters = self.fullest_quarter.iter().map(|(prompts, people)| format!("{prompts}: {people}"));
        writeln!(out, "  people by prompts in their fullest 90 days: {}", quarters.collect::<Vec<_>>().join(", "))?;
        write!(out, "  {} prompts checked, 0 violations, 0 double asks", self.checks)
    }
}

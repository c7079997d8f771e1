//! What a replay came to, counted.

use super::log::Log;
use super::notice::Unknown;
use super::player::{Played, Told};
use sdk_core::hesitation::Verdict;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HOUR_MS: f64 = 3_600_000.0;

#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// With those that could not be read.
    pub lines: u64,
    pub broken: u64,
    pub unsorted: u64,
    pub sessions: u64,
    pub visits: u64,
    pub asks: u64,
    pub hints: u64,
    pub calms: u64,
    /// By what stood against it.
    pub withheld: BTreeMap<&'static str, u64>,
    pub active_ms: i64,
    /// Recorded decisions held against what is decided now.
    pub checked: u64,
    /// Version of the model.
    pub model: Option<u64>,
    pub unknown: Unknown,
}

impl Tally {
    pub fn told(&mut self, told: &Told<'_>) {
        let Told::Decision { decision, .. } = told else { return };
        match decision.verdict {
            Verdict::Calm => self.calms += 1,
            Verdict::Hint => self.hints += 1,
            Verdict::Ask => self.asks += 1,
            Verdict::Withheld(blocker) => *self.withheld.entry(blocker.as_str()).or_default() += 1,
        }
    }

    pub fn played(&mut self, played: &Played) {
        self.sessions += 1;
        self.visits += played.visits.len() as u64;
        self.active_ms = self.active_ms.saturating_add(played.active_ms);
        self.checked += played.recorded.len() as u64;
    }

    pub fn read(&mut self, log: &mut Log) {
        self.lines += log.lines;
        self.broken += log.broken;
        self.unsorted += log.unsorted;
        self.unknown.merge(std::mem::take(&mut log.unknown));
    }

    pub fn active_hours(&self) -> f64 {
        self.active_ms as f64 / HOUR_MS
    }

    /// `None`: nobody was active.
    pub fn asks_per_active_hour(&self) -> Option<f64> {
        (self.active_ms > 0).then(|| self.asks as f64 / self.active_hours())
    }

    pub fn json(&self) -> Value {
        let withheld: u64 = self.withheld.values().sum();
        json!({
            "type": "summary",
            "lines": self.lines,
            "broken": self.broken,
            "unsorted": self.unsorted,
            "unknown": self.unknown,
            "sessions": self.sessions,
            "visits": self.visits,
            "decisions": { "ask": self.asks, "hint": self.hints, "calm": self.calms, "withheld": withheld },
            "withheld": self.withheld,
            "asks": self.asks,
            "hints": self.hints,
            "activeHours": self.active_hours(),
            "asksPerActiveHour": self.asks_per_active_hour(),
            "checked": self.checked,
            "model": self.model,
        })
    }
}

//! What a run of kills came to.

use super::KillRun;
use super::phase::Phase;
use crate::load::Tally;
use crate::oracle::Oracle;
use crate::reader::Compared;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct KillReport {
    pub seed: u64,
    pub cycles: u64,
    /// Kills; a first start may be killed more than once.
    pub kills: u64,
    /// Acked messages, each of which was looked up afterwards.
    pub acked: u64,
    /// Messages answered duplicate: sent again after a lost answer, or on purpose.
    pub duplicates: u64,
    pub rejected: u64,
    pub shed: u64,
    /// From the start of the process to ready, sorted.
    pub ready: Vec<Duration>,
    /// Comparisons of a whole folder.
    pub comparisons: u64,
    /// Messages that were read and hashed in comparisons.
    pub read: u64,
    phases: BTreeMap<Phase, u64>,
    met: BTreeMap<Phase, u64>,
}

impl KillReport {
    pub(super) fn new(run: &KillRun) -> Self {
        Self {
            seed: run.seed,
            cycles: run.cycles,
            kills: 0,
            acked: 0,
            duplicates: 0,
            rejected: 0,
            shed: 0,
            ready: Vec::new(),
            comparisons: 0,
            read: 0,
            phases: BTreeMap::new(),
            met: BTreeMap::new(),
        }
    }

    pub(super) fn begin(&mut self, phase: Phase) {
        *self.phases.entry(phase).or_default() += 1;
    }

    /// The moment that the phase waits for came.
    pub(super) fn met(&mut self, phase: Phase) {
        *self.met.entry(phase).or_default() += 1;
    }

    pub(super) fn killed(&mut self) {
        self.kills += 1;
    }

    pub(super) fn ready(&mut self, took: Duration) {
        self.ready.push(took);
    }

    pub(super) fn compared(&mut self, compared: Compared) {
        self.comparisons += 1;
        self.read += compared.stored;
    }

    pub(super) fn answered(&mut self, tally: &Tally) {
        self.duplicates += tally.duplicate;
        self.rejected += tally.rejected;
        self.shed += tally.shed;
    }

    pub(super) fn retired(&mut self, oracle: &Oracle) {
        self.acked += oracle.acked();
    }

    pub(super) fn finish(&mut self) {
        self.ready.sort();
    }

    pub fn slowest_start(&self) -> Duration {
        self.ready.last().copied().unwrap_or_default()
    }

    /// Kills of a phase whose moment never came show nothing of it.
    pub fn missed(&self) -> Vec<String> {
        let is_young = |it: &Phase| matches!(it, Phase::FirstStart | Phase::Migration);
        let missed = self.phases.iter().filter(|(phase, _)| !is_young(phase) && !self.met.contains_key(phase));
        missed.map(|(phase, _)| phase.to_string()).collect()
    }
}

impl fmt::Display for KillReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |share: f64| {
            let nth = ((self.ready.len() as f64 * share).ceil() as usize).saturating_sub(1);
            self.ready.get(nth).copied().unwrap_or_default().as_millis()
        };
        let phases: Vec<String> = self.phases.iter().map(|(phase, count)| format!("{phase} {count}")).collect();
        writeln!(
            formatter,
            "seed {:#x}: {} cycles, {} kills ({})",
            self.seed,
            self.cycles,
            self.kills,
            phases.join(", ")
        )?;
        writeln!(
            formatter,
            "  {} messages acked; 0 lost, 0 stored twice, 0 altered; last answers: {} duplicate, {} rejected, {} shed",
            self.acked, self.duplicates, self.rejected, self.shed
        )?;
        writeln!(formatter, "  {} comparisons of whole folders, {} messages read", self.comparisons, self.read)?;
        write!(
            formatter,
            "  ready after {} ms (median), {} ms (p99), {} ms (slowest) in {} starts",
            at(0.5),
            at(0.99),
            self.slowest_start().as_millis(),
            self.ready.len()
        )
    }
}

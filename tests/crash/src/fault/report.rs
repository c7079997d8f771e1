//! What a run of faults came to.

use crate::load::Tally;
use crate::reader::Compared;
use std::fmt;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct FaultReport {
    pub seed: u64,
    /// Faults tried, and those that a system call met.
    pub tried: u64,
    pub met: u64,
    /// Starts that ended with a message and the exit code for it.
    pub refused: u64,
    /// Faults after which the collector went on by itself.
    pub recovered: u64,
    /// Messages that were shed because of a fault, and accepted when they were sent again.
    pub shed: u64,
    /// Acked messages that were looked up.
    pub looked_up: u64,
    /// With a slow disk: p99 of answers, and the most memory.
    pub slow: Option<(Duration, u64)>,
    /// What became of a disk that filled up.
    pub full_disk: Option<String>,
}

impl FaultReport {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    pub(super) fn hit(&mut self, met: bool) {
        self.tried += 1;
        self.met += u64::from(met);
    }

    pub(super) fn recovered(&mut self, tally: &Tally) {
        self.recovered += 1;
        self.shed += tally.shed;
    }

    pub(super) fn compared(&mut self, compared: Compared) {
        self.looked_up += compared.owed;
    }
}

impl fmt::Display for FaultReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, tried, met, refused, recovered, shed, looked_up, .. } = self;
        writeln!(
            formatter,
            "seed {seed:#x}: {tried} faults tried, {met} met; {refused} starts refused in words, {recovered} times it went on by itself"
        )?;
        write!(formatter, "  {shed} messages shed, all of them stored later; 0 of {looked_up} acked messages lost")?;
        if let Some((p99, memory)) = self.slow {
            write!(
                formatter,
                "\n  slow disk: p99 of answers {} ms, at most {} MB of memory",
                p99.as_millis(),
                memory >> 20
            )?;
        }
        if let Some(full_disk) = &self.full_disk {
            write!(formatter, "\n  {full_disk}")?;
        }
        Ok(())
    }
}

//! The numbers of a run.

use std::fmt;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub seed: u64,
    pub people: usize,
    pub devices: usize,
    /// SDK cores: one for each page that was loaded.
    pub clients: usize,
    /// Messages that joined a client's queue.
    pub queued: u64,
    /// Delivered, or taken over at least, by another page than the one that made them.
    pub recovered: u64,
    /// Reported as dropped by their client: no room, too old, or consent withdrawn.
    pub dropped: u64,
    /// Of those, the ones that had not arrived either.
    pub missing: u64,
    /// Still in the browser of somebody who has not come back, or has not said yes again.
    pub kept: u64,
    /// What the collector knows to be missing, and pages whose end it did not hear of.
    pub gaps: u64,
    pub open: u64,
    /// Between which shares of messages it believes to be missing.
    pub believed: (f64, f64),
    pub requests: u64,
    pub retries: u64,
    /// Exchanges with the collector, whoever began them.
    pub exchanges: u64,
    pub received: u64,
    pub accepted: u64,
    pub duplicate: u64,
    pub rejected: u64,
    pub shed: u64,
    /// How often each fault point of the network was hit, in order of its list.
    pub faults: Vec<(&'static str, u64)>,
    /// Users who reached each milestone, per journey.
    pub funnels: Vec<(&'static str, Vec<u64>)>,
    /// How far virtual time went.
    pub simulated_ms: i64,
    /// One number for everything the clients did and the collector answered.
    pub transcript: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "seed {:#x}: {} people, {} devices, {} clients, {:.1} days",
            self.seed,
            self.people,
            self.devices,
            self.clients,
            self.simulated_ms as f64 / 86_400_000.0
        )?;
        writeln!(
            formatter,
            "  queued {}, recovered {}, dropped {} (missing {}), kept {}; the collector misses {}, and the end of {} pages; requests {} ({} retries), exchanges {}",
            self.queued,
            self.recovered,
            self.dropped,
            self.missing,
            self.kept,
            self.gaps,
            self.open,
            self.requests,
            self.retries,
            self.exchanges
        )?;
        writeln!(
            formatter,
            "  received {} = accepted {} + duplicate {} + rejected {} + shed {}",
            self.received, self.accepted, self.duplicate, self.rejected, self.shed
        )?;
        let faults: Vec<String> = self.faults.iter().map(|(name, count)| format!("{name} {count}")).collect();
        writeln!(formatter, "  {}", faults.join(", "))?;
        for (journey, reached) in &self.funnels {
            writeln!(formatter, "  {journey} {reached:?}")?;
        }
        write!(formatter, "  transcript {:016x}", self.transcript)
    }
}

//! System calls that fail or take long: strace puts the fault in, the collector must not answer what it did not keep,
//! and must be well again by itself afterwards.

mod full_disk;
mod report;

pub use report::FaultReport;

use crate::connection::ask_once;
use crate::dice::Dice;
use crate::load::Load;
use crate::program::Program;
use crate::reader;
use crate::store::Store;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The collector takes messages again by then, without a restart.
const RECOVERY_LIMIT: Duration = Duration::from_secs(10);

/// How long messages come in until a call meets the fault, at most.
const MEETING_LIMIT: Duration = Duration::from_secs(6);

/// Added to each sync of a slow disk, in microseconds.
const SLOW_SYNC_US: u32 = 200_000;

/// With a slow disk: the slowest of a hundred answers, and memory.
const SLOW_ACK_LIMIT: Duration = Duration::from_millis(1_500);
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;

/// A file that cannot be read or written: `EX_IOERR`, or `EX_CANTCREAT` where it was to be made.
const REFUSALS: [i32; 2] = [74, 73];

/// Faults of the long form; each call of each thread is counted by itself.
const SYNCS: u32 = 50;
const WRITES: u32 = 120;

/// What to run.
#[derive(Clone, Debug)]
pub struct FaultRun {
    pub seed: u64,
    /// The `milepost` program.
    pub program: PathBuf,
    pub is_short: bool,
}

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The n-th write and the two after it find no room.
    NoRoom { write: u32 },
    /// The n-th sync fails.
    BadSync { sync: u32 },
    /// Every sync takes longer.
    SlowSync,
}

/// Runs all faults, one at a time, each on a folder of its own.
pub fn run_faults(run: &FaultRun, mut tell: impl FnMut(&str)) -> Result<FaultReport, String> {
    let mut report = FaultReport::new(run.seed);
    let mut failures = Vec::new();
    for (nth, fault) in (0..).zip(faults(run.is_short)) {
        match inject(run, nth, fault, &mut report) {
            Ok(said) => tell(&format!("{fault}: {said}")),
            Err(failure) => {
                tell(&format!("{fault}: FAILED: {failure}"));
                failures.push(format!("{fault} (--seed {:#x}): {failure}", run.seed));
            }
        }
    }
    if !run.is_short {
        match full_disk::fill(run) {
            Ok(Some(said)) => report.full_disk = Some(said),
            Ok(None) => tell("full disk: skipped, no tmpfs may be mounted here"),
            Err(failure) => failures.push(format!("full disk (--seed {:#x}): {failure}", run.seed)),
        }
    }
    if failures.is_empty() { Ok(report) } else { Err(format!("{report}\n{}", failures.join("\n"))) }
}

fn faults(is_short: bool) -> Vec<Fault> {
    if is_short {
        let syncs = [1, 4, 12].map(|sync| Fault::BadSync { sync });
        let writes = [2, 9, 40].map(|write| Fault::NoRoom { write });
        return syncs.into_iter().chain(writes).collect();
    }
    let syncs = (1..=SYNCS).map(|sync| Fault::BadSync { sync });
    let writes = (1..=WRITES).map(|write| Fault::NoRoom { write });
    syncs.chain(writes).chain([Fault::SlowSync]).collect()
}

fn inject(run: &FaultRun, nth: u64, fault: Fault, report: &mut FaultReport) -> Result<&'static str, String> {
    let store = Store::new()?;
    let program = Program::new(&run.program, &store.beside("milepost.toml"))?;
    let mut dice = Dice::of(run.seed, "fault", nth);
    let hits = store.beside("hits.log");
    let mut running = program.under(fault.tracer(&hits.display().to_string())).serve(&store.folder())?;
    let refused = match running.ready() {
        Ok((port, _)) => {
            let load = Load::new(&store.oracle, 8, dice.next());
            load.up(port);
            let deadline = Instant::now() + MEETING_LIMIT;
            while Instant::now() < deadline && !is_hit(&hits) {
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(fault.time_after());
            let tally = load.finish(RECOVERY_LIMIT).map_err(|it| format!("{it}\n{}", running.log()))?;
            load.check()?;
            let ready = ask_once(port, "GET", "/readyz", &[])?;
            if ready.status != 200 {
                return Err(format!("not ready {RECOVERY_LIMIT:?} after the fault: {} {}", ready.status, ready.body));
            }
            store.probe(port, &mut dice)?;
            if running.panicked() {
                return Err(format!("the collector panicked:\n{}", running.log()));
            }
            if matches!(fault, Fault::SlowSync) {
                check_slow(&tally.took, running.peak_memory(), report)?;
            }
            report.recovered(&tally);
            false
        }
        Err(ended) if ended.code.is_some_and(|it| REFUSALS.contains(&it)) => true,
        Err(ended) => return Err(format!("the collector ended with {:?}:\n{}", ended.code, ended.stderr)),
    };
    running.kill();
    let hit = is_hit(&hits);
    report.hit(hit);
    reader::compare_copy(&store.oracle, &store.folder())?;
    // Without the fault everything is as it should be.
    let mut running = program.serve(&store.folder())?;
    let (port, _) = running.ready().map_err(|it| format!("it does not start afterwards:\n{}", it.stderr))?;
    store.probe(port, &mut dice)?;
    let compared = reader::compare_live(&store.oracle, &store.folder())?;
    report.compared(compared);
    report.refused += u64::from(refused);
    Ok(match (refused, hit) {
        (true, _) => "refused to start, started well afterwards",
        (false, true) => "went on by itself",
        (false, false) => "never met",
    })
}

fn is_hit(log: &Path) -> bool {
    std::fs::read_to_string(log).is_ok_and(|it| it.contains("(INJECTED)") || it.contains("(DELAYED)"))
}

fn check_slow(took: &[Duration], memory: Option<u64>, report: &mut FaultReport) -> Result<(), String> {
    let mut took = took.to_vec();
    took.sort();
    let p99 = took.get(took.len() * 99 / 100).or(took.last()).copied().unwrap_or_default();
    let memory = memory.unwrap_or_default();
    report.slow = Some((p99, memory));
    if p99 > SLOW_ACK_LIMIT || memory > MEMORY_LIMIT {
        return Err(format!(
            "p99 of answers {p99:?} (limit {SLOW_ACK_LIMIT:?}), memory {memory} (limit {MEMORY_LIMIT})"
        ));
    }
    Ok(())
}

impl Fault {
    fn tracer(self, log: &str) -> Vec<String> {
        let (calls, inject) = match self {
            Self::NoRoom { write } => {
                ("pwrite64,fallocate", format!("pwrite64:error=ENOSPC:when={write}..{}", write + 2))
            }
            Self::BadSync { sync } => ("fdatasync,fsync", format!("fdatasync,fsync:error=EIO:when={sync}")),
            Self::SlowSync => ("fdatasync,fsync", format!("fdatasync,fsync:delay_exit={SLOW_SYNC_US}")),
        };
        let (calls, inject) = (format!("trace={calls}"), format!("inject={inject}"));
        let words = [
            "strace",
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-s",
            "0",
            "-e",
            &calls,
            "-e",
            "signal=none",
            "-e",
            &inject,
            "-o",
            log,
        ];
        words.map(str::to_owned).to_vec()
    }

    /// How long messages come in afterwards.
    fn time_after(self) -> Duration {
        match self {
            Self::SlowSync => Duration::from_secs(8),
            Self::NoRoom { .. } | Self::BadSync { .. } => Duration::from_millis(200),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { write } => write!(formatter, "no room at write {write}"),
            Self::BadSync { sync } => write!(formatter, "sync {sync} fails"),
            Self::SlowSync => write!(formatter, "every sync takes {} ms longer", SLOW_SYNC_US / 1_000),
        }
    }
}

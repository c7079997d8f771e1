//! Is what was answered still there? Asked after kill -9, power cuts, and on full, broken and slow disks.
//!
//! `oracle.rs` is what everything is held against: what was sent and what was answered, written down outside the
//! collector. `load.rs` are clients that never give up; `program.rs` is the real program; `reader.rs` reads what is
//! stored without the product's code.
//!
//! * `kill.rs`: kill -9 at the worst moments, restart, compare.
//! * `power_cut.rs`: the system calls of a run (`trace.rs`), replayed into what a disk may hold after the power went
//!   (`platter.rs`), opened by the product's own recovery.
//! * `fault.rs`: system calls that fail or take long, put there by strace.
//! * `flip.rs`: bytes that changed on the disk.
//!
//! A seed decides where faults fall; what the machine does meanwhile differs from run to run.

mod age;
mod connection;
mod dice;
mod fault;
mod flip;
mod kill;
mod load;
mod message;
mod old;
mod oracle;
mod platter;
mod power_cut;
mod program;
mod project;
mod reader;
mod store;
mod trace;

pub use fault::{FaultReport, FaultRun, run_faults};
pub use flip::{FlipReport, FlipRun, run_flips};
pub use kill::{KillReport, KillRun, run_kill};
pub use power_cut::{PowerCutReport, PowerCutRun, run_power_cut};
pub use trace::strace_works;

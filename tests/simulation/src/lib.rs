//! Many SDK cores, a bad network, a real collector, one seed.
//!
//! # Path of a run
//!
//! 1. `script.rs` writes down what every person does on their devices, and when.
//! 2. `world.rs` takes the next happening from `agenda.rs` and jumps to its time: nobody waits.
//! 3. `device.rs` is a browser as the SDK's core sees it: tabs, storage, a clock that may be wrong.
//! 4. `network.rs` decides what becomes of a request; `collector.rs` is the real one, asked over a socket.
//! 5. `ledger.rs` knows how each message must end, and compares every answer with that.
//! 6. `truth.rs` knows what people did, and counts the funnel again by brute force.
//! 7. `world/checks.rs` says what must hold in the end.
//!
//! `budget.rs` is a simulation of its own: the interruption budget, over half a year.
//!
//! The seed decides everything; the system's clock decides nothing.

mod agenda;
mod budget;
mod collector;
mod device;
mod dice;
mod ledger;
mod network;
mod project;
mod report;
mod script;
mod stranger;
mod truth;
mod world;

pub use budget::{BudgetReport, BudgetRun, run_budget};
pub use report::Report;

/// Runs one whole simulation and checks everything that must hold; panics where something does not.
pub fn run(seed: u64, devices: usize) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(world::run(seed, devices))
}

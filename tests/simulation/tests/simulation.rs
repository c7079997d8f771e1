//! Fixed seeds, and those that once failed.

use simulation::{Report, run};
use std::time::Instant;

/// Enough devices to meet every fault many times.
const DEVICES: usize = 1_000;

/// Runs one seed; where it fails, says how to run it again.
fn simulate(seed: u64, devices: usize) -> Report {
    let again = Again { seed, devices };
    let start = Instant::now();
    let report = run(seed, devices);
    eprintln!("{report}\n  {:.1} s", start.elapsed().as_secs_f64());
    drop(again);
    report
}

/// The number in an environment variable.
fn named(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let read = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    Some(read.unwrap_or_else(|_| panic!("{name} is {text:?}; expected a number such as 7 or 0x1f")))
}

struct Again {
    seed: u64,
    devices: usize,
}

impl Drop for Again {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { seed, devices } = self;
            eprintln!(
                "to see it again: MILEPOST_SEED={seed:#x} MILEPOST_DEVICES={devices} cargo test -p simulation thousand"
            );
        }
    }
}

/// A run that never met a fault has shown nothing.
fn check_met_everything(report: &Report) {
    for (name, count) in &report.faults {
        assert!(*count > 0, "no request was {name}");
    }
    for (name, count) in [
        ("retried", report.retries),
        ("recovered", report.recovered),
        ("accepted", report.accepted),
        ("duplicate", report.duplicate),
        ("rejected", report.rejected),
        ("shed", report.shed),
        ("dropped", report.dropped),
    ] {
        assert!(count > 0, "nothing was {name}");
    }
    let share = (report.missing + report.kept) as f64 / report.queued as f64;
    let (low, high) = report.believed;
    assert!((low..=high).contains(&share), "{share} of messages are missing; the collector believes {low} to {high}");
    for (journey, reached) in &report.funnels {
        assert!(reached.iter().all(|it| *it > 0), "nobody got to the end of {journey}: {reached:?}");
    }
}

#[test]
fn a_thousand_clients_on_a_bad_network_lose_and_double_nothing() {
    match named("MILEPOST_SEED") {
        Some(seed) => drop(simulate(seed, named("MILEPOST_DEVICES").map_or(DEVICES, |it| it as usize))),
        None => check_met_everything(&simulate(0x6d69_6c65, DEVICES)),
    }
}

#[test]
fn other_seeds_hold_as_well() {
    for seed in 1..=3 {
        simulate(seed, 200);
    }
}

#[test]
fn the_same_seed_does_the_same_again() {
    let (first, second, other) = (simulate(7, 60), simulate(7, 60), simulate(8, 60));
    assert_eq!(first, second);
    assert_ne!(first.transcript, other.transcript);
}

//! The whole simulation of the budget: `budget [--seed N] [--people N] [--days N]`; `cargo xtask simulate-budget` runs it.

// What came of it is the point of running it.
#![allow(clippy::print_stdout)]

use simulation::{BudgetRun, run_budget};
use std::time::Instant;

fn main() {
    let mut run = BudgetRun { seed: 0x6275_6467_6574, people: 10_000, days: 180 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|it| it.parse::<u64>().ok());
        match (name.as_str(), value) {
            ("--seed", Some(seed)) => run.seed = seed,
            ("--people", Some(people)) => run.people = people as usize,
            ("--days", Some(days)) => run.days = days as i64,
            _ => {
                eprintln!("usage: budget [--seed N] [--people N] [--days N]");
                std::process::exit(2);
            }
        }
    }
    let start = Instant::now();
    println!("{}\n  {:.0} s", run_budget(run), start.elapsed().as_secs_f64());
}

//! Half a year of ten thousand people under one interruption budget; `tests/simulation` does the work.

use crate::Failure;
use crate::run::{cargo, run};

/// `[--seed N] [--people N] [--days N]`
pub(crate) fn simulate_budget(arguments: &[String]) -> Result<(), Failure> {
    run(cargo().args(["run", "--quiet", "--package", "simulation", "--bin", "budget", "--"]).args(arguments))
}

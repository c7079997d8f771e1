//! Kill -9, power cuts and broken disks in their long forms; `tests/crash` does the work.

use crate::Failure;
use crate::places;
use crate::run::{cargo, from_root, run};

/// `[--cycles N] [--seed N]`
pub(crate) fn crash(arguments: &[String]) -> Result<(), Failure> {
    perform("kill", arguments)
}

/// `[--images N] [--seed N]`
pub(crate) fn power_cut(arguments: &[String]) -> Result<(), Failure> {
    perform("power-cut", arguments)
}

/// `[--seed N]`: system calls that fail, then bytes that changed.
pub(crate) fn faults(arguments: &[String]) -> Result<(), Failure> {
    perform("faults", arguments)?;
    perform("flips", arguments)
}

fn perform(what: &str, arguments: &[String]) -> Result<(), Failure> {
    // All of the workspace is named, as for the tests, so that nothing is compiled a second time.
    run(cargo().args(["build", "--workspace", "--exclude", "sdk", "--bin", "milepost", "--bin", "crash"]))?;
    let program = places::target().join("debug").join("crash");
    run(from_root(program).args([what, "--program"]).arg(places::milepost()).args(arguments))
}

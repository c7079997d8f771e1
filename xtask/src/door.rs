//! The front door under attack, in numbers: thousands of slow clients, ten thousand connections, more load than it can take.
//! The same tests as in CI, longer, and on a release build. Prints figures for `docs/reference/performance.md`.

use crate::Failure;
use crate::run::{cargo, run};

/// Further arguments pick tests by name.
pub(crate) fn door(arguments: &[String]) -> Result<(), Failure> {
    run(cargo()
        .args(["test", "--release", "--package", "milepost", "--test", "door", "--"])
        // One after the other: they measure.
        .args(["--nocapture", "--test-threads", "1"])
        .args(arguments)
        .env("DOOR", "long"))
}

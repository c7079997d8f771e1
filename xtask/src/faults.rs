//! Many messages through every kind of fault in a real browser: the long run of `tests/e2e/sdk-faults.spec.ts`.

use crate::Failure;
use crate::{dev, e2e, setup, wasm};

const MESSAGES: &str = "10000";
const SEED: &str = "5";

/// `[--seed N] [--messages N]`
pub(crate) fn faults(arguments: &[String]) -> Result<(), Failure> {
    let (mut seed, mut messages) = (SEED.to_owned(), MESSAGES.to_owned());
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--seed" => seed.clone_from(value),
            [name, value] if name == "--messages" => messages.clone_from(value),
            _ => return Err("expected `faults [--seed N] [--messages N]`".to_owned()),
        }
    }
    setup::setup()?;
    wasm::wasm()?;
    dev::build_collector()?;
    let tests = ["sdk-faults", "--project", "chromium"].map(str::to_owned);
    e2e::run_tests(&tests, &[("MILEPOST_FAULTS_SEED", &seed), ("MILEPOST_FAULTS_MESSAGES", &messages)])
}

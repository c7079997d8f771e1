//! Accepts the present output as the expected one: golden texts, the SDK's sizes, and the pictures in the docs.
//! What changed is for a person to read in the diff.

use crate::Failure;
use crate::run::run;
use crate::test::native_tests_command;
use crate::{dev, e2e, setup, size, wasm};

/// Rewrites every golden file.
pub(crate) fn bless() -> Result<(), Failure> {
    setup::setup()?;
    wasm::wasm()?;
    size::bless()?;
    run(native_tests_command().env("UPDATE_EXPECT", "1"))?;
    take_pictures()?;
    println!("golden files are up to date: read the diff before you commit it");
    Ok(())
}

/// The pictures of `docs/images`, by the tests that look at those pages.
fn take_pictures() -> Result<(), Failure> {
    dev::build_collector()?;
    let tests = ["dashboard", "--grep", "looks like"].map(str::to_owned);
    e2e::run_tests(&tests, &[("MILEPOST_BLESS", "1")])
}

//! Accepts the present output as the expected one: golden texts, and the SDK's sizes.
//! What changed is for a person to read in the diff.

use crate::Failure;
use crate::run::run;
use crate::test::native_tests_command;
use crate::{setup, size, wasm};

/// Rewrites every golden file.
pub(crate) fn bless() -> Result<(), Failure> {
    setup::setup()?;
    wasm::wasm()?;
    size::bless()?;
    run(native_tests_command().env("UPDATE_EXPECT", "1"))?;
    println!("golden files are up to date: read the diff before you commit it");
    Ok(())
}

//! Everything that must hold, in one list; CI runs this and nothing else.

use crate::Failure;
use crate::run::{cargo, from_root, run};
use crate::steps::Steps;
use crate::{dev, e2e, lighthouse, places, setup, size, strace, wasm};
use std::process::Command;

/// The crates that run in browsers.
const IN_BROWSERS: &[&str] = &["--package", "domain", "--package", "sdk-core", "--package", "sdk"];
/// The edition of projects that do not look for hesitation.
const WITHOUT_DETECTOR: &[&str] = &["--no-default-features"];
const WASM: &[&str] = &["--target", "wasm32-unknown-unknown"];

/// Runs all checks; the first that fails ends it.
pub(crate) fn test() -> Result<(), Failure> {
    let mut steps = Steps::new("npm test", 10);
    steps.step("setup", setup::setup)?;
    steps.step("formatting", formatting)?;
    steps.step("SDK build and size", || wasm::chaos().and_then(|()| size::check()))?;
    steps.step("lints, native", lints_native)?;
    steps.step("lints, wasm", lints_wasm)?;
    steps.step("tests, native", tests_native)?;
    steps.step("tests of the core, as wasm", tests_wasm)?;
    steps.step("TypeScript types", types)?;
    steps.step("tests in Chromium and Firefox", || dev::build_collector().and_then(|()| e2e::run_tests(&[], &[])))?;
    steps.step("Lighthouse, its short form", lighthouse::short)?;
    steps.finish();
    Ok(())
}

fn formatting() -> Result<(), Failure> {
    run(cargo().args(["fmt", "--all", "--check"]))
        .and_then(|()| run(cargo().args(["fmt", "--manifest-path", "tools/Cargo.toml", "--check"])))
        .map_err(|failure| format!("{failure}; run `cargo fmt --all`"))
}

fn lints_native() -> Result<(), Failure> {
    run(cargo().arg("clippy").args(ALL_NATIVE).args(["--all-targets", "--", "--deny", "warnings"]))
}

fn lints_wasm() -> Result<(), Failure> {
    for edition in [&[][..], WITHOUT_DETECTOR] {
        run(cargo().arg("clippy").args(IN_BROWSERS).args(WASM).args(edition).args(["--", "--deny", "warnings"]))?;
    }
    Ok(())
}

/// All but the SDK's browser crate, which only exists as wasm.
const ALL_NATIVE: &[&str] = &["--workspace", "--exclude", "sdk"];

/// `bless` runs the same tests.
pub(crate) fn native_tests_command() -> Command {
    let mut command = cargo();
    command.arg("test").args(ALL_NATIVE);
    command
}

fn tests_native() -> Result<(), Failure> {
    strace::find_or_install();
    run(&mut native_tests_command())?;
    run(cargo().args(["test", "--package", "sdk-core"]).args(WITHOUT_DETECTOR))
}

fn tests_wasm() -> Result<(), Failure> {
    let runner = places::tools_bin().join("wasm-bindgen-test-runner");
    run(cargo()
        .args(["test", "--package", "sdk-core"])
        .args(WASM)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}

fn types() -> Result<(), Failure> {
    run(from_root(places::node_bin("tsc")).args(["--project", "tsconfig.json"]))
}

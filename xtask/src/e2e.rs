//! Browser tests: Playwright in the machine's Chromium and Firefox, against a real collector and the demo site.
//! The tests start what they need; here it is only built.

use crate::Failure;
use crate::run::{from_root, run};
use crate::{browser, dev, places, setup, wasm};

/// Where `tests/e2e/support` finds the collector.
const COLLECTOR_VARIABLE: &str = "MILEPOST_BIN";

/// Builds what is out of date, then runs the tests that the arguments name, or all.
pub(crate) fn e2e(arguments: &[String]) -> Result<(), Failure> {
    setup::setup()?;
    wasm::chaos()?;
    dev::build_collector()?;
    run_tests(arguments, &[])
}

/// All hostile pages, where [`e2e`] visits a share of them.
pub(crate) fn hostile(arguments: &[String]) -> Result<(), Failure> {
    setup::setup()?;
    wasm::wasm()?;
    let arguments: Vec<String> = std::iter::once("hostile".to_owned()).chain(arguments.iter().cloned()).collect();
    run_tests(&arguments, &[("MILEPOST_HOSTILE", "all")])
}

/// Runs the tests against what is built, with these variables set.
pub(crate) fn run_tests(arguments: &[String], variables: &[(&str, &str)]) -> Result<(), Failure> {
    let mut browsers = Vec::new();
    for browser in &browser::BROWSERS {
        let found = browser.find_or_install()?;
        println!("browser: {}", found.display());
        browsers.push((browser.variable, found));
    }
    run(from_root("node")
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args(arguments)
        .envs(variables.iter().copied())
        .envs(browsers)
        .env(COLLECTOR_VARIABLE, places::milepost()))
}

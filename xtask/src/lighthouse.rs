//! Lighthouse over every page of the dashboard, in the machine's own Chromium.

use crate::Failure;
use crate::browser::BROWSERS;
use crate::run::{from_root, run};
use crate::{dev, places, setup, wasm};

/// `[--short | PATHS]`: three pages on a phone, or these pages, instead of all on phone and computer.
pub(crate) fn lighthouse(arguments: &[String]) -> Result<(), Failure> {
    let form = match arguments {
        [] => "all".to_owned(),
        [short] if short == "--short" => "short".to_owned(),
        paths if paths.iter().all(|it| it.starts_with('/')) => paths.join(" "),
        _ => return Err("lighthouse takes `--short`, paths such as /users, or nothing".to_owned()),
    };
    setup::setup()?;
    wasm::wasm()?;
    dev::build_collector()?;
    measure(&form)
}

/// Three pages on a phone, against what is built.
pub(crate) fn short() -> Result<(), Failure> {
    measure("short")
}

fn measure(form: &str) -> Result<(), Failure> {
    let [chromium, _] = &BROWSERS;
    run(from_root("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "tests/lighthouse"])
        .env(chromium.variable, chromium.find_or_install()?)
        .env("MILEPOST_LIGHTHOUSE", form)
        .env("MILEPOST_BIN", places::milepost()))
}

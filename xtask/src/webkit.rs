//! A survey in WebKitGTK, by its own driver on a display that nobody sees. Left out where that is not installed.

use crate::Failure;
use crate::run::{from_root, run};
use crate::setup;
use std::path::PathBuf;

/// Where distributions keep WebKit's small browser: not among the programs.
const LIBRARIES: [&str; 4] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec"];
const VERSIONS: [&str; 3] = ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"];

/// Names the browser, and where tests find it.
const BROWSER_VARIABLE: &str = "MILEPOST_MINIBROWSER";

pub(crate) fn webkit() -> Result<(), Failure> {
    let Some(browser) = browser() else {
        println!("skipped: no WebKitGTK here. On Debian: apt-get install webkit2gtk-driver xvfb");
        return Ok(());
    };
    setup::setup()?;
    run(from_root("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "tests/webkit"])
        .env(BROWSER_VARIABLE, browser))
}

/// The browser, where its driver and a display are there as well.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let has = |name: &str| std::env::split_paths(&path).any(|it| it.join(name).is_file());
    if !has("WebKitWebDriver") || !has("Xvfb") {
        return None;
    }
    let chosen = std::env::var_os(BROWSER_VARIABLE).map(PathBuf::from);
    let known = LIBRARIES
        .iter()
        .flat_map(|folder| VERSIONS.iter().map(move |it| PathBuf::from(folder).join(it).join("MiniBrowser")));
    chosen.into_iter().chain(known).find(|it| it.is_file())
}

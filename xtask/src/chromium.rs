//! The Chromium that browser tests run in: the one of the machine, never a download from elsewhere.

use crate::Failure;
use crate::run::{from_root, output, run};
use std::path::PathBuf;

/// Names one choice and skips the search.
pub(crate) const VARIABLE: &str = "MILEPOST_CHROMIUM";

const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE: &[&str] = &[
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Finds Chromium, or installs it where the distribution's packages may be installed without asking.
pub(crate) fn find_or_install() -> Result<PathBuf, Failure> {
    if let Some(chosen) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) {
        let chosen = PathBuf::from(chosen);
        return if chosen.is_file() {
            Ok(chosen)
        } else {
            Err(format!("{VARIABLE} is {}, which is not a file", chosen.display()))
        };
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    let missing =
        format!("no Chromium found: install the package `chromium` or set {VARIABLE} to a Chromium or Chrome");
    if !may_install() {
        return Err(missing);
    }
    println!("no Chromium found: installing the distribution's package …");
    let apt = |arguments: &[&str]| run(from_root("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", "chromium"])?;
    find().ok_or(missing)
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let on_path = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    on_path.chain(ELSEWHERE.iter().map(PathBuf::from)).find(|it| it.is_file())
}

fn may_install() -> bool {
    let is_root = output(from_root("id").arg("-u")).is_ok_and(|it| it.trim() == "0");
    is_root && output(from_root("apt-get").arg("--version")).is_ok()
}

//! The browsers that tests run in: those of the machine, never a download from elsewhere.

use crate::Failure;
use crate::run::{from_root, output, run};
use std::path::PathBuf;

pub(crate) struct Browser {
    name: &'static str,
    /// Names one choice and skips the search.
    pub(crate) variable: &'static str,
    /// What Debian calls it.
    package: &'static str,
    names: &'static [&'static str],
    elsewhere: &'static [&'static str],
}

pub(crate) const BROWSERS: [Browser; 2] = [
    Browser {
        name: "Chromium",
        variable: "MILEPOST_CHROMIUM",
        package: "chromium",
        names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        elsewhere: &[
            "/usr/bin/chromium",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ],
    },
    Browser {
        name: "Firefox",
        variable: "MILEPOST_FIREFOX",
        package: "firefox-esr",
        names: &["firefox-esr", "firefox"],
        elsewhere: &["/usr/bin/firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox"],
    },
];

impl Browser {
    /// Finds it, or installs it where the distribution's packages may be installed without asking.
    pub(crate) fn find_or_install(&self) -> Result<PathBuf, Failure> {
        let Self { name, variable, package, .. } = self;
        if let Some(chosen) = std::env::var_os(variable).filter(|it| !it.is_empty()) {
            let chosen = PathBuf::from(chosen);
            return if chosen.is_file() {
                Ok(chosen)
            } else {
                Err(format!("{variable} is {}, which is not a file", chosen.display()))
            };
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let missing = format!("no {name} found: install the package `{package}` or set {variable} to a {name}");
        if !may_install() {
            return Err(missing);
        }
        println!("no {name} found: installing the distribution's package …");
        install(package)?;
        self.find().ok_or(missing)
    }

    fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let on_path = self.names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        on_path.chain(self.elsewhere.iter().map(PathBuf::from)).find(|it| it.is_file())
    }
}

/// Installs a package of the distribution.
pub(crate) fn install(package: &str) -> Result<(), Failure> {
    let apt = |arguments: &[&str]| run(from_root("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", package])
}

/// Whether that is permitted without asking.
pub(crate) fn may_install() -> bool {
    let is_root = output(from_root("id").arg("-u")).is_ok_and(|it| it.trim() == "0");
    is_root && output(from_root("apt-get").arg("--version")).is_ok()
}

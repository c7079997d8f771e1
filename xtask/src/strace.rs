//! What makes system calls fail in tests of bad disks; they are skipped where it is missing.

use crate::browser::{install, may_install};
use crate::run::{from_root, output};

/// Installs it where that is permitted; says so where it is not.
pub(crate) fn find_or_install() {
    if cfg!(not(target_os = "linux")) || output(from_root("strace").arg("--version")).is_ok() {
        return;
    }
    let installed = may_install() && install("strace").is_ok();
    if !installed {
        println!("no strace found: tests of failing disks are skipped; install the package `strace`");
    }
}

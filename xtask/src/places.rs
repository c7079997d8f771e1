//! Where things lie in the repository, and where what we build goes.

use crate::Failure;
use crate::run::{from_root, output};
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// Cargo's output folder: `target`, unless `CARGO_TARGET_DIR` says otherwise.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if !folder.is_empty() => root().join(folder),
        _ => root().join("target"),
    }
}

/// The tools' output folder; inside `target` so that whoever keeps one keeps the other.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The folder of wasm-pack, wasm-bindgen and its test runner.
pub(crate) fn tools_bin() -> PathBuf {
    tools().join("debug")
}

/// What customers' pages load.
pub(crate) fn sdk_dist() -> PathBuf {
    root().join("sdk/dist")
}

/// The same with a module that panics on demand, for tests.
pub(crate) fn chaos_dist() -> PathBuf {
    root().join("target/chaos-dist")
}

/// A program that an npm package brings.
pub(crate) fn node_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// The collector, built for development.
pub(crate) fn milepost() -> PathBuf {
    target().join("debug").join(format!("milepost{}", std::env::consts::EXE_SUFFIX))
}

/// Where the compiler in use keeps its libraries.
pub(crate) fn rust_sysroot() -> Result<PathBuf, Failure> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    Ok(PathBuf::from(output(from_root(rustc).args(["--print", "sysroot"]))?.trim()))
}

/// A path as a person would write it: from the root of the repository if it lies inside.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

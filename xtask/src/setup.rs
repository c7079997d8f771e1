//! What every other verb needs: the wasm target, npm's packages, wasm-pack and wasm-bindgen.
//! Needs the crate and npm registries only, and only when something is missing.

use crate::Failure;
use crate::files::read_text;
use crate::lock::lock;
use crate::places;
use crate::run::{cargo, from_root, output, run};
use crate::stamp::Stamp;
use std::path::Path;

/// The oldest Node that still gets fixes upstream of us, and that esbuild, Playwright and Segment's clients run on.
const OLDEST_NODE: u32 = 20;
const WASM_TARGET: &str = "wasm32-unknown-unknown";
const STEPS: usize = 6;

/// Installs what is missing; tells what it does.
pub(crate) fn setup() -> Result<(), Failure> {
    let _lock = lock("setup")?;
    announce(1, "Node", &check_node()?);
    announce(2, "wasm target of Rust", have_wasm_target()?);
    announce(3, "npm packages", have_npm_packages()?);
    announce(4, "wasm-bindgen, library and tool", &check_bindgen_versions()?);
    announce(5, "wasm-pack and wasm-bindgen", have_tools()?);
    announce(6, "strace", have_strace());
    Ok(())
}

/// Puts faults into system calls, and writes down what a power cut may undo. Linux only; tests that need it say so and
/// are skipped without it.
fn have_strace() -> &'static str {
    let is_there = || output(from_root("strace").arg("--version")).is_ok();
    if is_there() {
        return "present";
    }
    if cfg!(target_os = "linux")
        && output(from_root("apt-get").args(["install", "--yes", "strace"])).is_ok()
        && is_there()
    {
        return "installed";
    }
    "missing: power cuts and disk faults are not tested"
}

fn announce(nth: usize, what: &str, state: &str) {
    println!("[{nth}/{STEPS}] {what}: {state}");
}

fn check_node() -> Result<String, Failure> {
    let remedy = format!("install Node {OLDEST_NODE} or newer, with npm");
    let version = output(from_root("node").arg("--version")).map_err(|failure| format!("{failure}; {remedy}"))?;
    let version = version.trim();
    let major = version.trim_start_matches('v').split('.').next().and_then(|it| it.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(version.to_owned()),
        _ => Err(format!("node is {version}, too old; {remedy}")),
    }
}

/// The target's library for lints and tests, and the library's sources: the SDK brings its own build of it.
fn have_wasm_target() -> Result<&'static str, Failure> {
    let rustlib = places::rust_sysroot()?.join("lib/rustlib");
    let mut state = "present";
    for (part, adding) in
        [(WASM_TARGET, ["target", "add", WASM_TARGET]), ("src/rust/library/std", ["component", "add", "rust-src"])]
    {
        if rustlib.join(part).is_dir() {
            continue;
        }
        announce(2, "wasm target of Rust", "adding …");
        run(from_root("rustup").args(adding)).map_err(|failure| {
            let [_, _, name] = adding;
            format!("Rust lacks {name}: {failure}; install Rust with rustup, or add it the way your Rust was installed")
        })?;
        state = "added";
    }
    Ok(state)
}

fn have_npm_packages() -> Result<&'static str, Failure> {
    let stamp = Stamp::of(places::root().join("node_modules/.milepost-stamp"), &["package-lock.json"], &[])?;
    if stamp.is_current() {
        return Ok("up to date");
    }
    announce(3, "npm packages", "installing (some seconds) …");
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(from_root(npm).args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]))
        .map_err(|failure| format!("{failure}; is the npm registry reachable?"))?;
    stamp.set()?;
    Ok("installed")
}

/// The glue that the tool writes fits only the library of the same version.
fn check_bindgen_versions() -> Result<String, Failure> {
    let library = version_in(&places::root().join("Cargo.lock"), "wasm-bindgen")?;
    let tool = version_in(&places::root().join("tools/Cargo.lock"), "wasm-bindgen-cli")?;
    if library == tool {
        Ok(tool)
    } else {
        Err(format!(
            "Cargo.lock has wasm-bindgen {library}, tools/Cargo.lock has wasm-bindgen-cli {tool}: \
             they must be equal; change `tools/Cargo.toml`, or run `cargo update -p wasm-bindgen --precise {tool}`"
        ))
    }
}

fn version_in(lock: &Path, package: &str) -> Result<String, Failure> {
    let text = read_text(lock)?;
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = text.split(&entry).nth(1).and_then(|it| it.split('"').next());
    version.map(str::to_owned).ok_or_else(|| format!("{} has no package `{package}`", places::shown(lock)))
}

fn have_tools() -> Result<&'static str, Failure> {
    let inputs = ["tools/Cargo.toml", "tools/Cargo.lock", "tools/src", "rust-toolchain.toml"];
    let stamp = Stamp::of(places::tools().join("milepost-stamp"), &inputs, &[])?;
    let programs = ["wasm-pack", "wasm-bindgen", "wasm-bindgen-test-runner"];
    let all_there = programs
        .iter()
        .all(|it| places::tools_bin().join(it).with_extension(std::env::consts::EXE_EXTENSION).is_file());
    if all_there && stamp.is_current() {
        return Ok("up to date");
    }
    announce(5, "wasm-pack and wasm-bindgen", "building (about two minutes, once) …");
    run(cargo()
        .args(["build", "--locked", "--manifest-path", "tools/Cargo.toml"])
        .args(["--config", "future-incompat-report.frequency='never'"])
        .arg("--target-dir")
        .arg(places::tools()))?;
    stamp.set()?;
    Ok("built")
}

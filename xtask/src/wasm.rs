//! `sdk/dist` from `sdk`: what customers' pages load.
//! Recipe: wasm-pack → traps for panics → wasm-opt → short names and guard → esbuild. Sizes decide; `size.rs` prints them.

use crate::Failure;
use crate::files::{read, read_text, write};
use crate::glue;
use crate::hash::short_name_of;
use crate::lock::lock;
use crate::module;
use crate::places;
use crate::run::{from_root, run};
use crate::stamp::Stamp;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

/// Everything the result depends on, this recipe included.
const INPUTS: &[&str] = &[
    "domain",
    "sdk/core",
    "sdk/browser",
    "sdk/loader",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "tools/Cargo.lock",
    "package-lock.json",
    "xtask/src",
];

/// Bytes of stack. The default of 1 MiB is memory that every page would pay for; nothing in the SDK recurses.
const STACK_BYTES: u32 = 64 * 1024;

/// How Cargo wants flags separated, so that paths may contain spaces.
const BETWEEN_ENCODED_FLAGS: &str = "\x1f";

/// The guard, as seen from the glue in wasm-pack's output folder.
const GUARD_FROM_GLUE: &str = "../../sdk/loader/guard.js";

/// Builds `sdk/dist` unless it is up to date.
pub(crate) fn wasm() -> Result<(), Failure> {
    let _lock = lock("wasm")?;
    let stamp = Stamp::of(places::sdk_package().join("milepost-stamp"), INPUTS, &[])?;
    if stamp.is_current()
        && places::sdk_dist().join("sdk.js").is_file()
        && built_module().is_ok()
        && optimised().is_file()
    {
        println!("sdk/dist is up to date");
        return Ok(());
    }
    println!("building sdk/dist …");
    compile()?;
    optimise()?;
    let module_name = finish_module_and_glue()?;
    bundle(&module_name)?;
    publish_types()?;
    remove_old_modules(&module_name)?;
    stamp.set()?;
    println!("built sdk/dist: sdk.js, {module_name}, sdk.d.ts");
    Ok(())
}

/// The module in `sdk/dist`.
pub(crate) fn built_module() -> Result<PathBuf, Failure> {
    modules()?.into_iter().next().ok_or_else(|| "sdk/dist holds no module: run `cargo xtask wasm`".to_owned())
}

/// The module after wasm-opt, with the names of its functions still in it.
pub(crate) fn optimised() -> PathBuf {
    places::sdk_package().join("sdk_named.wasm")
}

fn compile() -> Result<(), Failure> {
    let mut path = OsString::from(places::tools_bin());
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(rest);
    }
    run(from_root(places::tools_bin().join("wasm-pack"))
        .args(["--log-level", "warn", "build", "sdk/browser", "--target", "web", "--profile", "wasm"])
        .args(["--no-pack", "--no-opt", "--no-typescript", "--out-name", "sdk", "--out-dir"])
        .arg(places::sdk_package())
        // The standard library, built for size and with panics that stop at once: 2 % (docs/decisions/0005-the-browser-side-is-thin-javascript.md).
        .args(["--", "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .env("PATH", path)
        // Lets the pinned stable compiler take the flags above.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", places::target())
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?.join(BETWEEN_ENCODED_FLAGS)))
}

/// Flags of the compiler. Paths of this machine are cut off: they would be shipped inside panic messages.
fn flags() -> Result<Vec<String>, Failure> {
    let library = places::rust_sysroot()?.join("lib/rustlib/src/rust/library");
    let mut cut_off = registry_sources();
    cut_off.push(library);
    let mut flags = vec![
        format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
        "-Zunstable-options".to_owned(),
        "-Cpanic=immediate-abort".to_owned(),
    ];
    flags.extend(cut_off.iter().map(|it| format!("--remap-path-prefix={}/=", it.display())));
    Ok(flags)
}

/// The folders in which Cargo keeps the sources of dependencies.
fn registry_sources() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|it| it.join(".cargo")));
    let entries = home.and_then(|it| fs::read_dir(it.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> = entries.into_iter().flatten().filter_map(Result::ok).map(|it| it.path()).collect();
    folders.sort();
    folders
}

fn optimise() -> Result<(), Failure> {
    let trapping = places::sdk_package().join("sdk_trapping.wasm");
    write(&trapping, &module::with_traps_for_panics(&read(&places::sdk_package().join("sdk_bg.wasm"))?)?)?;
    // `-g` keeps the names for the table of contributors; they are cut off afterwards.
    // Never `-all`: it lets wasm-opt use encodings that browsers reject.
    run(from_root(places::node_bin("wasm-opt"))
        // Flattened first and done twice it comes out 1 % smaller. Addresses below 1024 are the end of the stack, which only
        // an overflow would reach: so offsets may be folded into loads, another 1 %. Large functions of one caller stay
        // functions, another 1 % after compression.
        .args(["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--reorder-locals"])
        .args(["--one-caller-inline-max-function-size", "20", "-g"])
        .arg(trapping)
        .arg("-o")
        .arg(optimised()))
}

/// Writes the module to `sdk/dist` and changes the glue in place; answers with the module's file name.
fn finish_module_and_glue() -> Result<String, Failure> {
    let named = read(&optimised())?;
    let renaming = module::short_names(&named)?;
    let module = module::renamed_and_stripped(&named, &renaming)?;

    let glue_file = places::sdk_package().join("sdk.js");
    let glue = read_text(&glue_file)?;
    if glue.contains("import.meta") {
        return Err(
            "the glue contains `import.meta`, which a classic script cannot have: sdk/browser/Cargo.toml needs \
             `[package.metadata.wasm-pack.profile.custom]` with `wasm-bindgen = { omit-default-module-path = true }`"
                .to_owned(),
        );
    }
    let glue = glue::with_names(&glue, &renaming)?;
    let glue = glue::without_encode_into(&glue)?;
    let glue = glue::with_guard(&glue, GUARD_FROM_GLUE)?;
    write(&glue_file, glue.as_bytes())?;

    let module_name = format!("sdk-{}.wasm", short_name_of(&module));
    write(&places::sdk_dist().join(&module_name), &module)?;
    Ok(module_name)
}

fn bundle(module_name: &str) -> Result<(), Failure> {
    run(from_root(places::node_bin("esbuild"))
        .args(["sdk/loader/sdk.js", "--bundle", "--minify", "--format=iife", "--target=es2022"])
        // A guest is quiet: this cuts off a warning in wasm-bindgen's glue.
        .arg("--drop:console")
        .args([
            "--legal-comments=none",
            "--charset=utf8",
            "--log-level=warning",
            "--log-override:empty-import-meta=error",
        ])
        .arg(format!("--define:__WASM_FILE__=\"{module_name}\""))
        .args(["--define:__HESITATION__=true", "--define:__DEBUG_FILE__=\"\"", "--define:__RECEIPT_FILE__=\"\""])
        .arg(format!("--outfile={}", places::sdk_dist().join("sdk.js").display())))
}

fn publish_types() -> Result<(), Failure> {
    let types = read(&places::root().join("sdk/browser/sdk.d.ts"))?;
    write(&places::sdk_dist().join("sdk.d.ts"), &types)
}

fn remove_old_modules(current: &str) -> Result<(), Failure> {
    for module in modules()? {
        if module.file_name().is_some_and(|it| it != current) {
            fs::remove_file(&module).map_err(|error| format!("cannot remove {}: {error}", places::shown(&module)))?;
        }
    }
    Ok(())
}

fn modules() -> Result<Vec<PathBuf>, Failure> {
    let files = crate::files::files_under(&places::sdk_dist())?;
    Ok(files.into_iter().filter(|it| it.extension().is_some_and(|it| it == "wasm")).collect())
}

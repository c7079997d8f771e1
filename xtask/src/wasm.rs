//! `sdk/dist` from `sdk`: what customers' pages load, in two editions.
//! Recipe: wasm-pack → traps for panics → wasm-opt → short names and guard → esbuild. Sizes decide; `size.rs` prints them.
//! The translation, for pages that forbid wasm, takes the same steps from a module of WebAssembly's first version, and one
//! more: wasm2js.

use crate::Failure;
use crate::edition::Edition;
use crate::files::{read, read_text, write};
use crate::glue;
use crate::hash::short_name_of;
use crate::lock::lock;
use crate::module;
use crate::places;
use crate::run::{from_root, run};
use crate::stamp::Stamp;
use crate::translation;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything a module depends on, this recipe included.
const MODULE_INPUTS: &[&str] = &[
    "domain",
    "sdk/core",
    "sdk/browser",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "tools/Cargo.lock",
    "package-lock.json",
    "xtask/src/wasm.rs",
    "xtask/src/edition.rs",
    "xtask/src/function_name.rs",
    "xtask/src/glue.rs",
    "xtask/src/module.rs",
    "xtask/src/translation.rs",
];

/// What is bundled with it, and how.
const LOADER_INPUTS: &[&str] = &["sdk/loader", "xtask/src"];

/// Bytes of stack. The default of 1 MiB is memory that every page would pay for; nothing in the SDK recurses.
const STACK_BYTES: u32 = 64 * 1024;

/// How Cargo wants flags separated, so that paths may contain spaces.
const BETWEEN_ENCODED_FLAGS: &str = "\x1f";

/// What the loader calls wasm-bindgen's glue.
const GLUE: &str = "milepost-module";

/// Where an edition's package keeps the name of its module.
const MODULE_NAME: &str = "module-name";

/// The guard, as seen from the glue in wasm-pack's output folder.
const GUARD_FROM_GLUE: &str = "../../sdk/loader/guard.js";

/// The clock, likewise.
const CLOCK_FROM_GLUE: &str = "../../sdk/loader/clock.js";

/// Modules that few visitors ever need, fetched when they do: source in `sdk/loader`, and what the loader calls its file.
const CHUNKS: &[(&str, &str)] = &[
    ("debug", "__DEBUG_FILE__"),
    ("receipt", "__RECEIPT_FILE__"),
    ("survey-more", "__MORE_FILE__"),
    ("rescue", "__RESCUE_FILE__"),
];

/// What the chunk of the translated module is called in `sdk/dist`, and by the loader.
const TRANSLATED: (&str, &str) = ("translated", "__TRANSLATED_FILE__");

/// Its bundle, in the package of its edition.
const TRANSLATED_CHUNK: &str = "translated.js";

/// What the translated chunk calls the code that wasm2js writes.
const TRANSLATION: &str = "milepost-translation";

/// How a module is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// For browsers of today.
    Wasm,
    /// WebAssembly's first version, which is all that wasm2js can translate: no references, so no table of JavaScript's values.
    Translated,
    /// For tests: panics on demand, and is not made small.
    Chaos,
}

impl Form {
    const SHIPPED: [Self; 2] = [Self::Wasm, Self::Translated];

    /// wasm-pack's output for an edition.
    fn package(self, edition: Edition) -> PathBuf {
        match self {
            Self::Wasm => edition.package(),
            Self::Translated => places::root().join(format!("target/{}-translated-pkg", edition.name())),
            Self::Chaos => places::root().join(format!("target/{}-chaos-pkg", edition.name())),
        }
    }

    /// Cargo's output folder: with other flags in the same one, each would have the other's standard library built anew.
    fn target(self) -> PathBuf {
        if self == Self::Translated { places::target().join("translated") } else { places::target() }
    }

    /// The module after wasm-opt, with names.
    fn optimised(self, edition: Edition) -> PathBuf {
        self.package(edition).join("sdk_named.wasm")
    }
}

/// Builds `sdk/dist` unless it is up to date.
pub(crate) fn wasm() -> Result<(), Failure> {
    let _lock = lock("wasm")?;
    let inputs = [MODULE_INPUTS, LOADER_INPUTS].concat();
    let stamp = Stamp::of(Edition::Full.package().join("milepost-stamp"), &inputs, &[])?;
    let is_there = |it: Edition| it.script().is_file() && it.optimised().is_file() && module_of(it).is_ok();
    if stamp.is_current() && Edition::ALL.into_iter().all(is_there) {
        println!("sdk/dist is up to date");
        return Ok(());
    }
    println!("building sdk/dist …");
    let mut names = Vec::new();
    let mut defines = vec![format!("--define:__VERSION__=\"{}\"", env!("CARGO_PKG_VERSION"))];
    for (chunk, define) in CHUNKS {
        let name = bundle_chunk(chunk, &defines)?;
        defines.push(format!("--define:{define}=\"{name}\""));
        names.push(name);
    }
    for edition in Edition::ALL {
        for form in Form::SHIPPED {
            build_module(edition, form)?;
        }
        let module = publish_module(edition)?;
        let translated = bundle_translated(edition)?;
        let mut defines = defines.clone();
        defines.push(format!("--define:{}=\"{translated}\"", TRANSLATED.1));
        bundle(edition, &module, &defines)?;
        names.extend([module, translated]);
    }
    publish_types()?;
    remove_all_but(&names)?;
    stamp.set()?;
    println!("built sdk/dist: sdk.js, sdk-lite.js, {}, sdk.d.ts", names.join(", "));
    Ok(())
}

/// Builds the SDK with a module that panics on demand, beside the chunks that are shipped; tests find it in `target/chaos-dist`.
pub(crate) fn chaos() -> Result<(), Failure> {
    wasm()?;
    let _lock = lock("wasm")?;
    let inputs = [MODULE_INPUTS, LOADER_INPUTS].concat();
    let edition = Edition::Full;
    let stamp = Stamp::of(Form::Chaos.package(edition).join("milepost-stamp"), &inputs, &[])?;
    let folder = places::chaos_dist();
    let script = folder.join("sdk.js");
    if stamp.is_current() && script.is_file() {
        return Ok(());
    }
    build_module(edition, Form::Chaos)?;
    let mut defines = Vec::new();
    for (define, name) in chunk_names(edition)? {
        write(&folder.join(&name), &read(&places::sdk_dist().join(&name))?)?;
        defines.push(format!("--define:{define}=\"{name}\""));
    }
    let package = Form::Chaos.package(edition);
    let module = "sdk-chaos.wasm";
    write(&folder.join(module), &read(&package.join("sdk_finished.wasm"))?)?;
    run(esbuild("sdk/loader/sdk.js", "iife")
        .arg(format!("--alias:{GLUE}=./{}/sdk.js", places::shown(&package)))
        .arg(format!("--define:__WASM_FILE__=\"{module}\""))
        .arg("--define:__HESITATION__=true")
        .args(defines)
        .arg(format!("--outfile={}", script.display())))?;
    stamp.set()
}

/// What the loader calls each chunk, and its file in `sdk/dist`.
fn chunk_names(edition: Edition) -> Result<Vec<(&'static str, String)>, Failure> {
    let named = |chunk: &str, bundled: &Path| -> Result<String, Failure> {
        Ok(format!("sdk-{chunk}-{}.js", short_name_of(&read(bundled)?)))
    };
    let mut names = vec![(TRANSLATED.1, named(TRANSLATED.0, &translated_of(edition))?)];
    for (chunk, define) in CHUNKS {
        names.push((define, named(chunk, &Edition::Full.package().join(format!("{chunk}.js")))?));
    }
    Ok(names)
}

/// Compiles a module and makes it small, unless that is up to date: who only changes the loader waits for the loader only.
fn build_module(edition: Edition, form: Form) -> Result<(), Failure> {
    let stamp = Stamp::of(form.package(edition).join("module-stamp"), MODULE_INPUTS, &[])?;
    if stamp.is_current() {
        return Ok(());
    }
    compile(edition, form)?;
    optimise(edition, form)?;
    finish_module_and_glue(edition, form)?;
    stamp.set()
}

/// The module in `sdk/dist` that belongs to an edition.
pub(crate) fn module_of(edition: Edition) -> Result<PathBuf, Failure> {
    let name = read_text(&edition.package().join(MODULE_NAME))?;
    let module = places::sdk_dist().join(name);
    if module.is_file() { Ok(module) } else { Err("sdk/dist holds no module: run `cargo xtask wasm`".to_owned()) }
}

/// The chunks in `sdk/dist`, by the name of their source.
pub(crate) fn chunks() -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let files = crate::files::files_under(&places::sdk_dist())?;
    let named = |chunk: &str, file: &PathBuf| {
        file.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with(&format!("sdk-{chunk}-")))
    };
    let of = |chunk: &'static str| files.iter().find(|it| named(chunk, it)).map(|it| (chunk, it.clone()));
    Ok(CHUNKS.iter().filter_map(|(chunk, _)| of(chunk)).collect())
}

fn compile(edition: Edition, form: Form) -> Result<(), Failure> {
    let mut path = OsString::from(places::tools_bin());
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(if cfg!(windows) { ";" } else { ":" });
        path.push(rest);
    }
    let features: &[&str] = match form {
        Form::Chaos => &["--features", "chaos"],
        _ if edition.has_detector() => &[],
        _ => &["--no-default-features"],
    };
    run(from_root(places::tools_bin().join("wasm-pack"))
        .args(["--log-level", "warn", "build", "sdk/browser", "--target", "web", "--profile", "wasm"])
        .args(["--no-pack", "--no-opt", "--no-typescript", "--out-name", "sdk", "--out-dir"])
        .arg(form.package(edition))
        // The standard library, built for size and with panics that stop at once: 2 % (docs/decisions/0005-the-browser-side-is-thin-javascript.md).
        .args(["--", "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .args(features)
        .env("PATH", path)
        // Lets the pinned stable compiler take the flags above.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", form.target())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(form)?.join(BETWEEN_ENCODED_FLAGS)))
}

/// Flags of the compiler. Paths of this machine are cut off: they would be shipped inside panic messages.
fn flags(form: Form) -> Result<Vec<String>, Failure> {
    let library = places::rust_sysroot()?.join("lib/rustlib/src/rust/library");
    let mut cut_off = registry_sources();
    cut_off.push(library);
    let mut flags = vec![
        format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
        "-Zunstable-options".to_owned(),
        "-Cpanic=immediate-abort".to_owned(),
    ];
    if form == Form::Translated {
        flags.push("-Ctarget-cpu=mvp".to_owned());
    }
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

fn optimise(edition: Edition, form: Form) -> Result<(), Failure> {
    let package = form.package(edition);
    if form == Form::Chaos {
        return write(&form.optimised(edition), &read(&package.join("sdk_bg.wasm"))?);
    }
    let trapping = package.join("sdk_trapping.wasm");
    write(&trapping, &module::with_traps_for_panics(&read(&package.join("sdk_bg.wasm"))?)?)?;
    // `-g` keeps the names for the table of contributors; they are cut off afterwards.
    // Never `-all`: it lets wasm-opt use encodings that browsers reject.
    run(from_root(places::node_bin("wasm-opt"))
        // Flattened first and done twice it comes out 1 % smaller. Addresses below 1024 are the end of the stack, which only
        // an overflow would reach: so offsets may be folded into loads, another 1 %. Large functions of one caller stay
        // functions, another 1 % after compression.
        .args(["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--reorder-locals"])
        .args(["--one-caller-inline-max-function-size", "20", "-g"])
        // What is called most gets the shortest numbers.
        .arg("--reorder-functions")
        .arg(trapping)
        .arg("-o")
        .arg(form.optimised(edition)))
}

/// Gives the module and its glue short names, and puts the guard in; the translated module becomes JavaScript.
fn finish_module_and_glue(edition: Edition, form: Form) -> Result<(), Failure> {
    let package = form.package(edition);
    let named = read(&form.optimised(edition))?;
    let renaming = module::short_names(&named)?;
    let finished = package.join("sdk_finished.wasm");
    write(&finished, &module::renamed_and_stripped(&named, &renaming)?)?;

    let glue_file = package.join("sdk.js");
    let glue = read_text(&glue_file)?;
    if glue.contains("import.meta") {
        return Err(
            "the glue contains `import.meta`, which a classic script cannot have: sdk/browser/Cargo.toml needs \
             `[package.metadata.wasm-pack.profile.custom]` with `wasm-bindgen = { omit-default-module-path = true }`"
                .to_owned(),
        );
    }
    let mut glue = glue;
    if form == Form::Translated {
        glue = glue::with_memory_looked_at(&glue)?;
        let written = package.join("sdk_wasm2js.js");
        run(from_root(places::node_bin("wasm2js")).arg("-O").arg(&finished).arg("-o").arg(&written))?;
        let translation = translation::with_instantiate(&read_text(&written)?)?;
        write(&package.join("translation.js"), translation.as_bytes())?;
    }
    let glue = glue::with_names(&glue, &renaming)?;
    let glue = glue::without_encode_into(&glue)?;
    let glue = glue::with_guard(&glue, GUARD_FROM_GLUE)?;
    let glue = glue::with_clock(&glue, CLOCK_FROM_GLUE)?;
    write(&glue_file, glue.as_bytes())
}

/// Writes the module to `sdk/dist`; answers with its file name.
fn publish_module(edition: Edition) -> Result<String, Failure> {
    let module = read(&edition.package().join("sdk_finished.wasm"))?;
    let name = format!("sdk-{}.wasm", short_name_of(&module));
    write(&places::sdk_dist().join(&name), &module)?;
    write(&edition.package().join(MODULE_NAME), name.as_bytes())?;
    Ok(name)
}

fn bundle(edition: Edition, module_name: &str, defines: &[String]) -> Result<(), Failure> {
    run(esbuild("sdk/loader/sdk.js", "iife")
        .arg(format!("--alias:{GLUE}=./{}/sdk.js", places::shown(&edition.package())))
        .arg(format!("--define:__WASM_FILE__=\"{module_name}\""))
        .arg(format!("--define:__HESITATION__={}", edition.has_detector()))
        .args(defines)
        // Whatever a page has taken away that the script needs at once: then it is silent.
        .args(["--banner:js=(()=>{\"use strict\";try{", "--footer:js=}catch{}})();"])
        .arg(format!("--outfile={}", edition.script().display())))
}

/// Writes a chunk to `sdk/dist`; answers with its file name.
fn bundle_chunk(chunk: &str, defines: &[String]) -> Result<String, Failure> {
    let bundled = Edition::Full.package().join(format!("{chunk}.js"));
    run(esbuild(&format!("sdk/loader/{chunk}.js"), "esm")
        .args(defines)
        .arg(format!("--outfile={}", bundled.display())))?;
    publish_chunk(chunk, &bundled)
}

/// Writes the translated module to `sdk/dist`; answers with its file name.
fn bundle_translated(edition: Edition) -> Result<String, Failure> {
    let (chunk, _) = TRANSLATED;
    let package = Form::Translated.package(edition);
    let shown = places::shown(&package);
    let bundled = package.join(TRANSLATED_CHUNK);
    run(esbuild(&format!("sdk/loader/{chunk}.js"), "esm")
        .arg(format!("--alias:{GLUE}=./{shown}/sdk.js"))
        .arg(format!("--alias:{TRANSLATION}=./{shown}/translation.js"))
        .arg("--inject:sdk/loader/no-wasm.js")
        .arg(format!("--outfile={}", bundled.display())))?;
    publish_chunk(chunk, &bundled)
}

/// The translated module of an edition, as it is published.
pub(crate) fn translated_of(edition: Edition) -> PathBuf {
    Form::Translated.package(edition).join(TRANSLATED_CHUNK)
}

fn publish_chunk(chunk: &str, bundled: &Path) -> Result<String, Failure> {
    let text = read(bundled)?;
    let name = format!("sdk-{chunk}-{}.js", short_name_of(&text));
    write(&places::sdk_dist().join(&name), &text)?;
    Ok(name)
}

fn esbuild(source: &str, format: &str) -> Command {
    let mut command = from_root(places::node_bin("esbuild"));
    command
        .args([source, "--bundle", "--minify", "--target=es2022"])
        .arg(format!("--format={format}"))
        // A guest is quiet: this cuts off a warning in wasm-bindgen's glue.
        .arg("--drop:console")
        .args([
            "--legal-comments=none",
            "--charset=utf8",
            "--log-level=warning",
            "--log-override:empty-import-meta=error",
        ]);
    command
}

fn publish_types() -> Result<(), Failure> {
    let types = read(&places::root().join("sdk/browser/sdk.d.ts"))?;
    write(&places::sdk_dist().join("sdk.d.ts"), &types)
}

/// Files named by their content stay only while something names them.
fn remove_all_but(names: &[String]) -> Result<(), Failure> {
    for file in crate::files::files_under(&places::sdk_dist())? {
        let name = file.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        let is_stable = name == "sdk.d.ts" || Edition::ALL.iter().any(|it| file == it.script());
        if !is_stable && names.iter().all(|it| it != name) {
            fs::remove_file(&file).map_err(|error| format!("cannot remove {}: {error}", places::shown(&file)))?;
        }
    }
    Ok(())
}

//! Bytes at everything that reads what strangers wrote, for as long as one likes; `tests/fuzz` says what must hold.

use crate::Failure;
use crate::places;
use crate::run::{cargo, output, run};
use std::path::PathBuf;

const TARGETS: [&str; 6] = ["message", "config", "replay", "url_template", "compact", "segment"];

/// Long enough to come past what the corpus knows already.
const SECONDS: &str = "600";

/// A body of a request, or a file of definitions, is hardly longer; short ones are tried far more often.
const BYTES: u32 = 16_384;

/// `[--seconds N] [--keep] [targets…]`
pub(crate) fn fuzz(arguments: &[String]) -> Result<(), Failure> {
    let mut seconds = SECONDS.to_owned();
    let mut is_kept = false;
    let mut targets = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--seconds" => seconds = rest.next().ok_or("`--seconds` needs a number")?.clone(),
            "--keep" => is_kept = true,
            name if TARGETS.contains(&name) => targets.push(name),
            unknown => return Err(format!("there is no target `{unknown}`; there are {}", TARGETS.join(", "))),
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    have_fuzzer()?;
    for target in targets {
        let found = places::target().join("fuzz-found").join(target);
        std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
        println!("\n==> {target}, {seconds} s");
        let limits = [format!("-max_total_time={seconds}"), format!("-max_len={BYTES}"), "-timeout=10".to_owned()];
        run(fuzzer("run", target).args([&found, &corpus(target)]).arg("--").args(limits))?;
        if is_kept {
            keep(target, &found)?;
        }
    }
    Ok(())
}

/// Of what was found, adds to the corpus the least that reaches as much.
fn keep(target: &str, found: &PathBuf) -> Result<(), Failure> {
    let corpus = corpus(target);
    run(fuzzer("run", target).args([&corpus, found]).args(["--", "-set_cover_merge=1"]))
}

fn corpus(target: &str) -> PathBuf {
    places::root().join("tests/fuzz/corpus").join(target)
}

/// The sanitizer's switches are the unstable compiler's; the stable one has them when asked like this.
fn fuzzer(verb: &str, target: &str) -> std::process::Command {
    let mut command = cargo();
    command.env("RUSTC_BOOTSTRAP", "1");
    command.args(["fuzz", verb, "--fuzz-dir", "tests/fuzz/targets", "--target-dir"]);
    command.arg(places::target().join("fuzz")).arg(target);
    command
}

fn have_fuzzer() -> Result<(), Failure> {
    if output(cargo().args(["fuzz", "--version"])).is_ok() {
        return Ok(());
    }
    println!("installing cargo-fuzz …");
    run(cargo().args(["install", "--locked", "cargo-fuzz"]))
}

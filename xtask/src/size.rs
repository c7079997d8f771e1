//! The SDK's sizes: printed, kept in a golden file, and held under a budget.

use crate::Failure;
use crate::compress::{Sizes, sizes_of};
use crate::files::{read, read_text, write};
use crate::function_name::{crate_of, without_hashes};
use crate::module::{Weights, weights};
use crate::{places, setup, wasm};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes of loader, glue and module in brotli, all together: what a page waits for.
const BUDGET_BROTLI: usize = 39_000;

/// How far a size may lie from the golden one, in thousandths: other versions of Node compress a little differently.
const TOLERANCE_PER_MILLE: usize = 20;

/// How many functions the table of contributors names.
const FUNCTIONS_SHOWN: usize = 20;

const INTRODUCTION: &str = "\
# Size of the SDK

What a page loads, in bytes; written by `cargo xtask bless`, checked by `cargo xtask size`.
";

/// Builds what is out of date, prints the sizes, and fails above the budget or off the golden file.
pub(crate) fn build_and_check() -> Result<(), Failure> {
    setup::setup()?;
    wasm::wasm()?;
    check()
}

/// Prints and checks the sizes of what is built.
pub(crate) fn check() -> Result<(), Failure> {
    let files = measured()?;
    let report = report(&files)?;
    println!("\n{report}");
    let total = total(&files);
    if total.brotli > BUDGET_BROTLI {
        return Err(format!(
            "the SDK is {} bytes in brotli, {} above its budget of {BUDGET_BROTLI}: see the contributors above",
            total.brotli,
            total.brotli - BUDGET_BROTLI
        ));
    }
    let golden = read_text(&golden_file()).map_err(|failure| format!("{failure}; run `cargo xtask bless`"))?;
    compare(&golden, &files)?;
    println!("{} of {BUDGET_BROTLI} bytes in brotli; as in {}", total.brotli, places::shown(&golden_file()));
    Ok(())
}

/// Makes what is built the golden state.
pub(crate) fn bless() -> Result<(), Failure> {
    let report = report(&measured()?)?;
    write(&golden_file(), format!("{INTRODUCTION}\n{report}").as_bytes())
}

fn golden_file() -> PathBuf {
    places::root().join("docs/reference/sdk-size.md")
}

type Measured = [(&'static str, Sizes); 2];

fn measured() -> Result<Measured, Failure> {
    Ok([("sdk.js", sizes_of(&places::sdk_dist().join("sdk.js"))?), ("sdk.wasm", sizes_of(&wasm::built_module()?)?)])
}

fn total(files: &Measured) -> Sizes {
    files.iter().fold(Sizes::default(), |sum, (_, it)| Sizes {
        raw: sum.raw + it.raw,
        gzip: sum.gzip + it.gzip,
        brotli: sum.brotli + it.brotli,
    })
}

fn rows(files: &Measured) -> Vec<(&'static str, Sizes)> {
    let mut rows = files.to_vec();
    rows.push(("total", total(files)));
    rows
}

/// All tables, as Markdown.
fn report(files: &Measured) -> Result<String, Failure> {
    let mut out = String::from("| file     |    raw |   gzip | brotli |\n|----------|-------:|-------:|-------:|\n");
    for (name, Sizes { raw, gzip, brotli }) in rows(files) {
        out += &format!("| {name:<8} | {raw:>6} | {gzip:>6} | {brotli:>6} |\n");
    }
    out += &format!("| budget   |        |        | {BUDGET_BROTLI:>6} |\n");

    let Weights { functions, data, rest } = weights(&read(&wasm::optimised())?)?;
    let code: usize = functions.iter().map(|(_, bytes)| bytes).sum();
    out += "\n## What the module is made of\n\nBytes before compression.\n\n";
    out += &format!(
        "| part   |  bytes |\n|--------|-------:|\n| code   | {code:>6} |\n| data   | {data:>6} |\n| rest   | {rest:>6} |\n"
    );

    let mut crates: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (name, bytes) in &functions {
        let krate = crate_of(&without_hashes(name)).unwrap_or("(exports and others)").to_owned();
        let entry = crates.entry(krate).or_default();
        *entry = (entry.0 + bytes, entry.1 + 1);
    }
    let mut crates: Vec<(String, (usize, usize))> = crates.into_iter().collect();
    crates.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    out += "\n## Code by crate\n\nA generic function counts for the crate that wrote it.\n\n";
    out += "| crate                |  bytes | functions |\n|----------------------|-------:|----------:|\n";
    for (name, (bytes, count)) in crates {
        out += &format!("| {name:<20} | {bytes:>6} | {count:>9} |\n");
    }

    let mut largest = functions;
    largest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    out += "\n## Largest functions\n\n|  bytes | function |\n|-------:|----------|\n";
    for (name, bytes) in largest.iter().take(FUNCTIONS_SHOWN) {
        out += &format!("| {bytes:>6} | `{}` |\n", without_hashes(name));
    }
    Ok(out)
}

/// Every size must be near the golden one; growing and shrinking both want to be seen.
fn compare(golden: &str, files: &Measured) -> Result<(), Failure> {
    let mut differences = String::new();
    for (name, now) in rows(files) {
        let before = golden_row(golden, name)
            .ok_or_else(|| format!("{} has no row `{name}`: run `cargo xtask bless`", places::shown(&golden_file())))?;
        for (what, before, now) in
            [("raw", before.raw, now.raw), ("gzip", before.gzip, now.gzip), ("brotli", before.brotli, now.brotli)]
        {
            if before.abs_diff(now) * 1_000 > before * TOLERANCE_PER_MILLE {
                differences += &format!("  {name} {what}: {before} → {now}\n");
            }
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the SDK's size is not that of {}:\n{differences}if this is meant, run `cargo xtask bless` and commit the file",
        places::shown(&golden_file())
    ))
}

fn golden_row(golden: &str, name: &str) -> Option<Sizes> {
    let row = golden.lines().find(|line| line.split('|').nth(1).is_some_and(|it| it.trim() == name))?;
    let numbers: Vec<usize> = row.split('|').filter_map(|it| it.trim().parse().ok()).collect();
    match numbers[..] {
        [raw, gzip, brotli] => Some(Sizes { raw, gzip, brotli }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_far_from_the_golden_one_is_refused() {
        let sizes = |raw| Sizes { raw, gzip: 100, brotli: 100 };
        let golden = "| sdk.js | 1000 | 100 | 100 |\n| sdk.wasm | 1000 | 100 | 100 |\n| total | 2000 | 200 | 200 |\n";
        assert_eq!(compare(golden, &[("sdk.js", sizes(1_001)), ("sdk.wasm", sizes(1_000))]), Ok(()));
        let complaint = compare(golden, &[("sdk.js", sizes(1_000)), ("sdk.wasm", sizes(1_100))]).expect_err("too far");
        assert!(complaint.contains("sdk.wasm raw: 1000 → 1100"), "{complaint}");
    }
}

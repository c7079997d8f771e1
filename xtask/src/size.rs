//! The SDK's sizes: printed, kept in a golden file, and held under a budget.

use crate::Failure;
use crate::compress::{Sizes, sizes_of};
use crate::edition::Edition;
use crate::files::{read, read_text, write};
use crate::function_name::{crate_of, without_hashes};
use crate::module::{Weights, weights};
use crate::{places, setup, wasm};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes of loader, glue and module in brotli, all together: what a page waits for. Where they are, and not where they
/// should be: docs/decisions/0010-what-the-surveys-weigh.md.
const BUDGETS_BROTLI: [(Edition, usize); 2] = [(Edition::Full, 64_500), (Edition::Lite, 49_000)];

/// The same for what pages load in the place of a module that they cannot run; `cargo xtask size` prints them in brotli, too.
const CHUNK_BUDGETS_BROTLI: [(&str, usize); 3] =
    [("sdk-translated.js", 68_500), ("sdk-lite-translated.js", 49_500), ("sdk-rescue.js", 4_500)];

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
    let rows = measured()?;
    println!("\n{}", report(&rows)?);
    for (edition, budget) in BUDGETS_BROTLI {
        let brotli = total(edition, &rows).brotli;
        if brotli > budget {
            return Err(format!(
                "{} is {brotli} bytes in brotli, {} above its budget of {budget}: see the contributors above",
                edition.name(),
                brotli - budget
            ));
        }
    }
    for (name, budget) in CHUNK_BUDGETS_BROTLI {
        let brotli = rows.iter().find(|it| it.name == name).map_or(usize::MAX, |it| it.sizes.brotli);
        if brotli > budget {
            return Err(format!("{name} is {brotli} bytes in brotli, above its budget of {budget}"));
        }
    }
    let golden = read_text(&golden_file()).map_err(|failure| format!("{failure}; run `cargo xtask bless`"))?;
    compare(&golden, &rows)?;
    println!("within the budgets, and as in {}", places::shown(&golden_file()));
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

/// One file, and the edition that every page of it loads at once; `None`: fetched when it is needed.
struct Row {
    edition: Option<Edition>,
    name: String,
    sizes: Sizes,
}

fn measured() -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for edition in Edition::ALL {
        for (ending, file) in [("js", edition.script()), ("wasm", wasm::module_of(edition)?)] {
            let name = format!("{}.{ending}", edition.name());
            rows.push(Row { edition: Some(edition), name, sizes: sizes_of(&file)? });
        }
    }
    for (chunk, file) in wasm::chunks()? {
        rows.push(Row { edition: None, name: format!("sdk-{chunk}.js"), sizes: sizes_of(&file)? });
    }
    for edition in Edition::ALL {
        let name = format!("{}-translated.js", edition.name());
        rows.push(Row { edition: None, name, sizes: sizes_of(&wasm::translated_of(edition))? });
    }
    Ok(rows)
}

fn total(edition: Edition, rows: &[Row]) -> Sizes {
    let of_edition = rows.iter().filter(|it| it.edition == Some(edition));
    of_edition.fold(Sizes::default(), |sum, Row { sizes, .. }| Sizes {
        raw: sum.raw + sizes.raw,
        gzip: sum.gzip + sizes.gzip,
        brotli: sum.brotli + sizes.brotli,
    })
}

/// All tables, as Markdown.
fn report(rows: &[Row]) -> Result<String, Failure> {
    let mut out = String::from(
        "| file                   |    raw |   gzip | brotli | budget |\n|------------------------|-------:|-------:|-------:|-------:|\n",
    );
    let mut line = |name: &str, Sizes { raw, gzip, brotli }: Sizes, budget: &str| {
        out += &format!("| {name:<22} | {raw:>6} | {gzip:>6} | {brotli:>6} | {budget:>6} |\n");
    };
    for (edition, budget) in BUDGETS_BROTLI {
        rows.iter().filter(|it| it.edition == Some(edition)).for_each(|it| line(&it.name, it.sizes, ""));
        line(&format!("{} in all", edition.name()), total(edition, rows), &budget.to_string());
    }
    for it in rows.iter().filter(|it| it.edition.is_none()) {
        let budget = CHUNK_BUDGETS_BROTLI.iter().find(|(name, _)| *name == it.name);
        line(&it.name, it.sizes, &budget.map_or_else(String::new, |(_, budget)| budget.to_string()));
    }
    out += "\n`sdk` is what a project with `[hesitation]` serves, `sdk-lite` what any other does; the last ones are \
            fetched when somebody opens the receipt or the inspector, or a survey needs it; `translated` is the module \
            for pages that forbid wasm, and `rescue` delivers where neither runs.\n";
    for edition in Edition::ALL {
        out += &contributors(edition)?;
    }
    Ok(out)
}

/// What an edition's module is made of.
fn contributors(edition: Edition) -> Result<String, Failure> {
    let mut out = String::new();
    let Weights { functions, data, rest } = weights(&read(&edition.optimised())?)?;
    let code: usize = functions.iter().map(|(_, bytes)| bytes).sum();
    out += &format!("\n## What the module of {} is made of\n\nBytes before compression.\n\n", edition.name());
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
    out += "\n### Code by crate\n\nA generic function counts for the crate that wrote it.\n\n";
    out += "| crate                |  bytes | functions |\n|----------------------|-------:|----------:|\n";
    for (name, (bytes, count)) in crates {
        out += &format!("| {name:<20} | {bytes:>6} | {count:>9} |\n");
    }

    let mut largest = functions;
    largest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    out += "\n### Largest functions\n\n|  bytes | function |\n|-------:|----------|\n";
    for (name, bytes) in largest.iter().take(FUNCTIONS_SHOWN) {
        out += &format!("| {bytes:>6} | `{}` |\n", without_hashes(name));
    }
    Ok(out)
}

/// Every size must be near the golden one; growing and shrinking both want to be seen.
fn compare(golden: &str, rows: &[Row]) -> Result<(), Failure> {
    let mut differences = String::new();
    for Row { name, sizes: now, .. } in rows {
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
        [raw, gzip, brotli, ..] => Some(Sizes { raw, gzip, brotli }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_far_from_the_golden_one_is_refused() {
        let row = |name: &str, raw| Row {
            edition: Some(Edition::Full),
            name: name.to_owned(),
            sizes: Sizes { raw, gzip: 100, brotli: 100 },
        };
        let golden = "| sdk.js | 1000 | 100 | 100 | |\n| sdk.wasm | 1000 | 100 | 100 | |\n";
        assert_eq!(compare(golden, &[row("sdk.js", 1_001), row("sdk.wasm", 1_000)]), Ok(()));
        let complaint = compare(golden, &[row("sdk.js", 1_000), row("sdk.wasm", 1_100)]).expect_err("too far");
        assert!(complaint.contains("sdk.wasm raw: 1000 → 1100"), "{complaint}");
    }
}

//! Measuring, in release builds. Each bench prints tables, to be kept in `docs/reference/performance.md` with the
//! machine named.

mod history;
mod ingest;
mod pages;
mod queries;
mod server;
mod store;

use crate::Failure;

const USAGE: &str = "usage: cargo xtask bench [history | ingest [--seconds N] [--stored MESSAGES] | queries [--keep] [SIZES] | \
                     pages [--keep] [SIZES]]";

pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["history"] => history::bench(),
        ["ingest", options @ ..] => ingest::bench(options),
        ["pages", ..] => pages::bench(arguments.get(1..).unwrap_or_default()),
        ["queries", ..] => queries::bench(arguments.get(1..).unwrap_or_default()),
        _ => Err(USAGE.to_owned()),
    }
}

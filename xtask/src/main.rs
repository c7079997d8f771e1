//! `cargo xtask`: everything one does to this repository, one verb per file.
//! It knows folders, tools and their order; it does not know what the product does.
//! `package.json` only aliases it.

// Talking to a person is this program's job.
#![allow(clippy::print_stdout)]

mod bench;
mod bless;
mod browser;
mod compress;
mod crash;
mod dev;
mod door;
mod e2e;
mod edition;
mod eval;
mod faults;
mod files;
mod function_name;
mod fuzz;
mod glue;
mod hash;
mod lighthouse;
mod lock;
mod module;
mod places;
mod run;
mod schemathesis;
mod service;
mod setup;
mod simulate_budget;
mod size;
mod stamp;
mod steps;
mod strace;
mod test;
mod translation;
mod wasm;
mod webkit;

use std::process::ExitCode;

/// What went wrong, in words for the person who typed the command.
type Failure = String;

const HELP: &str = "\
usage: cargo xtask <verb> [options]

  setup           install what the other verbs need (they all start with it)
  dev             build and run collector, dashboard and demo site (npm start)
                    --port PORT        collector and dashboard (default 4600)
                    --demo-port PORT   demo site (default 4610)
                    --data FOLDER      where the facts are kept (default .milepost)
  test            formatting, lints, all tests, sizes, browsers (npm test)
  wasm            build the SDK into sdk/dist (npm run build)
  chaos           the same, and a module that panics on demand, which tests use
  size            print the SDK's sizes and check them (npm run size)
  e2e [names…]    browser tests only; further arguments go to Playwright (npm run e2e)
  hostile         the SDK in every hostile page there is; e2e visits half of them
  webkit          a survey in WebKitGTK, where webkit2gtk-driver and xvfb are installed
  lighthouse [paths…]
                  performance, accessibility and best practices of every page of the dashboard
                    --short            three pages on a phone
  eval hesitation measure how good the detector is, and write it into docs/reference/hesitation.md
                    --file PATH        another copy of the recorded log
                                       (default ../shared/data/pisa-cc/events.csv.gz; without it, made-up people only)
  simulate-budget 10,000 people, 180 days, 30 campaigns: is anybody asked too much, or twice?
                    --seed N, --people N, --days N
  fuzz [targets…] throw bytes at everything that reads what strangers wrote; installs cargo-fuzz
                    --seconds N        for each target (default 600)
                    --keep             add to the corpus what reaches further
  schemathesis    hold a running collector against its OpenAPI document; more options go to Schemathesis
  faults          10,000 messages through a bad network, crashes and restarts, in a real browser
                    --seed N, --messages N
  crash           kill -9 at the worst moments, restart, compare: is what was answered still there?
                    --cycles N (default 200), --seed N
  power-cut       what a disk may hold after the power went, opened and compared; needs strace
                    --images N (default 2,000), --seed N
  disk-faults     full, failing and slow disks, and bytes that changed; needs strace
                    --seed N
  door [names…]   the front door under attack: slow clients, 10,000 connections, overload; figures, in a release build
  bench queries [SIZES]
                  time what the dashboard asks, at 0.1, 1 and 10 million messages
  bench pages [SIZES]
                  time the dashboard's pages and files, at 1 and 10 million messages
  bench [history] time import and funnel at two sizes, in a release build
  bench ingest    messages over HTTP at 1, 8 and 64 clients, beside what is possible at most
                    --seconds N        of each measurement (default 8)
                    --stored MESSAGES  of the store whose start is timed (default 10,000,000; 0: none)
  bless           accept new output: golden files and sizes (npm run bless)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let result = match verb {
        "setup" => nothing_more(rest).and_then(|()| setup::setup()),
        "dev" => dev::dev(rest),
        "test" => nothing_more(rest).and_then(|()| test::test()),
        "chaos" => nothing_more(rest).and_then(|()| setup::setup()).and_then(|()| wasm::chaos()),
        "wasm" => nothing_more(rest).and_then(|()| setup::setup()).and_then(|()| wasm::wasm()),
        "size" => nothing_more(rest).and_then(|()| size::build_and_check()),
        "e2e" => e2e::e2e(rest),
        "hostile" => e2e::hostile(rest),
        "webkit" => nothing_more(rest).and_then(|()| webkit::webkit()),
        "lighthouse" => lighthouse::lighthouse(rest),
        "eval" => eval::eval(rest),
        "faults" => faults::faults(rest),
        "simulate-budget" => simulate_budget::simulate_budget(rest),
        "fuzz" => fuzz::fuzz(rest),
        "schemathesis" => schemathesis::schemathesis(rest),
        "crash" => crash::crash(rest),
        "power-cut" => crash::power_cut(rest),
        "disk-faults" => crash::faults(rest),
        "door" => door::door(rest),
        "bench" => bench::bench(rest),
        "bless" => nothing_more(rest).and_then(|()| bless::bless()),
        "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => Err(format!("unknown verb `{unknown}`\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", failure.trim_end());
            ExitCode::FAILURE
        }
    }
}

fn nothing_more(rest: &[String]) -> Result<(), Failure> {
    match rest.first() {
        None => Ok(()),
        Some(argument) => Err(format!("unexpected argument `{argument}`: this verb takes none\n\n{HELP}")),
    }
}

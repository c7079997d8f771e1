//! The long forms: `crash kill|power-cut|faults|flips --program PATH [--seed N] …`; `cargo xtask` has a verb for each.

// What came of it is the point of running it.
#![allow(clippy::print_stdout)]

use crash::{FaultRun, FlipRun, KillRun, PowerCutRun, run_faults, run_flips, run_kill, run_power_cut};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
usage: crash kill      --program PATH [--seed N] [--cycles N]
       crash power-cut --program PATH [--seed N] [--images N]
       crash faults    --program PATH [--seed N]
       crash flips     --program PATH [--seed N] [--flips N]";

struct Options {
    program: PathBuf,
    seed: u64,
    count: Option<u64>,
}

fn main() -> ExitCode {
    let start = Instant::now();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((verb, rest)) => options(rest).and_then(|options| perform(verb, &options)),
        None => Err(USAGE.to_owned()),
    };
    match result {
        Ok(report) => {
            println!("{report}\n  {:.0} s", start.elapsed().as_secs_f64());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(verb: &str, options: &Options) -> Result<String, String> {
    let tell = |line: &str| eprintln!("{line}");
    let Options { program, seed, count } = options;
    match verb {
        "kill" => {
            run_kill(&KillRun { seed: *seed, cycles: count.unwrap_or(200), program: program.clone(), clients: 8 }, tell)
                .map(|it| it.to_string())
        }
        "power-cut" => run_power_cut(
            &PowerCutRun { seed: *seed, images: count.unwrap_or(2_000), program: program.clone(), is_short: false },
            tell,
        )
        .map(|it| it.to_string()),
        "faults" => run_faults(&FaultRun { seed: *seed, program: program.clone(), is_short: false }, tell)
            .map(|it| it.to_string()),
        "flips" => run_flips(&FlipRun { seed: *seed, flips: count.unwrap_or(1_000), program: program.clone() }, tell)
            .map(|it| it.to_string()),
        _ => Err(USAGE.to_owned()),
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { program: PathBuf::new(), seed: 0x6372_6173_6800, count: None };
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] => match name.as_str() {
                "--program" => options.program = value.into(),
                "--seed" => options.seed = number(value)?,
                "--cycles" | "--images" | "--flips" => options.count = Some(number(value)?),
                _ => return Err(USAGE.to_owned()),
            },
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

fn number(text: &str) -> Result<u64, String> {
    let read = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    read.map_err(|_| format!("{text:?} is no number such as 7 or 0x1f"))
}

//! The command line: another door to [`crate::app`].
//!
//! Data goes to stdout, messages to stderr. Exit codes are in `cli/failure.rs`.
//! Documented in `docs/reference/cli.md`.

mod backup;
mod check;
mod check_data;
mod definitions;
mod doctor;
mod erase;
mod export;
mod failure;
mod folder;
mod funnel;
mod humane;
mod import;
mod output;
mod remote;
mod replay;
mod restore;
mod retention;
mod seal;
mod serve;
mod simulate;
mod size;
mod why;

use clap::{Parser, Subcommand};
use failure::{Exit, Failure};
use std::process::ExitCode;

/// Examples stand before the options: most people need nothing else.
const HELP: &str = "{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
Examples:
  milepost check                                  is milepost.toml fine?
  milepost doctor --page https://app.example.com  why does nothing arrive?
  milepost serve                                  collect, and show the dashboard on 127.0.0.1:4600
  milepost import history.jsonl                   bring in what happened before
  milepost funnel onboarding --window 14d         how many get how far, how fast
  milepost replay recording.jsonl                 who hesitates, and would be asked, and why
  milepost why u-17 --survey nps                  why somebody was, or was not, asked
  milepost erase u-17                             leave no byte of a person
  milepost export -o messages.jsonl               take everything out again
  milepost backup --to backups/monday             a copy to restore, also while it runs
";

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   failed
  2   wrong usage
  65  bad definitions or data
  69  the server cannot be reached or refuses
  73  a file or folder cannot be created
  74  a file cannot be read or written
";

/// See whether customers get to value.
#[derive(Parser)]
#[command(name = "milepost", version, help_template = HELP, before_help = EXAMPLES, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Answer in JSON: results on stdout, errors and logs on stderr
    #[arg(long, global = true, display_order = 100)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Check(check::Check),
    Import(import::Import),
    Funnel(funnel::Funnel),
    Replay(replay::Replay),
    Why(why::WhyCommand),
    Erase(erase::Erase),
    Doctor(doctor::Doctor),
    Simulate(simulate::Simulate),
    Export(export::Export),
    Backup(backup::Backup),
    Restore(restore::Restore),
    CheckData(check_data::CheckData),
    Retention(retention::RetentionCommand),
    Seal(seal::Seal),
}

/// Runs the program on its arguments.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` come here too. A reader that went away is no failure.
            drop(error.print());
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            return exit.into();
        }
    };
    match cli.perform() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::failure(&failure, cli.json);
            failure.exit().into()
        }
    }
}

impl Cli {
    fn perform(&self) -> Result<Exit, Failure> {
        match &self.command {
            Command::Check(check) => return check.run(self.json),
            Command::Backup(backup) => return backup.run(self.json),
            Command::Restore(restore) => return restore.run(self.json),
            Command::CheckData(check) => return check.run(self.json),
            _ => {}
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(Exit::Failed, format!("cannot start worker threads: {error}")))?;
        runtime.block_on(async {
            match &self.command {
                Command::Serve(serve) => serve.run(self.json).await,
                Command::Check(check) => check.run(self.json),
                Command::Import(import) => import.run(self.json).await,
                Command::Funnel(funnel) => funnel.run(self.json).await,
                Command::Replay(replay) => replay.run(self.json).await,
                Command::Why(why) => why.run(self.json).await,
                Command::Erase(erase) => erase.run(self.json).await,
                Command::Doctor(doctor) => doctor.run(self.json).await,
                Command::Simulate(simulate) => simulate.run(self.json).await,
                Command::Export(export) => export.run().await,
                Command::Backup(backup) => backup.run(self.json),
                Command::Restore(restore) => restore.run(self.json),
                Command::CheckData(check) => check.run(self.json),
                Command::Retention(retention) => retention.run(self.json).await,
                Command::Seal(seal) => seal.run(self.json).await,
            }
        })
    }
}

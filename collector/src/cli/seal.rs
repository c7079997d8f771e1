//! `milepost seal`: the columns that questions are answered from, made anew.

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use crate::storage::sqlite;
use clap::Args;
use serde::Serialize;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  milepost seal                 what was stored since the last time, in the data folder of a stopped server
  milepost seal --anew          all of it: columns are derived from the messages and may be thrown away
";

/// Make stored messages quick to ask about, as a running server does by itself
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Seal {
    /// Throw the columns away first
    #[arg(long)]
    anew: bool,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,
}

#[derive(Serialize)]
struct Report {
    messages: u64,
    segments: u64,
    bytes: u64,
    /// Whole milliseconds.
    took_ms: u64,
}

impl Seal {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let project = self.config.load()?;
        self.data.open_read_only()?;
        if self.anew {
            sqlite::unseal(&self.data.path)?;
        }
        let app = self.data.open(project).await?;
        let started = Instant::now();
        app.settle().await?;
        let took_ms = started.elapsed().as_millis() as u64;
        let sqlite::Sealed { messages, segments, bytes } = sqlite::sealed(&self.data.path)?;
        let report = Report { messages, segments, bytes, took_ms };
        if as_json {
            output::json(&report)?;
        } else {
            let text = format!("sealed {messages} messages in {segments} segments of {bytes} bytes\n");
            output::data(text.as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

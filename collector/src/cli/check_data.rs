//! `milepost check-data`: every page of the data folder, looked at.

use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use crate::storage::sqlite;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  milepost check-data --data DIR      also while a server writes; reads all of it
";

/// Look at every page of the data folder
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct CheckData {
    #[command(flatten)]
    data: DataFolder,
}

impl CheckData {
    pub(super) fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let sound = sqlite::check_data(&self.data.path)?;
        if as_json {
            output::json(&serde_json::json!({ "sound": sound }))?;
        } else {
            output::data(format!("sound: {}\n", sound.join(", ")).as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

//! `milepost restore`: a backup, put into a data folder.

use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::{backup, output};
use crate::storage::sqlite;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  milepost restore backups/monday --data DIR           into a folder that holds nothing
  milepost restore backups/monday --data DIR --force   in the place of what it holds, with the server stopped
";

/// Put a backup into a data folder
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Restore {
    /// A folder that `milepost backup` made
    backup: PathBuf,

    #[command(flatten)]
    data: DataFolder,

    /// Replace what the data folder holds
    #[arg(long)]
    force: bool,
}

impl Restore {
    pub(super) fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let shown = self.data.path.display();
        if sqlite::holds_data(&self.data.path) && !self.force {
            let message = format!("{shown} holds data: name another folder, or replace what it holds with --force");
            return Err(Failure::new(Exit::CannotCreate, message));
        }
        let manifest = sqlite::restore(&self.backup, &self.data.path)?;
        if as_json {
            output::json(&manifest)?;
        } else {
            output::data(format!("restored into {shown}: {}\n", backup::shown(&manifest)).as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

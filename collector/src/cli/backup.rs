//! `milepost backup`: a copy of the data folder, taken while a server writes.

use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::{humane, output, size};
use crate::Clock;
use crate::storage::sqlite::{self, Manifest};
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  milepost backup --data DIR --to backups/monday     also while a server writes
  milepost backup --verify backups/monday            is it whole?
  milepost restore backups/monday --data DIR         put it back
";

/// Back the data folder up, also while a server writes to it
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Backup {
    #[command(flatten)]
    data: DataFolder,

    /// Where to: a folder that does not exist yet
    #[arg(long, value_name = "FOLDER", required_unless_present = "verify")]
    to: Option<PathBuf>,

    /// Instead: hold a backup against its checksums, and look at every page of it
    #[arg(long, value_name = "FOLDER", conflicts_with = "to")]
    verify: Option<PathBuf>,
}

impl Backup {
    pub(super) fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let (manifest, text) = match (&self.verify, &self.to) {
            (Some(backup), _) => {
                let manifest = sqlite::verify_backup(backup)?;
                let text = format!("{} is whole: {}", backup.display(), shown(&manifest));
                (manifest, text)
            }
            (None, Some(to)) => {
                check_target(to)?;
                self.data.open_read_only()?;
                let manifest = sqlite::back_up(&self.data.path, to, Clock::System.now_ms())?;
                let text = format!("backed up to {}: {}", to.display(), shown(&manifest));
                (manifest, text)
            }
            (None, None) => return Err(Failure::new(Exit::Usage, "name a folder with --to")),
        };
        if as_json {
            output::json(&manifest)?;
        } else {
            output::data(format!("{text}\n").as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

fn check_target(to: &Path) -> Result<(), Failure> {
    if to.exists() {
        let message = format!("{} exists already: name a folder that does not, such as one of today", to.display());
        return Err(Failure::new(Exit::CannotCreate, message));
    }
    Ok(())
}

pub(super) fn shown(manifest: &Manifest) -> String {
    format!(
        "{} messages, {}, begun at {}",
        manifest.messages(),
        size::shown(manifest.bytes()),
        humane::time(manifest.taken_ms)
    )
}

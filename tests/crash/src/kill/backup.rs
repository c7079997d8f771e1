//! Backups that are taken while the collector is killed, and restores that are killed themselves.

use crate::dice::Dice;
use crate::program::Program;
use crate::reader::{self, Compared};
use crate::store::Store;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;
use uuid::Uuid;

/// A restore is killed within this time, in microseconds.
const RESTORE_US: u64 = 150_000;

/// A backup under way, and what must be in it.
#[derive(Debug)]
pub(super) struct Backup {
    child: Child,
    to: PathBuf,
    owed: Vec<Uuid>,
}

impl Backup {
    /// Begins one; everything acked until now must be in it.
    pub(super) fn begin(program: &Program, store: &Store, nth: u64) -> Result<Self, String> {
        let to = store.beside(&format!("backup-{nth}"));
        let owed = store.oracle.owed();
        let mut command = program.command(&["backup", "--data"]);
        command.arg(store.folder()).arg("--to").arg(&to).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("cannot back up: {error}"))?;
        Ok(Self { child, to, owed })
    }

    /// Waits for it, restores it, with kills on the way or without, and compares; a backup that failed left nothing.
    pub(super) fn check(
        mut self,
        program: &Program,
        store: &Store,
        dice: &mut Dice,
        kills: u64,
    ) -> Result<Option<Compared>, String> {
        let status = self.child.wait().map_err(|error| format!("cannot wait for the backup: {error}"))?;
        if !status.success() {
            return if self.to.exists() { Err("a backup failed and left a folder".to_owned()) } else { Ok(None) };
        }
        let folder = self.to.with_extension("restored");
        for nth in 0..=kills {
            let mut command = program.command(&["restore"]);
            command
                .arg(&self.to)
                .arg("--data")
                .arg(&folder)
                .arg("--force")
                .stdout(Stdio::null())
                .stderr(Stdio::piped());
            let mut child = command.spawn().map_err(|error| format!("cannot restore: {error}"))?;
            if nth < kills {
                std::thread::sleep(Duration::from_micros(dice.below(RESTORE_US)));
                // It may be through already.
                let _ = child.kill();
                let _ = child.wait();
                continue;
            }
            let output = child.wait_with_output().map_err(|error| format!("cannot wait for the restore: {error}"))?;
            if !output.status.success() {
                return Err(format!("a restore failed: {}", String::from_utf8_lossy(&output.stderr)));
            }
        }
        let compared = reader::compare_copy_with(&store.oracle, &self.owed, &folder);
        for used in [&self.to, &folder] {
            std::fs::remove_dir_all(used).map_err(|error| format!("cannot remove {}: {error}", used.display()))?;
        }
        compared.map(Some).map_err(|failure| format!("a restored backup: {failure}"))
    }
}

//! Restoring: the folder holds what it held, or what the backup holds, at whatever moment the power goes.
//!
//! The files are first copied beside the old ones and synced. Renaming the folder they lie in is the one moment that
//! decides; what comes after it is repeated by whoever opens the data folder next, until it is done.

use super::manifest::Manifest;
use super::{FILES, copy_and_digest, remove_folder, sync_folder, verify_backup};
use crate::storage::StorageError;
use crate::storage::sqlite::connection;
use crate::storage::sqlite::space::ballast;
use std::fs::File;
use std::io;
use std::path::Path;

/// Not yet whole.
const PART: &str = "restore.part";

/// Whole: takes the place of what was there.
const READY: &str = "restore.ready";

/// What SQLite keeps beside a file; it belongs to the old one.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Whether something is stored in a folder.
pub fn holds_data(folder: &Path) -> bool {
    FILES.iter().any(|it| folder.join(it).exists()) || folder.join(READY).exists()
}

/// Puts a backup into a data folder, in the place of what was there.
pub fn restore(backup: &Path, folder: &Path) -> Result<Manifest, StorageError> {
    let manifest = verify_backup(backup)?;
    let _lock = connection::lock(folder)?;
    settle(folder)?;
    let failed = |error: io::Error| {
        StorageError::Failed(format!("cannot restore into {}: {error}; it is as it was", folder.display()))
    };
    // There may be room for two only without it; the next start makes it anew.
    ballast::remove(folder);
    if let Err(error) = copy(&manifest, backup, folder) {
        drop(remove_folder(&folder.join(PART)));
        return Err(failed(error));
    }
    std::fs::rename(folder.join(PART), folder.join(READY)).and_then(|()| sync_folder(folder)).map_err(failed)?;
    settle(folder)?;
    Ok(manifest)
}

fn copy(manifest: &Manifest, backup: &Path, folder: &Path) -> io::Result<()> {
    let part = folder.join(PART);
    remove_folder(&part)?;
    connection::create_private(&part)?;
    for entry in &manifest.files {
        let mut file = File::create(part.join(&entry.name))?;
        let (bytes, sha256) = copy_and_digest(&backup.join(&entry.name), &mut file)?;
        if (bytes, &sha256) != (entry.bytes, &entry.sha256) {
            return Err(io::Error::other(format!("{} changed while it was read", entry.name)));
        }
        file.sync_all()?;
    }
    manifest.write(&part)?;
    sync_folder(&part)
}

/// Ends a restore that was cut off: before it was decided, as if it had never begun; after that, as if it had not been
/// cut off. The folder's lock is held.
pub(in crate::storage::sqlite) fn settle(folder: &Path) -> Result<(), StorageError> {
    let settled = remove_folder(&folder.join(PART)).and_then(|()| roll_forward(folder));
    settled.map_err(|error| {
        StorageError::Failed(format!("cannot end the restore that was cut off in {}: {error}", folder.display()))
    })
}

fn roll_forward(folder: &Path) -> io::Result<()> {
    let ready = folder.join(READY);
    if !ready.exists() {
        return Ok(());
    }
    let manifest = Manifest::read(&ready).map_err(|error| io::Error::other(error.to_string()))?;
    for name in FILES {
        let is_restored = manifest.files.iter().any(|it| it.name == name);
        let from = ready.join(name);
        if is_restored && !from.exists() {
            // It was put in its place before.
            continue;
        }
        for suffix in BESIDE {
            remove_file(&folder.join(format!("{name}{suffix}")))?;
        }
        // The old log must not be found beside the new file.
        sync_folder(folder)?;
        if is_restored {
            std::fs::rename(from, folder.join(name))?;
        } else {
            remove_file(&folder.join(name))?;
        }
        sync_folder(folder)?;
    }
    // The manifest goes last, with its folder.
    let done = folder.join(PART);
    std::fs::rename(&ready, &done)?;
    sync_folder(folder)?;
    remove_folder(&done)
}

fn remove_file(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// For who only reads: half of it may be old and half of it new.
pub(in crate::storage::sqlite) fn check_settled(folder: &Path) -> Result<(), StorageError> {
    if folder.join(READY).exists() {
        return Err(StorageError::Failed(format!(
            "a restore into {} was cut off: start `milepost serve`, or restore again",
            folder.display()
        )));
    }
    Ok(())
}

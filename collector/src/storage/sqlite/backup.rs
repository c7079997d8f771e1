//! A backup: a folder with a copy of each file and a manifest, taken while a server writes.
//!
//! Each copy is what one read transaction sees (`VACUUM INTO`), so whatever was answered before the backup began is
//! in it. The desk is copied first: what it was told of the log is then never ahead of the log's copy.
//! The folder gets its name when all of it is on stable storage. `api-token` is left out: it is made anew.

mod manifest;
mod restore;

pub use manifest::{BackedUp, Manifest};
pub(super) use restore::{check_settled, settle};
pub use restore::{holds_data, restore};

use super::connection::{self, FILE as EVENTS};
use super::desk::FILE_NAME as DESK;
use super::fault;
use crate::storage::StorageError;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// In the order they are copied.
const FILES: [&str; 2] = [DESK, EVENTS];

/// Bytes read at once.
const AT_ONCE: usize = 1024 * 1024;

/// Damages listed; the first says that there is one.
const COMPLAINTS: usize = 20;

/// Backs a data folder up to a folder that does not exist yet.
pub fn back_up(folder: &Path, to: &Path, now_ms: i64) -> Result<Manifest, StorageError> {
    connection::check_exists(folder)?;
    check_settled(folder)?;
    let failed = |error: io::Error| StorageError::Failed(format!("cannot write the backup {}: {error}", to.display()));
    if to.exists() {
        return Err(StorageError::Failed(format!("{} exists already: name a folder that does not", to.display())));
    }
    let part = beside(to, ".part");
    remove_folder(&part).map_err(failed)?;
    connection::create_private(&part).map_err(failed)?;
    let mut manifest = Manifest::new(now_ms);
    for name in FILES {
        let source = folder.join(name);
        if !source.exists() {
            continue;
        }
        let copy = part.join(name);
        copy_database(&source, &copy).map_err(|error| fault::of(&source.display().to_string(), &error))?;
        check_sound(&copy, Depth::Quick)?;
        File::open(&copy).and_then(|it| it.sync_all()).map_err(failed)?;
        manifest.add(name, &copy)?;
    }
    manifest.write(&part).map_err(failed)?;
    sync_folder(&part).map_err(failed)?;
    std::fs::rename(&part, to).map_err(failed)?;
    sync_parent(to).map_err(failed)?;
    Ok(manifest)
}

/// Holds a backup against its manifest, and every page of it against SQLite's rules.
pub fn verify_backup(backup: &Path) -> Result<Manifest, StorageError> {
    let manifest = Manifest::read(backup)?;
    for entry in &manifest.files {
        let path = backup.join(&entry.name);
        let (bytes, sha256) =
            digest(&path).map_err(|error| StorageError::Failed(format!("cannot read {}: {error}", path.display())))?;
        if (bytes, &sha256) != (entry.bytes, &entry.sha256) {
            return Err(StorageError::Damaged(format!(
                "{} is not as it was backed up: {bytes} bytes with sha256 {sha256}, expected {} bytes with {}; use \
                 another backup",
                path.display(),
                entry.bytes,
                entry.sha256
            )));
        }
        check_sound(&path, Depth::Whole)?;
        manifest::check_counts(&path, entry)?;
    }
    Ok(manifest)
}

/// Looks at every page of the files in a data folder, also while a server writes; their names.
pub fn check_data(folder: &Path) -> Result<Vec<String>, StorageError> {
    connection::check_exists(folder)?;
    check_settled(folder)?;
    let mut sound = Vec::new();
    for name in FILES {
        let path = folder.join(name);
        if path.exists() {
            check_sound(&path, Depth::Whole)?;
            sound.push(name.to_owned());
        }
    }
    Ok(sound)
}

#[derive(Clone, Copy)]
enum Depth {
    /// Each page.
    Quick,
    /// Each page, each index against its table, and what tables say of each other.
    Whole,
}

fn check_sound(path: &Path, depth: Depth) -> Result<(), StorageError> {
    let shown = path.display().to_string();
    let pragma = match depth {
        Depth::Quick => "quick_check",
        Depth::Whole => "integrity_check",
    };
    let complaints = open_read_only(path)
        .and_then(|connection| {
            let mut statement = connection.prepare(&format!("PRAGMA {pragma}({COMPLAINTS})"))?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            let mut complaints = lines.collect::<Result<Vec<_>, _>>()?;
            if matches!(depth, Depth::Whole) && complaints == ["ok"] {
                let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
                let words = |row: &rusqlite::Row<'_>| {
                    let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
                    Ok(format!("a row of {table} names none of {parent}"))
                };
                let orphans = statement.query_map([], words)?.take(COMPLAINTS).collect::<Result<Vec<_>, _>>()?;
                if !orphans.is_empty() {
                    complaints = orphans;
                }
            }
            Ok(complaints)
        })
        .map_err(|error| fault::of(&shown, &error))?;
    if complaints == ["ok"] {
        return Ok(());
    }
    Err(StorageError::Damaged(fault::damaged(&shown, complaints.join("; "))))
}

fn copy_database(source: &Path, copy: &Path) -> rusqlite::Result<()> {
    let connection = open_read_only(source)?;
    connection.busy_timeout(connection::BUSY_TIMEOUT)?;
    connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    Ok(())
}

fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(connection::BUSY_TIMEOUT)?;
    Ok(connection)
}

/// Length and SHA-256 of a file.
fn digest(path: &Path) -> io::Result<(u64, String)> {
    copy_and_digest(path, &mut io::sink())
}

fn copy_and_digest(path: &Path, copy: &mut impl Write) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; AT_ONCE];
    let mut bytes = 0;
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        let read = buffer.get(..length).unwrap_or_default();
        hash.update(read);
        copy.write_all(read)?;
        bytes += length as u64;
    }
    let sha256 = hash.finalize().iter().map(|it| format!("{it:02x}")).collect();
    Ok((bytes, sha256))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// One that is not there is as good as removed.
fn remove_folder(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Names in a folder are on stable storage once the folder is synced.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Elsewhere a folder cannot be opened; names are synced with their files.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
        _ => sync_folder(Path::new(".")),
    }
}

//! What a backup says of itself.

use super::{digest, open_read_only};
use crate::storage::StorageError;
use crate::storage::sqlite::connection::FILE as EVENTS;
use crate::storage::sqlite::desk::FILE_NAME as DESK;
use crate::storage::sqlite::{desk, fault, migrate};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

const FILE: &str = "manifest.json";

/// The form of this file.
const FORM: u32 = 1;

/// A longer one is none of ours.
const MOST_BYTES: u64 = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    form: u32,
    /// The version that took it.
    milepost: String,
    /// When it was begun; milliseconds since 1970.
    pub taken_ms: i64,
    pub files: Vec<BackedUp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackedUp {
    pub name: String,
    /// Of the file's tables.
    pub version: i64,
    pub bytes: u64,
    pub sha256: String,
    /// Messages, or operators.
    pub rows: u64,
}

impl Manifest {
    pub(super) fn new(taken_ms: i64) -> Self {
        Self { form: FORM, milepost: env!("CARGO_PKG_VERSION").to_owned(), taken_ms, files: Vec::new() }
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|it| it.bytes).sum()
    }

    pub fn messages(&self) -> u64 {
        self.files.iter().find(|it| it.name == EVENTS).map_or(0, |it| it.rows)
    }

    pub(super) fn add(&mut self, name: &str, copy: &Path) -> Result<(), StorageError> {
        let (version, rows) = counts(name, copy)?;
        let (bytes, sha256) =
            digest(copy).map_err(|error| StorageError::Failed(format!("cannot read {}: {error}", copy.display())))?;
        self.files.push(BackedUp { name: name.to_owned(), version, bytes, sha256, rows });
        Ok(())
    }

    pub(super) fn write(&self, backup: &Path) -> io::Result<()> {
        let mut file = File::create(backup.join(FILE))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.write_all(b"\n")?;
        file.sync_all()
    }

    /// Reads it; refuses what this version cannot restore.
    pub(super) fn read(backup: &Path) -> Result<Self, StorageError> {
        let path = backup.join(FILE);
        let shown = path.display();
        let length = std::fs::metadata(&path).map(|it| it.len()).unwrap_or_default();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) if length <= MOST_BYTES => text,
            Ok(_) => return Err(StorageError::Damaged(format!("{shown} is too long to be a manifest"))),
            Err(error) => {
                let help = "name a folder that `milepost backup` made";
                return Err(StorageError::Failed(format!("cannot read {shown}: {error}; {help}")));
            }
        };
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| StorageError::Damaged(format!("{shown} is no manifest of a backup: {error}")))?;
        let known = |it: &BackedUp| match it.name.as_str() {
            EVENTS => it.version <= migrate::newest_version(),
            DESK => it.version <= desk::newest_version(),
            _ => false,
        };
        if manifest.form > FORM || !manifest.files.iter().all(known) {
            return Err(StorageError::Newer(format!(
                "{shown} is of milepost {}, this one is {}: restore it with that one, or a newer one",
                manifest.milepost,
                env!("CARGO_PKG_VERSION")
            )));
        }
        if !manifest.files.iter().any(|it| it.name == EVENTS) {
            return Err(StorageError::Damaged(format!("{shown} names no {EVENTS}: use another backup")));
        }
        Ok(manifest)
    }
}

/// Whether a file has the version and rows that it had.
pub(super) fn check_counts(path: &Path, entry: &BackedUp) -> Result<(), StorageError> {
    let found = counts(&entry.name, path)?;
    if found == (entry.version, entry.rows) {
        return Ok(());
    }
    let (version, rows) = found;
    Err(StorageError::Damaged(format!(
        "{} holds {rows} rows in version {version}, expected {} in version {}: use another backup",
        path.display(),
        entry.rows,
        entry.version
    )))
}

fn counts(name: &str, path: &Path) -> Result<(i64, u64), StorageError> {
    let (version, rows) = match name {
        EVENTS => (migrate::VERSION_QUERY, "SELECT count(*) FROM message"),
        _ => ("PRAGMA user_version", "SELECT count(*) FROM operator"),
    };
    let counted = open_read_only(path).and_then(|it| {
        let version = it.query_row(version, [], |row| row.get(0))?;
        let rows: i64 = it.query_row(rows, [], |row| row.get(0))?;
        Ok((version, rows.unsigned_abs()))
    });
    counted.map_err(|error| fault::of(&path.display().to_string(), &error))
}

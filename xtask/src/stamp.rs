//! Stamps: "this was made from exactly these inputs", so that a second run is quick.

use crate::Failure;
use crate::files::{files_under, read, write};
use crate::hash::Hash;
use crate::places;
use std::fs;
use std::path::PathBuf;

/// A file that holds the hash of the inputs something was made from.
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Reads the inputs now: files, and folders with all they hold (their own build output apart). Absent ones count as absent.
    pub(crate) fn of(file: PathBuf, inputs: &[&str], facts: &[&str]) -> Result<Self, Failure> {
        let mut hash = Hash::new();
        for fact in facts {
            hash.add(fact.as_bytes());
        }
        for input in inputs {
            for path in files_under(&places::root().join(input))? {
                hash.add(places::shown(&path).as_bytes());
                hash.add(&read(&path)?);
            }
        }
        Ok(Self { file, hash: hash.hex() })
    }

    /// Whether the thing was made from these inputs.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|it| it == self.hash)
    }

    /// To be called once the thing is made.
    pub(crate) fn set(&self) -> Result<(), Failure> {
        write(&self.file, self.hash.as_bytes())
    }
}

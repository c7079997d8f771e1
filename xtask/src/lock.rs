//! One at a time: what two commands in two terminals would both write.

use crate::Failure;
use crate::places;
use std::fs::{self, File};

/// Held until dropped, also by a process that dies.
pub(crate) struct Lock {
    _file: File,
}

/// Waits for whoever else holds the lock of that name.
pub(crate) fn lock(name: &str) -> Result<Lock, Failure> {
    let path = places::root().join("target").join(format!("{name}.lock"));
    let failed = |error: std::io::Error| format!("cannot lock {}: {error}", places::shown(&path));
    fs::create_dir_all(places::root().join("target")).map_err(failed)?;
    let file = File::create(&path).map_err(failed)?;
    if file.try_lock().is_err() {
        println!("waiting for another `cargo xtask` …");
        file.lock().map_err(failed)?;
    }
    Ok(Lock { _file: file })
}

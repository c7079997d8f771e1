//! Reading and writing files, with failures that name them.

use crate::Failure;
use crate::places;
use std::fs;
use std::path::{Path, PathBuf};

/// All files under a folder, sorted; a file is under itself; of what is absent, none.
pub(crate) fn files_under(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries =
                fs::read_dir(&path).map_err(|error| format!("cannot list {}: {error}", places::shown(&path)))?;
            let kept = entries.filter_map(Result::ok).filter(|it| it.file_name() != "target");
            waiting.extend(kept.map(|it| it.path()));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file; names it if that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", places::shown(path)))
}

/// Reads a text; names it if that fails.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", places::shown(path)))
}

/// Writes a file and the folders above it; names it if that fails.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let written = match path.parent() {
        Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(path, content)),
        None => fs::write(path, content),
    };
    written.map_err(|error| format!("cannot write {}: {error}", places::shown(path)))
}

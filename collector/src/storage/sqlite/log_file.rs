//! The log of changes on stable storage, before anybody is told what stands in it.
//!
//! SQLite reads its log back after a crash and takes for stored what it can read. The system can read more than the
//! disk holds: what was written and never synced, or whose sync failed (after which Linux calls the pages clean). So
//! the log is written over with what it reads as, and synced, before it is opened: an id that is then answered as a
//! duplicate is on stable storage. <https://wiki.postgresql.org/wiki/Fsync_Errors>

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes written over at once.
const AT_ONCE: usize = 1024 * 1024;

/// Writes the log beside a database over with itself, and syncs it. Readers may read on; nobody may write.
pub(super) fn sync(database: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().read(true).write(true).open(of(database)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut bytes = vec![0; AT_ONCE];
    let mut position = 0;
    loop {
        file.seek(SeekFrom::Start(position))?;
        let length = file.read(&mut bytes)?;
        if length == 0 {
            return file.sync_all();
        }
        file.seek(SeekFrom::Start(position))?;
        file.write_all(bytes.get(..length).unwrap_or_default())?;
        position += length as u64;
    }
}

/// The log's file.
pub(super) fn of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

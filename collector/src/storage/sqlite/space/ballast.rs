//! A file of no use but its size: deleting it makes room on a full disk.

use std::fs::File;
use std::io;
use std::path::Path;

const FILE: &str = "ballast";

/// Whether it is there, with as much of the disk as it should hold.
pub(super) fn is_held(folder: &Path, bytes: u64) -> bool {
    std::fs::metadata(folder.join(FILE)).is_ok_and(|it| it.len() == bytes && allocated(&it) >= bytes)
}

/// Makes it anew; where it cannot be made, nothing of it is left.
pub(super) fn make(folder: &Path, bytes: u64) -> io::Result<()> {
    let path = folder.join(FILE);
    let made = File::create(&path).and_then(|file| allocate(&file, bytes).and_then(|()| file.sync_all()));
    if made.is_err() {
        drop(std::fs::remove_file(&path));
    }
    made
}

/// Deletes it; whether it was there.
pub(in crate::storage::sqlite) fn remove(folder: &Path) -> bool {
    std::fs::remove_file(folder.join(FILE)).is_ok()
}

#[cfg(unix)]
fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, bytes) {
        Ok(()) => Ok(()),
        // A file system that cannot promise room gets it written full.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => fill(file, bytes),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    fill(file, bytes)
}

fn fill(mut file: &File, bytes: u64) -> io::Result<()> {
    // No two blocks alike: a file system that finds equal ones, or packs them, would hold nothing back.
    let mut nth = 0;
    let mut written = 0;
    while written < bytes {
        let block: Vec<u8> = (0..512).flat_map(|it| domain::hash("ballast", nth + it).to_le_bytes()).collect();
        nth += 512;
        let length = usize::try_from(bytes - written).unwrap_or(usize::MAX).min(block.len());
        io::Write::write_all(&mut file, block.get(..length).unwrap_or_default())?;
        written += length as u64;
    }
    Ok(())
}

#[cfg(unix)]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    metadata.len()
}

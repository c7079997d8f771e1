//! Copies of texts that SQLite leaves in the unused middle of its pages.
//!
//! `secure_delete` overwrites what is deleted, but where a page is split or merged, rows move, and their old bytes stay
//! in the free space of the page they left, until something else is stored there. Those rows may be erased later,
//! their copies would not be. So the free space itself is overwritten, in the file, beside SQLite: between the list of
//! cells and the first cell no byte means anything. <https://www.sqlite.org/fileformat2.html#b_tree_pages>
//!
//! The log of changes must be empty when pages are cleaned, and nobody may write; readers may read on.
//!
//! A file that was opened here stays open: closing it would let go of all locks that SQLite holds on it in this
//! process (POSIX), and another process could then take the log of changes away from under us.
//! <https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The file's header, before the first page's.
const FILE_HEADER: usize = 100;

/// Pages read at once.
const AT_ONCE: usize = 256;

/// The numbers of pages, from 0, in whose free space something stands.
pub(super) fn find(path: &Path) -> io::Result<Vec<u64>> {
    let file = opened(path)?;
    let size = page_size(&file)?;
    let mut found = Vec::new();
    let mut number = 0;
    let mut pages = vec![0; size * AT_ONCE];
    loop {
        let length = read_full(&file, number * size as u64, &mut pages)?;
        for page in pages.get(..length).unwrap_or_default().chunks_exact(size) {
            if free(page, number == 0).is_some_and(|it| page.get(it).is_some_and(|it| it.iter().any(|it| *it != 0))) {
                found.push(number);
            }
            number += 1;
        }
        if length < pages.len() {
            return Ok(found);
        }
    }
}

/// Overwrites the free space of these pages.
pub(super) fn clean(path: &Path, numbers: &[u64]) -> io::Result<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    let file = opened(path)?;
    let size = page_size(&file)?;
    let mut page = vec![0; size];
    for number in numbers {
        let start = number * size as u64;
        if read_full(&file, start, &mut page)? < size {
            continue;
        }
        // As it is now: it may have changed since it was found.
        let Some(free) = free(&page, *number == 0) else { continue };
        write_at(&file, start + free.start as u64, &vec![0; free.len()])?;
    }
    file.sync_all()
}

/// Where a page of a tree has nothing; `None` for any other page.
fn free(page: &[u8], is_first: bool) -> Option<Range<usize>> {
    let header = if is_first { FILE_HEADER } else { 0 };
    let number = |at: usize| Some(usize::from(u16::from_be_bytes([*page.get(at)?, *page.get(at + 1)?])));
    let cells_at = match page.get(header)? {
        2 | 5 => header + 12,
        10 | 13 => header + 8,
        _ => return None,
    };
    let start = cells_at + 2 * number(header + 3)?;
    // Zero stands for 65,536.
    let end = match number(header + 5)? {
        0 => page.len(),
        end => end,
    };
    (start < end && end <= page.len()).then_some(start..end)
}

/// Opens a file once, for as long as the process lives.
fn opened(path: &Path) -> io::Result<Arc<File>> {
    static OPENED: Mutex<BTreeMap<PathBuf, Arc<File>>> = Mutex::new(BTreeMap::new());
    let mut opened = OPENED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(file) = opened.get(path).filter(|it| is_at(it, path)) {
        return Ok(Arc::clone(file));
    }
    let file = Arc::new(OpenOptions::new().read(true).write(true).open(path)?);
    opened.insert(path.to_owned(), Arc::clone(&file));
    Ok(file)
}

/// Whether the file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |it: &std::fs::Metadata| (it.dev(), it.ino());
    matches!((file.metadata(), path.metadata()), (Ok(a), Ok(b)) if identity(&a) == identity(&b))
}

#[cfg(unix)]
fn read_at(file: &File, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(unix)]
fn write_at(file: &File, position: u64, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, position)
}

#[cfg(windows)]
fn is_at(_: &File, _: &Path) -> bool {
    // Locks belong to the handle there: it may be opened anew.
    false
}

#[cfg(windows)]
fn read_at(file: &File, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

#[cfg(windows)]
fn write_at(file: &File, mut position: u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, position)?;
        bytes = bytes.get(written..).unwrap_or_default();
        position += written as u64;
    }
    Ok(())
}

fn page_size(file: &File) -> io::Result<usize> {
    let mut header = [0; FILE_HEADER];
    if read_full(file, 0, &mut header)? < FILE_HEADER {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    match u16::from_be_bytes([header[16], header[17]]) {
        1 => Ok(65_536),
        size if size >= 512 => Ok(usize::from(size)),
        size => Err(io::Error::other(format!("no SQLite file has pages of {size} bytes"))),
    }
}

/// As much as there is, up to the buffer's end.
fn read_full(file: &File, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|it| !it.is_empty()) {
        match read_at(file, position + length as u64, rest)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(kind: u8, cells: u16, content_at: u16) -> Vec<u8> {
        let mut page = vec![7; 512];
        page[0] = kind;
        page[3..5].copy_from_slice(&cells.to_be_bytes());
        page[5..7].copy_from_slice(&content_at.to_be_bytes());
        page
    }

    #[test]
    fn free_space_lies_between_the_list_of_cells_and_the_first_cell() {
        assert_eq!(free(&page(13, 3, 400), false), Some(14..400));
        assert_eq!(free(&page(5, 3, 400), false), Some(18..400));
        assert_eq!(free(&page(10, 0, 512), false), Some(8..512));
        assert_eq!(free(&page(13, 3, 14), false), None, "a full page has none");
        assert_eq!(free(&page(0, 3, 400), false), None, "an overflow page is no tree's");
        assert_eq!(free(&page(13, 3, 600), false), None, "what makes no sense is left alone");
    }

    #[test]
    fn a_cleaned_file_is_as_whole_as_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.sqlite");
        let connection = rusqlite::Connection::open(&path).expect("a file");
        connection.execute_batch("PRAGMA secure_delete = ON; BEGIN; CREATE TABLE a (b TEXT UNIQUE)").expect("a table");
        for nth in 0..3_000_u64 {
            let text = format!("{:016x}", domain::hash("text", nth));
            connection.execute("INSERT INTO a VALUES (?1)", [text]).expect("a row");
        }
        connection.execute_batch("COMMIT").expect("written");
        let found = find(&path).expect("found");
        assert!(!found.is_empty(), "pages were split: the test shows something");
        clean(&path, &found).expect("cleaned");
        assert_eq!(find(&path).expect("found"), [0_u64; 0]);
        let reopened = rusqlite::Connection::open(&path).expect("the file");
        let check = reopened.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        assert_eq!(check.expect("checked"), "ok");
        assert_eq!(reopened.query_row("SELECT count(*) FROM a", [], |row| row.get::<_, i64>(0)).expect("rows"), 3_000);
    }
}

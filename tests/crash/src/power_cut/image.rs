//! One disk after a power cut: does the product open it, and is everything there that was answered?

use super::scenario::Recorded;
use super::wire::Wire;
use crate::dice::Dice;
use crate::message::Message;
use crate::platter::{Luck, Platter};
use crate::reader::{self, DESK, EVENTS};
use milepost::storage::sqlite;
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::Path;
use tempfile::TempDir;

/// Messages read at once.
const CHUNK: usize = 5_000;

/// What one image held.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) owed: u64,
    pub(super) stored: u64,
}

pub(super) fn check(
    recorded: &Recorded,
    wire: &Wire,
    platter: &Platter,
    cut: usize,
    luck: Luck,
    dice: &mut Dice,
) -> Result<Found, String> {
    let place = folder_in_memory()?;
    let folder = place.path().join("data");
    platter.image(&recorded.store.folder(), dice, luck, &folder)?;
    let mut checked = check_folder(recorded, wire, cut, &folder);
    if wire.is_backed_up_before(cut) {
        let backup = place.path().join("backup");
        platter.image(&recorded.backup(), dice, luck, &backup)?;
        checked = checked.and_then(|found| check_backup(recorded, &backup, found));
    }
    if checked.is_err() {
        let _ = place.keep();
    }
    checked
}

fn check_folder(recorded: &Recorded, wire: &Wire, cut: usize, folder: &Path) -> Result<Found, String> {
    let stored = stored(folder)?;
    let mut seen = HashSet::new();
    for message in &stored {
        let id = &message.id;
        if !seen.insert(*id) {
            return Err(format!("{id} is stored twice"));
        }
        match recorded.store.oracle.fate(id) {
            None => return Err(format!("{id} is stored and was never sent")),
            Some(fate) if fate.hash != message.hash() => return Err(format!("{id} is stored with another payload")),
            Some(_) => {}
        }
    }
    let owed = recorded.before.iter().chain(wire.messages_before(cut));
    let mut count = 0;
    for id in owed {
        let may_be_gone = recorded.store.oracle.fate(id).is_some_and(|it| it.may_be_gone);
        if !seen.contains(id) && !may_be_gone {
            return Err(format!("{id} was answered before the cut and is lost; {} are stored", seen.len()));
        }
        count += 1;
    }
    for name in [EVENTS, DESK] {
        let connection = Connection::open(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
        reader::check_integrity(&connection).map_err(|error| format!("{name}: {error}"))?;
    }
    let leases = leases(folder)?;
    for lease in wire.leases_before(cut) {
        if !leases.contains(lease) {
            return Err(format!("lease {lease} was granted before the cut and is lost"));
        }
        count += 1;
    }
    Ok(Found { owed: count, stored: stored.len() as u64 })
}

/// A backup that was said to be done is whole, and has all that was answered before it began.
fn check_backup(recorded: &Recorded, backup: &Path, mut found: Found) -> Result<Found, String> {
    sqlite::verify_backup(backup).map_err(|error| format!("the backup: {error}"))?;
    let compared = reader::compare_copy_with(&recorded.store.oracle, &recorded.before_backup, backup);
    found.owed += compared.map_err(|failure| format!("the backup: {failure}"))?.owed;
    Ok(found)
}

/// All messages, as the product finds them after its own recovery.
fn stored(folder: &Path) -> Result<Vec<Message>, String> {
    let (events, desk) = sqlite::open(folder).map_err(|error| format!("the collector cannot open it: {error}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start a runtime: {error}"))?;
    let found = runtime.block_on(async {
        events.ready().await?;
        let (mut found, mut from) = (Vec::new(), 0);
        loop {
            let (texts, next) = events.messages(from, CHUNK).await?;
            if texts.is_empty() {
                return Ok::<_, milepost::storage::StorageError>(found);
            }
            found.extend(texts);
            from = next;
        }
    });
    drop((events, desk));
    let found = found.map_err(|error| format!("the collector cannot read it: {error}"))?;
    let read = |text: &String| Message::read(text).ok_or_else(|| format!("a stored message was never sent: {text}"));
    found.iter().map(read).collect()
}

fn leases(folder: &Path) -> Result<HashSet<String>, String> {
    let failed = |error: rusqlite::Error| format!("cannot read {DESK}: {error}");
    let connection = Connection::open(folder.join(DESK)).map_err(failed)?;
    let mut statement = connection.prepare("SELECT id FROM lease").map_err(failed)?;
    let leases = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(failed)?;
    Ok(leases)
}

/// Thousands of images would wear a disk down.
fn folder_in_memory() -> Result<TempDir, String> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.map_err(|error| format!("cannot make a folder: {error}"))
}

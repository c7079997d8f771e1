//! What is certain to be on the disk, what may be, and a disk as a power cut may leave it.
//!
//! Certain is what was done to a file before its last completed sync began. Of what was done since, each write may be
//! there, be missing, or be there in some of its sectors; each change of length, each name made, taken away or changed
//! since its folder was synced may have happened or not. Whether a file's own sync keeps its name, file systems
//! differ: here it does not.

use crate::dice::Dice;
use crate::trace::{Call, Event, is_shared_memory};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// A disk writes this much whole or not at all.
const SECTOR: u64 = 512;

#[derive(Debug, Default)]
pub(crate) struct Platter {
    files: Vec<File>,
    /// Names as the running program sees them.
    names: HashMap<PathBuf, usize>,
    /// Names that are certain; folders have none of the files.
    certain: BTreeMap<PathBuf, Option<usize>>,
    uncertain: Vec<(usize, Naming)>,
}

#[derive(Debug, Default)]
struct File {
    certain: Vec<u8>,
    /// With the line at which each was done.
    uncertain: Vec<(usize, Change)>,
    cursor: u64,
}

#[derive(Debug)]
enum Change {
    Write { at: u64, data: Vec<u8> },
    Truncate { length: u64 },
    Extend { length: u64 },
}

#[derive(Debug)]
enum Naming {
    Make(PathBuf, Option<usize>),
    TakeAway(PathBuf),
    Rename(PathBuf, PathBuf),
}

/// How much of what is uncertain came to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Luck {
    Nothing,
    Everything,
    Mixed,
}

/// An event begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Begins,
    Ends,
}

impl Platter {
    /// A disk with one folder, and in it copies of some others, as they were under another name; all of it certain.
    pub(crate) fn of(root: &Path, folders: &[(&Path, &Path)]) -> Result<Self, String> {
        let mut platter = Self::default();
        platter.certain.insert(root.to_owned(), None);
        for (copy, name) in folders.iter().filter(|(copy, _)| copy.is_dir()) {
            platter.add(copy, name).map_err(|error| format!("cannot read {}: {error}", copy.display()))?;
        }
        Ok(platter)
    }

    fn add(&mut self, folder: &Path, name: &Path) -> std::io::Result<()> {
        self.certain.insert(name.to_owned(), None);
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = name.join(entry.file_name());
            self.files.push(File { certain: std::fs::read(entry.path())?, ..File::default() });
            self.names.insert(name.clone(), self.files.len() - 1);
            self.certain.insert(name, Some(self.files.len() - 1));
        }
        Ok(())
    }

    /// What may be on the disk changes when a call begins, what is certain when it ends.
    pub(crate) fn take(&mut self, event: &Event, edge: Edge) {
        match (&event.call, edge) {
            (Call::Sync { path }, Edge::Ends) => self.sync(path, event.began),
            (Call::Sync { .. } | Call::Send { .. } | Call::Say { .. }, _) | (_, Edge::Ends) => {}
            (Call::Create { path, empties }, Edge::Begins) => {
                if !self.names.contains_key(path) {
                    self.files.push(File::default());
                    self.names.insert(path.clone(), self.files.len() - 1);
                    self.uncertain.push((event.ended, Naming::Make(path.clone(), Some(self.files.len() - 1))));
                } else if *empties {
                    self.change(path, event.ended, Change::Truncate { length: 0 });
                }
                if let Some(file) = self.file(path) {
                    file.cursor = 0;
                }
            }
            (Call::Write { path, at, data }, Edge::Begins) => {
                let Some(file) = self.file(path) else { return };
                let start = at.unwrap_or(file.cursor);
                if at.is_none() {
                    file.cursor = start + data.len() as u64;
                }
                self.change(path, event.ended, Change::Write { at: start, data: data.clone() });
            }
            (Call::Seek { path, to }, Edge::Begins) => {
                if let Some(file) = self.file(path) {
                    file.cursor = *to;
                }
            }
            (Call::Truncate { path, length }, Edge::Begins) => {
                self.change(path, event.ended, Change::Truncate { length: *length });
            }
            (Call::Extend { path, length }, Edge::Begins) => {
                self.change(path, event.ended, Change::Extend { length: *length });
            }
            (Call::Unlink { path }, Edge::Begins) => {
                self.names.remove(path);
                self.uncertain.push((event.ended, Naming::TakeAway(path.clone())));
            }
            (Call::Rename { from, to }, Edge::Begins) => {
                if self.names.contains_key(from) {
                    self.names.remove(to);
                }
                self.names = std::mem::take(&mut self.names).into_iter().map(|it| moved(it, from, to)).collect();
                self.uncertain.push((event.ended, Naming::Rename(from.clone(), to.clone())));
            }
            (Call::MakeFolder { path }, Edge::Begins) => {
                self.uncertain.push((event.ended, Naming::Make(path.clone(), None)));
            }
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        let nth = *self.names.get(path)?;
        self.files.get_mut(nth)
    }

    fn change(&mut self, path: &Path, done: usize, change: Change) {
        if let Some(file) = self.file(path) {
            file.uncertain.push((done, change));
        }
    }

    /// What was done before the sync began is certain.
    fn sync(&mut self, path: &Path, began: usize) {
        if let Some(file) = self.file(path) {
            for (done, change) in std::mem::take(&mut file.uncertain) {
                if done < began {
                    change.apply(&mut file.certain);
                } else {
                    file.uncertain.push((done, change));
                }
            }
            return;
        }
        for (done, naming) in std::mem::take(&mut self.uncertain) {
            if done < began && naming.folder() == Some(path) {
                naming.apply(&mut self.certain);
            } else {
                self.uncertain.push((done, naming));
            }
        }
    }

    /// How many changes and names are uncertain.
    pub(crate) fn open_questions(&self) -> usize {
        self.uncertain.len() + self.files.iter().map(|it| it.uncertain.len()).sum::<usize>()
    }

    /// Writes what a power cut may leave of a folder into another one.
    pub(crate) fn image(&self, folder: &Path, dice: &mut Dice, luck: Luck, to: &Path) -> Result<(), String> {
        let mut names = self.certain.clone();
        for (_, naming) in &self.uncertain {
            if luck.happens(dice) {
                naming.apply(&mut names);
            }
        }
        if !names.contains_key(folder) {
            return Ok(());
        }
        for (path, file) in &names {
            let Some(file) = file.and_then(|it| self.files.get(it)) else { continue };
            let Ok(inside) = path.strip_prefix(folder) else { continue };
            // A file cannot be where its folder is not.
            if is_shared_memory(path) || path.parent().is_some_and(|it| !names.contains_key(it)) {
                continue;
            }
            let mut bytes = file.certain.clone();
            for (_, change) in &file.uncertain {
                change.apply_by_luck(&mut bytes, dice, luck);
            }
            let target = to.join(inside);
            let made = target.parent().map_or(Ok(()), std::fs::create_dir_all);
            made.and_then(|()| std::fs::write(&target, bytes))
                .map_err(|error| format!("cannot write the image {}: {error}", target.display()))?;
        }
        Ok(())
    }
}

impl Luck {
    fn happens(self, dice: &mut Dice) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Mixed => dice.percent(50),
        }
    }
}

impl Naming {
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Make(path, _) | Self::TakeAway(path) | Self::Rename(_, path) => path.parent(),
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Option<usize>>) {
        match self {
            Self::Make(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::TakeAway(path) => {
                names.remove(path);
            }
            Self::Rename(from, to) => {
                if names.contains_key(from) {
                    names.remove(to);
                    *names = std::mem::take(names).into_iter().map(|it| moved(it, from, to)).collect();
                }
            }
        }
    }
}

/// A file or folder takes along what is in it.
fn moved<T>((path, it): (PathBuf, T), from: &Path, to: &Path) -> (PathBuf, T) {
    match path.strip_prefix(from) {
        Ok(inside) if inside.as_os_str().is_empty() => (to.to_owned(), it),
        Ok(inside) => (to.join(inside), it),
        Err(_) => (path, it),
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, data } => put(bytes, *at, data),
            Self::Truncate { length } => bytes.resize(*length as usize, 0),
            Self::Extend { length } => bytes.resize(bytes.len().max(*length as usize), 0),
        }
    }

    fn apply_by_luck(&self, bytes: &mut Vec<u8>, dice: &mut Dice, luck: Luck) {
        match (self, luck) {
            (_, Luck::Nothing) => {}
            (Self::Write { at, data }, Luck::Mixed) => match dice.below(3) {
                0 => {}
                1 => self.apply(bytes),
                _ => {
                    let mut done = 0;
                    while done < data.len() as u64 {
                        // Up to where the next sector of the file begins.
                        let length = (SECTOR - (at + done) % SECTOR).min(data.len() as u64 - done);
                        if dice.percent(50) {
                            put(bytes, at + done, &data[done as usize..(done + length) as usize]);
                        }
                        done += length;
                    }
                }
            },
            (_, Luck::Mixed) if dice.percent(50) => {}
            _ => self.apply(bytes),
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: u64, data: &[u8]) {
    let (start, end) = (at as usize, at as usize + data.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a run on `/d/a`, one call a line.
    fn run(calls: Vec<Call>) -> Platter {
        let mut platter = Platter::default();
        platter.certain.insert("/d".into(), None);
        for (line, call) in calls.into_iter().enumerate() {
            let event = Event { began: line, ended: line, call };
            platter.take(&event, Edge::Begins);
            platter.take(&event, Edge::Ends);
        }
        platter
    }

    fn left(platter: &Platter, luck: Luck, seed: u64) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().expect("a folder");
        platter.image(Path::new("/d"), &mut Dice::of(seed, "image", 0), luck, folder.path()).expect("an image");
        std::fs::read(folder.path().join("a")).ok()
    }

    fn a() -> PathBuf {
        "/d/a".into()
    }

    fn write(at: u64, data: &[u8]) -> Call {
        Call::Write { path: a(), at: Some(at), data: data.to_vec() }
    }

    fn made_and_synced() -> Vec<Call> {
        let create = Call::Create { path: a(), empties: false };
        vec![create, write(0, b"one"), Call::Sync { path: a() }, Call::Sync { path: "/d".into() }]
    }

    #[test]
    fn what_was_synced_is_there_whatever_happens() {
        let mut calls = made_and_synced();
        calls.push(write(3, b"two"));
        let platter = run(calls);
        assert_eq!(left(&platter, Luck::Nothing, 0), Some(b"one".to_vec()));
        assert_eq!(left(&platter, Luck::Everything, 0), Some(b"onetwo".to_vec()));
    }

    #[test]
    fn a_new_file_may_vanish_until_its_folder_was_synced() {
        let mut calls = made_and_synced();
        calls.truncate(3);
        let platter = run(calls);
        assert_eq!(left(&platter, Luck::Nothing, 0), None);
        assert_eq!(left(&platter, Luck::Everything, 0), Some(b"one".to_vec()));
    }

    #[test]
    fn writes_come_out_of_order_and_torn_at_sectors() {
        let mut calls = made_and_synced();
        calls.extend([write(0, &[7; 1_024]), write(1_024, &[8; 1_024])]);
        let platter = run(calls);
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let mut bytes = left(&platter, Luck::Mixed, seed).expect("the file");
            bytes.resize(2_048, 0);
            seen.insert([bytes[100], bytes[600], bytes[1_100], bytes[1_600]]);
        }
        for expected in [[0, 0, 8, 8], [7, 0, 0, 0], [0, 7, 8, 0], [7, 7, 8, 8]] {
            assert!(seen.contains(&expected), "{expected:?} was never seen");
        }
    }

    #[test]
    fn a_sync_promises_nothing_about_what_began_later() {
        let mut platter = run(made_and_synced());
        let sync = Event { began: 10, ended: 12, call: Call::Sync { path: a() } };
        let late = Event { began: 11, ended: 11, call: write(0, b"ONE") };
        platter.take(&sync, Edge::Begins);
        platter.take(&late, Edge::Begins);
        platter.take(&late, Edge::Ends);
        platter.take(&sync, Edge::Ends);
        assert_eq!(left(&platter, Luck::Nothing, 0), Some(b"one".to_vec()));
    }
}

//! How much room the disk has: below a reserve nothing new is stored, before the disk is full.
//!
//! Once a file system is full, SQLite cannot even delete. So a part of it is left alone (the reserve), and another is
//! held by a file of ours (the ballast) that is deleted where something must be written to make room.
//! The disk is looked at once a second, by a thread of its own; in between, what is taken is counted.

pub(super) mod ballast;

use super::connection::Readers;
use crate::telemetry;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Room that comes back is found within this.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Enough for the log of changes to grow from nothing, and for what other programs write until we look again.
const RESERVE_BYTES: u64 = 256 * 1024 * 1024;

/// Enough for the log of changes to hold a few transactions that delete.
const BALLAST_BYTES: u64 = 16 * 1024 * 1024;

/// Of a small file system no more than one part in so many, for each of the two.
const PART: u64 = 20;

/// A message is written to the log of changes, to its table, and to that table's indices.
const TIMES_WRITTEN: i64 = 3;

/// The log of changes, as long as it gets by itself, and as much again.
const TIGHT_BYTES: u64 = 64 * 1024 * 1024;

/// SQLite needs that much to open a file at all.
const OPENING_BYTES: u64 = 1024 * 1024;

/// What of the disk is left alone; `None`: 256 MiB and 16 MiB, or 5 % each where that is less.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskLimits {
    pub reserve_bytes: Option<u64>,
    pub ballast_bytes: Option<u64>,
}

/// What the hot path asks.
pub(super) struct Space {
    folder: PathBuf,
    /// Nobody looks: there is always room.
    is_watched: bool,
    /// Bytes that may be taken before the reserve is touched.
    room: AtomicI64,
    was_short: AtomicBool,
    limits: DiskLimits,
}

/// Looks at the disk for as long as it lives.
pub(super) struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Space {
    pub(super) fn unwatched(folder: &Path) -> Arc<Self> {
        Arc::new(Self::new(folder, DiskLimits::default(), false))
    }

    /// Makes sure that the files can be opened; called before they are.
    pub(super) fn watched(folder: &Path, limits: DiskLimits) -> Arc<Self> {
        let space = Self::new(folder, limits, true);
        if available(folder).is_some_and(|it| it.available < OPENING_BYTES) {
            space.let_go();
        }
        Arc::new(space)
    }

    fn new(folder: &Path, limits: DiskLimits, is_watched: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            is_watched,
            room: AtomicI64::new(0),
            was_short: AtomicBool::new(false),
            limits,
        }
    }

    pub(super) fn watch(self: &Arc<Self>, readers: Readers) -> Watch {
        self.look(&readers);
        let (stop, stopped) = channel::<()>();
        let space = Arc::clone(self);
        let look = move || {
            while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                space.look(&readers);
            }
        };
        let thread = std::thread::Builder::new().name("milepost-space".into()).spawn(look);
        if let Err(error) = &thread {
            tracing::error!(%error, "nobody looks at the disk: it may run full");
        }
        Watch { stop: Some(stop), thread: thread.ok() }
    }

    /// Whether the reserve would be touched.
    pub(super) fn is_short(&self) -> bool {
        self.is_watched && self.room.load(Ordering::Relaxed) <= 0
    }

    /// Messages of so many bytes are about to be stored.
    pub(super) fn take(&self, bytes: usize) {
        if self.is_watched {
            let bytes = i64::try_from(bytes).unwrap_or(i64::MAX / TIMES_WRITTEN);
            self.room.fetch_sub(bytes.saturating_mul(TIMES_WRITTEN), Ordering::Relaxed);
        }
    }

    /// Whether the log of changes had better be kept short. Asks the system.
    pub(super) fn is_tight(&self) -> bool {
        available(&self.folder).is_some_and(|it| it.available < TIGHT_BYTES)
    }

    /// Deletes the ballast, so that something can be written to make room; whether there was one.
    pub(super) fn let_go(&self) -> bool {
        let went = ballast::remove(&self.folder);
        if went {
            tracing::warn!("the disk is full: the ballast file was deleted to make room");
        }
        went
    }

    fn look(&self, readers: &Readers) {
        let Some(disk) = available(&self.folder) else {
            self.room.store(i64::MAX, Ordering::Relaxed);
            return;
        };
        let part = disk.total / PART;
        let reserve = self.limits.reserve_bytes.unwrap_or(RESERVE_BYTES.min(part));
        let ballast = self.limits.ballast_bytes.unwrap_or(BALLAST_BYTES.min(part));
        let mut is_held = ballast == 0 || ballast::is_held(&self.folder, ballast);
        if !is_held && disk.available > reserve.saturating_add(ballast.saturating_mul(2)) {
            match ballast::make(&self.folder, ballast) {
                Ok(()) => is_held = true,
                Err(error) => tracing::warn!(%error, "the ballast file cannot be made; trying again"),
            }
        }
        let held = if is_held { 0 } else { ballast };
        // A ballast made just now is not yet in what was free.
        let free = available(&self.folder).map_or(disk.available, |it| it.available);
        let wanted = reserve.saturating_add(held);
        let mut usable = free;
        if free <= wanted && free >= reserve / 2 {
            // Pages that were let go are written again before the file grows.
            usable = usable.saturating_add(free_pages(readers));
        }
        let room = i64::try_from(usable).unwrap_or(i64::MAX).saturating_sub_unsigned(wanted);
        self.room.store(room, Ordering::Relaxed);
        telemetry::disk(free, reserve);
        let is_short = room <= 0;
        if self.was_short.swap(is_short, Ordering::Relaxed) != is_short {
            if is_short {
                tracing::warn!(free, reserve, "the disk is nearly full: messages are shed until there is more room");
            } else {
                tracing::info!(free, reserve, "the disk has room again: messages are stored");
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

struct Disk {
    available: u64,
    total: u64,
}

#[cfg(unix)]
fn available(folder: &Path) -> Option<Disk> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(Disk {
        available: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// Elsewhere the disk is not looked at.
#[cfg(not(unix))]
fn available(_: &Path) -> Option<Disk> {
    None
}

/// Bytes of pages inside the file that hold nothing.
fn free_pages(readers: &Readers) -> u64 {
    let asked = readers.ask_here(|connection| {
        let pages: u64 = connection.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
        let size: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
        Ok(pages.saturating_mul(size))
    });
    asked.unwrap_or(0)
}

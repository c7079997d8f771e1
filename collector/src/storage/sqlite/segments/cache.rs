//! What is kept in memory between questions: decoded segments, what is not sealed yet, who is who, and
//! everybody in a line.

use super::roll::Roll;
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::store::{Listed, Sealed};
use super::tail::Tail;
use super::who::Who;
use crate::storage::{Everybody, StorageError};
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Memory for decoded segments: ten million messages take 120 MB by time and sender, and half as much again where
/// rules look inside them. What was used longest ago goes first.
const SEGMENT_BYTES: usize = 256 * 1024 * 1024;

/// After so long without a question all of it is given back: a collector that only collects stays small.
const IDLE: Duration = Duration::from_secs(600);

#[derive(Default)]
pub(super) struct Cache {
    segments: Mutex<Segments>,
    tail: Mutex<Tail>,
    who: Mutex<Option<Arc<Who>>>,
    roll: Mutex<Roll>,
    asked: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Segments {
    by_id: HashMap<i64, (Arc<Segment>, u64)>,
    uses: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    /// A question begins.
    pub(super) fn touch(&self) {
        *lock(&self.asked) = Some(Instant::now());
    }

    pub(super) fn segment(&self, connection: &Connection, listed: &Listed) -> Result<Arc<Segment>, StorageError> {
        {
            let mut segments = lock(&self.segments);
            segments.uses += 1;
            let uses = segments.uses;
            if let Some((segment, used)) = segments.by_id.get_mut(&listed.id) {
                *used = uses;
                return Ok(Arc::clone(segment));
            }
        }
        let segment = Arc::new(Segment::read(connection, listed)?);
        let mut segments = lock(&self.segments);
        let uses = segments.uses;
        segments.by_id.insert(listed.id, (Arc::clone(&segment), uses));
        segments.shrink(SEGMENT_BYTES);
        Ok(segment)
    }

    pub(super) fn tail(&self, connection: &Connection, sealed: &Sealed) -> Result<Tail, StorageError> {
        let mut kept = lock(&self.tail);
        let tail = kept.follow(connection, sealed)?;
        if tail.is_worth_keeping() && !tail.is_older_than(&kept) {
            *kept = tail.clone();
        }
        Ok(tail)
    }

    pub(super) fn who(&self, connection: &Connection, sealed: &Sealed) -> Result<Arc<Who>, StorageError> {
        let mut kept = lock(&self.who);
        match kept.as_mut() {
            Some(who) if who.is_up_to_date(connection, sealed)? => {}
            Some(who) => Arc::make_mut(who).follow(connection, sealed)?,
            None => *kept = Some(Arc::new(Who::read(connection, sealed)?)),
        }
        Ok(kept.as_ref().map(Arc::clone).unwrap_or_default())
    }

    /// One after the other: two that ask at once would read everything twice.
    pub(super) fn everybody(&self, snapshot: &Snapshot<'_>) -> Result<Arc<Everybody>, StorageError> {
        lock(&self.roll).everybody(snapshot)
    }

    /// Up to where changes of identity are known; `None` where nobody follows them.
    pub(super) fn changes_seen(&self) -> Option<i64> {
        lock(&self.who).as_ref().map(|it| it.changes())
    }

    /// These segments are no more.
    pub(super) fn drop_segments(&self, ids: &[i64]) {
        let mut segments = lock(&self.segments);
        for id in ids {
            segments.by_id.remove(id);
        }
    }

    /// Gives memory back when nobody has asked for a while.
    pub(super) fn rest(&self) {
        let is_idle = lock(&self.asked).is_some_and(|it| it.elapsed() > IDLE);
        if is_idle {
            self.clear();
        }
    }

    pub(super) fn clear(&self) {
        *lock(&self.asked) = None;
        *lock(&self.segments) = Segments::default();
        *lock(&self.tail) = Tail::default();
        *lock(&self.who) = None;
        *lock(&self.roll) = Roll::default();
    }
}

impl Segments {
    fn bytes(&self) -> usize {
        self.by_id.values().map(|(segment, _)| segment.bytes()).sum()
    }

    /// What grew since is found at the next segment that comes in.
    fn shrink(&mut self, most: usize) {
        let mut bytes = self.bytes();
        while bytes > most {
            let oldest = self.by_id.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id);
            let Some((segment, _)) = oldest.and_then(|it| self.by_id.remove(&it)) else { return };
            bytes -= segment.bytes();
        }
    }
}

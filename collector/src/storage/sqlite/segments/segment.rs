//! Messages of one subject in memory: a segment of the file, or what is not sealed yet.

use super::columns::{self, Place, Sender};
use super::reading::Column;
use super::store::{self, ByteColumn, Listed};
use crate::storage::StorageError;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Bytes of one row, apart from columns that were read off it.
const ROW_BYTES: usize = size_of::<Sender>() + size_of::<i64>();

#[derive(Debug, Default)]
pub(super) struct Segment {
    /// Of a segment in the file.
    pub(super) id: Option<i64>,
    first_seq: i64,
    senders: Vec<Sender>,
    times_ms: Vec<i64>,
    /// Read when a question needs them.
    places: OnceLock<Vec<Place>>,
    columns: Mutex<HashMap<String, Arc<Column>>>,
}

impl Segment {
    pub(super) fn read(connection: &Connection, listed: &Listed) -> Result<Self, StorageError> {
        let senders = columns::senders(&store::bytes(connection, listed.id, ByteColumn::Senders)?);
        let times_ms = columns::times_ms(&store::bytes(connection, listed.id, ByteColumn::Times)?);
        match (senders, times_ms) {
            (Some(senders), Some(times_ms)) if senders.len() == listed.rows && times_ms.len() == listed.rows => {
                Ok(Self { id: Some(listed.id), first_seq: listed.first_seq, senders, times_ms, ..Self::default() })
            }
            _ => Err(unreadable(listed.id)),
        }
    }

    /// Of rows that are in no segment of the file.
    pub(super) fn of(senders: Vec<Sender>, times_ms: Vec<i64>, places: Vec<Place>) -> Self {
        Self { senders, times_ms, places: OnceLock::from(places), ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.senders.len()
    }

    pub(super) fn senders(&self) -> &[Sender] {
        &self.senders
    }

    pub(super) fn times_ms(&self) -> &[i64] {
        &self.times_ms
    }

    /// Who, and when.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Sender, i64)> {
        self.senders.iter().copied().zip(self.times_ms.iter().copied())
    }

    pub(super) fn places(&self, connection: &Connection) -> Result<&[Place], StorageError> {
        if let Some(places) = self.places.get() {
            return Ok(places);
        }
        let Some(id) = self.id else { return Ok(&[]) };
        let places = columns::places(&store::bytes(connection, id, ByteColumn::Places)?, self.first_seq);
        let places = places.filter(|it| it.len() == self.len()).ok_or_else(|| unreadable(id))?;
        Ok(self.places.get_or_init(|| places))
    }

    /// What was read off these rows before.
    pub(super) fn column(&self, reading: &str) -> Option<Arc<Column>> {
        self.columns.lock().unwrap_or_else(PoisonError::into_inner).get(reading).cloned()
    }

    pub(super) fn keep_column(&self, reading: String, column: Arc<Column>) {
        self.columns.lock().unwrap_or_else(PoisonError::into_inner).insert(reading, column);
    }

    /// The rows of a sender, where rows are in order.
    pub(super) fn rows_of(&self, sender: Sender) -> std::ops::Range<usize> {
        let start = self.senders.partition_point(|it| *it < sender);
        let end = start + self.senders.get(start..).unwrap_or_default().partition_point(|it| *it == sender);
        start..end
    }

    /// The rows of senders from one number up to another, where rows are in order.
    pub(super) fn stretch(&self, senders: std::ops::Range<u64>) -> std::ops::Range<usize> {
        let of = |bound: u64| self.senders.partition_point(|it| u64::from(*it) < bound);
        of(senders.start)..of(senders.end)
    }

    /// The same rows without some, under no id.
    pub(super) fn without(&self, connection: &Connection, gone: impl Fn(i64) -> bool) -> Result<Self, StorageError> {
        let mut left = (Vec::new(), Vec::new(), Vec::new());
        for ((sender, at_ms), place) in self.senders.iter().zip(&self.times_ms).zip(self.places(connection)?) {
            if !gone(place.seq()) {
                left.0.push(*sender);
                left.1.push(*at_ms);
                left.2.push(*place);
            }
        }
        Ok(Self::of(left.0, left.1, left.2))
    }

    /// These rows and more after them; what was read off these is kept.
    pub(super) fn with(&self, senders: &[Sender], times_ms: &[i64], more: &[Place]) -> Self {
        let places = self.places.get().map(Vec::as_slice).unwrap_or_default();
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            id: None,
            first_seq: self.first_seq,
            senders: [&self.senders, senders].concat(),
            times_ms: [&self.times_ms, times_ms].concat(),
            places: OnceLock::from([places, more].concat()),
            columns: Mutex::new(columns),
        }
    }

    /// Memory, near enough.
    pub(super) fn bytes(&self) -> usize {
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let columns: usize = columns.values().map(|it| it.bytes()).sum();
        self.len() * ROW_BYTES + self.places.get().map_or(0, |it| it.len() * size_of::<Place>()) + columns
    }
}

fn unreadable(id: i64) -> StorageError {
    StorageError::Failed(format!(
        "segment {id} cannot be read: stop milepost, then run `DELETE FROM segment; UPDATE sealed SET until_seq = 0` \
         on events.sqlite; segments are made anew from the messages"
    ))
}

//! What is not sealed yet: the end of the log, read into memory as segments would have it, and followed as it grows.

use super::columns::Place;
use super::segment::Segment;
use super::store::Sealed;
use super::who::narrow;
use crate::storage::StorageError;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// More rows than this are read for one question and not kept: sealing is far behind and will catch up.
const KEPT_ROWS: usize = 1_000_000;

/// Rows of one subject, as they are gathered.
type Gathered = (Vec<u32>, Vec<i64>, Vec<Place>);

#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    erasures: i64,
    /// Everything after this position, up to that one.
    from_seq: i64,
    until_seq: i64,
    rows: usize,
    by_subject: HashMap<i64, Arc<Segment>>,
}

impl Tail {
    /// As this transaction sees it.
    pub(super) fn follow(&self, connection: &Connection, sealed: &Sealed) -> Result<Self, StorageError> {
        let last = last_seq(connection)?;
        let goes_on = self.erasures == sealed.erasures && self.from_seq == sealed.until_seq && self.until_seq <= last;
        let mut tail = if goes_on {
            self.clone()
        } else {
            let (erasures, from_seq) = (sealed.erasures, sealed.until_seq);
            Self { erasures, from_seq, until_seq: from_seq, ..Self::default() }
        };
        if tail.until_seq < last {
            tail.read_on(connection)?;
        }
        Ok(tail)
    }

    fn read_on(&mut self, connection: &Connection) -> Result<(), StorageError> {
        let mut gathered: HashMap<i64, Gathered> = HashMap::new();
        let mut statement = connection
            .prepare_cached("SELECT seq, subject, sender, at_ms, trust FROM message WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = statement.query([self.until_seq])?;
        while let Some(row) = rows.next()? {
            let seq = row.get(0)?;
            let (senders, times_ms, places) = gathered.entry(row.get(1)?).or_default();
            senders.push(narrow(row.get(2)?)?);
            times_ms.push(row.get(3)?);
            places.push(Place::new(seq, row.get(4)?));
            self.until_seq = seq;
            self.rows += 1;
        }
        for (subject, (senders, times_ms, places)) in gathered {
            let segment = self.by_subject.entry(subject).or_default();
            *segment = Arc::new(segment.with(&senders, &times_ms, &places));
        }
        Ok(())
    }

    pub(super) fn is_worth_keeping(&self) -> bool {
        self.rows <= KEPT_ROWS
    }

    /// Seen by a transaction that began earlier.
    pub(super) fn is_older_than(&self, other: &Self) -> bool {
        (self.erasures, self.from_seq, self.until_seq) < (other.erasures, other.from_seq, other.until_seq)
    }

    /// Rows of a subject, in order of arrival.
    pub(super) fn segment(&self, subject: i64) -> Option<Arc<Segment>> {
        self.by_subject.get(&subject).map(Arc::clone)
    }
}

fn last_seq(connection: &Connection) -> Result<i64, StorageError> {
    let select = "SELECT COALESCE(MAX(seq), 0) FROM message";
    Ok(connection.prepare_cached(select)?.query_row([], |row| row.get(0))?)
}

//! Tier 2 as one question sees it: within one read transaction, sealed and not yet sealed, nothing that was erased.

use super::cache::Cache;
use super::reading::{self, Column, Reading};
use super::segment::Segment;
use super::store::{self, Listed, Sealed};
use super::subject::Subject;
use super::tail::Tail;
use super::who::Who;
use crate::storage::{Everybody, StorageError};
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) struct Snapshot<'c> {
    pub(super) connection: &'c Connection,
    cache: &'c Cache,
    pub(super) sealed: Sealed,
    gone: HashMap<i64, Vec<i64>>,
    tail: Tail,
    pub(super) who: Arc<Who>,
}

impl<'c> Snapshot<'c> {
    pub(super) fn open(connection: &'c Connection, cache: &'c Cache) -> Result<Self, StorageError> {
        cache.touch();
        let sealed = store::sealed(connection)?;
        let tail = cache.tail(connection, &sealed)?;
        let who = cache.who(connection, &sealed)?;
        Ok(Self { connection, cache, sealed, gone: store::gone(connection)?, tail, who })
    }

    /// All messages of a subject, segment by segment; what is not sealed comes last, in order of arrival.
    pub(super) fn segments(&self, subject: i64) -> Result<Vec<Arc<Segment>>, StorageError> {
        let mut segments = self.sealed_segments(subject)?;
        segments.extend(self.tail.segment(subject));
        Ok(segments)
    }

    /// Those in order of (sender, time).
    pub(super) fn sealed_segments(&self, subject: i64) -> Result<Vec<Arc<Segment>>, StorageError> {
        let mut segments = Vec::new();
        for listed in store::list(self.connection, &self.sealed, Some(subject))? {
            segments.push(self.seen(&listed, self.cache.segment(self.connection, &listed)?)?);
        }
        Ok(segments)
    }

    /// Those in order of arrival.
    pub(super) fn unsealed(&self, subject: i64) -> Option<Arc<Segment>> {
        self.tail.segment(subject)
    }

    fn seen(&self, listed: &Listed, segment: Arc<Segment>) -> Result<Arc<Segment>, StorageError> {
        let from_seq = self.sealed.from_seq;
        let gone = self.gone.get(&listed.subject).map(Vec::as_slice).unwrap_or_default();
        let first_gone = gone.get(gone.partition_point(|it| *it < listed.first_seq));
        if listed.first_seq >= from_seq && first_gone.is_none_or(|it| *it > listed.last_seq) {
            return Ok(segment);
        }
        let is_gone = |seq: i64| seq < from_seq || gone.binary_search(&seq).is_ok();
        Ok(Arc::new(segment.without(self.connection, is_gone)?))
    }

    pub(super) fn everybody(&self) -> Result<Arc<Everybody>, StorageError> {
        self.cache.everybody(self)
    }

    pub(super) fn column(
        &self,
        subject: &Subject,
        segment: &Segment,
        reading: &Reading<'_>,
    ) -> Result<Arc<Column>, StorageError> {
        reading::column(self.connection, subject, segment, reading)
    }
}

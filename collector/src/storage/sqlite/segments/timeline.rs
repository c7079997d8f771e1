//! One person's messages, or those of all who belong together: where they are, then what they say.

use super::columns::Sender;
use super::questions::rows_of;
use super::snapshot::Snapshot;
use super::subject;
use crate::storage::{Moment, StorageError};
use domain::Kind;
use std::cmp::Reverse;

/// Where a message is: time, position; what it is about, by number; and its sender.
type Found = (i64, i64, usize, Sender);

/// The latest first. `senders` are in order.
pub(super) fn timeline(
    snapshot: &Snapshot<'_>,
    senders: &[Sender],
    limit: usize,
) -> Result<Vec<(Sender, Moment)>, StorageError> {
    let subjects = subject::all(snapshot.connection)?;
    let mut found: Vec<Found> = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        let sealed = snapshot.sealed_segments(subject.id)?.into_iter().map(|it| (it, true));
        for (segment, is_sorted) in sealed.chain(snapshot.unsealed(subject.id).map(|it| (it, false))) {
            let rows = rows_of(&segment, is_sorted, senders);
            if rows.is_empty() {
                continue;
            }
            let places = segment.places(snapshot.connection)?;
            let of = |row: usize| {
                let (at_ms, place) = (*segment.times_ms().get(row)?, places.get(row)?);
                Some((at_ms, place.seq(), number, *segment.senders().get(row)?))
            };
            found.extend(rows.into_iter().filter_map(of));
        }
    }
    found.sort_unstable_by_key(|it| Reverse(*it));
    found.truncate(limit);
    let mut statement = snapshot.connection.prepare_cached("SELECT body FROM message WHERE seq = ?1")?;
    let mut moments = Vec::new();
    for (at_ms, position, number, sender) in found {
        let Some(subject) = subjects.get(number) else { continue };
        let body = statement.query_map([position], |row| row.get(0))?.next().transpose()?;
        let (kind, name): (Kind, String) = (subject.kind, subject.name.clone());
        moments.extend(body.map(|body| (sender, Moment { position, kind, name, at_ms, body })));
    }
    Ok(moments)
}

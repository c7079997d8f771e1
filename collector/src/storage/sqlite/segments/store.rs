//! Segments in the file: the only place of tier 2 that writes.

use super::columns::{self, Encoded, Line};
use crate::storage::StorageError;
use crate::storage::sqlite::Sealed as Summary;
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Counted up whenever segments are encoded in another way; those of before are made anew.
pub(super) const FORMAT: i64 = 1;

/// How far sealing got, and what happened since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) from_seq: i64,
    pub(super) until_seq: i64,
    pub(super) erasures: i64,
    pub(super) identities: i64,
    pub(super) changes_from: i64,
}

pub(super) fn sealed(connection: &Connection) -> Result<Sealed, StorageError> {
    let select = "SELECT format, from_seq, until_seq, erasures, identities, changes_from FROM sealed";
    let (format, sealed) = connection.prepare_cached(select)?.query_row([], |row| {
        let sealed = Sealed {
            from_seq: row.get(1)?,
            until_seq: row.get(2)?,
            erasures: row.get(3)?,
            identities: row.get(4)?,
            changes_from: row.get(5)?,
        };
        Ok((row.get::<_, i64>(0)?, sealed))
    })?;
    // Segments of another format are as good as none.
    Ok(if format == FORMAT { sealed } else { Sealed { until_seq: 0, ..sealed } })
}

/// A segment without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: i64,
    pub(super) subject: i64,
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) rows: usize,
}

/// All segments of a subject, or of all (`None`), in order of subject and position.
pub(super) fn list(
    connection: &Connection,
    sealed: &Sealed,
    subject: Option<i64>,
) -> Result<Vec<Listed>, StorageError> {
    if sealed.until_seq == 0 {
        return Ok(Vec::new());
    }
    let wanted = if subject.is_some() { "WHERE subject = ?1" } else { "WHERE ?1 IS NULL" };
    let select =
        format!("SELECT id, subject, first_seq, last_seq, rows FROM segment {wanted} ORDER BY subject, first_seq, id");
    let mut statement = connection.prepare_cached(&select)?;
    let listed = statement.query_map([subject], |row| {
        Ok(Listed {
            id: row.get(0)?,
            subject: row.get(1)?,
            first_seq: row.get(2)?,
            last_seq: row.get(3)?,
            rows: row.get::<_, i64>(4)? as usize,
        })
    })?;
    Ok(listed.collect::<Result<_, _>>()?)
}

/// A column of a segment, as it is stored.
pub(super) fn bytes(connection: &Connection, id: i64, column: ByteColumn) -> Result<Vec<u8>, StorageError> {
    let select = match column {
        ByteColumn::Senders => "SELECT senders FROM segment WHERE id = ?1",
        ByteColumn::Times => "SELECT times FROM segment WHERE id = ?1",
        ByteColumn::Places => "SELECT places FROM segment WHERE id = ?1",
    };
    Ok(connection.prepare_cached(select)?.query_row([id], |row| row.get(0))?)
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ByteColumn {
    Senders,
    Times,
    Places,
}

/// Positions that segments still hold and nobody may see, by subject, in order.
pub(super) fn gone(connection: &Connection) -> Result<HashMap<i64, Vec<i64>>, StorageError> {
    let mut gone: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut statement = connection.prepare_cached("SELECT subject, seq FROM segment_gone ORDER BY subject, seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        gone.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(gone)
}

/// Begins anew where the segments are of another format.
pub(super) fn begin(connection: &Connection) -> Result<(), StorageError> {
    let format: i64 = connection.query_row("SELECT format FROM sealed", [], |row| row.get(0))?;
    if format != FORMAT {
        connection.execute_batch("DELETE FROM segment; DELETE FROM segment_column; DELETE FROM segment_gone")?;
        connection.execute("UPDATE sealed SET format = ?1, until_seq = 0", [FORMAT])?;
    }
    Ok(())
}

/// One change, whole or not at all.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Made from what was there when so many erasures had been.
    pub(super) erasures: i64,
    pub(super) removed: Vec<i64>,
    pub(super) added: Vec<(i64, Encoded)>,
    /// Sealing got so far.
    pub(super) until_seq: Option<i64>,
    /// Positions that are in no segment any more.
    pub(super) purged: Vec<(i64, i64)>,
}

impl Change {
    /// Replaces a segment by these lines of it; the bytes they take.
    pub(super) fn replace(&mut self, listed: &Listed, lines: &[Line]) -> usize {
        self.removed.push(listed.id);
        if lines.is_empty() {
            return 0;
        }
        let encoded = columns::encode(lines);
        let bytes = encoded.bytes();
        self.added.push((listed.subject, encoded));
        bytes
    }
}

/// Writes a change; `false`, and nothing is written, where messages were erased since it was made.
pub(super) fn apply(connection: &Connection, change: &Change) -> Result<bool, StorageError> {
    if sealed(connection)?.erasures != change.erasures {
        return Ok(false);
    }
    for id in &change.removed {
        connection.prepare_cached("DELETE FROM segment WHERE id = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM segment_column WHERE segment = ?1")?.execute([id])?;
    }
    for (subject, it) in &change.added {
        connection
            .prepare_cached(
                "INSERT INTO segment (subject, first_seq, last_seq, rows, senders, times, places)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![subject, it.first_seq, it.last_seq, it.rows as i64, it.senders, it.times, it.places])?;
    }
    for (subject, seq) in &change.purged {
        let delete = "DELETE FROM segment_gone WHERE subject = ?1 AND seq = ?2";
        connection.prepare_cached(delete)?.execute([subject, seq])?;
    }
    if let Some(until_seq) = change.until_seq {
        connection.execute("UPDATE sealed SET until_seq = ?1", [until_seq])?;
    }
    Ok(true)
}

/// Passes over this message from now on. To be called before it is deleted, in the same transaction.
pub(in crate::storage::sqlite) fn forget(connection: &Connection, position: i64) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO segment_gone (subject, seq)
             SELECT message.subject, message.seq FROM message, sealed
             WHERE message.seq = ?1 AND message.seq <= sealed.until_seq
             ON CONFLICT (subject, seq) DO NOTHING",
        )?
        .execute([position])?;
    connection.prepare_cached("UPDATE sealed SET erasures = erasures + 1")?.execute([])?;
    Ok(())
}

/// Passes over all messages before this position from now on. To be called in the transaction that deletes them.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "retention forgets message by message; this is for taking out a whole beginning")
)]
pub(in crate::storage::sqlite) fn forget_before(connection: &Connection, position: i64) -> Result<(), StorageError> {
    connection.execute(
        "DELETE FROM segment_column WHERE segment IN (SELECT id FROM segment WHERE last_seq < ?1)",
        [position],
    )?;
    connection.execute("DELETE FROM segment WHERE last_seq < ?1", [position])?;
    connection.execute("DELETE FROM segment_gone WHERE seq < ?1", [position])?;
    connection.execute("UPDATE sealed SET from_seq = max(from_seq, ?1), erasures = erasures + 1", [position])?;
    Ok(())
}

/// Who is who is found out anew. To be called in the transaction that deletes senders.
pub(in crate::storage::sqlite) fn forget_identities(connection: &Connection) -> Result<(), StorageError> {
    connection.execute("UPDATE sealed SET identities = identities + 1", [])?;
    Ok(())
}

/// Throws away changes of identity up to here, which the one who follows them has seen.
pub(super) fn prune_changes(connection: &Connection, until: i64) -> Result<(), StorageError> {
    connection.execute("DELETE FROM identity_change WHERE id <= ?1", [until])?;
    connection.execute("UPDATE sealed SET changes_from = max(changes_from, ?1)", [until])?;
    Ok(())
}

/// What was read off a segment before.
pub(super) fn column(connection: &Connection, segment: i64, reading: &str) -> Result<Option<Vec<u8>>, StorageError> {
    use rusqlite::OptionalExtension;
    let select = "SELECT codes FROM segment_column WHERE segment = ?1 AND reading = ?2";
    Ok(connection.prepare_cached(select)?.query_row(params![segment, reading], |row| row.get(0)).optional()?)
}

/// Keeps what was read off a segment, while it is there and nothing was erased meanwhile.
pub(super) fn keep_column(
    connection: &Connection,
    erasures: i64,
    segment: i64,
    reading: &str,
    codes: &[u8],
) -> Result<(), StorageError> {
    if sealed(connection)?.erasures == erasures {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO segment_column (segment, reading, codes)
                 SELECT id, ?2, ?3 FROM segment WHERE id = ?1",
            )?
            .execute(params![segment, reading, codes])?;
    }
    Ok(())
}

/// Which readings of which segments are kept.
pub(super) fn columns(connection: &Connection) -> Result<std::collections::HashSet<(i64, String)>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT segment, reading FROM segment_column")?;
    Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

pub(in crate::storage::sqlite) fn summary(connection: &Connection) -> Result<Summary, StorageError> {
    let select = "SELECT COALESCE(SUM(rows), 0), COUNT(*),
                         COALESCE(SUM(length(senders) + length(times) + length(places)), 0) FROM segment";
    let (messages, segments, bytes): (i64, i64, i64) =
        connection.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let [messages, segments, bytes] = [messages, segments, bytes].map(i64::unsigned_abs);
    Ok(Summary { messages, segments, bytes })
}

/// Throws everything away: it will be made anew from the log.
pub(in crate::storage::sqlite) fn unseal(connection: &Connection) -> Result<(), StorageError> {
    connection.execute_batch(
        "BEGIN; DELETE FROM segment; DELETE FROM segment_column; DELETE FROM segment_gone;
         UPDATE sealed SET until_seq = 0; COMMIT",
    )?;
    Ok(())
}

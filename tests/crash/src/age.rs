//! Makes messages old, in a folder that nobody holds: as if they had been received long ago.

use crate::project::SIGNED_UP;
use crate::reader::EVENTS;
use crate::store::Store;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// September 2020: longer ago than anything is kept.
const LONG_AGO_MS: i64 = 1_600_000_000_000;

/// Fewer are left alone: clients send some of the last ones again, and know how that is answered.
const FEW: i64 = 4_000;

/// Those that the funnel counts stay as they are, so that a fresh one is seen in it.
const OLDEST: &str = "SELECT seq, id FROM message
    WHERE subject NOT IN (SELECT id FROM subject WHERE name = ?2) ORDER BY seq LIMIT ?1";
const AGE: &str = "UPDATE message SET received_ms = ?1
    WHERE seq <= ?2 AND subject NOT IN (SELECT id FROM subject WHERE name = ?3)";

/// Ages the older half, but not more than `most`; how many.
pub(crate) fn age(store: &Store, most: i64) -> Result<usize, String> {
    let failed = |error: rusqlite::Error| format!("cannot make messages old: {error}");
    let connection = Connection::open(store.folder().join(EVENTS)).map_err(failed)?;
    let count: i64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).map_err(failed)?;
    if count < FEW {
        return Ok(0);
    }
    let mut oldest = connection.prepare(OLDEST).map_err(failed)?;
    let rows = oldest.query_map(params![most.min(count / 2), SIGNED_UP], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let rows: Vec<(i64, Vec<u8>)> = rows.and_then(Iterator::collect).map_err(failed)?;
    let ids: Vec<Uuid> = rows.iter().filter_map(|(_, id)| Uuid::from_slice(id).ok()).collect();
    store.oracle.let_go(&ids)?;
    let last = rows.last().map(|(seq, _)| *seq);
    connection.execute(AGE, params![LONG_AGO_MS, last, SIGNED_UP]).map_err(failed)?;
    Ok(ids.len())
}

//! Segments that operators named.

use crate::storage::desk::KeptSegment;
use rusqlite::{Connection, params};

pub(super) fn all(desk: &Connection) -> rusqlite::Result<Vec<KeptSegment>> {
    let mut statement = desk.prepare_cached("SELECT id, name, text, by, changed_ms FROM segment ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        let (id, name, text) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(KeptSegment { id, name, text, by: row.get(3)?, changed_ms: row.get(4)? })
    })?;
    rows.collect()
}

pub(super) fn keep(desk: &Connection, segment: &KeptSegment) -> rusqlite::Result<()> {
    let KeptSegment { id, name, text, by, changed_ms } = segment;
    let insert = "INSERT OR REPLACE INTO segment (id, name, text, by, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    desk.prepare_cached(insert)?.execute(params![id, name, text, by, changed_ms])?;
    Ok(())
}

pub(super) fn forget(desk: &Connection, id: &str) -> rusqlite::Result<bool> {
    Ok(desk.prepare_cached("DELETE FROM segment WHERE id = ?1")?.execute([id])? > 0)
}

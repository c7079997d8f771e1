//! What was defined, and what changed.

use crate::storage::{DefinitionChange, KeptDefinition};
use rusqlite::{Connection, params};

pub(super) fn all(desk: &Connection) -> rusqlite::Result<Vec<KeptDefinition>> {
    let select = "SELECT subject, part, digest, said FROM definition ORDER BY subject, part";
    let mut statement = desk.prepare_cached(select)?;
    let rows = statement.query_map([], |row| {
        let (subject, part, digest) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(KeptDefinition { subject, part, digest, said: row.get(3)? })
    })?;
    rows.collect()
}

/// Instead of all before; of the changes only the latest `most` are kept.
pub(super) fn keep(
    desk: &Connection,
    defined: &[KeptDefinition],
    changes: &[DefinitionChange],
    most: usize,
) -> rusqlite::Result<()> {
    desk.execute("DELETE FROM definition", [])?;
    let insert = "INSERT OR REPLACE INTO definition (subject, part, digest, said) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = desk.prepare_cached(insert)?;
    for KeptDefinition { subject, part, digest, said } in defined {
        statement.execute(params![subject, part, digest, said])?;
    }
    let insert = "INSERT INTO definition_change (at_ms, subject, digest, text) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = desk.prepare_cached(insert)?;
    for DefinitionChange { at_ms, subject, digest, text } in changes {
        statement.execute(params![at_ms, subject, digest, text])?;
    }
    desk.execute(
        "DELETE FROM definition_change WHERE id NOT IN (SELECT id FROM definition_change ORDER BY id DESC LIMIT ?1)",
        [i64::try_from(most).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

pub(super) fn changes(desk: &Connection) -> rusqlite::Result<Vec<DefinitionChange>> {
    let select = "SELECT at_ms, subject, digest, text FROM definition_change ORDER BY at_ms, id";
    let mut statement = desk.prepare_cached(select)?;
    let rows = statement.query_map([], |row| {
        let (at_ms, subject, digest) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(DefinitionChange { at_ms, subject, digest, text: row.get(3)? })
    })?;
    rows.collect()
}

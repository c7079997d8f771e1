//! What arrived of what was sent, counted in the transaction that stores it.
//!
//! A client numbers its messages (`context.clientId`, `context.seq`), so that the highest number says how many there
//! are, and the last one of a page says that it is the last (`context.end`). Clients that were silent for long are
//! folded into the counts of their day: a row for each page load would outgrow the messages.

use crate::storage::{Appended, Batch, Delivered, DeliveryQuestion, Road, RowRef, StorageError};
use domain::reserved;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

const DAY_MS: i64 = 86_400_000;

/// From then on a message is late: longer than any retry while a page is open.
const LATE_MS: i64 = 3_600_000;

/// Numbers above this are no client's: they count for nothing.
const HIGHEST: u64 = 100_000;

/// Different libraries; messages of more are counted together, so that a sender cannot fill the table with names.
const SOURCES: i64 = 64;

/// Bytes of a library's name.
const NAME_BYTES: usize = 64;

/// The name of all further libraries.
const OTHERS: &str = "(others)";

/// Clients are folded in so many parts, each a short transaction.
pub(super) const PARTS: u64 = 64;

/// Counts of one transaction.
#[derive(Default)]
pub(super) struct Tally<'b> {
    days: HashMap<(i64, &'b str), Counts>,
    clients: HashMap<i64, Client<'b>>,
}

#[derive(Default)]
struct Counts {
    stored: i64,
    duplicate: i64,
    late: i64,
    bot: i64,
    dropped: i64,
}

struct Client<'b> {
    source: &'b str,
    heard_ms: i64,
    arrived: i64,
    highest: i64,
    ended: bool,
}

impl<'b> Tally<'b> {
    /// Adds a batch and what became of its messages.
    pub(super) fn add(&mut self, batch: &'b Batch, outcomes: &[Appended]) {
        if batch.road == Road::Imported {
            return;
        }
        for (row, outcome) in batch.iter().zip(outcomes) {
            let source = name_of(row.sent.library);
            let counts = self.days.entry((row.received_ms.div_euclid(DAY_MS), source)).or_default();
            match outcome {
                Appended::Duplicate => counts.duplicate += 1,
                Appended::Stored => {
                    counts.stored += 1;
                    counts.late += i64::from(row.received_ms - row.at_ms >= LATE_MS);
                    counts.bot += i64::from(batch.road == Road::SentByBot);
                    counts.dropped += dropped(&row);
                }
                // Nothing is kept of it, but it came.
                Appended::Erased => {}
            }
            if *outcome != Appended::Duplicate {
                self.hear(&row, source);
            }
        }
    }

    fn hear(&mut self, row: &RowRef<'b>, source: &'b str) {
        let (Some(client), Some(seq)) = (row.sent.client_id, row.sent.seq) else { return };
        if seq.get() > HIGHEST {
            return;
        }
        let seq = seq.get() as i64;
        let heard_ms = row.received_ms;
        let new = || Client { source, heard_ms, arrived: 0, highest: 0, ended: false };
        let client = self.clients.entry(domain::hash(client, 0).cast_signed()).or_insert_with(new);
        client.heard_ms = client.heard_ms.max(heard_ms);
        client.arrived += 1;
        if seq > client.highest {
            client.highest = seq;
            client.ended = row.sent.is_end;
        }
    }

    pub(super) fn write(self, connection: &Connection) -> Result<(), StorageError> {
        let mut sources = HashMap::new();
        let mut source_of = |name: &'b str| match sources.get(name) {
            Some(id) => Ok(*id),
            None => {
                let id = source(connection, name)?;
                sources.insert(name, id);
                Ok::<i64, StorageError>(id)
            }
        };
        let mut add = connection.prepare_cached(include_str!("delivery/add.sql"))?;
        for ((day, name), it) in self.days {
            let counts = params![day, source_of(name)?, it.stored, it.duplicate, it.late, it.bot, it.dropped];
            add.execute(counts)?;
        }
        let mut hear = connection.prepare_cached(include_str!("delivery/hear.sql"))?;
        for (id, it) in self.clients {
            let day = it.heard_ms.div_euclid(DAY_MS);
            hear.execute(params![id, source_of(it.source)?, day, it.heard_ms, it.arrived, it.highest, it.ended])?;
        }
        Ok(())
    }
}

/// Folds clients of one part that were silent since a time into the counts of their days.
pub(super) fn fold(connection: &Connection, part: u64, heard_before_ms: i64) -> Result<(), StorageError> {
    let first = (i128::from(i64::MIN) + (i128::from(part) << 64) / i128::from(PARTS)) as i64;
    let last = (i128::from(i64::MIN) + (i128::from(part + 1) << 64) / i128::from(PARTS) - 1) as i64;
    let whom = params![first, last, heard_before_ms];
    connection.prepare_cached(include_str!("delivery/fold.sql"))?.execute(whom)?;
    let gone = "DELETE FROM client WHERE id BETWEEN ?1 AND ?2 AND heard_ms < ?3";
    connection.prepare_cached(gone)?.execute(whom)?;
    Ok(())
}

/// Counts of days that are kept no longer.
pub(super) fn forget(connection: &Connection, before_ms: i64) -> Result<(), StorageError> {
    connection.execute("DELETE FROM delivery WHERE day < ?1", [before_ms.div_euclid(DAY_MS)])?;
    Ok(())
}

/// In order of day and source.
pub(super) fn delivered(connection: &Connection, question: &DeliveryQuestion) -> Result<Vec<Delivered>, StorageError> {
    let since = question.since_day.unwrap_or(i64::MIN);
    let until = question.until_day.unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(include_str!("delivery/delivered.sql"))?;
    let rows = statement.query_map(params![since, until, question.quiet_before_ms], |row| {
        let count = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        Ok(Delivered {
            day: row.get(0)?,
            source: row.get(1)?,
            stored: count(2)?,
            duplicate: count(3)?,
            late: count(4)?,
            bot: count(5)?,
            dropped: count(6)?,
            clients: count(7)?,
            ended: count(8)?,
            busy: count(9)?,
            expected: count(10)?,
            missing: count(11)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn source(connection: &Connection, name: &str) -> Result<i64, StorageError> {
    let mut find = connection.prepare_cached("SELECT id FROM source WHERE name = ?1")?;
    if let Some(id) = find.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let many: i64 = connection.query_row("SELECT COUNT(*) FROM source", [], |row| row.get(0))?;
    if many >= SOURCES && name != OTHERS {
        return source(connection, OTHERS);
    }
    connection.execute("INSERT INTO source (name) VALUES (?1)", [name])?;
    Ok(connection.last_insert_rowid())
}

fn name_of(library: Option<&str>) -> &str {
    let name = library.unwrap_or("");
    &name[..name.floor_char_boundary(NAME_BYTES)]
}

/// How many messages the sender says it dropped.
fn dropped(row: &RowRef<'_>) -> i64 {
    #[derive(serde::Deserialize)]
    struct Report {
        properties: Count,
    }
    #[derive(serde::Deserialize)]
    struct Count {
        count: u64,
    }
    if row.name != reserved::MESSAGES_DROPPED {
        return 0;
    }
    let report: Result<Report, _> = serde_json::from_str(row.body);
    report.map_or(0, |it| it.properties.count.min(HIGHEST) as i64)
}

#[cfg(test)]
mod tests;

//! Letting go of what was kept long enough, piece by piece, while others are stored; also on a full disk.
//!
//! A reader finds the messages, the writing thread takes them out in small transactions, oldest first. Their pages are
//! overwritten and used again; the file does not shrink (a restored backup is as small as what it holds).

use super::SqliteEvents;
use super::erase;
use crate::storage::identity_graph::SenderId;
use crate::storage::{Expired, StorageError};
use crate::telemetry;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::future::Future;
use std::time::Duration;

/// Messages taken out in one transaction: some milliseconds, and small enough for the room that the ballast leaves.
const AT_ONCE: usize = 250;

/// Messages looked at before some are taken out.
const LOOKED_AT: usize = 50_000;

/// So many in a row that are kept: what follows arrived later still. A clock that was wrong for a while is passed over.
const KEPT_IN_A_ROW: usize = 10_000;

/// Ids forgotten in one transaction.
const IDS_AT_ONCE: usize = 1_000;

/// How often, and how long apart, a full disk is tried again after the ballast was deleted: for 30 seconds.
const FULL_ATTEMPTS: u32 = 60;
const FULL_WAIT: Duration = Duration::from_millis(500);

impl SqliteEvents {
    pub(super) async fn count_expired(&self, before_ms: i64) -> Result<u64, StorageError> {
        let (mut after, mut count) = (0, 0);
        loop {
            let found = self.readers.ask(move |connection| find(connection, after, before_ms)).await?;
            count += found.positions.len() as u64;
            after = found.looked_until;
            if found.is_last {
                return Ok(count);
            }
        }
    }

    pub(super) async fn expire_all(&self, before_ms: i64) -> Result<Expired, StorageError> {
        let mut expired = Expired::default();
        let mut after = 0;
        loop {
            let found = self.readers.ask(move |connection| find(connection, after, before_ms)).await?;
            for positions in found.positions.chunks(AT_ONCE) {
                let taken = self.on_full_disk(|| self.take_out(positions)).await?;
                telemetry::count_expired(taken);
                expired.messages += taken;
            }
            after = found.looked_until;
            if found.is_last {
                break;
            }
        }
        if expired.messages > 0 {
            self.on_full_disk(|| async { self.writer()?.forget_delivery(before_ms).await }).await?;
            // Columns must not name a number that may be given out again.
            self.purge().await?;
            expired.ids = self.forget_gone().await?;
        }
        Ok(expired)
    }

    pub(super) async fn take_out(&self, positions: &[i64]) -> Result<u64, StorageError> {
        let writer = self.writer()?;
        let taken = writer.erase_messages(positions.to_vec()).await?;
        if self.space.is_tight() {
            // The log of changes must not need more room than there is. What it holds is stored, whatever comes of it.
            drop(writer.shorten_log().await);
        }
        Ok(taken)
    }

    /// Those of whom no message is left, nor of anybody they are linked to.
    async fn forget_gone(&self) -> Result<u64, StorageError> {
        let (gone, until) = self.readers.ask(gone).await?;
        let mut ids = 0;
        for gone in gone.chunks(IDS_AT_ONCE) {
            let gone: BTreeSet<SenderId> = gone.iter().copied().collect();
            ids += self.on_full_disk(|| self.forget(gone.clone(), until)).await?;
        }
        Ok(ids)
    }

    async fn forget(&self, gone: BTreeSet<SenderId>, until: i64) -> Result<u64, StorageError> {
        self.writer()?.forget_gone(gone, until).await
    }

    /// Tries again where the disk is full, once the ballast has made room.
    pub(super) async fn on_full_disk<T, Trying: Future<Output = Result<T, StorageError>>>(
        &self,
        mut work: impl FnMut() -> Trying,
    ) -> Result<T, StorageError> {
        for _ in 0..FULL_ATTEMPTS {
            match work().await {
                Err(StorageError::DiskFull | StorageError::Closed) => {
                    self.space.let_go();
                    // The files are opened again meanwhile.
                    tokio::time::sleep(FULL_WAIT).await;
                    drop(self.writer()?.shorten_log().await);
                }
                worked => return worked,
            }
        }
        Err(StorageError::DiskFull)
    }
}

struct Found {
    positions: Vec<i64>,
    looked_until: i64,
    is_last: bool,
}

fn find(connection: &Connection, after: i64, before_ms: i64) -> Result<Found, StorageError> {
    let mut statement =
        connection.prepare_cached("SELECT seq, received_ms FROM message WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = statement.query([after])?;
    let mut found = Found { positions: Vec::new(), looked_until: after, is_last: true };
    let (mut looked_at, mut kept) = (0, 0);
    while let Some(row) = rows.next()? {
        found.looked_until = row.get(0)?;
        looked_at += 1;
        if row.get::<_, i64>(1)? < before_ms {
            found.positions.push(found.looked_until);
            kept = 0;
        } else {
            kept += 1;
        }
        if kept >= KEPT_IN_A_ROW {
            break;
        }
        if looked_at >= LOOKED_AT {
            found.is_last = false;
            break;
        }
    }
    Ok(found)
}

/// Ids of which nothing is left, and the last message that was looked at.
fn gone(connection: &Connection) -> Result<(Vec<SenderId>, i64), StorageError> {
    let numbers = |query: &str| -> Result<Vec<SenderId>, StorageError> {
        let mut statement = connection.prepare(query)?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    let until = connection.query_row("SELECT COALESCE(MAX(seq), 0) FROM message", [], |row| row.get(0))?;
    let mut alive: HashSet<SenderId> = numbers("SELECT DISTINCT sender FROM message")?.into_iter().collect();
    let mut neighbours: BTreeMap<SenderId, Vec<SenderId>> = BTreeMap::new();
    let mut statement =
        connection.prepare("SELECT anonymous, user FROM link UNION ALL SELECT previous, user FROM merge")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (one, other) = (row.get(0)?, row.get(1)?);
        neighbours.entry(one).or_default().push(other);
        neighbours.entry(other).or_default().push(one);
    }
    // Whoever is linked to somebody alive is somebody alive.
    let mut open: Vec<SenderId> = alive.iter().copied().collect();
    while let Some(sender) = open.pop() {
        for neighbour in neighbours.get(&sender).into_iter().flatten() {
            if alive.insert(*neighbour) {
                open.push(*neighbour);
            }
        }
    }
    let mut senders = numbers("SELECT id FROM sender")?;
    senders.retain(|it| !alive.contains(it));
    Ok((senders, until))
}

/// Those of them who are still gone: nothing of theirs arrived since, nor were they linked to anybody.
pub(super) fn still_gone(
    connection: &Connection,
    gone: &BTreeSet<SenderId>,
    until: i64,
) -> Result<BTreeSet<SenderId>, StorageError> {
    let list = erase::list(gone);
    let mut back: BTreeSet<SenderId> = BTreeSet::new();
    let them = "(SELECT value FROM json_each(?1))";
    let arrived = format!("SELECT DISTINCT sender FROM message WHERE seq > ?2 AND sender IN {them}");
    let mut statement = connection.prepare_cached(&arrived)?;
    for sender in statement.query_map(params![list, until], |row| row.get(0))? {
        back.insert(sender?);
    }
    for (table, one, other) in [
        ("link", "anonymous", "user"),
        ("link", "user", "anonymous"),
        ("merge", "previous", "user"),
        ("merge", "user", "previous"),
    ] {
        let linked = format!(
            "SELECT {one} FROM {table} WHERE {one} IN {them}
             AND {other} IN (SELECT sender FROM message WHERE seq > ?2)"
        );
        let mut statement = connection.prepare_cached(&linked)?;
        for sender in statement.query_map(params![list, until], |row| row.get(0))? {
            back.insert(sender?);
        }
    }
    Ok(gone.difference(&back).copied().collect())
}

//! What operators switched off, in the desk's file.

use super::SqliteDesk;
use crate::storage::{Answering, Settings};
use rusqlite::params;

impl Settings for SqliteDesk {
    fn switched_off(&self, operator: i64) -> Answering<'_, Vec<String>> {
        self.ask(move |desk| {
            let mut statement =
                desk.prepare_cached("SELECT what FROM switched_off WHERE operator = ?1 ORDER BY what")?;
            let what = statement.query_map([operator], |row| row.get(0))?;
            what.collect()
        })
    }

    fn switch(&self, operator: i64, what: String, is_on: bool) -> Answering<'_, ()> {
        self.ask(move |desk| {
            let change = match is_on {
                true => "DELETE FROM switched_off WHERE operator = ?1 AND what = ?2",
                false => "INSERT OR IGNORE INTO switched_off (operator, what) VALUES (?1, ?2)",
            };
            desk.execute(change, params![operator, what])?;
            Ok(())
        })
    }
}

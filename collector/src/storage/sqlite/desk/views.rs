//! Saved views in the desk's file.

use super::SqliteDesk;
use crate::storage::{Answering, Kept, NewView, SavedView, Views};
use rusqlite::{Connection, params};

impl Views for SqliteDesk {
    fn views(&self, operator: i64) -> Answering<'_, Vec<SavedView>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare_cached(
                "SELECT id, name, address, only_for, made_by FROM view
                 WHERE only_for IS NULL OR only_for = ?1 ORDER BY name, id",
            )?;
            let views = statement.query_map([operator], |row| {
                Ok(SavedView {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    address: row.get(2)?,
                    only_for: row.get(3)?,
                    made_by: row.get(4)?,
                })
            })?;
            views.collect()
        })
    }

    fn add_view(&self, view: NewView, most: usize) -> Answering<'_, Kept> {
        self.ask(move |desk| {
            if let Some(refused) = refused(desk, None, &view.name, view.only_for, most)? {
                return Ok(refused);
            }
            desk.execute(
                "INSERT INTO view (name, address, only_for, made_by, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![view.name, view.address, view.only_for, view.made_by, view.created_ms],
            )?;
            Ok(Kept::Done)
        })
    }

    fn change_view(&self, id: i64, name: String, only_for: Option<i64>, most: usize) -> Answering<'_, Kept> {
        self.ask(move |desk| {
            if let Some(refused) = refused(desk, Some(id), &name, only_for, most)? {
                return Ok(refused);
            }
            let changed =
                desk.execute("UPDATE view SET name = ?2, only_for = ?3 WHERE id = ?1", params![id, name, only_for])?;
            Ok(if changed > 0 { Kept::Done } else { Kept::NoSuch })
        })
    }

    fn delete_view(&self, id: i64) -> Answering<'_, bool> {
        self.ask(move |desk| Ok(desk.execute("DELETE FROM view WHERE id = ?1", [id])? > 0))
    }
}

/// What stands against a name in a list; the view itself, where it is there already, does not.
fn refused(
    desk: &Connection,
    own: Option<i64>,
    name: &str,
    only_for: Option<i64>,
    most: usize,
) -> rusqlite::Result<Option<Kept>> {
    let (others, same): (i64, i64) = desk.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name = ?2) FROM view WHERE only_for IS ?3 AND id IS NOT ?1",
        params![own, name, only_for],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(match others {
        _ if same > 0 => Some(Kept::NameTaken),
        others if usize::try_from(others).is_ok_and(|it| it >= most) => Some(Kept::Full),
        _ => None,
    })
}

#[cfg(test)]
mod tests;

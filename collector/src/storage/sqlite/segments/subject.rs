//! What messages are about: a kind, and for a `track` its event name.

use crate::storage::StorageError;
use crate::storage::interest::Interest;
use domain::Kind;
use rusqlite::{Connection, OptionalExtension, params};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) id: i64,
    pub(super) kind: Kind,
    pub(super) name: String,
}

/// `None` where no message of this subject ever came.
pub(super) fn subject(connection: &Connection, kind: Kind, name: &str) -> Result<Option<Subject>, StorageError> {
    let find = "SELECT id FROM subject WHERE name = ?1 AND kind = ?2";
    let id = connection.prepare_cached(find)?.query_row(params![name, kind.as_str()], |row| row.get(0)).optional()?;
    Ok(id.map(|id| Subject { id, kind, name: name.to_owned() }))
}

/// The subjects that a rule looks at.
pub(super) fn of(connection: &Connection, interests: &[Interest]) -> Result<Vec<Subject>, StorageError> {
    let mut subjects = Vec::new();
    for interest in interests {
        subjects.extend(subject(connection, interest.kind, &interest.name)?);
    }
    Ok(subjects)
}

/// All subjects.
pub(super) fn all(connection: &Connection) -> Result<Vec<Subject>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT id, kind, name FROM subject")?;
    let mut rows = statement.query([])?;
    let mut subjects = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(kind) = Kind::parse(&row.get::<_, String>(1)?) {
            subjects.push(Subject { id: row.get(0)?, kind, name: row.get(2)? });
        }
    }
    Ok(subjects)
}

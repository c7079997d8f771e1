//! Whom of the operators an identity provider means, in the desk's file.

use crate::storage::{Operator, Outsider, Recognised, Role};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// No hash in PHC form, so no password fits it.
const NO_PASSWORD: &str = "";

/// The rules of `Staff::recognise`, in their order; all of it is one transaction.
pub(super) fn recognise(desk: &Connection, outsider: &Outsider, now_ms: i64) -> rusqlite::Result<Recognised> {
    let Outsider { issuer, subject, email, welcome } = outsider;
    let bound = desk.query_row(include_str!("recognise.sql"), [issuer, subject], operator).optional()?;
    if let Some(operator) = bound {
        return Ok(Recognised::Known(operator));
    }
    let Some(email) = email else { return Ok(Recognised::Nobody) };
    let known = "SELECT id, email, role FROM operator WHERE email = ?1";
    if let Some(operator) = desk.query_row(known, [email], operator).optional()? {
        let is_taken = "SELECT EXISTS (SELECT 1 FROM identity WHERE operator = ?1 AND issuer = ?2)";
        if desk.query_row(is_taken, params![operator.id, issuer], |row| row.get(0))? {
            return Ok(Recognised::SomebodyElse);
        }
        bind(desk, outsider, operator.id)?;
        return Ok(Recognised::Bound(operator));
    }
    let invited = "SELECT role, invited_by FROM invitation WHERE email = ?1 AND until_ms > ?2";
    let invited = desk.query_row(invited, params![email, now_ms], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((role, by)) = invited {
        return Ok(Recognised::Invited { operator: add(desk, outsider, email, role, now_ms)?, by });
    }
    let was_removed = "SELECT EXISTS (SELECT 1 FROM removed WHERE email = ?1)
        OR EXISTS (SELECT 1 FROM identity WHERE issuer = ?2 AND subject = ?3)";
    let was_removed: bool = desk.query_row(was_removed, [email, issuer, subject], |row| row.get(0))?;
    match welcome {
        Some(role) if !was_removed => Ok(Recognised::Welcome(add(desk, outsider, email, *role, now_ms)?)),
        _ => Ok(Recognised::Nobody),
    }
}

fn add(desk: &Connection, outsider: &Outsider, email: &str, role: Role, now_ms: i64) -> rusqlite::Result<Operator> {
    desk.execute("DELETE FROM invitation WHERE email = ?1", [email])?;
    desk.execute("DELETE FROM removed WHERE email = ?1", [email])?;
    desk.execute(
        "INSERT INTO operator (email, password_hash, created_ms, role) VALUES (?1, ?2, ?3, ?4)",
        params![email, NO_PASSWORD, now_ms, role],
    )?;
    let operator = Operator { id: desk.last_insert_rowid(), email: email.to_owned(), role };
    bind(desk, outsider, operator.id)?;
    Ok(operator)
}

fn bind(desk: &Connection, outsider: &Outsider, operator: i64) -> rusqlite::Result<()> {
    desk.execute(
        "INSERT OR REPLACE INTO identity (issuer, subject, operator) VALUES (?1, ?2, ?3)",
        params![outsider.issuer, outsider.subject, operator],
    )?;
    Ok(())
}

fn operator(row: &Row<'_>) -> rusqlite::Result<Operator> {
    Ok(Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? })
}

#[cfg(test)]
mod tests;

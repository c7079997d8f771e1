//! Operators, invitations, tokens and deeds in the desk's file.

use super::SqliteDesk;
use super::recognised::recognise;
use crate::storage::{
    Answering, ApiToken, Changed, Deed, Invitation, Member, OpenSession, Operator, Outsider, Recognised, Role, Staff,
    TokenHash, TokenScope,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

const INVITATION: &str = "SELECT email, token, role, invited_by, created_ms, until_ms,
    EXISTS (SELECT 1 FROM operator WHERE operator.email = invitation.email) FROM invitation";

impl Staff for SqliteDesk {
    fn members(&self) -> Answering<'_, Vec<Member>> {
        self.ask(|desk| {
            let mut statement = desk.prepare(
                "SELECT id, email, role, created_ms, (SELECT MAX(seen_ms) FROM session WHERE operator = operator.id),
                     EXISTS (SELECT 1 FROM identity WHERE operator = operator.id)
                 FROM operator ORDER BY email",
            )?;
            let members = statement.query_map([], |row| {
                let operator = Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? };
                Ok(Member { operator, created_ms: row.get(3)?, seen_ms: row.get(4)?, is_bound: row.get(5)? })
            })?;
            members.collect()
        })
    }

    fn invite(&self, invitation: Invitation) -> Answering<'_, ()> {
        self.ask(move |desk| {
            let Invitation { token, email, role, by, created_ms, until_ms, is_reset: _ } = invitation;
            desk.execute(
                "INSERT OR REPLACE INTO invitation (email, token, role, invited_by, created_ms, until_ms)
                 VALUES (?1, ?2, COALESCE((SELECT role FROM operator WHERE email = ?1), ?3), ?4, ?5, ?6)",
                params![email, token.0, role, by, created_ms, until_ms],
            )?;
            Ok(())
        })
    }

    fn invitations(&self, now_ms: i64) -> Answering<'_, Vec<Invitation>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare(&format!("{INVITATION} WHERE until_ms > ?1 ORDER BY email"))?;
            statement.query_map([now_ms], invitation)?.collect()
        })
    }

    fn invitation(&self, token: TokenHash, now_ms: i64) -> Answering<'_, Option<Invitation>> {
        self.ask(move |desk| good_invitation(desk, token, now_ms))
    }

    fn accept(&self, token: TokenHash, now_ms: i64, password_hash: String) -> Answering<'_, Option<Operator>> {
        self.ask(move |desk| {
            let Some(Invitation { email, role, .. }) = good_invitation(desk, token, now_ms)? else { return Ok(None) };
            desk.execute("DELETE FROM invitation WHERE email = ?1", [&email])?;
            desk.execute("DELETE FROM removed WHERE email = ?1", [&email])?;
            desk.execute(
                "INSERT INTO operator (email, password_hash, created_ms, role) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash",
                params![email, password_hash, now_ms, role],
            )?;
            let operator =
                desk.query_row("SELECT id, email, role FROM operator WHERE email = ?1", [&email], |row| {
                    Ok(Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? })
                })?;
            desk.execute("DELETE FROM session WHERE operator = ?1", [operator.id])?;
            Ok(Some(operator))
        })
    }

    fn withdraw(&self, email: String) -> Answering<'_, bool> {
        self.ask(move |desk| Ok(desk.execute("DELETE FROM invitation WHERE email = ?1", [email])? > 0))
    }

    fn set_role(&self, operator: i64, role: Role) -> Answering<'_, Changed> {
        self.ask(move |desk| {
            if role != Role::Owner && is_last_owner(desk, operator)? {
                return Ok(Changed::LastOwner);
            }
            let changed = desk.execute("UPDATE operator SET role = ?2 WHERE id = ?1", params![operator, role])?;
            Ok(if changed > 0 { Changed::Done } else { Changed::NoSuch })
        })
    }

    fn recognise(&self, outsider: Outsider, now_ms: i64) -> Answering<'_, Recognised> {
        self.ask(move |desk| recognise(desk, &outsider, now_ms))
    }

    fn unbind(&self, operator: i64) -> Answering<'_, bool> {
        self.ask(move |desk| Ok(desk.execute("DELETE FROM identity WHERE operator = ?1", [operator])? > 0))
    }

    fn remove(&self, operator: i64) -> Answering<'_, Changed> {
        self.ask(move |desk| {
            if is_last_owner(desk, operator)? {
                return Ok(Changed::LastOwner);
            }
            let invited = "DELETE FROM invitation WHERE email = (SELECT email FROM operator WHERE id = ?1)";
            desk.execute(invited, [operator])?;
            let remembered = "INSERT OR IGNORE INTO removed (email) SELECT email FROM operator WHERE id = ?1";
            desk.execute(remembered, [operator])?;
            let removed = desk.execute("DELETE FROM operator WHERE id = ?1", [operator])?;
            Ok(if removed > 0 { Changed::Done } else { Changed::NoSuch })
        })
    }

    fn set_password(&self, operator: i64, password_hash: String, kept: TokenHash) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute("UPDATE operator SET password_hash = ?2 WHERE id = ?1", params![operator, password_hash])?;
            desk.execute("DELETE FROM session WHERE operator = ?1 AND token != ?2", params![operator, kept.0])?;
            Ok(())
        })
    }

    fn sessions(&self, operator: i64) -> Answering<'_, Vec<OpenSession>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare(
                "SELECT token, created_ms, seen_ms, device FROM session WHERE operator = ?1 ORDER BY seen_ms DESC, token",
            )?;
            let sessions = statement.query_map([operator], |row| {
                Ok(OpenSession {
                    token: TokenHash(row.get(0)?),
                    created_ms: row.get(1)?,
                    seen_ms: row.get(2)?,
                    device: row.get(3)?,
                })
            })?;
            sessions.collect()
        })
    }

    fn close_sessions(&self, operator: i64, kept: Option<TokenHash>) -> Answering<'_, u64> {
        self.ask(move |desk| {
            let closed = desk.execute(
                "DELETE FROM session WHERE operator = ?1 AND (?2 IS NULL OR token != ?2)",
                params![operator, kept.map(|it| it.0)],
            )?;
            Ok(closed as u64)
        })
    }

    fn add_api_token(&self, token: ApiToken, hash: TokenHash) -> Answering<'_, bool> {
        self.ask(move |desk| {
            let added = desk.execute(
                "INSERT OR IGNORE INTO api_token (name, token, created_ms, scope, made_by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![token.name, hash.0, token.created_ms, token.scope, token.by],
            )?;
            Ok(added > 0)
        })
    }

    fn api_tokens(&self) -> Answering<'_, Vec<ApiToken>> {
        self.ask(|desk| {
            let mut statement = desk.prepare("SELECT name, scope, made_by, created_ms FROM api_token ORDER BY name")?;
            statement.query_map([], api_token)?.collect()
        })
    }

    fn api_token(&self, token: TokenHash) -> Answering<'_, Option<ApiToken>> {
        self.ask(move |desk| {
            let select = "SELECT name, scope, made_by, created_ms FROM api_token WHERE token = ?1";
            desk.query_row(select, [token.0], api_token).optional()
        })
    }

    fn revoke_api_token(&self, name: String) -> Answering<'_, bool> {
        self.ask(move |desk| Ok(desk.execute("DELETE FROM api_token WHERE name = ?1", [name])? > 0))
    }

    fn note(&self, deed: Deed) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "INSERT INTO deed (at_ms, done_by, act, about) VALUES (?1, ?2, ?3, ?4)",
                params![deed.at_ms, deed.by, deed.act, deed.about],
            )?;
            Ok(())
        })
    }

    fn deeds(&self, offset: u64, limit: u64) -> Answering<'_, (Vec<Deed>, u64)> {
        self.ask(move |desk| {
            let total: i64 = desk.query_row("SELECT count(*) FROM deed", [], |row| row.get(0))?;
            let select = "SELECT at_ms, done_by, act, about FROM deed ORDER BY id DESC LIMIT ?1 OFFSET ?2";
            let mut statement = desk.prepare(select)?;
            let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
            let deeds = statement.query_map([number(limit), number(offset)], |row| {
                Ok(Deed { at_ms: row.get(0)?, by: row.get(1)?, act: row.get(2)?, about: row.get(3)? })
            })?;
            Ok((deeds.collect::<Result<_, _>>()?, total.unsigned_abs()))
        })
    }
}

fn api_token(row: &Row<'_>) -> rusqlite::Result<ApiToken> {
    Ok(ApiToken { name: row.get(0)?, scope: row.get(1)?, by: row.get(2)?, created_ms: row.get(3)? })
}

fn invitation(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        email: row.get(0)?,
        token: TokenHash(row.get(1)?),
        role: row.get(2)?,
        by: row.get(3)?,
        created_ms: row.get(4)?,
        until_ms: row.get(5)?,
        is_reset: row.get(6)?,
    })
}

fn good_invitation(desk: &Connection, token: TokenHash, now_ms: i64) -> rusqlite::Result<Option<Invitation>> {
    let select = format!("{INVITATION} WHERE token = ?1 AND until_ms > ?2");
    desk.query_row(&select, params![token.0, now_ms], invitation).optional()
}

fn is_last_owner(desk: &Connection, operator: i64) -> rusqlite::Result<bool> {
    desk.query_row(
        "SELECT role = 'owner' AND NOT EXISTS (SELECT 1 FROM operator WHERE role = 'owner' AND id != ?1)
         FROM operator WHERE id = ?1",
        [operator],
        |row| row.get(0),
    )
    .optional()
    .map(|it| it.unwrap_or(false))
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for TokenScope {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for TokenScope {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

#[cfg(test)]
mod tests;

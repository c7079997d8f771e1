//! The desk in a SQLite file of its own, so that a login never waits for the writer of messages.

mod definitions;
mod held;
mod ledger;
mod recognised;
mod segments;
mod settings;
mod staff;
mod views;

use crate::storage::desk::{
    CareAct, Desk, FirstOperator, InboxAct, KeptModel, KeptSegment, NewOperator, NewSession, Operator, Session,
    StillOpen, TokenHash,
};
use crate::storage::{Answering, DefinitionChange, KeptDefinition, Role, StorageError};
pub(super) use held::newest_version;

use held::Held;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

/// The file inside the data folder.
pub(super) const FILE_NAME: &str = "desk.sqlite";

/// Opens the desk in a data folder, and makes it there where it is missing.
pub(crate) fn open_desk(dir: &Path) -> Result<Arc<dyn Desk>, StorageError> {
    Ok(Arc::new(SqliteDesk::open(dir)?))
}

struct SqliteDesk {
    held: Arc<Mutex<Held>>,
}

impl SqliteDesk {
    fn open(dir: &Path) -> Result<Self, StorageError> {
        Ok(Self { held: Arc::new(Mutex::new(Held::open(&dir.join(FILE_NAME))?)) })
    }

    /// Runs one question as one transaction, off the async threads.
    fn ask<'a, T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answering<'a, T> {
        self.work(move |held| {
            held.work(|connection| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = question(&transaction)?;
                transaction.commit()?;
                Ok(answer)
            })
        })
    }

    /// Works on the file, off the async threads.
    fn work<'a, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Held) -> Result<T, StorageError> + Send + 'static,
    ) -> Answering<'a, T> {
        let held = Arc::clone(&self.held);
        Box::pin(async move {
            let worked = tokio::task::spawn_blocking(move || work(&mut lock(&held)));
            worked.await.map_err(|error| StorageError::Failed(format!("the desk stopped answering: {error}")))?
        })
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Desk for SqliteDesk {
    fn ready(&self) -> Answering<'_, ()> {
        self.ask(|_| Ok(()))
    }

    fn has_operator(&self) -> Answering<'_, bool> {
        self.ask(has_operator)
    }

    fn expect_first_operator(&self, setup_token: TokenHash) -> Answering<'_, bool> {
        self.ask(move |desk| {
            if has_operator(desk)? {
                return Ok(false);
            }
            desk.execute("INSERT OR REPLACE INTO setup (id, token) VALUES (1, ?1)", [setup_token.0])?;
            Ok(true)
        })
    }

    fn add_first_operator(&self, setup_token: TokenHash, operator: NewOperator) -> Answering<'_, FirstOperator> {
        self.ask(move |desk| {
            if has_operator(desk)? {
                return Ok(FirstOperator::AlreadyThere);
            }
            if desk.execute("DELETE FROM setup WHERE token = ?1", [setup_token.0])? == 0 {
                return Ok(FirstOperator::WrongToken);
            }
            let NewOperator { email, password_hash, created_ms } = operator;
            desk.execute(
                "INSERT INTO operator (email, password_hash, created_ms) VALUES (?1, ?2, ?3)",
                params![email, password_hash, created_ms],
            )?;
            Ok(FirstOperator::Added(Operator { id: desk.last_insert_rowid(), email, role: Role::Owner }))
        })
    }

    fn operator_by_email(&self, email: String) -> Answering<'_, Option<(Operator, String)>> {
        self.ask(move |desk| {
            desk.query_row("SELECT id, email, role, password_hash FROM operator WHERE email = ?1", [email], |row| {
                Ok((Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? }, row.get(3)?))
            })
            .optional()
        })
    }

    fn open_session(&self, session: NewSession, still: StillOpen) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "DELETE FROM session WHERE created_ms < ?1 OR seen_ms < ?2",
                [still.created_from_ms, still.seen_from_ms],
            )?;
            desk.execute(
                "INSERT INTO session (token, operator, created_ms, seen_ms, device) VALUES (?1, ?2, ?3, ?3, ?4)",
                params![session.token.0, session.operator, session.created_ms, session.device],
            )?;
            Ok(())
        })
    }

    fn session(&self, token: TokenHash, still: StillOpen) -> Answering<'_, Option<Session>> {
        self.ask(move |desk| {
            desk.query_row(
                include_str!("desk/session.sql"),
                params![token.0, still.created_from_ms, still.seen_from_ms],
                |row| {
                    let operator = Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? };
                    Ok(Session { operator, seen_ms: row.get(3)? })
                },
            )
            .optional()
        })
    }

    fn touch_session(&self, token: TokenHash, seen_ms: i64) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute("UPDATE session SET seen_ms = max(seen_ms, ?2) WHERE token = ?1", params![token.0, seen_ms])?;
            Ok(())
        })
    }

    fn close_session(&self, token: TokenHash) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute("DELETE FROM session WHERE token = ?1", [token.0])?;
            Ok(())
        })
    }

    fn set_api_token(&self, name: String, token: TokenHash, created_ms: i64) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "INSERT OR REPLACE INTO api_token (name, token, created_ms) VALUES (?1, ?2, ?3)",
                params![name, token.0, created_ms],
            )?;
            Ok(())
        })
    }

    fn keep_model(&self, model: KeptModel, most: usize) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "INSERT OR REPLACE INTO model (version, learned_ms, text, notes) VALUES (?1, ?2, ?3, ?4)",
                params![model.version as i64, model.learned_ms, model.text, model.notes],
            )?;
            desk.execute(
                "DELETE FROM model WHERE version NOT IN (SELECT version FROM model ORDER BY version DESC LIMIT ?1)",
                [i64::try_from(most).unwrap_or(i64::MAX)],
            )?;
            Ok(())
        })
    }

    fn model(&self, version: Option<u64>) -> Answering<'_, Option<KeptModel>> {
        self.ask(move |desk| {
            desk.query_row(
                "SELECT version, learned_ms, text, notes FROM model
                 WHERE ?1 IS NULL OR version = ?1 ORDER BY version DESC LIMIT 1",
                [version.map(|it| it as i64)],
                |row| {
                    let version = row.get::<_, i64>(0)?.unsigned_abs();
                    Ok(KeptModel { version, learned_ms: row.get(1)?, text: row.get(2)?, notes: row.get(3)? })
                },
            )
            .optional()
        })
    }

    fn model_versions(&self) -> Answering<'_, Vec<(u64, i64)>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare("SELECT version, learned_ms FROM model ORDER BY version DESC")?;
            let versions = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))?;
            versions.collect()
        })
    }

    fn operators(&self) -> Answering<'_, Vec<Operator>> {
        self.ask(|desk| {
            let mut statement = desk.prepare("SELECT id, email, role FROM operator ORDER BY email")?;
            let operators = statement
                .query_map([], |row| Ok(Operator { id: row.get(0)?, email: row.get(1)?, role: row.get(2)? }))?;
            operators.collect()
        })
    }

    fn add_inbox_act(&self, act: InboxAct) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "INSERT INTO inbox_act (survey, submission, at_ms, operator, act, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![act.survey, act.submission, act.at_ms, act.operator, act.act, act.detail],
            )?;
            Ok(())
        })
    }

    fn inbox_acts(&self, survey: Option<String>) -> Answering<'_, Vec<InboxAct>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare(
                "SELECT survey, submission, at_ms, operator, act, detail FROM inbox_act
                 WHERE ?1 IS NULL OR survey = ?1 ORDER BY id",
            )?;
            let acts = statement.query_map([survey], |row| {
                Ok(InboxAct {
                    survey: row.get(0)?,
                    submission: row.get(1)?,
                    at_ms: row.get(2)?,
                    operator: row.get(3)?,
                    act: row.get(4)?,
                    detail: row.get(5)?,
                })
            })?;
            acts.collect()
        })
    }

    fn forget_inbox(&self, submissions: Vec<String>) -> Answering<'_, u64> {
        self.ask(move |desk| {
            let mut forget = desk.prepare("DELETE FROM inbox_act WHERE submission = ?1")?;
            let mut acts = 0;
            for submission in submissions {
                acts += forget.execute([submission])? as u64;
            }
            // What splitting a page left behind of a text goes with the page.
            desk.execute_batch("REINDEX inbox_act")?;
            Ok(acts)
        })
    }

    fn add_care_act(&self, act: CareAct) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute(
                "INSERT INTO care_act (account, subject, at_ms, operator, act, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![act.is_account, act.subject, act.at_ms, act.operator, act.act, act.detail],
            )?;
            Ok(())
        })
    }

    fn care_acts(&self, is_account: bool, of: Option<Vec<String>>) -> Answering<'_, Vec<CareAct>> {
        self.ask(move |desk| {
            let of = of.map(|it| serde_json::to_string(&it).unwrap_or_else(|_| "[]".to_owned()));
            let mut statement = desk.prepare(
                "SELECT account, subject, at_ms, operator, act, detail FROM care_act
                 WHERE account = ?1 AND (?2 IS NULL OR subject IN (SELECT value FROM json_each(?2))) ORDER BY id",
            )?;
            let acts = statement.query_map(params![is_account, of], |row| {
                Ok(CareAct {
                    is_account: row.get(0)?,
                    subject: row.get(1)?,
                    at_ms: row.get(2)?,
                    operator: row.get(3)?,
                    act: row.get(4)?,
                    detail: row.get(5)?,
                })
            })?;
            acts.collect()
        })
    }

    fn segments(&self) -> Answering<'_, Vec<KeptSegment>> {
        self.ask(segments::all)
    }

    fn keep_segment(&self, segment: KeptSegment) -> Answering<'_, ()> {
        self.ask(move |desk| segments::keep(desk, &segment))
    }

    fn forget_segment(&self, id: String) -> Answering<'_, bool> {
        self.ask(move |desk| segments::forget(desk, &id))
    }

    fn definitions(&self) -> Answering<'_, Vec<KeptDefinition>> {
        self.ask(definitions::all)
    }

    fn keep_definitions(
        &self,
        defined: Vec<KeptDefinition>,
        changes: Vec<DefinitionChange>,
        most: usize,
    ) -> Answering<'_, ()> {
        self.ask(move |desk| definitions::keep(desk, &defined, &changes, most))
    }

    fn definition_changes(&self) -> Answering<'_, Vec<DefinitionChange>> {
        self.ask(definitions::changes)
    }

    fn forget_care(&self, users: Vec<String>) -> Answering<'_, u64> {
        self.ask(move |desk| {
            let mut forget = desk.prepare("DELETE FROM care_act WHERE account = 0 AND subject = ?1")?;
            let mut acts = 0;
            for user in users {
                acts += forget.execute([user])? as u64;
            }
            // What splitting a page left behind of a text goes with the page.
            desk.execute_batch("REINDEX care_act")?;
            Ok(acts)
        })
    }
}

fn has_operator(desk: &Connection) -> rusqlite::Result<bool> {
    desk.query_row("SELECT EXISTS (SELECT 1 FROM operator)", [], |row| row.get(0))
}

#[cfg(test)]
mod tests;

//! Who sent a message, in words: names are looked up as they are needed.

use super::columns::Sender;
use super::profiles::account_text;
use super::who::{Who, narrow};
use crate::storage::identity_graph::SenderId;
use crate::storage::{StorageError, UserName};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::Arc;

/// Names kept while one question is answered.
const REMEMBERED: usize = 100_000;

pub(in crate::storage::sqlite) struct People {
    who: Arc<Who>,
    described: HashMap<Sender, Option<Described>>,
}

/// A user, and the account they belong to.
#[derive(Clone, Debug)]
pub(in crate::storage::sqlite) struct Described {
    pub(in crate::storage::sqlite) name: UserName,
    pub(in crate::storage::sqlite) account: Option<String>,
}

impl People {
    pub(super) fn new(who: Arc<Who>) -> Self {
        Self { who, described: HashMap::new() }
    }

    /// The user of a sender; `None` where the sender was erased.
    pub(in crate::storage::sqlite) fn user_of(
        &mut self,
        connection: &Connection,
        sender: SenderId,
    ) -> Result<Option<&Described>, StorageError> {
        let user = self.who.user_of(narrow(sender)?);
        if self.described.len() > REMEMBERED {
            self.described.clear();
        }
        if !self.described.contains_key(&user) {
            let described = describe(connection, &self.who, user)?;
            self.described.insert(user, described);
        }
        Ok(self.described.get(&user).and_then(Option::as_ref))
    }
}

fn describe(connection: &Connection, who: &Who, user: Sender) -> Result<Option<Described>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT text, anonymous FROM sender WHERE id = ?1")?;
    let name = |row: &rusqlite::Row<'_>| Ok(UserName { user: row.get(0)?, anonymous: row.get(1)? });
    let Some(name) = statement.query_row([user], name).optional()? else { return Ok(None) };
    let account = match who.account_of(user) {
        Some(account) => account_text(connection, account.into())?,
        None => None,
    };
    Ok(Some(Described { name, account }))
}

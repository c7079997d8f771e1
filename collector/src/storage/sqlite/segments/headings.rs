//! The latest value of a trait, for every user or every account.

use super::columns::Sender;
use super::reading::{Reading, Said};
use super::snapshot::Snapshot;
use super::subject;
use super::who::{Account, Who};
use crate::storage::{StorageError, TraitPath};
use domain::{Kind, Scope};
use rusqlite::OptionalExtension;
use std::collections::HashMap;

/// No value.
const NONE: u32 = u32::MAX;

/// Values by number.
#[derive(Debug, Default)]
pub(super) struct Headings {
    of_users: Vec<u32>,
    of_accounts: HashMap<Account, u32>,
    texts: Vec<String>,
}

/// The latest word on a trait: time, position, value.
type Word = (i64, i64, u32);

const NO_WORD: Word = (i64::MIN, i64::MIN, NONE);

impl Headings {
    pub(super) fn read(snapshot: &Snapshot<'_>, by: &TraitPath) -> Result<Self, StorageError> {
        let kind = if by.of == Scope::User { Kind::Identify } else { Kind::Group };
        let mut headings = Self::default();
        let Some(subject) = subject::subject(snapshot.connection, kind, "")? else { return Ok(headings) };
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut of_users: Vec<Word> = Vec::new();
        if by.of == Scope::User {
            of_users.resize(snapshot.who.width(), NO_WORD);
        }
        let mut of_accounts: HashMap<i64, Word> = HashMap::new();
        for segment in snapshot.segments(subject.id)? {
            let column = snapshot.column(&subject, &segment, &Reading::Trait(by))?;
            let mut said = Vec::new();
            for value in &column.values {
                said.push(match Said::of(value) {
                    Said::Nothing => None,
                    Said::Gone(account) => Some((account_id(snapshot, by, account)?, NONE)),
                    Said::Is(account, text) => {
                        let number = *numbers.entry(text.to_owned()).or_insert_with(|| {
                            headings.texts.push(text.to_owned());
                            headings.texts.len() as u32 - 1
                        });
                        Some((account_id(snapshot, by, account)?, number))
                    }
                });
            }
            let places = segment.places(snapshot.connection)?;
            let rows = segment.senders().iter().zip(segment.times_ms()).zip(places).zip(&column.codes);
            for (((sender, at_ms), place), code) in rows {
                let Some(Some((account, number))) = said.get(*code as usize) else { continue };
                let word = (*at_ms, place.seq(), *number);
                let latest = match account {
                    Some(account) => of_accounts.entry(*account).or_insert(NO_WORD),
                    None => match of_users.get_mut(snapshot.who.user_of(*sender) as usize) {
                        Some(latest) => latest,
                        None => continue,
                    },
                };
                if (word.0, word.1) >= (latest.0, latest.1) {
                    *latest = word;
                }
            }
        }
        headings.of_users = of_users.into_iter().map(|(_, _, number)| number).collect();
        headings.of_accounts = of_accounts
            .into_iter()
            .filter_map(|(account, (_, _, number))| Some((Account::try_from(account).ok()?, number)))
            .collect();
        Ok(headings)
    }

    /// The number of a user's value.
    pub(super) fn of(&self, user: Sender, who: &Who) -> Option<u32> {
        let number = match self.of_users.get(user as usize) {
            Some(number) => *number,
            None => *self.of_accounts.get(&who.account_of(user)?)?,
        };
        (number != NONE).then_some(number)
    }

    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// `None` for a trait of users; of an account that nobody belongs to, one that nobody asks for.
fn account_id(snapshot: &Snapshot<'_>, by: &TraitPath, text: &str) -> Result<Option<i64>, StorageError> {
    if by.of == Scope::User {
        return Ok(None);
    }
    let find = "SELECT id FROM account WHERE text = ?1";
    let id = snapshot.connection.prepare_cached(find)?.query_row([text], |row| row.get(0)).optional()?;
    Ok(Some(id.unwrap_or(-1)))
}

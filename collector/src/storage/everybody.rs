//! Everybody, in a line each: what lists of users and accounts search, filter and sort. Packed so that a million users
//! fit: texts are shared, accounts are numbered.

use super::UserKey;
use std::sync::Arc;

/// Every user of whom a message is stored, in order of [`UserKey`], and the accounts they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everybody {
    users: Vec<UserLine>,
    accounts: Vec<AccountLine>,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLine {
    pub key: UserKey,
    /// The user id, or the anonymous id of a user who never said who it is.
    pub user: Arc<str>,
    pub anonymous: bool,
    /// The latest trait `name`; without one, `firstName` and `lastName`.
    pub name: Option<Arc<str>>,
    pub email: Option<Arc<str>>,
    /// The account's place in [`Everybody::accounts`].
    pub account: Option<u32>,
    /// When the first message of theirs happened, and the last.
    pub first_ms: i64,
    pub last_ms: i64,
}

/// One account that somebody belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    pub account: Arc<str>,
    /// The account's latest trait `name`.
    pub name: Option<Arc<str>>,
}

impl Everybody {
    pub fn new(users: Vec<UserLine>, accounts: Vec<AccountLine>) -> Self {
        Self { users, accounts }
    }

    /// Those who are wanted, and the accounts that they belong to.
    pub fn only(&self, is_wanted: impl Fn(&UserLine) -> bool) -> Self {
        let mut users: Vec<UserLine> = self.users.iter().filter(|it| is_wanted(it)).cloned().collect();
        let mut places: Vec<Option<u32>> = vec![None; self.accounts.len()];
        let mut accounts = Vec::new();
        for user in &mut users {
            let Some(slot) = user.account.and_then(|it| places.get_mut(it as usize)) else { continue };
            let place = slot.get_or_insert_with(|| {
                accounts.extend(user.account.and_then(|it| self.accounts.get(it as usize)).cloned());
                accounts.len() as u32 - 1
            });
            user.account = Some(*place);
        }
        Self { users, accounts }
    }

    pub(crate) fn user(&self, key: UserKey) -> Option<&UserLine> {
        self.users.get(self.users.binary_search_by_key(&key, |it| it.key).ok()?)
    }

    /// How many lines [`Self::replace`] would put in or take out before others.
    pub(crate) fn moved_by(&self, lines: &[(UserKey, Option<UserLine>)]) -> usize {
        let last = self.users.last().map(|it| it.key);
        let moves = |(key, line): &&(UserKey, Option<UserLine>)| {
            last.is_some_and(|it| *key < it) && self.user(*key).is_some() != line.is_some()
        };
        lines.iter().filter(moves).count()
    }

    /// Puts lines in the place of those there were; `None`: of a user who is no more. `lines` are in order of key.
    pub(crate) fn replace(&mut self, lines: Vec<(UserKey, Option<UserLine>)>, accounts: Vec<AccountLine>) {
        for (key, line) in lines {
            match (self.users.binary_search_by_key(&key, |it| it.key), line) {
                (Ok(place), Some(line)) => self.users[place] = line,
                (Ok(place), None) => drop(self.users.remove(place)),
                (Err(place), Some(line)) => self.users.insert(place, line),
                (Err(_), None) => {}
            }
        }
        self.accounts = accounts;
    }

    pub fn users(&self) -> &[UserLine] {
        &self.users
    }

    /// In no order; each has at least one user.
    pub fn accounts(&self) -> &[AccountLine] {
        &self.accounts
    }

    pub fn account_of(&self, user: &UserLine) -> Option<&AccountLine> {
        self.accounts.get(user.account? as usize)
    }
}

impl UserLine {
    /// What to call them.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.user)
    }
}

impl AccountLine {
    /// What to call it.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.account)
    }
}

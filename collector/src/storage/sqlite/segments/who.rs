//! Who is who, kept in memory: each sender's user and each user's account, by number.
//!
//! Read once as a whole, then brought up to date with the senders that changed since; the rules are those of
//! [`crate::storage::Events`]. It knows no names but where two links have the same time.

use super::columns::Sender;
use super::store::Sealed;
use crate::storage::StorageError;
use crate::storage::identity_graph::{IdentityGraph, SenderId};
use crate::storage::sqlite::person::{self, Senders};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashMap};

/// Changes that are taken one by one; more are quicker taken as a whole.
const CHANGES_MAX: i64 = 100_000;

/// As segments number accounts.
pub(super) type Account = u32;

const NO_ACCOUNT: Account = Account::MAX;

#[derive(Clone, Debug, Default)]
pub(super) struct Who {
    /// Where it differs from the sender; senders beyond the end are their own users.
    user_of: Vec<Sender>,
    /// [`NO_ACCOUNT`] for who belongs to none; users beyond the end belong to none.
    account_of: Vec<Account>,
    /// The greatest number of a sender.
    last: Sender,
    /// Changes up to here are known.
    changes: i64,
    identities: i64,
}

impl Who {
    /// As if it had been read from a file.
    #[cfg(test)]
    pub(super) fn of(last: Sender, user_of: &[(Sender, Sender)], account_of: &[(Sender, Account)]) -> Self {
        let mut who = Self { last, ..Self::default() };
        for (sender, user) in user_of {
            who.set((*sender).into(), (*user).into()).expect("a number that fits");
        }
        for (user, account) in account_of {
            who.set_account(*user, *account);
        }
        who
    }

    pub(super) fn user_of(&self, sender: Sender) -> Sender {
        self.user_of.get(sender as usize).copied().unwrap_or(sender)
    }

    pub(super) fn account_of(&self, user: Sender) -> Option<Account> {
        self.account_of.get(user as usize).copied().filter(|it| *it != NO_ACCOUNT)
    }

    /// One more than the greatest number of a user.
    pub(super) fn width(&self) -> usize {
        self.last as usize + 1
    }

    /// Senders who are another user, or belong to another account, than before; `None` for more than `most`.
    pub(super) fn differing(&self, before: &Self, most: usize) -> Option<BTreeSet<Sender>> {
        let mut differing = BTreeSet::new();
        let (one, other) = (&self.user_of, &before.user_of);
        let beyond = one.len().min(other.len())..one.len().max(other.len());
        let users = places_that_differ(one, other).chain(beyond).map(|it| it as Sender);
        for sender in users.filter(|it| self.user_of(*it) != before.user_of(*it)) {
            differing.insert(sender);
            if differing.len() > most {
                return None;
            }
        }
        let (one, other) = (&self.account_of, &before.account_of);
        let beyond = one.len().min(other.len())..one.len().max(other.len());
        let users = places_that_differ(one, other).chain(beyond).map(|it| it as Sender);
        for user in users.filter(|it| self.account_of(*it) != before.account_of(*it)) {
            differing.insert(user);
            if differing.len() > most {
                return None;
            }
        }
        Some(differing)
    }

    pub(super) fn changes(&self) -> i64 {
        self.changes
    }

    pub(super) fn read(connection: &Connection, sealed: &Sealed) -> Result<Self, StorageError> {
        let changes = last_change(connection, sealed)?;
        let last = last_sender(connection)?;
        let mut who =
            Self { user_of: Vec::new(), account_of: Vec::new(), last, changes, identities: sealed.identities };
        who.user_of = (0..=last).collect();
        let representatives = representatives(connection)?;
        let representative = |user: SenderId| representatives.get(&user).copied().unwrap_or(user);
        for (user, it) in &representatives {
            who.set(*user, *it)?;
        }
        // In order of the anonymous sender: the earliest link of each, ties by the user's id.
        let mut statement = connection.prepare_cached("SELECT anonymous, user, at_ms FROM link")?;
        let mut rows = statement.query([])?;
        let mut best: Option<(SenderId, i64, SenderId)> = None;
        while let Some(row) = rows.next()? {
            let (anonymous, user, at_ms): (SenderId, SenderId, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            best = match best {
                Some((same, best_ms, best_user)) if same == anonymous => {
                    let is_earlier =
                        at_ms < best_ms || at_ms == best_ms && text(connection, user)? < text(connection, best_user)?;
                    if is_earlier { Some((anonymous, at_ms, user)) } else { best }
                }
                done => {
                    if let Some((anonymous, _, user)) = done {
                        who.set(anonymous, representative(user))?;
                    }
                    Some((anonymous, at_ms, user))
                }
            };
        }
        if let Some((anonymous, _, user)) = best {
            who.set(anonymous, representative(user))?;
        }
        who.read_accounts(connection)?;
        Ok(who)
    }

    pub(super) fn is_up_to_date(&self, connection: &Connection, sealed: &Sealed) -> Result<bool, StorageError> {
        Ok(self.identities == sealed.identities
            && self.changes >= last_change(connection, sealed)?
            && self.last >= last_sender(connection)?)
    }

    /// Takes in what changed since, as far as this transaction sees it.
    pub(super) fn follow(&mut self, connection: &Connection, sealed: &Sealed) -> Result<(), StorageError> {
        let until = last_change(connection, sealed)?;
        let is_far = until - self.changes > CHANGES_MAX;
        if is_far || self.changes < sealed.changes_from || self.identities != sealed.identities {
            *self = Self::read(connection, sealed)?;
            return Ok(());
        }
        self.last = self.last.max(last_sender(connection)?);
        if until <= self.changes {
            return Ok(());
        }
        let mut touched: BTreeSet<SenderId> = BTreeSet::new();
        let select = "SELECT DISTINCT sender FROM identity_change WHERE id > ?1 AND id <= ?2";
        let mut statement = connection.prepare_cached(select)?;
        for sender in statement.query_map([self.changes, until], |row| row.get::<_, SenderId>(0))? {
            let sender = sender?;
            // Whose it was has lost it, perhaps with its account.
            touched.extend([sender, SenderId::from(self.user_of(narrow(sender)?))]);
        }
        while let Some(sender) = touched.pop_first() {
            let senders = person::senders_of(connection, sender)?;
            if senders.is_full() {
                *self = Self::read(connection, sealed)?;
                return Ok(());
            }
            self.settle(connection, &senders)?;
            for sender in senders.all() {
                touched.remove(&sender);
            }
        }
        self.changes = until;
        Ok(())
    }

    /// Makes these senders one user.
    fn settle(&mut self, connection: &Connection, senders: &Senders) -> Result<(), StorageError> {
        let Some(user) = representative(connection, senders)? else { return Ok(()) };
        for sender in senders.all() {
            self.set(sender, user)?;
            self.set_account(narrow(sender)?, NO_ACCOUNT);
        }
        if let Some(account) = latest_account(connection, senders)? {
            self.set_account(narrow(user)?, narrow_account(account)?);
        }
        Ok(())
    }

    fn set(&mut self, sender: SenderId, user: SenderId) -> Result<(), StorageError> {
        let (sender, user) = (narrow(sender)?, narrow(user)?);
        while self.user_of.len() <= sender as usize {
            self.user_of.push(self.user_of.len() as Sender);
        }
        if let Some(slot) = self.user_of.get_mut(sender as usize) {
            *slot = user;
        }
        Ok(())
    }

    fn read_accounts(&mut self, connection: &Connection) -> Result<(), StorageError> {
        let mut latest: HashMap<Sender, (i64, i64)> = HashMap::new();
        let mut statement = connection.prepare_cached("SELECT sender, account, at_ms FROM membership")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (sender, account, at_ms): (SenderId, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let user = self.user_of(narrow(sender)?);
            match latest.get(&user).copied() {
                Some((best_ms, best)) if at_ms < best_ms || account == best && at_ms == best_ms => {}
                Some((best_ms, best))
                    if at_ms == best_ms && account_text(connection, account)? <= account_text(connection, best)? => {}
                _ => {
                    latest.insert(user, (at_ms, account));
                }
            }
        }
        self.account_of = Vec::new();
        for (user, (_, account)) in latest {
            self.set_account(user, narrow_account(account)?);
        }
        Ok(())
    }

    fn set_account(&mut self, user: Sender, account: Account) {
        let user = user as usize;
        if user >= self.account_of.len() {
            if account == NO_ACCOUNT {
                return;
            }
            self.account_of.resize(user + 1, NO_ACCOUNT);
        }
        if let Some(slot) = self.account_of.get_mut(user) {
            *slot = account;
        }
    }
}

/// Where two lists differ, as far as both go; long stretches that are the same cost next to nothing.
fn places_that_differ<'a>(one: &'a [u32], other: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
    const STRETCH: usize = 1_024;
    let stretches = one.chunks(STRETCH).zip(other.chunks(STRETCH)).enumerate();
    let differing = stretches.filter(|(_, (one, other))| one != other);
    differing.flat_map(|(nth, (one, other))| {
        let places = one.iter().zip(other).enumerate().filter(|(_, (one, other))| one != other);
        places.map(move |(place, _)| nth * STRETCH + place)
    })
}

/// As the columns have it.
pub(super) fn narrow(sender: SenderId) -> Result<Sender, StorageError> {
    Sender::try_from(sender)
        .map_err(|_| StorageError::Failed(format!("sender {sender} is beyond what segments can number")))
}

fn narrow_account(account: i64) -> Result<Account, StorageError> {
    Account::try_from(account)
        .ok()
        .filter(|it| *it != NO_ACCOUNT)
        .ok_or_else(|| StorageError::Failed(format!("account {account} is beyond what segments can number")))
}

fn last_change(connection: &Connection, sealed: &Sealed) -> Result<i64, StorageError> {
    let select = "SELECT COALESCE(MAX(id), 0) FROM identity_change";
    let last: i64 = connection.prepare_cached(select)?.query_row([], |row| row.get(0))?;
    Ok(last.max(sealed.changes_from))
}

fn last_sender(connection: &Connection) -> Result<Sender, StorageError> {
    let select = "SELECT COALESCE(MAX(id), 0) FROM sender";
    narrow(connection.prepare_cached(select)?.query_row([], |row| row.get(0))?)
}

fn text(connection: &Connection, sender: SenderId) -> Result<Option<String>, StorageError> {
    let select = "SELECT text FROM sender WHERE id = ?1";
    Ok(connection.prepare_cached(select)?.query_row([sender], |row| row.get(0)).optional()?)
}

fn account_text(connection: &Connection, account: i64) -> Result<Option<String>, StorageError> {
    let select = "SELECT text FROM account WHERE id = ?1";
    Ok(connection.prepare_cached(select)?.query_row([account], |row| row.get(0)).optional()?)
}

/// Merged users, each with the one that stands for them all.
fn representatives(connection: &Connection) -> Result<HashMap<SenderId, SenderId>, StorageError> {
    let mut graph = IdentityGraph::default();
    let mut statement = connection.prepare_cached("SELECT previous, user FROM merge")?;
    graph.merges = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT id, text FROM sender
         WHERE id IN (SELECT previous FROM merge UNION SELECT user FROM merge)",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        graph.texts.insert(row.get(0)?, row.get(1)?);
    }
    Ok(graph.representatives())
}

/// The one that stands for a person's senders.
fn representative(connection: &Connection, senders: &Senders) -> Result<Option<SenderId>, StorageError> {
    if senders.users.len() < 2 {
        return Ok(senders.users.iter().chain(&senders.anonymous).next().copied());
    }
    let mut best: Option<(bool, Option<String>, SenderId)> = None;
    for user in &senders.users {
        let select = "SELECT EXISTS (SELECT 1 FROM merge WHERE previous = ?1 AND user <> ?1)";
        let given_up: bool = connection.prepare_cached(select)?.query_row([user], |row| row.get(0))?;
        let it = (given_up, text(connection, *user)?, *user);
        if best.as_ref().is_none_or(|best| it < *best) {
            best = Some(it);
        }
    }
    Ok(best.map(|(_, _, user)| user))
}

fn latest_account(connection: &Connection, senders: &Senders) -> Result<Option<i64>, StorageError> {
    let mut latest: Option<(i64, String, i64)> = None;
    for sender in senders.all() {
        let mut statement = connection.prepare_cached(
            "SELECT at_ms, text, account FROM membership JOIN account ON account.id = membership.account
             WHERE sender = ?1",
        )?;
        for membership in statement.query_map([sender], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
            latest = latest.max(Some(membership?));
        }
    }
    Ok(latest.map(|(_, _, account)| account))
}

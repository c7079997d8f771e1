//! The latest value of a trait, for every user or every account.

use super::by_user::PART;
use super::columns::{Place, Sender};
use super::reading::{Column, Reading, Said};
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::subject;
use super::who::{Account, Who};
use crate::storage::{StorageError, TraitPath};
use domain::{Kind, Scope};
use rayon::prelude::*;
use rusqlite::OptionalExtension;
use std::collections::HashMap;
use std::sync::Arc;

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

/// What one segment says about a trait.
struct Told {
    segment: Arc<Segment>,
    /// In order of sender, as sealed segments are.
    is_sorted: bool,
    column: Arc<Column>,
    /// For each code of the column: the account, and the value's number or [`NONE`]; nothing where it says nothing.
    said: Vec<Option<(Option<i64>, u32)>>,
}

impl Headings {
    pub(super) fn read(snapshot: &Snapshot<'_>, by: &TraitPath) -> Result<Self, StorageError> {
        let kind = if by.of == Scope::User { Kind::Identify } else { Kind::Group };
        let mut headings = Self::default();
        let Some(subject) = subject::subject(snapshot.connection, kind, "")? else { return Ok(headings) };
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut all_told: Vec<Told> = Vec::new();
        let sealed = snapshot.sealed_segments(subject.id)?.into_iter().map(|it| (it, true));
        for (segment, is_sorted) in sealed.chain(snapshot.unsealed(subject.id).map(|it| (it, false))) {
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
            all_told.push(Told { segment, is_sorted, column, said });
        }
        let mut rows: Vec<(&Told, &[Place])> = Vec::new();
        for told in &all_told {
            rows.push((told, told.segment.places(snapshot.connection)?));
        }
        match by.of {
            Scope::User => headings.of_users = of_users(&rows, &snapshot.who),
            Scope::Account => headings.of_accounts = of_accounts(&rows),
        }
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

impl Told {
    /// The words of a stretch of its rows: whose, of which account, and what.
    fn each(&self, places: &[Place], stretch: std::ops::Range<usize>, mut take: impl FnMut(Sender, Option<i64>, Word)) {
        let senders = self.segment.senders().get(stretch.clone()).unwrap_or_default();
        let times_ms = self.segment.times_ms().get(stretch.clone()).unwrap_or_default();
        let codes = self.column.codes.get(stretch.clone()).unwrap_or_default();
        let rows = senders.iter().zip(times_ms).zip(places.get(stretch).unwrap_or_default()).zip(codes);
        for (((sender, at_ms), place), code) in rows {
            if let Some(Some((account, number))) = self.said.get(*code as usize) {
                take(*sender, *account, (*at_ms, place.seq(), *number));
            }
        }
    }
}

fn keep_latest(latest: &mut Word, word: Word) {
    if (word.0, word.1) >= (latest.0, latest.1) {
        *latest = word;
    }
}

/// The latest word of each user, part by part, on all cores.
fn of_users(rows: &[(&Told, &[Place])], who: &Who) -> Vec<u32> {
    // Of those who turned out to be somebody else, and what is in no order.
    let elsewhere = |(told, places): &(&Told, &[Place])| {
        let mut words: Vec<(Sender, Word)> = Vec::new();
        told.each(places, 0..told.segment.len(), |sender, _, word| {
            let user = who.user_of(sender);
            if user != sender || !told.is_sorted {
                words.push((user, word));
            }
        });
        words
    };
    let mut gathered: Vec<(Sender, Word)> = rows.par_iter().flat_map_iter(elsewhere).collect();
    gathered.par_sort_unstable();
    let mut of_users = vec![NONE; who.width()];
    of_users.par_chunks_mut(PART).enumerate().for_each(|(part, of_users)| {
        let (first, end) = ((part * PART) as u64, ((part + 1) * PART) as u64);
        let mut latest = vec![NO_WORD; of_users.len()];
        let mut hear = |user: Sender, word: Word| {
            if let Some(latest) = latest.get_mut(user as usize % PART) {
                keep_latest(latest, word);
            }
        };
        for (told, places) in rows.iter().filter(|it| it.0.is_sorted) {
            told.each(places, told.segment.stretch(first..end), |sender, _, word| {
                if who.user_of(sender) == sender {
                    hear(sender, word);
                }
            });
        }
        let from = gathered.partition_point(|it| u64::from(it.0) < first);
        let gathered = gathered.iter().skip(from).take_while(|it| u64::from(it.0) < end);
        gathered.for_each(|(user, word)| hear(*user, *word));
        of_users.iter_mut().zip(latest).for_each(|(number, (.., latest))| *number = latest);
    });
    of_users
}

/// The latest word on each account, whoever said it.
fn of_accounts(rows: &[(&Told, &[Place])]) -> HashMap<Account, u32> {
    let mut latest: HashMap<i64, Word> = HashMap::new();
    for (told, places) in rows {
        told.each(places, 0..told.segment.len(), |_, account, word| {
            if let Some(account) = account {
                keep_latest(latest.entry(account).or_insert(NO_WORD), word);
            }
        });
    }
    let number = |(account, (.., number)): (i64, Word)| Some((Account::try_from(account).ok()?, number));
    latest.into_iter().filter_map(number).collect()
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

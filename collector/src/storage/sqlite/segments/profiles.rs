//! What is known of a few users: their own `identify` messages, and the `group` messages of their accounts.

use super::columns::Sender;
use super::questions::rows_of;
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::subject;
use super::who::narrow;
use crate::storage::sqlite::person;
use crate::storage::{Profile, StorageError};
use domain::Kind;
use rusqlite::Connection;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Trust from which on a trait counts as verified.
const TRUST_VERIFIED: u8 = 2;

/// A message: time, position, trust. Later ones overwrite earlier ones.
type Word = (i64, i64, u8);

pub(super) fn profiles(snapshot: &Snapshot<'_>, users: &[String]) -> Result<Vec<Profile>, StorageError> {
    let connection = snapshot.connection;
    let mut segments = Vec::new();
    if let Some(subject) = subject::subject(connection, Kind::Identify, "")? {
        segments.extend(snapshot.sealed_segments(subject.id)?.into_iter().map(|it| (it, true)));
        segments.extend(snapshot.unsealed(subject.id).map(|it| (it, false)));
    }
    let mut profiles = Vec::with_capacity(users.len());
    for user in users {
        let mut profile = Profile { user: user.clone(), ..Profile::default() };
        let senders = senders(snapshot, user)?;
        for sender in &senders {
            if let Some(account) = snapshot.who.account_of(snapshot.who.user_of(*sender)) {
                profile.account = account_text(connection, account.into())?;
            }
        }
        let mut words: Vec<Word> = Vec::new();
        for (segment, is_sorted) in &segments {
            let rows = rows_of(segment, *is_sorted, &senders);
            if !rows.is_empty() {
                let places = segment.places(connection)?;
                let word = |row: usize| {
                    let place = places.get(row)?;
                    Some((*segment.times_ms().get(row)?, place.seq(), place.trust()))
                };
                words.extend(rows.into_iter().filter_map(word));
            }
        }
        words.sort_unstable();
        for (_, seq, trust) in words {
            profile.verified |= trust >= TRUST_VERIFIED;
            profile.traits.extend(traits(connection, seq)?);
        }
        profiles.push(profile);
    }
    let accounts: HashSet<&str> = profiles.iter().filter_map(|it| it.account.as_deref()).collect();
    let of_accounts = of_accounts(snapshot, &accounts)?;
    for profile in &mut profiles {
        if let Some(traits) = profile.account.as_deref().and_then(|it| of_accounts.get(it)) {
            profile.account_traits = traits.clone();
        }
    }
    Ok(profiles)
}

/// All senders of those users whom this text names.
fn senders(snapshot: &Snapshot<'_>, user: &str) -> Result<Vec<Sender>, StorageError> {
    let mut senders = Vec::new();
    for anonymous in [false, true] {
        let Some(sender) = person::sender(snapshot.connection, anonymous, user)? else { continue };
        // Who was given up for another id is known under that one.
        if snapshot.who.user_of(narrow(sender)?) == narrow(sender)? {
            for sender in person::senders_of(snapshot.connection, sender)?.all() {
                senders.push(narrow(sender)?);
            }
        }
    }
    senders.sort_unstable();
    Ok(senders)
}

/// The latest traits of accounts, whoever of them said so.
fn of_accounts(
    snapshot: &Snapshot<'_>,
    accounts: &HashSet<&str>,
) -> Result<HashMap<String, Map<String, Value>>, StorageError> {
    let mut words: BTreeMap<(i64, i64), String> = BTreeMap::new();
    let group = subject::subject(snapshot.connection, Kind::Group, "")?;
    if let Some(subject) = group.filter(|_| !accounts.is_empty()) {
        for segment in snapshot.segments(subject.id)? {
            let column = snapshot.column(&subject, &segment, &Reading::Account)?;
            let value =
                |it: &Vec<u8>| std::str::from_utf8(it).ok().filter(|it| accounts.contains(it)).map(str::to_owned);
            let wanted: Vec<Option<String>> = column.values.iter().map(value).collect();
            let rows = segment.times_ms().iter().zip(segment.places(snapshot.connection)?).zip(&column.codes);
            for ((at_ms, place), code) in rows {
                if let Some(Some(account)) = wanted.get(*code as usize) {
                    words.insert((*at_ms, place.seq()), account.clone());
                }
            }
        }
    }
    let mut found: HashMap<String, Map<String, Value>> = HashMap::new();
    for ((_, seq), account) in words {
        found.entry(account).or_default().extend(traits(snapshot.connection, seq)?);
    }
    Ok(found)
}

fn traits(connection: &Connection, seq: i64) -> Result<Map<String, Value>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT body FROM message WHERE seq = ?1")?;
    let body = statement.query_map([seq], |row| row.get::<_, String>(0))?.next().transpose()?;
    match body.and_then(|it| serde_json::from_str::<Value>(&it).ok()) {
        Some(Value::Object(mut body)) => match body.remove("traits") {
            Some(Value::Object(traits)) => Ok(traits),
            _ => Ok(Map::new()),
        },
        _ => Ok(Map::new()),
    }
}

pub(super) fn account_text(connection: &Connection, account: i64) -> Result<Option<String>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT text FROM account WHERE id = ?1")?;
    Ok(statement.query_map([account], |row| row.get(0))?.next().transpose()?)
}

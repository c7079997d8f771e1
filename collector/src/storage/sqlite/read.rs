//! Answering questions over the log: the simplest thing that is right.

use crate::metric::{Mark, furthest_chain};
use crate::storage::history::{self, Event};
use crate::storage::identity_graph::{IdentityGraph, People, Sender, SenderId};
use crate::storage::interest::{Interest, interests};
use crate::storage::json::heading;
use crate::storage::{Chain, FirstReach, FunnelQuestion, Profile, StorageError, TraitPath};
use domain::{Journey, Kind, Scope, compact};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// Number that stands for a server's trust in the log.
const TRUST_SERVER: i64 = 3;
const TRUST_VERIFIED: i64 = 2;

pub(super) fn chains(connection: &Connection, question: &FunnelQuestion) -> Result<Vec<Chain>, StorageError> {
    let (graph, people) = people(connection)?;
    let journey = &question.journey;
    let marks = marks(connection, journey, &people)?;
    let headings = match &question.by {
        Some(by) => Some(Headings::read(connection, &people, by)?),
        None => None,
    };
    let mut chains = Vec::new();
    for (user, mut marks) in marks {
        marks.retain(|it| {
            question.since_ms.is_none_or(|since_ms| it.at_ms >= since_ms)
                && question.until_ms.is_none_or(|until_ms| it.at_ms < until_ms)
        });
        let times_ms = furthest_chain(&mut marks, journey.milestones.len(), question.window_ms);
        let Some(sender) = graph.senders.get(&user).filter(|_| !times_ms.is_empty()) else { continue };
        chains.push(Chain {
            user: sender.text.clone(),
            anonymous: sender.anonymous,
            times_ms,
            group: headings.as_ref().and_then(|it| it.of(user, &people)),
        });
    }
    chains.sort_by(|a, b| (&a.user, a.anonymous).cmp(&(&b.user, b.anonymous)));
    Ok(chains)
}

pub(super) fn first_reached(connection: &Connection, journey: &Journey) -> Result<Vec<FirstReach>, StorageError> {
    let (graph, people) = people(connection)?;
    let mut reaches: HashMap<SenderId, Vec<Option<i64>>> = HashMap::new();
    let mut add = |user: SenderId, level: usize, at_ms: i64| {
        let times = reaches.entry(user).or_insert_with(|| vec![None; journey.milestones.len()]);
        if let Some(slot) = times.get_mut(level) {
            *slot = Some(slot.map_or(at_ms, |before| before.min(at_ms)));
        }
    };
    // Milestones of the user's own messages that one message decides were found as it arrived;
    // the others are found now, over the log.
    let mut open = journey.clone();
    for (level, milestone) in journey.milestones.iter().enumerate() {
        if milestone.scope == Scope::Account {
            continue;
        }
        let Some(id) = watched(connection, journey, level)? else { continue };
        let mut statement = connection.prepare_cached("SELECT sender, at_ms FROM first_reach WHERE milestone = ?1")?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            add(people.user_of(row.get(0)?), level, row.get(1)?);
        }
        // Never fires, so that the log is not read for it.
        if let Some(milestone) = open.milestones.get_mut(level) {
            milestone.rule = domain::Rule::Any(Vec::new());
        }
    }
    for (user, marks) in marks(connection, &open, &people)? {
        for Mark { at_ms, level } in marks {
            add(user, level, at_ms);
        }
    }
    let mut found: Vec<(Sender, Vec<Option<i64>>)> = reaches
        .into_iter()
        .filter_map(|(user, times_ms)| Some((graph.senders.get(&user)?.clone(), times_ms)))
        .collect();
    found.sort_by(|(a, _), (b, _)| (&a.text, a.anonymous).cmp(&(&b.text, b.anonymous)));
    Ok(found.into_iter().map(|(sender, times_ms)| FirstReach { user: sender.text, times_ms }).collect())
}

/// The number under which first reaches of this milestone are kept, if they are, and by this rule.
pub(super) fn watched(connection: &Connection, journey: &Journey, level: usize) -> Result<Option<i64>, StorageError> {
    let Some(milestone) = journey.milestones.get(level) else { return Ok(None) };
    let find = "SELECT id FROM milestone WHERE journey = ?1 AND milestone = ?2 AND rule = ?3";
    let values = params![journey.id.as_str(), milestone.id.as_str(), compact::write_rule(&milestone.rule)];
    Ok(connection.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?)
}

pub(super) fn profiles(connection: &Connection, users: &[String]) -> Result<Vec<Profile>, StorageError> {
    let (graph, people) = people(connection)?;
    let wanted: HashMap<&str, usize> = users.iter().enumerate().map(|(index, user)| (user.as_str(), index)).collect();
    let mut profiles: Vec<Profile> =
        users.iter().map(|user| Profile { user: user.clone(), ..Profile::default() }).collect();
    let index_of = |sender: SenderId| {
        let user = people.user_of(sender);
        graph.senders.get(&user).and_then(|it| wanted.get(it.text.as_str())).copied()
    };
    for sender in graph.senders.keys() {
        if let Some(profile) = index_of(*sender).and_then(|it| profiles.get_mut(it))
            && let Some(account) = people.account_of(people.user_of(*sender))
        {
            profile.account = Some(account.to_owned());
        }
    }
    let mut accounts: HashMap<String, Map<String, Value>> = HashMap::new();
    for statement in trait_statements(connection, Kind::Identify)? {
        if let Some(profile) = index_of(statement.sender).and_then(|it| profiles.get_mut(it)) {
            profile.verified |= statement.trust >= TRUST_VERIFIED;
            profile.traits.extend(statement.traits);
        }
    }
    for statement in trait_statements(connection, Kind::Group)? {
        if let Some(account) = statement.account {
            accounts.entry(account).or_default().extend(statement.traits);
        }
    }
    for profile in &mut profiles {
        if let Some(traits) = profile.account.as_ref().and_then(|it| accounts.get(it)) {
            profile.account_traits = traits.clone();
        }
    }
    Ok(profiles)
}

pub(super) fn messages(connection: &Connection, from: i64, limit: usize) -> Result<(Vec<String>, i64), StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT seq, id, at_ms, received_ms, body FROM message WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![from, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let (mut found, mut last) = (Vec::new(), from);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        let id = match row.get_ref(1)? {
            rusqlite::types::ValueRef::Blob(bytes) => {
                uuid::Uuid::from_slice(bytes).map(|it| it.hyphenated().to_string()).unwrap_or_default()
            }
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        found.push(exported(&row.get::<_, String>(4)?, &id, row.get(2)?, row.get(3)?));
    }
    Ok((found, last))
}

/// A message as it came, with what the collector settled: its id and its times.
fn exported(body: &str, id: &str, at_ms: i64, received_ms: i64) -> String {
    use serde_json::value::RawValue;
    let iso = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|it| it.to_string()).unwrap_or_default();
    let text = |text: String| serde_json::value::to_raw_value(&text).ok();
    let Ok(mut fields) = serde_json::from_str::<std::collections::BTreeMap<String, Box<RawValue>>>(body) else {
        return body.to_owned();
    };
    for (key, value) in [("messageId", id.to_owned()), ("timestamp", iso(at_ms)), ("receivedAt", iso(received_ms))] {
        if let Some(value) = text(value) {
            fields.insert(key.to_owned(), value);
        }
    }
    for key in ["writeKey", "identityToken", "sentAt"] {
        fields.remove(key);
    }
    serde_json::to_string(&fields).unwrap_or_else(|_| body.to_owned())
}

pub(super) fn count(connection: &Connection) -> Result<u64, StorageError> {
    // Positions are given out one by one and never twice: those that were not erased are the count.
    let count: i64 = connection.query_row(
        "SELECT max(COALESCE((SELECT MAX(seq) FROM message), 0), last_position) - messages FROM erasure",
        [],
        |row| row.get(0),
    )?;
    Ok(count.unsigned_abs())
}

pub(super) fn marks(
    connection: &Connection,
    journey: &Journey,
    people: &People,
) -> Result<HashMap<SenderId, Vec<Mark>>, StorageError> {
    let mut events = events(connection, &interests(journey.milestones.iter().map(|it| &it.rule)))?;
    for event in &mut events {
        event.user = people.user_of(event.user);
    }
    // An account's milestone counts for every member, also for one who sent nothing else.
    let members = if journey.milestones.iter().any(|it| it.scope == Scope::Account) {
        members(connection, people)?
    } else {
        vec![]
    };
    Ok(history::marks(journey, events, people, &members))
}

fn members(connection: &Connection, people: &People) -> Result<Vec<SenderId>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT sender FROM membership")?;
    let members = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<SenderId>, _>>()?;
    Ok(members.into_iter().map(|it| people.user_of(it)).collect())
}

/// All messages on these subjects; `user` is still the sender.
pub(super) fn events(connection: &Connection, interests: &[Interest]) -> Result<Vec<Event>, StorageError> {
    let mut events = Vec::new();
    for interest in interests {
        let body = if interest.needs_body { "body" } else { "NULL" };
        let select = format!(
            "SELECT seq, sender, at_ms, trust, {body} FROM message
             WHERE subject = (SELECT id FROM subject WHERE name = ?1 AND kind = ?2)"
        );
        let name: Rc<str> = Rc::from(interest.name.as_str());
        let mut statement = connection.prepare_cached(&select)?;
        let mut rows = statement.query(params![interest.name, interest.kind.as_str()])?;
        while let Some(row) = rows.next()? {
            let body: Option<String> = row.get(4)?;
            events.push(Event {
                seq: row.get(0)?,
                user: row.get(1)?,
                at_ms: row.get(2)?,
                kind: interest.kind,
                name: Rc::clone(&name),
                from_server: row.get::<_, i64>(3)? == TRUST_SERVER,
                body: body.and_then(|it| serde_json::from_str(&it).ok()),
            });
        }
    }
    Ok(events)
}

pub(super) fn people(connection: &Connection) -> Result<(IdentityGraph, People), StorageError> {
    let mut graph = IdentityGraph::default();
    let mut statement = connection.prepare_cached("SELECT id, anonymous, text FROM sender")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        graph.senders.insert(row.get(0)?, Sender { anonymous: row.get(1)?, text: row.get(2)? });
    }
    let mut statement = connection.prepare_cached("SELECT anonymous, user, at_ms FROM link")?;
    graph.links =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached("SELECT previous, user FROM merge")?;
    graph.merges = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut statement = connection
        .prepare_cached("SELECT sender, text, at_ms FROM membership JOIN account ON account.id = membership.account")?;
    graph.memberships =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let people = graph.resolve();
    Ok((graph, people))
}

/// What one `identify` or `group` said.
struct TraitStatement {
    sender: SenderId,
    trust: i64,
    account: Option<String>,
    traits: Map<String, Value>,
}

/// In order of time, so that later ones overwrite earlier ones.
fn trait_statements(connection: &Connection, kind: Kind) -> Result<Vec<TraitStatement>, StorageError> {
    let mut statement = connection.prepare_cached(
        "SELECT sender, trust, body FROM message
         WHERE subject = (SELECT id FROM subject WHERE name = '' AND kind = ?1) ORDER BY at_ms, seq",
    )?;
    let mut rows = statement.query([kind.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(Value::Object(mut body)) = serde_json::from_str(&row.get::<_, String>(2)?) else { continue };
        let traits = match body.remove("traits") {
            Some(Value::Object(traits)) => traits,
            _ => Map::new(),
        };
        let account = body.get("groupId").and_then(Value::as_str).map(|it| it.replace('\0', ""));
        found.push(TraitStatement { sender: row.get(0)?, trust: row.get(1)?, account, traits });
    }
    Ok(found)
}

/// The value of one trait for every user or account.
enum Headings {
    OfUsers(HashMap<SenderId, String>),
    OfAccounts(HashMap<String, String>),
}

impl Headings {
    fn read(connection: &Connection, people: &People, by: &TraitPath) -> Result<Self, StorageError> {
        let kind = if by.of == Scope::User { Kind::Identify } else { Kind::Group };
        let mut of_users = HashMap::new();
        let mut of_accounts = HashMap::new();
        for statement in trait_statements(connection, kind)? {
            let Some((first, rest)) = by.path.split_first() else { continue };
            let Some(mut value) = statement.traits.get(first) else { continue };
            for key in rest {
                value = value.get(key).unwrap_or(&Value::Null);
            }
            let text = heading(value);
            match (by.of, statement.account) {
                (Scope::User, _) => set(&mut of_users, people.user_of(statement.sender), text),
                (Scope::Account, Some(account)) => set(&mut of_accounts, account, text),
                (Scope::Account, None) => {}
            }
        }
        Ok(if by.of == Scope::User { Self::OfUsers(of_users) } else { Self::OfAccounts(of_accounts) })
    }

    fn of(&self, user: SenderId, people: &People) -> Option<String> {
        match self {
            Self::OfUsers(values) => values.get(&user).cloned(),
            Self::OfAccounts(values) => values.get(people.account_of(user)?).cloned(),
        }
    }
}

fn set<K: std::hash::Hash + Eq>(values: &mut HashMap<K, String>, key: K, text: Option<String>) {
    match text {
        Some(text) => values.insert(key, text),
        None => values.remove(&key),
    };
}

//! Putting definitions in force: what the writer looks out for, and history held against what changed.

use super::intern::Interned;
use super::read;
use crate::storage::StorageError;
use crate::storage::history::Event;
use crate::storage::interest::interests;
use crate::storage::json::JsonProperties;
use domain::{Definitions, Fact, Rule, RuleProgress, compact};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// The milestones that one message alone decides, by the subject that can decide them.
#[derive(Default)]
pub(super) struct Watchlist {
    by_subject: HashMap<i64, Vec<(i64, Rule)>>,
}

impl Watchlist {
    /// The subjects that are looked at.
    pub(super) fn subjects(&self) -> BTreeSet<i64> {
        self.by_subject.keys().copied().collect()
    }

    /// Remembers the first reach of every milestone that this message reaches.
    /// `event` is made only when a milestone looks at this subject at all.
    pub(super) fn reach(
        &self,
        connection: &Connection,
        subject: i64,
        event: impl FnOnce() -> Event,
    ) -> Result<(), StorageError> {
        let Some(watched) = self.by_subject.get(&subject) else { return Ok(()) };
        let event = event();
        for (milestone, rule) in watched {
            reach(connection, *milestone, rule, &event)?;
        }
        Ok(())
    }
}

pub(super) fn define(
    connection: &Connection,
    interned: &mut Interned,
    definitions: &Definitions,
) -> Result<Watchlist, StorageError> {
    let mut watchlist = Watchlist::default();
    let mut kept: Vec<i64> = Vec::new();
    for journey in &definitions.journeys {
        for milestone in journey.milestones.iter().filter(|it| it.rule.is_single_message()) {
            let rule_text = compact::write_rule(&milestone.rule);
            let names = params![journey.id.as_str(), milestone.id.as_str()];
            let stored: Option<(i64, String)> = connection
                .prepare_cached("SELECT id, rule FROM milestone WHERE journey = ?1 AND milestone = ?2")?
                .query_row(names, |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let id = match stored {
                Some((id, text)) if text == rule_text => id,
                stored => {
                    if let Some((id, _)) = stored {
                        forget(connection, id)?;
                    }
                    let names = params![journey.id.as_str(), milestone.id.as_str(), rule_text];
                    connection
                        .prepare_cached("INSERT INTO milestone (journey, milestone, rule) VALUES (?1, ?2, ?3)")?
                        .execute(names)?;
                    let id = connection.last_insert_rowid();
                    for event in read::events(connection, &interests([&milestone.rule]))? {
                        reach(connection, id, &milestone.rule, &event)?;
                    }
                    id
                }
            };
            kept.push(id);
            for interest in interests([&milestone.rule]) {
                let subject = interned.subject(connection, interest.kind, &interest.name)?;
                watchlist.by_subject.entry(subject).or_default().push((id, milestone.rule.clone()));
            }
        }
    }
    let mut all = connection.prepare_cached("SELECT id FROM milestone")?;
    let all: Vec<i64> = all.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in all.into_iter().filter(|it| !kept.contains(it)) {
        forget(connection, id)?;
    }
    Ok(watchlist)
}

fn forget(connection: &Connection, milestone: i64) -> Result<(), StorageError> {
    connection.prepare_cached("DELETE FROM first_reach WHERE milestone = ?1")?.execute([milestone])?;
    connection.prepare_cached("DELETE FROM milestone WHERE id = ?1")?.execute([milestone])?;
    Ok(())
}

fn reach(connection: &Connection, milestone: i64, rule: &Rule, event: &Event) -> Result<(), StorageError> {
    let properties = JsonProperties::of(event.kind, event.body.as_ref());
    let fact = Fact {
        at_ms: event.at_ms,
        kind: event.kind,
        name: &event.name,
        url: properties.url(),
        from_server: event.from_server,
        properties: &properties,
    };
    if RuleProgress::new(rule).observe(rule, &fact) {
        let values = params![milestone, event.user, event.at_ms];
        connection.prepare_cached(include_str!("first_reach.sql"))?.execute(values)?;
    }
    Ok(())
}

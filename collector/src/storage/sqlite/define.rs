//! Putting definitions in force: what the writer looks out for, and history held against what changed.

use super::intern::Interned;
use super::read;
use super::remembered::Remembered;
use crate::storage::history::Event;
use crate::storage::interest::interests;
use crate::storage::json::JsonProperties;
use crate::storage::{RowRef, StorageError, Trust};
use domain::{Definitions, Fact, Rule, RuleProgress, compact};
use foldhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// The milestones that one message alone decides, by the subject that can decide them.
#[derive(Default)]
pub(super) struct Watchlist {
    by_subject: HashMap<i64, Vec<Watched>, RandomState>,
}

struct Watched {
    milestone: i64,
    rule: Rule,
    /// Whether the rule looks inside messages of this subject.
    needs_body: bool,
}

impl Watchlist {
    /// The subjects that are looked at.
    pub(super) fn subjects(&self) -> BTreeSet<i64> {
        self.by_subject.keys().copied().collect()
    }

    /// Remembers the first reach of every milestone that this message reaches.
    pub(super) fn reach(
        &self,
        connection: &Connection,
        interned: &mut Interned,
        subject: i64,
        sender: i64,
        row: &RowRef<'_>,
    ) -> Result<(), StorageError> {
        let Some(watched) = self.by_subject.get(&subject) else { return Ok(()) };
        let mut body = None;
        for Watched { milestone, rule, needs_body } in watched {
            let reach = (*milestone, sender);
            if interned.reaches.get(&reach).is_some_and(|earliest_ms| earliest_ms <= row.at_ms) {
                continue;
            }
            if *needs_body && body.is_none() {
                body = serde_json::from_str(row.body).ok();
            }
            let properties = JsonProperties::of(row.kind, body.as_ref());
            let fact = Fact {
                at_ms: row.at_ms,
                kind: row.kind,
                name: row.name,
                url: properties.url(),
                from_server: row.trust == Trust::Server,
                properties: &properties,
            };
            if RuleProgress::new(rule).observe(rule, &fact) {
                store(connection, *milestone, sender, row.at_ms)?;
                // Of an earlier time that is in the file this knows nothing; it may only look once too often.
                interned.reaches.insert(reach, row.at_ms);
            }
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
    // A milestone that goes leaves its number to another.
    interned.reaches = Remembered::default();
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
                let rule = milestone.rule.clone();
                let watched = Watched { milestone: id, rule, needs_body: interest.needs_body };
                watchlist.by_subject.entry(subject).or_default().push(watched);
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
        store(connection, milestone, event.user, event.at_ms)?;
    }
    Ok(())
}

fn store(connection: &Connection, milestone: i64, sender: i64, at_ms: i64) -> Result<(), StorageError> {
    connection.prepare_cached(include_str!("first_reach.sql"))?.execute(params![milestone, sender, at_ms])?;
    Ok(())
}

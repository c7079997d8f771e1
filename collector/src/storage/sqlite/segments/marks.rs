//! When milestones were reached, by whom: rules held against columns instead of messages.

use super::by_user::{ByUser, Gathered};
use super::columns::Sender;
use super::reading::{Column, Reading};
use super::segment::Segment;
use super::shares::shares;
use super::snapshot::Snapshot;
use super::subject;
use super::who::{Account, Who};
use crate::storage::StorageError;
use crate::storage::abridged::Abridged;
use crate::storage::interest::interests;
use domain::{Journey, Kind, Milestone, Scope};
use rayon::prelude::*;
use std::sync::Arc;

/// Every firing of every milestone at a time that is wanted.
pub(super) fn marks<'s>(
    snapshot: &'s Snapshot<'_>,
    journey: &Journey,
    is_wanted: impl Fn(i64) -> bool + Sync,
) -> Result<ByUser<'s>, StorageError> {
    let mut rows: Vec<Rows> = Vec::new();
    let mut of_histories = Gathered::default();
    for (level, milestone) in journey.milestones.iter().enumerate() {
        let level = level as u32;
        let rule = Abridged::new(&milestone.rule);
        if rule.is_single_message() {
            of_single_messages(snapshot, milestone, &rule, level, &mut rows)?;
        } else {
            histories(snapshot, milestone, &rule, &mut |actor, at_ms| {
                if is_wanted(at_ms) {
                    actor.reaches(level, at_ms, &mut of_histories);
                }
            })?;
        }
    }
    let who = &*snapshot.who;
    let mut gathered: Vec<Gathered> = shares(rows.into_iter().map(|it| (it.segment.len(), it)))
        .into_par_iter()
        .map(|rows| {
            let mut gathered = Gathered::default();
            for rows in rows {
                rows.each(|sender, at_ms| {
                    if is_wanted(at_ms) {
                        Actor::of(sender, rows.scope, who).reaches(rows.level, at_ms, &mut gathered);
                    }
                });
            }
            gathered
        })
        .collect();
    gathered.push(of_histories);
    Ok(ByUser::new(gathered, who))
}

/// Whose messages a rule is held against: a user's, or all of an account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Actor {
    User(Sender),
    Account(Account),
}

impl Actor {
    fn of(sender: Sender, scope: Scope, who: &Who) -> Self {
        let user = who.user_of(sender);
        match scope {
            Scope::User => Self::User(user),
            // Who belongs to no account reaches it alone.
            Scope::Account => who.account_of(user).map_or(Self::User(user), Self::Account),
        }
    }

    fn reaches(self, level: u32, at_ms: i64, gathered: &mut Gathered) {
        match self {
            Self::User(user) => gathered.push(user, level, at_ms),
            // It counts for every member, also for one who sent nothing else.
            Self::Account(account) => gathered.push_for_account(account, level, at_ms),
        }
    }
}

/// Rows of a segment that reach a milestone.
struct Rows {
    level: u32,
    scope: Scope,
    segment: Arc<Segment>,
    /// Only those whose code stands for a reading that fires.
    fires: Option<(Arc<Column>, Vec<bool>)>,
}

impl Rows {
    fn each(&self, mut take: impl FnMut(Sender, i64)) {
        let rows = self.segment.rows();
        match &self.fires {
            None => rows.for_each(|(sender, at_ms)| take(sender, at_ms)),
            Some((column, fires)) => rows
                .zip(&column.codes)
                .filter(|(_, code)| fires.get(**code as usize).is_some_and(|it| *it))
                .for_each(|((sender, at_ms), _)| take(sender, at_ms)),
        }
    }
}

/// Where one message alone decides.
fn of_single_messages(
    snapshot: &Snapshot<'_>,
    milestone: &Milestone,
    rule: &Abridged,
    level: u32,
    rows: &mut Vec<Rows>,
) -> Result<(), StorageError> {
    for subject in subject::of(snapshot.connection, &interests([&milestone.rule]))? {
        let fires = |verdicts: &[u8]| rule.observe(&mut rule.progress(), subject.kind, 0, verdicts);
        let always = rule.verdicts_on_all(subject.kind, &subject.name).map(|it| fires(&it));
        if always == Some(false) {
            continue;
        }
        for segment in snapshot.segments(subject.id)? {
            let fires = if always == Some(true) {
                None
            } else {
                let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
                let fires = column.values.iter().map(|it| fires(it)).collect();
                Some((column, fires))
            };
            rows.push(Rows { level, scope: milestone.scope, segment, fires });
        }
    }
    Ok(())
}

/// One message, with what was read off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    actor: Actor,
    at_ms: i64,
    seq: i64,
    verdicts: u32,
}

/// Where earlier messages matter.
fn histories(
    snapshot: &Snapshot<'_>,
    milestone: &Milestone,
    rule: &Abridged,
    take: &mut dyn FnMut(Actor, i64),
) -> Result<(), StorageError> {
    let mut known: Vec<(Kind, Vec<u8>)> = Vec::new();
    let mut told: Vec<Told> = Vec::new();
    for subject in subject::of(snapshot.connection, &interests([&milestone.rule]))? {
        for segment in snapshot.segments(subject.id)? {
            let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
            let first = known.len() as u32;
            known.extend(column.values.iter().map(|it| (subject.kind, it.clone())));
            let rows = segment.rows().zip(segment.places(snapshot.connection)?);
            told.extend(rows.zip(&column.codes).map(|(((sender, at_ms), place), code)| Told {
                actor: Actor::of(sender, milestone.scope, &snapshot.who),
                at_ms,
                seq: place.seq(),
                verdicts: first + code,
            }));
        }
    }
    told.par_sort_unstable();
    for told in told.chunk_by(|a, b| a.actor == b.actor) {
        let mut progress = rule.progress();
        for it in told {
            let Some((kind, verdicts)) = known.get(it.verdicts as usize) else { continue };
            if rule.observe(&mut progress, *kind, it.at_ms, verdicts) {
                take(it.actor, it.at_ms);
            }
        }
    }
    Ok(())
}

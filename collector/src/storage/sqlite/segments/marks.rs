//! When milestones were reached, by whom: rules held against columns instead of messages.

use super::by_user::{Actor, ByUser, Gathered, Rows, Within};
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::subject;
use crate::storage::StorageError;
use crate::storage::abridged::Abridged;
use crate::storage::interest::interests;
use domain::{Journey, Kind, Milestone};
use rayon::prelude::*;

/// Every firing of every milestone at a time that counts.
pub(super) fn marks<'s>(
    snapshot: &'s Snapshot<'_>,
    journey: &Journey,
    within: Within,
) -> Result<ByUser<'s>, StorageError> {
    let (rows, of_histories) = rows(snapshot, journey, within, &|_| true)?;
    Ok(ByUser::new(rows, of_histories, within, &snapshot.who))
}

/// Rows that may count, and what was found in the histories of whom it is about, at times that do.
pub(super) fn rows(
    snapshot: &Snapshot<'_>,
    journey: &Journey,
    within: Within,
    is_about: &dyn Fn(Actor) -> bool,
) -> Result<(Vec<Rows>, Gathered), StorageError> {
    let mut rows: Vec<Rows> = Vec::new();
    let mut of_histories = Gathered::default();
    for (level, milestone) in journey.milestones.iter().enumerate() {
        let level = level as u32;
        let rule = Abridged::new(&milestone.rule);
        if rule.is_single_message() {
            of_single_messages(snapshot, milestone, &rule, level, &mut rows)?;
        } else {
            histories(snapshot, milestone, &rule, is_about, &mut |actor, at_ms| {
                if within.holds(at_ms) {
                    actor.reaches(level, at_ms, &mut of_histories);
                }
            })?;
        }
    }
    Ok((rows, of_histories))
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
        let sealed = snapshot.sealed_segments(subject.id)?.into_iter().map(|it| (it, true));
        for (segment, is_sorted) in sealed.chain(snapshot.unsealed(subject.id).map(|it| (it, false))) {
            let fires = if always == Some(true) {
                None
            } else {
                let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
                let fires = column.values.iter().map(|it| fires(it)).collect();
                Some((column, fires))
            };
            rows.push(Rows { level, scope: milestone.scope, segment, is_sorted, fires });
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
    is_about: &dyn Fn(Actor) -> bool,
    take: &mut dyn FnMut(Actor, i64),
) -> Result<(), StorageError> {
    let mut known: Vec<(Kind, Vec<u8>)> = Vec::new();
    let mut told: Vec<Told> = Vec::new();
    for subject in subject::of(snapshot.connection, &interests([&milestone.rule]))? {
        for segment in snapshot.segments(subject.id)? {
            let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
            let first = known.len() as u32;
            known.extend(column.values.iter().map(|it| (subject.kind, it.clone())));
            let rows = segment.rows().zip(segment.places(snapshot.connection)?).zip(&column.codes);
            for (((sender, at_ms), place), code) in rows {
                let actor = Actor::of(sender, milestone.scope, &snapshot.who);
                if is_about(actor) {
                    told.push(Told { actor, at_ms, seq: place.seq(), verdicts: first + code });
                }
            }
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

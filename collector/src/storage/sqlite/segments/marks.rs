//! When milestones were reached, by whom: rules held against columns instead of messages.

use super::columns::Sender;
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::subject;
use crate::storage::StorageError;
use crate::storage::abridged::Abridged;
use crate::storage::interest::interests;
use domain::{Journey, Kind, Milestone, Scope};
use std::collections::HashMap;

/// A milestone was reached by a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) user: Sender,
    pub(super) level: u32,
    pub(super) at_ms: i64,
}

/// Hands over every firing of every milestone, in no order.
pub(super) fn marks(
    snapshot: &Snapshot<'_>,
    journey: &Journey,
    take: &mut dyn FnMut(Reached),
) -> Result<(), StorageError> {
    for (level, milestone) in journey.milestones.iter().enumerate() {
        let mut take = |user, at_ms| take(Reached { user, level: level as u32, at_ms });
        let rule = Abridged::new(&milestone.rule);
        if milestone.scope == Scope::User && rule.is_single_message() {
            of_single_messages(snapshot, milestone, &rule, &mut take)?;
        } else {
            of_histories(snapshot, milestone, &rule, &mut take)?;
        }
    }
    Ok(())
}

/// Where one message alone decides.
fn of_single_messages(
    snapshot: &Snapshot<'_>,
    milestone: &Milestone,
    rule: &Abridged,
    take: &mut dyn FnMut(Sender, i64),
) -> Result<(), StorageError> {
    for subject in subject::of(snapshot.connection, &interests([&milestone.rule]))? {
        let fires = |verdicts: &[u8]| rule.observe(&mut rule.progress(), subject.kind, 0, verdicts);
        let always = rule.verdicts_on_all(subject.kind, &subject.name).map(|it| fires(&it));
        for segment in snapshot.segments(subject.id)? {
            let rows = segment.senders().iter().zip(segment.times_ms());
            match always {
                Some(true) => rows.for_each(|(sender, at_ms)| take(snapshot.who.user_of(*sender), *at_ms)),
                Some(false) => {}
                None => {
                    let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
                    let fires: Vec<bool> = column.values.iter().map(|it| fires(it)).collect();
                    for ((sender, at_ms), code) in rows.zip(&column.codes) {
                        if fires.get(*code as usize).is_some_and(|it| *it) {
                            take(snapshot.who.user_of(*sender), *at_ms);
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Whose messages a rule is held against: a user's, or all of an account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Actor {
    User(Sender),
    Account(i64),
}

/// One message, with what was read off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    actor: Actor,
    at_ms: i64,
    seq: i64,
    verdicts: u32,
}

/// Where earlier messages matter, or those of others.
fn of_histories(
    snapshot: &Snapshot<'_>,
    milestone: &Milestone,
    rule: &Abridged,
    take: &mut dyn FnMut(Sender, i64),
) -> Result<(), StorageError> {
    let who = &snapshot.who;
    let actor = |sender: Sender| {
        let user = who.user_of(sender);
        match (milestone.scope, who.account_of(user)) {
            (Scope::Account, Some(account)) => Actor::Account(account),
            _ => Actor::User(user),
        }
    };
    let mut known: Vec<(Kind, Vec<u8>)> = Vec::new();
    let mut told: Vec<Told> = Vec::new();
    for subject in subject::of(snapshot.connection, &interests([&milestone.rule]))? {
        for segment in snapshot.segments(subject.id)? {
            let column = snapshot.column(&subject, &segment, &Reading::Rule(rule))?;
            let first = known.len() as u32;
            known.extend(column.values.iter().map(|it| (subject.kind, it.clone())));
            let rows = segment.senders().iter().zip(segment.times_ms()).zip(segment.places(snapshot.connection)?);
            told.extend(rows.zip(&column.codes).map(|(((sender, at_ms), place), code)| Told {
                actor: actor(*sender),
                at_ms: *at_ms,
                seq: place.seq(),
                verdicts: first + code,
            }));
        }
    }
    told.sort_unstable();
    let members = if milestone.scope == Scope::Account { members(snapshot) } else { HashMap::new() };
    for told in told.chunk_by(|a, b| a.actor == b.actor) {
        let mut progress = rule.progress();
        for it in told {
            let Some((kind, verdicts)) = known.get(it.verdicts as usize) else { continue };
            if rule.observe(&mut progress, *kind, it.at_ms, verdicts) {
                match it.actor {
                    Actor::User(user) => take(user, it.at_ms),
                    // It counts for every member, also for one who sent nothing else.
                    Actor::Account(account) => {
                        members.get(&account).into_iter().flatten().for_each(|user| take(*user, it.at_ms));
                    }
                }
            }
        }
    }
    Ok(())
}

fn members(snapshot: &Snapshot<'_>) -> HashMap<i64, Vec<Sender>> {
    let mut members: HashMap<i64, Vec<Sender>> = HashMap::new();
    for (user, account) in snapshot.who.members() {
        members.entry(account).or_default().push(user);
    }
    members
}

/// Marks by user, in order of user; within one, in no order.
pub(super) struct ByUser {
    marks: Vec<Reached>,
}

impl ByUser {
    /// `width` is more than any user's number.
    pub(super) fn new(marks: Vec<Reached>, width: usize) -> Self {
        // Counting is quicker than comparing, but looks at every number there could be.
        if marks.len() < width / 16 {
            let mut marks = marks;
            marks.sort_unstable_by_key(|it| it.user);
            return Self { marks };
        }
        let mut places = vec![0_u32; width + 1];
        for mark in &marks {
            if let Some(count) = places.get_mut(mark.user as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for place in &mut places {
            sum += *place;
            *place = sum;
        }
        let mut sorted = vec![Reached::default(); marks.len()];
        for mark in marks {
            if let Some(place) = places.get_mut(mark.user as usize) {
                if let Some(slot) = sorted.get_mut(*place as usize) {
                    *slot = mark;
                }
                *place += 1;
            }
        }
        Self { marks: sorted }
    }

    pub(super) fn users(&self) -> impl Iterator<Item = (Sender, &[Reached])> {
        self.marks.chunk_by(|a, b| a.user == b.user).filter_map(|it| Some((it.first()?.user, it)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_out_by_user_whichever_way_they_are_sorted() {
        let marks: Vec<Reached> = [7, 3, 7, 0, 3]
            .into_iter()
            .enumerate()
            .map(|(at, user)| Reached { user, level: 0, at_ms: at as i64 })
            .collect();
        for width in [8, 8_000] {
            let by_user = ByUser::new(marks.clone(), width);
            let found: Vec<_> = by_user.users().map(|(user, it)| (user, it.len())).collect();
            assert_eq!(found, [(0, 1), (3, 2), (7, 2)]);
        }
    }
}

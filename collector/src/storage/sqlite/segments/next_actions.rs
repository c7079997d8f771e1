//! The first thing that users did after a milestone: who reached it when, then one pass over all they did.

use super::by_user::Within;
use super::columns::Sender;
use super::marks::marks;
use super::questions::Slots;
use super::reading::{Column, Reading};
use super::segment::Segment;
use super::shares::merged;
use super::snapshot::Snapshot;
use super::subject::{self, Subject};
use crate::metric::{Mark, WindowFunnel};
use crate::storage::{Action, NOTES, Next, NextActions, NextQuestion, StorageError, UserKey};
use domain::Kind;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// After every message.
const NEVER: i64 = i64::MAX;

/// Of one slot: when the first action was, and its number in order of what it is called.
type First = (i64, u32);

const NONE: First = (NEVER, u32::MAX);

pub(super) fn next_actions(snapshot: &Snapshot<'_>, question: &NextQuestion) -> Result<NextActions, StorageError> {
    let slots = Slots::of(snapshot, question.funnel.of);
    let Reached { users, again } = reached(snapshot, question, &slots)?;
    let mut after_ms = vec![NEVER; slots.width()];
    for (slot, it) in &users {
        if let Some(after) = after_ms.get_mut(*slot as usize) {
            *after = it.reached_ms;
        }
    }
    let (told, actions) = told(snapshot)?;
    let who = &*snapshot.who;
    let until_ms = question.funnel.until_ms.unwrap_or(NEVER);
    let parts: Vec<(usize, &Told)> = told.iter().map(|it| (it.segment.len(), it)).collect();
    let of_share = |share: &mut dyn Iterator<Item = &Told>| {
        let mut first = vec![NONE; slots.width()];
        for told in share {
            told.each(|sender, at_ms, action| {
                let Some(slot) = slots.slot_of(who.user_of(sender)) else { return };
                let after = after_ms.get(slot as usize).copied().unwrap_or(NEVER);
                let Some(best) = first.get_mut(slot as usize) else { return };
                if at_ms > after
                    && at_ms < until_ms
                    && (at_ms, action) < *best
                    && again.binary_search(&(slot, at_ms)).is_err()
                {
                    *best = (at_ms, action);
                }
            });
        }
        first
    };
    let first = merged(parts, of_share, First::min);
    let next = |(slot, it): (u32, Next)| {
        let found = first.get(slot as usize).copied().filter(|it| *it != NONE);
        Next { action: found, ..it }
    };
    let mut users: Vec<Next> = users.into_iter().map(next).collect();
    users.sort_unstable_by_key(|it| it.user);
    Ok(only_done(users, actions))
}

/// Without what nobody did next: there may be as many pages as there are names in addresses.
fn only_done(mut users: Vec<Next>, actions: Vec<Action>) -> NextActions {
    let mut numbers = vec![None; actions.len()];
    let mut done = Vec::new();
    for (_, number) in users.iter_mut().filter_map(|it| it.action.as_mut()) {
        let Some(slot) = numbers.get_mut(*number as usize) else { continue };
        let from = *number as usize;
        *number = *slot.get_or_insert_with(|| {
            done.extend(actions.get(from).cloned());
            done.len() as u32 - 1
        });
    }
    NextActions { users, actions: done }
}

struct Reached {
    /// With the slot of each.
    users: Vec<(u32, Next)>,
    /// Slots and times at which the milestone was reached once more, in order.
    again: Vec<(u32, i64)>,
}

/// Who reached the milestone in order, as [`super::questions::chains`] has it.
fn reached(snapshot: &Snapshot<'_>, question: &NextQuestion, slots: &Slots<'_>) -> Result<Reached, StorageError> {
    let funnel = &question.funnel;
    let marks = marks(snapshot, &funnel.journey, Within { since_ms: funnel.since_ms, until_ms: funnel.until_ms })?;
    let parts = marks.each_part(|part| {
        let (mut users, mut again) = (Vec::new(), Vec::new());
        let mut chains = WindowFunnel::new(funnel.journey.milestones.len(), funnel.window_ms);
        let mut marks: Vec<Mark> = Vec::new();
        for (user, own, of_account) in part.users() {
            let Some(slot) = slots.slot_of(user).filter(|_| slots.is_counted(user)) else { continue };
            marks.clear();
            marks.extend(own.iter().chain(of_account).map(|it| Mark { at_ms: it.at_ms, level: it.level as usize }));
            let times_ms = chains.furthest_chain(&mut marks);
            let Some(reached_ms) = times_ms.get(question.level).copied() else { continue };
            let went_on = times_ms.len() > question.level + 1;
            users.push((slot, Next { user: UserKey(user), reached_ms, went_on, action: None }));
            let later = marks.iter().filter(|it| it.level == question.level && it.at_ms > reached_ms);
            again.extend(later.map(|it| (slot, it.at_ms)));
        }
        (users, again)
    });
    let (mut users, mut again) = (Vec::new(), Vec::new());
    for (more, more_again) in parts {
        users.extend(more);
        again.extend(more_again);
    }
    again.sort_unstable();
    Ok(Reached { users, again })
}

/// Messages of one segment that tell of something done.
struct Told {
    segment: Arc<Segment>,
    /// The number of the action: of all, or by code.
    action: Numbers,
}

enum Numbers {
    All(u32),
    ByCode(Arc<Column>, Vec<u32>),
}

impl Told {
    fn each(&self, mut take: impl FnMut(Sender, i64, u32)) {
        let rows = self.segment.rows();
        match &self.action {
            Numbers::All(action) => rows.for_each(|(sender, at_ms)| take(sender, at_ms, *action)),
            Numbers::ByCode(column, numbers) => rows.zip(&column.codes).for_each(|((sender, at_ms), code)| {
                if let Some(action) = numbers.get(*code as usize) {
                    take(sender, at_ms, *action);
                }
            }),
        }
    }
}

/// A segment, and what its messages tell: all the same, or by the codes of a column.
type Read = (Arc<Segment>, Vec<Action>, Option<Arc<Column>>);

/// All messages that tell of something done, and what that is; numbers are in order of it.
fn told(snapshot: &Snapshot<'_>) -> Result<(Vec<Told>, Vec<Action>), StorageError> {
    let mut found: Vec<Read> = Vec::new();
    for subject in subject::all(snapshot.connection)? {
        if !tells(&subject) {
            continue;
        }
        for segment in snapshot.segments(subject.id)? {
            found.push(if subject.kind == Kind::Track {
                (segment, vec![Action::Event(subject.name.clone())], None)
            } else {
                let column = snapshot.column(&subject, &segment, &Reading::Page)?;
                let actions = column.values.iter().map(|it| action(subject.kind, it)).collect();
                (segment, actions, Some(column))
            });
        }
    }
    let all: BTreeSet<&Action> = found.iter().flat_map(|it| &it.1).collect();
    let actions: Vec<Action> = all.into_iter().cloned().collect();
    let numbers: HashMap<&Action, u32> = actions.iter().zip(0..).collect();
    let number = |it: &Action| numbers.get(it).copied().unwrap_or(u32::MAX);
    let told = found.iter().map(|(segment, actions, column)| Told {
        segment: Arc::clone(segment),
        action: match column {
            Some(column) => Numbers::ByCode(Arc::clone(column), actions.iter().map(number).collect()),
            None => Numbers::All(actions.first().map_or(u32::MAX, number)),
        },
    });
    let told = told.collect();
    Ok((told, actions))
}

fn tells(subject: &Subject) -> bool {
    match subject.kind {
        Kind::Track => !NOTES.contains(&subject.name.as_str()),
        Kind::Page | Kind::Screen => true,
        Kind::Identify | Kind::Group | Kind::Alias => false,
    }
}

fn action(kind: Kind, name: &[u8]) -> Action {
    let name = String::from_utf8_lossy(name).into_owned();
    if kind == Kind::Screen { Action::Screen(name) } else { Action::Page(name) }
}

//! What some users reached: nobody else's messages are looked at where one message alone decides.

use super::by_user::{Actor, Gathered, Within};
use super::columns::Sender;
use super::marks::rows;
use super::questions::rows_of;
use super::snapshot::Snapshot;
use crate::storage::{Reaches, StorageError, UserKey};
use domain::{Journey, Scope};
use std::collections::HashMap;

/// When each of these users first reached each milestone.
pub(super) fn first_reached_of(
    snapshot: &Snapshot<'_>,
    journey: &Journey,
    mut wanted: Vec<Sender>,
) -> Result<Reaches, StorageError> {
    wanted.sort_unstable();
    wanted.dedup();
    let who = &*snapshot.who;
    let accounts = Marked::of(wanted.iter().filter_map(|it| who.account_of(*it)));
    let users = Marked::of(wanted.iter().copied().filter(|it| (*it as usize) < who.width()));
    // Their senders, and those whose messages count for them where a milestone is the account's.
    let (mut own, mut counting) = (Vec::new(), Vec::new());
    for sender in (0..=Sender::MAX).take(who.width()) {
        let user = who.user_of(sender);
        let is_own = users.has(user);
        if is_own {
            own.push(sender);
        }
        if is_own || who.account_of(user).is_some_and(|it| accounts.has(it)) {
            counting.push(sender);
        }
    }
    let is_about = |actor: Actor| match actor {
        Actor::User(user) => users.has(user),
        Actor::Account(account) => accounts.has(account),
    };
    let (rows, mut gathered) = rows(snapshot, journey, Within::default(), &is_about)?;
    for rows in rows {
        let senders = if rows.scope == Scope::User { &own } else { &counting };
        for row in rows_of(&rows.segment, rows.is_sorted, senders) {
            rows.each(row..row + 1, |sender, at_ms| {
                Actor::of(sender, rows.scope, who).reaches(rows.level, at_ms, &mut gathered);
            });
        }
    }
    let first_ms = earliest(&gathered);
    let mut reaches = Reaches::new(journey.milestones.len());
    for user in wanted {
        let actors = [Some(Actor::User(user)), who.account_of(user).map(Actor::Account)].into_iter().flatten();
        let reached = |actor| (0_u32..).zip(&journey.milestones).map(move |(level, _)| (actor, level));
        let mut found = actors.flat_map(reached).filter_map(|it| Some((it.1, *first_ms.get(&it)?))).peekable();
        if found.peek().is_some() {
            reaches.push(UserKey(user));
            found.for_each(|(level, at_ms)| reaches.reach(level as usize, at_ms));
        }
    }
    Ok(reaches)
}

/// By who reached it and which milestone it was.
fn earliest(gathered: &Gathered) -> HashMap<(Actor, u32), i64> {
    let mut first_ms: HashMap<(Actor, u32), i64> = HashMap::new();
    gathered.each(|actor, it| {
        first_ms.entry((actor, it.level)).and_modify(|first| *first = it.at_ms.min(*first)).or_insert(it.at_ms);
    });
    first_ms
}

/// Some numbers out of many, found at once.
struct Marked(Vec<bool>);

impl Marked {
    fn of(numbers: impl Iterator<Item = u32> + Clone) -> Self {
        let mut marked = vec![false; numbers.clone().max().map_or(0, |it| it as usize + 1)];
        for number in numbers {
            if let Some(it) = marked.get_mut(number as usize) {
                *it = true;
            }
        }
        Self(marked)
    }

    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize).is_some_and(|it| *it)
    }
}

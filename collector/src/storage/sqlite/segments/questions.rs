//! Questions about everybody, over columns.

use super::by_user::{ByUser, Gathered, PART, Rows, Within};
use super::columns::Sender;
use super::headings::Headings;
use super::marks::marks;
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::subject::{self, Subject};
use super::who::Who;
use crate::metric::presence::{DAYS_MAX, Days};
use crate::metric::{Activity, Mark, WindowFunnel};
use crate::storage::{
    Active, ActivityQuestion, Chain, Chains, FunnelQuestion, HappenedQuestion, Happening, PresenceQuestion, Present,
    Reaches, StorageError, TraitPath, TraitValues, UserKey,
};
use domain::{Journey, Kind, Scope};
use rayon::prelude::*;
use std::sync::Arc;

pub(super) fn chains(snapshot: &Snapshot<'_>, question: &FunnelQuestion) -> Result<Chains, StorageError> {
    let journey = &question.journey;
    let marks = marks(snapshot, journey, Within { since_ms: question.since_ms, until_ms: question.until_ms })?;
    let headings = match &question.by {
        Some(by) => Some(Headings::read(snapshot, by)?),
        None => None,
    };
    let who = &*snapshot.who;
    let slots = Slots::of(snapshot, question.of);
    let parts = marks.each_part(|part| {
        let mut chains = Chains::default();
        let mut funnel = WindowFunnel::new(journey.milestones.len(), question.window_ms);
        let mut marks: Vec<Mark> = Vec::new();
        for (user, own, of_account) in part.users().filter(|it| slots.is_counted(it.0)) {
            marks.clear();
            marks.extend(own.iter().chain(of_account).map(|it| Mark { at_ms: it.at_ms, level: it.level as usize }));
            let times_ms = funnel.furthest_chain(&mut marks);
            if !times_ms.is_empty() {
                let group = headings.as_ref().and_then(|it| it.of(user, who));
                chains.push(Chain { user: UserKey(user), times_ms, group });
            }
        }
        chains
    });
    let mut chains = Chains::new(headings.map(Headings::into_texts).unwrap_or_default());
    chains.extend(parts);
    Ok(chains)
}

pub(super) fn first_reached(snapshot: &Snapshot<'_>, journey: &Journey) -> Result<Reaches, StorageError> {
    let milestones = journey.milestones.len();
    let parts = marks(snapshot, journey, Within::default())?.each_part(|part| {
        let mut reaches = Reaches::new(milestones);
        for (user, own, of_account) in part.users() {
            reaches.push(UserKey(user));
            for it in own.iter().chain(of_account) {
                reaches.reach(it.level as usize, it.at_ms);
            }
        }
        reaches
    });
    let mut reaches = Reaches::new(milestones);
    reaches.extend(parts);
    Ok(reaches)
}

pub(super) fn activity(snapshot: &Snapshot<'_>, question: &ActivityQuestion) -> Result<Vec<Active>, StorageError> {
    const NEVER: i64 = i64::MAX;
    let first = |began_ms: &mut i64, _, at_ms: i64| *began_ms = at_ms.min(*began_ms);
    let slots = Slots::of(snapshot, question.of);
    let starts = happenings(snapshot, &question.start)?;
    let began_ms = by_user(&starts, &slots, NEVER, first, i64::min);
    let is_wanted = |at_ms: i64| {
        at_ms != NEVER
            && question.since_ms.is_none_or(|it| at_ms >= it)
            && question.until_ms.is_none_or(|it| at_ms < it)
    };
    let number = |at_ms: i64| question.period.of(at_ms, &question.calendar);
    // Once a user instead of once a message.
    let began: Vec<(i64, i64)> = began_ms.par_iter().map(|it| (*it, number(*it))).collect();
    let came_at = |came: &mut u64, slot: u32, at_ms: i64| {
        if let Some((_, start)) = began.get(slot as usize).filter(|it| at_ms >= it.0) {
            *came |= Activity::bit(*start, number(at_ms));
        }
    };
    let backs = if question.back == question.start { starts } else { happenings(snapshot, &question.back)? };
    let came = by_user(&backs, &slots, 0, came_at, std::ops::BitOr::bitor);
    let one = |(slot, ((began_ms, _), came)): (usize, ((i64, i64), u64))| {
        let user = is_wanted(began_ms).then(|| slots.user_of(slot as u32)).flatten()?;
        Some(Active { user: UserKey(user), began_ms, came })
    };
    let mut active: Vec<Active> = began.into_par_iter().zip(came).enumerate().filter_map(one).collect();
    active.sort_unstable_by_key(|it| it.user);
    Ok(active)
}

pub(super) fn presence(snapshot: &Snapshot<'_>, question: &PresenceQuestion) -> Result<Vec<Present>, StorageError> {
    let days = question.days.min(DAYS_MAX);
    let came_at = |came: &mut Days, _, at_ms: i64| {
        let day = usize::try_from(question.calendar.day(at_ms) - question.first);
        if let Some(day) = day.ok().filter(|it| *it < days) {
            came.insert(day);
        }
    };
    let slots = Slots::of(snapshot, question.of);
    let found = happenings(snapshot, &question.what)?;
    let came = by_user(&found, &slots, Days::default(), came_at, Days::with);
    let one = |(slot, days): (usize, Days)| {
        let user = (!days.is_empty()).then(|| slots.user_of(slot as u32)).flatten()?;
        Some(Present { user: UserKey(user), days })
    };
    let mut present: Vec<Present> = came.into_par_iter().enumerate().filter_map(one).collect();
    present.sort_unstable_by_key(|it| it.user);
    Ok(present)
}

pub(super) fn happened(
    snapshot: &Snapshot<'_>,
    question: &HappenedQuestion,
) -> Result<Vec<(UserKey, u32)>, StorageError> {
    let since_ms = question.since_ms.unwrap_or(i64::MIN);
    let count = |times: &mut u32, _, at_ms: i64| *times = times.saturating_add(u32::from(at_ms >= since_ms));
    let slots = Slots::of(snapshot, Scope::User);
    let found = happenings(snapshot, &question.what)?;
    let times = by_user(&found, &slots, 0, count, u32::saturating_add);
    let users = (0..).zip(times).filter(|(_, times)| *times > 0);
    Ok(users.map(|(user, times)| (UserKey(user), times)).collect())
}

pub(super) fn trait_values(snapshot: &Snapshot<'_>, path: &TraitPath) -> Result<TraitValues, StorageError> {
    let headings = Headings::read(snapshot, path)?;
    let who = &*snapshot.who;
    let width = Sender::try_from(who.width()).unwrap_or(Sender::MAX);
    let numbers: Vec<Option<u32>> = (0..width).map(|user| headings.of(user, who)).collect();
    Ok(TraitValues::new(headings.into_texts(), numbers.into_iter()))
}

/// Where what a user did is counted: at the user's number, or at their account's.
pub(super) struct Slots<'w> {
    who: &'w Who,
    /// The first user of each account; absent where users are counted.
    first: Option<Vec<Option<Sender>>>,
}

impl<'w> Slots<'w> {
    pub(super) fn of(snapshot: &'w Snapshot<'_>, of: Scope) -> Self {
        let who = &*snapshot.who;
        let first = (of == Scope::Account).then(|| {
            let mut first: Vec<Option<Sender>> = Vec::new();
            for user in (0..=Sender::MAX).take(who.width()).filter(|it| who.user_of(*it) == *it) {
                let Some(account) = who.account_of(user) else { continue };
                if account as usize >= first.len() {
                    first.resize(account as usize + 1, None);
                }
                if let Some(slot) = first.get_mut(account as usize) {
                    slot.get_or_insert(user);
                }
            }
            first
        });
        Self { who, first }
    }

    pub(super) fn width(&self) -> usize {
        self.first.as_ref().map_or(self.who.width(), Vec::len)
    }

    /// `None` for who belongs to no account, where accounts are counted.
    pub(super) fn slot_of(&self, user: Sender) -> Option<u32> {
        if self.first.is_some() { self.who.account_of(user) } else { Some(user) }
    }

    /// Whether anything is counted at this user's number.
    pub(super) fn is_counted(&self, user: Sender) -> bool {
        self.first.is_none() || self.slot_of(user).and_then(|it| self.user_of(it)) == Some(user)
    }

    /// The user of a slot, or the first of the account's.
    pub(super) fn user_of(&self, slot: u32) -> Option<Sender> {
        match &self.first {
            Some(first) => *first.get(slot as usize)?,
            None => Some(slot),
        }
    }
}

/// What everything that happened of a kind makes of `empty`, one value a slot.
fn by_user<T: Copy + Send + Sync>(
    found: &ByUser<'_>,
    slots: &Slots<'_>,
    empty: T,
    take: impl Fn(&mut T, u32, i64) + Sync,
    merge: impl Fn(T, T) -> T,
) -> Vec<T> {
    if slots.first.is_none() {
        let mut all = vec![empty; slots.width()];
        // Each part of the users has a place of its own to write to.
        all.par_chunks_mut(PART).enumerate().for_each(|(part, all)| {
            found.of_part(part, |user, at_ms| {
                if let Some(one) = all.get_mut(user as usize % PART) {
                    take(one, user, at_ms);
                }
            });
        });
        return all;
    }
    let of_part = |part: usize| {
        let mut of_slots: Vec<(u32, T)> = Vec::new();
        found.of_part(part, |user, at_ms| {
            let Some(slot) = slots.slot_of(user) else { return };
            // Members of an account mostly have numbers side by side.
            if of_slots.last().is_none_or(|it| it.0 != slot) {
                of_slots.push((slot, empty));
            }
            if let Some((_, one)) = of_slots.last_mut() {
                take(one, slot, at_ms);
            }
        });
        of_slots
    };
    let parts: Vec<_> = (0..slots.who.width().div_ceil(PART)).into_par_iter().map(of_part).collect();
    let mut all = vec![empty; slots.width()];
    for (slot, one) in parts.into_iter().flatten() {
        if let Some(slot) = all.get_mut(slot as usize) {
            *slot = merge(*slot, one);
        }
    }
    all
}

/// All that happened of a kind.
fn happenings<'s>(snapshot: &'s Snapshot<'_>, what: &Happening) -> Result<ByUser<'s>, StorageError> {
    let subjects: Vec<Subject> = match what {
        Happening::Milestone(journey) => return marks(snapshot, journey, Within::default()),
        Happening::Event(name) => subject::subject(snapshot.connection, Kind::Track, name)?.into_iter().collect(),
        Happening::Message => subject::all(snapshot.connection)?,
    };
    let mut rows = Vec::new();
    for subject in subjects {
        let row = |segment, is_sorted| Rows { level: 0, scope: Scope::User, segment, is_sorted, fires: None };
        rows.extend(snapshot.sealed_segments(subject.id)?.into_iter().map(|it| row(it, true)));
        rows.extend(snapshot.unsealed(subject.id).map(|it| row(it, false)));
    }
    Ok(ByUser::new(rows, Gathered::default(), Within::default(), &snapshot.who))
}

/// Rows of some senders, who are in order, in one segment.
pub(super) fn rows_of(segment: &Arc<Segment>, is_sorted: bool, senders: &[Sender]) -> Vec<usize> {
    if is_sorted {
        return senders.iter().flat_map(|it| segment.rows_of(*it)).collect();
    }
    let rows = segment.senders().iter().enumerate();
    rows.filter(|(_, sender)| senders.binary_search(sender).is_ok()).map(|(row, _)| row).collect()
}

//! Questions about everybody, over columns.

use super::columns::Sender;
use super::headings::Headings;
use super::marks::marks;
use super::segment::Segment;
use super::shares::shares;
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
use std::collections::BTreeSet;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

pub(super) fn chains(snapshot: &Snapshot<'_>, question: &FunnelQuestion) -> Result<Chains, StorageError> {
    let journey = &question.journey;
    let marks = marks(snapshot, journey, |at_ms| {
        question.since_ms.is_none_or(|it| at_ms >= it) && question.until_ms.is_none_or(|it| at_ms < it)
    })?;
    let headings = match &question.by {
        Some(by) => Some(Headings::read(snapshot, by)?),
        None => None,
    };
    let who = &*snapshot.who;
    let parts = marks.each_part(|part| {
        let mut chains = Chains::default();
        let mut funnel = WindowFunnel::new(journey.milestones.len(), question.window_ms);
        let mut marks: Vec<Mark> = Vec::new();
        for (user, own, of_account) in part.users() {
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
    let parts = marks(snapshot, journey, |_| true)?.each_part(|part| {
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

/// The same for some users, all of them as one.
pub(super) fn reached_by(
    snapshot: &Snapshot<'_>,
    journey: &Journey,
    wanted: &BTreeSet<Sender>,
) -> Result<Vec<Option<i64>>, StorageError> {
    let parts = marks(snapshot, journey, |_| true)?.each_part(|part| {
        let mut times_ms: Vec<Option<i64>> = vec![None; journey.milestones.len()];
        for (_, own, of_account) in part.users().filter(|(user, ..)| wanted.contains(user)) {
            for it in own.iter().chain(of_account) {
                if let Some(slot) = times_ms.get_mut(it.level as usize) {
                    *slot = Some(slot.map_or(it.at_ms, |before: i64| before.min(it.at_ms)));
                }
            }
        }
        times_ms
    });
    let mut times_ms: Vec<Option<i64>> = vec![None; journey.milestones.len()];
    for part in parts {
        for (first, it) in times_ms.iter_mut().zip(part) {
            *first = first.iter().copied().chain(it).min();
        }
    }
    Ok(times_ms)
}

pub(super) fn activity(snapshot: &Snapshot<'_>, question: &ActivityQuestion) -> Result<Vec<Active>, StorageError> {
    const NEVER: i64 = i64::MAX;
    let first = |began_ms: &mut i64, _, at_ms: i64| *began_ms = at_ms.min(*began_ms);
    let slots = Slots::of(snapshot, question.of);
    let began_ms = by_user(snapshot, &slots, &question.start, NEVER, first, i64::min)?;
    let is_wanted = |at_ms: i64| {
        at_ms != NEVER
            && question.since_ms.is_none_or(|it| at_ms >= it)
            && question.until_ms.is_none_or(|it| at_ms < it)
    };
    let came_at = |came: &mut u64, user: Sender, at_ms: i64| {
        if let Some(began_ms) = began_ms.get(user as usize).filter(|it| at_ms >= **it) {
            *came |= Activity::bit(question.period.of(*began_ms), question.period.of(at_ms));
        }
    };
    let came = by_user(snapshot, &slots, &question.back, 0, came_at, std::ops::BitOr::bitor)?;
    let users = (0..).zip(began_ms).zip(came).filter(|((_, began_ms), _)| is_wanted(*began_ms));
    let mut active: Vec<Active> = users
        .filter_map(|((slot, began_ms), came)| Some(Active { user: UserKey(slots.user_of(slot)?), began_ms, came }))
        .collect();
    active.sort_unstable_by_key(|it| it.user);
    Ok(active)
}

pub(super) fn presence(snapshot: &Snapshot<'_>, question: &PresenceQuestion) -> Result<Vec<Present>, StorageError> {
    let days = question.days.min(DAYS_MAX);
    let came_at = |came: &mut Days, _, at_ms: i64| {
        let day = usize::try_from(at_ms.saturating_sub(question.since_ms).div_euclid(DAY_MS));
        if let Some(day) = day.ok().filter(|it| *it < days) {
            came.insert(day);
        }
    };
    let slots = Slots::of(snapshot, question.of);
    let came = by_user(snapshot, &slots, &question.what, Days::default(), came_at, Days::with)?;
    let users = (0..).zip(came).filter(|(_, days)| !days.is_empty());
    let mut present: Vec<Present> =
        users.filter_map(|(slot, days)| Some(Present { user: UserKey(slots.user_of(slot)?), days })).collect();
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
    let times = by_user(snapshot, &slots, &question.what, 0, count, u32::saturating_add)?;
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
    snapshot: &Snapshot<'_>,
    slots: &Slots<'_>,
    what: &Happening,
    empty: T,
    take: impl Fn(&mut T, Sender, i64) + Sync,
    merge: impl Fn(T, T) -> T,
) -> Result<Vec<T>, StorageError> {
    let who = &*snapshot.who;
    let add = |all: &mut Vec<T>, user: Sender, at_ms: i64| {
        if let Some(slot) = slots.slot_of(user)
            && let Some(one) = all.get_mut(slot as usize)
        {
            take(one, slot, at_ms);
        }
    };
    let name = match what {
        Happening::Message => None,
        Happening::Event(name) => Some(name.as_str()),
        Happening::Milestone(journey) => {
            let mut all = vec![empty; slots.width()];
            let parts = marks(snapshot, journey, |_| true)?.each_part(|part| {
                let mut reached = Vec::new();
                for (user, own, of_account) in part.users() {
                    reached.extend(own.iter().chain(of_account).map(|it| (user, it.at_ms)));
                }
                reached
            });
            for (user, at_ms) in parts.into_iter().flatten() {
                add(&mut all, user, at_ms);
            }
            return Ok(all);
        }
    };
    let of_share = |share: &mut dyn Iterator<Item = &Segment>| {
        let mut all = vec![empty; slots.width()];
        for (sender, at_ms) in share.flat_map(Segment::rows) {
            add(&mut all, who.user_of(sender), at_ms);
        }
        all
    };
    let segments = segments(snapshot, name)?;
    Ok(merged(segments.iter().map(|it| (it.len(), &**it)), of_share, merge))
}

/// Segments of the `track` messages of a name, or of all messages (`None`).
fn segments(snapshot: &Snapshot<'_>, name: Option<&str>) -> Result<Vec<Arc<Segment>>, StorageError> {
    let subjects: Vec<Subject> = match name {
        Some(name) => subject::subject(snapshot.connection, Kind::Track, name)?.into_iter().collect(),
        None => subject::all(snapshot.connection)?,
    };
    let mut segments = Vec::new();
    for subject in subjects {
        segments.extend(snapshot.segments(subject.id)?);
    }
    Ok(segments)
}

/// What each core makes of its share of the segments, given with their sizes, one value a user, as one.
pub(super) fn merged<'s, S: Sync + 's, T: Copy + Send>(
    segments: impl IntoIterator<Item = (usize, &'s S)>,
    of_share: impl Fn(&mut dyn Iterator<Item = &'s S>) -> Vec<T> + Sync,
    merge: impl Fn(T, T) -> T,
) -> Vec<T> {
    let shares = shares(segments);
    let mut answers = shares.into_par_iter().map(|it| of_share(&mut it.into_iter())).collect::<Vec<_>>().into_iter();
    let Some(mut all) = answers.next() else { return of_share(&mut std::iter::empty()) };
    for other in answers {
        all.iter_mut().zip(other).for_each(|(one, other)| *one = merge(*one, other));
    }
    all
}

/// Rows of some senders, who are in order, in one segment.
pub(super) fn rows_of(segment: &Arc<Segment>, is_sorted: bool, senders: &[Sender]) -> Vec<usize> {
    if is_sorted {
        return senders.iter().flat_map(|it| segment.rows_of(*it)).collect();
    }
    let rows = segment.senders().iter().enumerate();
    rows.filter(|(_, sender)| senders.binary_search(sender).is_ok()).map(|(row, _)| row).collect()
}

//! Questions about everybody, over columns.

use super::columns::Sender;
use super::headings::Headings;
use super::marks::{ByUser, Reached, marks};
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::subject::{self, Subject};
use crate::metric::{Activity, Mark, WindowFunnel};
use crate::storage::{ActivityQuestion, Chain, Chains, FunnelQuestion, Reaches, StorageError, UserKey};
use domain::{Journey, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn chains(snapshot: &Snapshot<'_>, question: &FunnelQuestion) -> Result<Chains, StorageError> {
    let journey = &question.journey;
    let (since_ms, until_ms) = (question.since_ms.unwrap_or(i64::MIN), question.until_ms.unwrap_or(i64::MAX));
    let mut reached = Vec::new();
    marks(snapshot, journey, &mut |it| {
        if it.at_ms >= since_ms && (it.at_ms < until_ms || question.until_ms.is_none()) {
            reached.push(it);
        }
    })?;
    let headings = match &question.by {
        Some(by) => Some(Headings::read(snapshot, by)?),
        None => None,
    };
    let mut chains = Chains::default();
    let mut funnel = WindowFunnel::new(journey.milestones.len(), question.window_ms);
    let mut marks: Vec<Mark> = Vec::new();
    for (user, reached) in ByUser::new(reached, snapshot.who.width()).users() {
        marks.clear();
        marks.extend(reached.iter().map(|it| Mark { at_ms: it.at_ms, level: it.level as usize }));
        let times_ms = funnel.furthest_chain(&mut marks);
        if !times_ms.is_empty() {
            let group = headings.as_ref().and_then(|it| it.of(user, snapshot));
            chains.push(Chain { user: UserKey(user), times_ms, group });
        }
    }
    chains.set_headings(headings.map(Headings::into_texts).unwrap_or_default());
    Ok(chains)
}

pub(super) fn first_reached(snapshot: &Snapshot<'_>, journey: &Journey) -> Result<Reaches, StorageError> {
    let mut reached: Vec<Reached> = Vec::new();
    marks(snapshot, journey, &mut |it| reached.push(it))?;
    let mut reaches = Reaches::new(journey.milestones.len());
    for (user, reached) in ByUser::new(reached, snapshot.who.width()).users() {
        reaches.push(UserKey(user));
        for it in reached {
            reaches.reach(it.level as usize, it.at_ms);
        }
    }
    Ok(reaches)
}

/// The same for some users, all of them as one.
pub(super) fn reached_by(
    snapshot: &Snapshot<'_>,
    journey: &Journey,
    users: &BTreeSet<Sender>,
) -> Result<Vec<Option<i64>>, StorageError> {
    let mut times_ms: Vec<Option<i64>> = vec![None; journey.milestones.len()];
    marks(snapshot, journey, &mut |it| {
        if let Some(slot) = times_ms.get_mut(it.level as usize).filter(|_| users.contains(&it.user)) {
            *slot = Some(slot.map_or(it.at_ms, |before: i64| before.min(it.at_ms)));
        }
    })?;
    Ok(times_ms)
}

pub(super) fn activity(snapshot: &Snapshot<'_>, question: &ActivityQuestion) -> Result<Vec<Activity>, StorageError> {
    const NEVER: i64 = i64::MAX;
    let who = &snapshot.who;
    let mut began_ms = vec![NEVER; who.width()];
    each_segment(snapshot, question.start.as_deref(), &mut |segment| {
        for (sender, at_ms) in segment.senders().iter().zip(segment.times_ms()) {
            if let Some(began_ms) = began_ms.get_mut(who.user_of(*sender) as usize) {
                *began_ms = (*began_ms).min(*at_ms);
            }
        }
    })?;
    let is_wanted = |at_ms: i64| {
        at_ms != NEVER
            && question.since_ms.is_none_or(|it| at_ms >= it)
            && question.until_ms.is_none_or(|it| at_ms < it)
    };
    let mut activities: Vec<Activity> =
        began_ms.iter().map(|it| Activity { start: question.period.of(*it), came: 0 }).collect();
    each_segment(snapshot, question.back.as_deref(), &mut |segment| {
        for (sender, at_ms) in segment.senders().iter().zip(segment.times_ms()) {
            let user = who.user_of(*sender) as usize;
            if let (Some(activity), Some(began_ms)) = (activities.get_mut(user), began_ms.get(user))
                && at_ms >= began_ms
            {
                activity.came |= Activity::bit(activity.start, question.period.of(*at_ms));
            }
        }
    })?;
    Ok(activities.into_iter().zip(began_ms).filter(|(_, began_ms)| is_wanted(*began_ms)).map(|(it, _)| it).collect())
}

/// Segments of the `track` messages of a name, or of all messages (`None`).
fn each_segment(
    snapshot: &Snapshot<'_>,
    name: Option<&str>,
    take: &mut dyn FnMut(&Segment),
) -> Result<(), StorageError> {
    let subjects: Vec<Subject> = match name {
        Some(name) => subject::subject(snapshot.connection, Kind::Track, name)?.into_iter().collect(),
        None => subject::all(snapshot.connection)?,
    };
    for subject in subjects {
        for segment in snapshot.segments(subject.id)? {
            take(&segment);
        }
    }
    Ok(())
}

/// Rows of some senders, who are in order, in one segment.
pub(super) fn rows_of(segment: &Arc<Segment>, is_sorted: bool, senders: &[Sender]) -> Vec<usize> {
    if is_sorted {
        return senders.iter().flat_map(|it| segment.rows_of(*it)).collect();
    }
    let rows = segment.senders().iter().enumerate();
    rows.filter(|(_, sender)| senders.binary_search(sender).is_ok()).map(|(row, _)| row).collect()
}

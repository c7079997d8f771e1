//! Who went on: to a milestone, or to another page of the same session.

use super::messages::{DecisionSeen, Messages, Person, Place, VisitSeen};
use crate::app::App;
use crate::storage::{StorageError, UserKey};
use sdk_core::hesitation::Assignment;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Whoever gets further within this time was not stuck.
pub(in crate::app) const GOES_ON_WITHIN_MS: i64 = 10 * 60_000;

/// A session is over after so long without a sign; until then somebody who is away may come back.
const SESSION_IDLE_MS: i64 = 30 * 60_000;

/// When users reached something, and which pages they came to.
#[derive(Debug, Default)]
pub(in crate::app) struct Progress {
    /// First reaches of any milestone, by user, in order of time.
    milestones: HashMap<String, Vec<i64>>,
    /// Visits of each session: page and start, by the browser's clock.
    visits: HashMap<SessionKey, Vec<(Arc<str>, i64)>>,
}

/// A user, and the session's id.
type SessionKey = (Arc<Person>, Arc<str>);

impl App {
    pub(in crate::app) async fn progress(&self, messages: &Messages) -> Result<Progress, StorageError> {
        let mut progress = Progress::default();
        let places = messages.visits.iter().map(|it| &it.place).chain(messages.decisions.iter().map(|it| &it.place));
        let seen: HashSet<&str> = places.map(|it| it.person.user.as_str()).collect();
        if seen.is_empty() {
            return Ok(progress);
        }
        // Of a million users only those are looked at who are in question.
        let everybody = self.events.everybody().await?;
        let seen = everybody.users().iter().filter(|it| seen.contains(&*it.user));
        let seen: HashMap<UserKey, &str> = seen.map(|it| (it.key, &*it.user)).collect();
        for journey in &self.project().definitions.journeys {
            let reaches = self.events.first_reached(Arc::new(journey.clone())).await?;
            for (user, times_ms) in reaches.iter() {
                if let Some(name) = seen.get(&user) {
                    progress.milestones.entry((*name).to_owned()).or_default().extend(times_ms.flatten());
                }
            }
        }
        progress.milestones.values_mut().for_each(|it| it.sort_unstable());
        for VisitSeen { place, .. } in &messages.visits {
            let key = (Arc::clone(&place.person), Arc::clone(&place.session));
            progress.visits.entry(key).or_default().push((Arc::clone(&place.page), place.visit_ms));
        }
        Ok(progress)
    }
}

impl Progress {
    /// A milestone was reached after `from_ms` and within ten minutes of `until_ms`.
    pub(in crate::app) fn reached_milestone(&self, person: &Person, from_ms: i64, until_ms: i64) -> bool {
        let times_ms = self.milestones.get(&person.user).map(Vec::as_slice).unwrap_or_default();
        let first = times_ms.partition_point(|it| *it <= from_ms);
        times_ms.get(first).is_some_and(|it| *it <= until_ms.saturating_add(GOES_ON_WITHIN_MS))
    }

    /// Another page of the session was opened after `t_ms` and no later than `until_ms`, by the browser's clock.
    pub(in crate::app) fn came_to_another_page(&self, place: &Place, t_ms: i64, until_ms: i64) -> bool {
        let key = (Arc::clone(&place.person), Arc::clone(&place.session));
        let visits = self.visits.get(&key).map(Vec::as_slice).unwrap_or_default();
        visits.iter().any(|(page, start_ms)| *page != place.page && *start_ms > t_ms && *start_ms <= until_ms)
    }

    /// Of those who looked stuck and were left alone: whether they got nowhere within ten minutes.
    /// `None`: too early to tell, or they may have been asked.
    pub(in crate::app) fn was_stuck(&self, decision: &DecisionSeen, now_ms: i64) -> Option<bool> {
        let place = &decision.place;
        if !matches!(decision.assignment, Assignment::Shadow | Assignment::HoldOut) {
            return None;
        }
        let until_ms = decision.t_ms.saturating_add(GOES_ON_WITHIN_MS);
        let went_on = self.reached_milestone(&place.person, place.at_ms, place.at_ms)
            || self.came_to_another_page(place, decision.t_ms, until_ms);
        let is_known = now_ms.saturating_sub(place.at_ms) >= GOES_ON_WITHIN_MS;
        // Counting the quick before the slow are known would flatter the young.
        is_known.then_some(!went_on)
    }

    /// Whether a visit was followed by anything; `None`: too early to tell.
    pub(in crate::app) fn went_on(&self, visit: &VisitSeen, now_ms: i64) -> Option<bool> {
        let place = &visit.place;
        // Where the visit began, by the collector's clock: at most as long ago as it was active.
        let began_ms = place.at_ms.saturating_sub(visit.active_ms).saturating_sub(1);
        let went_on = visit.is_progressed
            || self.came_to_another_page(place, place.visit_ms, i64::MAX)
            || self.reached_milestone(&place.person, began_ms, place.at_ms);
        let is_over = now_ms.saturating_sub(place.at_ms) >= SESSION_IDLE_MS;
        (went_on || is_over).then_some(went_on)
    }
}

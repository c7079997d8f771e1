//! Which users a list holds.

use super::began::BeganFilter;
use crate::app::care::{CareFilter, Cares};
use crate::app::needle::Needle;
use crate::storage::{Everybody, Reaches, UserKey, UserLine};
use domain::{Journey, JourneyId, MilestoneId};
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

/// All of these must hold; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserFilter {
    /// A part of the id, the name or the e-mail.
    pub search: Option<Needle>,
    /// The account's id.
    pub account: Option<String>,
    pub milestones: Vec<MilestoneFilter>,
    pub seen: Option<SeenFilter>,
    pub began: BeganFilter,
    /// Never said who they are (`true`), or did.
    pub anonymous: Option<bool>,
    pub care: CareFilter,
}

/// How far somebody got, whatever the order and the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneFilter {
    pub journey: JourneyId,
    pub milestone: MilestoneId,
    pub standing: MilestoneStanding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilestoneStanding {
    Reached,
    NotReached,
    /// Reached it, and none of those after it.
    Stuck,
}

/// When somebody was last seen, before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenFilter {
    WithinDays(u32),
    NotWithinDays(u32),
}

impl MilestoneStanding {
    /// Of somebody with these first reaches; `level` is the milestone's.
    fn holds(self, level: usize, mut reached_ms: impl Iterator<Item = Option<i64>>) -> bool {
        let here = reached_ms.nth(level).flatten().is_some();
        match self {
            Self::Reached => here,
            Self::NotReached => !here,
            Self::Stuck => here && reached_ms.flatten().next().is_none(),
        }
    }
}

impl SeenFilter {
    /// `within-30`, `not-within-30`: days, from 1 on.
    pub fn parse(text: &str) -> Option<Self> {
        let (days, of): (&str, fn(u32) -> Self) = match text.strip_prefix("not-within-") {
            Some(days) => (days, Self::NotWithinDays),
            None => (text.strip_prefix("within-")?, Self::WithinDays),
        };
        let is_plain = !days.is_empty() && days.len() <= 5 && days.bytes().all(|it| it.is_ascii_digit());
        days.parse().ok().filter(|days| is_plain && *days > 0).map(of)
    }

    /// As [`Self::parse`] reads it.
    pub fn name(self) -> String {
        match self {
            Self::WithinDays(days) => format!("within-{days}"),
            Self::NotWithinDays(days) => format!("not-within-{days}"),
        }
    }

    pub fn holds(self, last_ms: i64, now_ms: i64) -> bool {
        let since = |days: u32| now_ms - i64::from(days) * DAY_MS;
        match self {
            Self::WithinDays(days) => last_ms >= since(days),
            Self::NotWithinDays(days) => last_ms < since(days),
        }
    }
}

/// A filter, with what it has to look at.
pub(super) struct Judge {
    filter: UserFilter,
    now_ms: i64,
    cares: Arc<Cares>,
    milestones: Vec<(Arc<Reaches>, Option<usize>, MilestoneStanding)>,
}

impl Judge {
    pub(super) fn new(filter: &UserFilter, now_ms: i64, cares: Arc<Cares>) -> Self {
        Self { filter: filter.clone(), now_ms, cares, milestones: Vec::new() }
    }

    /// Of the journey that a filter names; nobody is picked where there is no such milestone.
    pub(super) fn look_at(&mut self, reaches: Arc<Reaches>, journey: Option<&Journey>, filter: &MilestoneFilter) {
        let level = journey.and_then(|it| it.milestones.iter().position(|it| it.id == filter.milestone));
        self.milestones.push((reaches, level, filter.standing));
    }

    /// Places of the users that are picked, in their order.
    pub(super) fn pick(&self, everybody: &Everybody) -> Vec<u32> {
        let is_theirs = |id: &str| everybody.accounts().iter().position(|it| &*it.account == id);
        let account = self.filter.account.as_deref().map(is_theirs);
        let is_picked = |it: &UserLine| {
            account.is_none_or(|wanted| it.account.is_some_and(|it| Some(it as usize) == wanted))
                && self.filter.began.holds(it.first_ms)
                && self.filter.seen.is_none_or(|seen| seen.holds(it.last_ms, self.now_ms))
                && self.filter.anonymous.is_none_or(|anonymous| it.anonymous == anonymous)
                && self.filter.search.as_ref().is_none_or(|needle| is_called(it, needle))
                && (self.filter.care.is_empty() || self.is_cared_for(it))
                && self.has_got_there(it.key)
        };
        (0..).zip(everybody.users()).filter(|(_, it)| is_picked(it)).map(|(place, _)| place).collect()
    }

    fn is_cared_for(&self, user: &UserLine) -> bool {
        self.filter.care.holds(self.cares.get(&*user.user).map(|it| &**it), self.now_ms)
    }

    fn has_got_there(&self, user: UserKey) -> bool {
        self.milestones.iter().all(|(reaches, level, standing)| {
            let Some(level) = *level else { return false };
            match reaches.of(user) {
                Some(reached_ms) => standing.holds(level, reached_ms),
                None => standing.holds(level, std::iter::empty()),
            }
        })
    }
}

fn is_called(user: &UserLine, needle: &Needle) -> bool {
    let texts = [Some(&user.user), user.name.as_ref(), user.email.as_ref()];
    texts.into_iter().flatten().any(|it| needle.is_in(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_stuck_where_nothing_later_was_reached_whatever_came_before() {
        let reached = |text: &str| text.chars().map(|it| (it == 'x').then_some(1)).collect::<Vec<_>>();
        for (times, level, wanted) in [
            ("xx-", 1, [true, false, true]),
            ("-x-", 1, [true, false, true]),
            ("xxx", 1, [true, false, false]),
            ("x-x", 1, [false, true, false]),
            ("x-x", 0, [true, false, false]),
            ("--x", 2, [true, false, true]),
            ("", 0, [false, true, false]),
        ] {
            let found = [MilestoneStanding::Reached, MilestoneStanding::NotReached, MilestoneStanding::Stuck]
                .map(|it| it.holds(level, reached(times).into_iter()));
            assert_eq!(found, wanted, "{times} at {level}");
        }
    }

    #[test]
    fn days_are_counted_back_from_now_and_both_ends_belong_somewhere() {
        let now_ms = 100 * DAY_MS;
        let seen = |text: &str, last_ms: i64| SeenFilter::parse(text).expect("a filter").holds(last_ms, now_ms);
        assert!(seen("within-30", 70 * DAY_MS) && !seen("not-within-30", 70 * DAY_MS));
        assert!(!seen("within-30", 70 * DAY_MS - 1) && seen("not-within-30", 70 * DAY_MS - 1));
        for text in ["within-0", "within-", "within", "30", "within-+3", "not-within-1e3", "within-9999999"] {
            assert_eq!(SeenFilter::parse(text), None, "{text}");
        }
        assert_eq!(SeenFilter::parse("not-within-7").map(SeenFilter::name).as_deref(), Some("not-within-7"));
    }
}

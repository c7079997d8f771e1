//! Retention: of those who began in one period, how many came back in the ones after it.
//!
//! Periods are those of the workspace's calendar: days, weeks and months.
//! A user belongs to the cohort of the period in which they began, and *comes back* with a message in a later one.
//! *Exact* (N-day) retention asks whether they came in the n-th period after; *unbounded* (rolling) retention asks
//! whether they came in the n-th or any later one. `docs/reference/metrics.md` has it in words.

use std::collections::btree_map::Entry;

/// Periods after a user's first that are told apart; what comes later counts as later.
pub(crate) const PERIODS_MAX: usize = 62;

/// One user: when they began, and in which periods after that they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// [`super::Period::of`] the time at which the user began.
    pub start: i64,
    /// Bit n: came in the n-th period after the first; bit 63: came later than [`PERIODS_MAX`].
    pub came: u64,
}

impl Activity {
    /// The bit of a message in this period.
    pub fn bit(start: i64, period: i64) -> u64 {
        match usize::try_from(period - start) {
            Ok(after @ ..=PERIODS_MAX) => 1 << after,
            Ok(_) => 1 << 63,
            Err(_) => 0,
        }
    }
}

/// Users who began in the same period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cohort {
    pub start: i64,
    pub users: u64,
    /// For period 0, 1, 2… after the first, as many as had begun by the time asked for.
    pub came: Vec<Came>,
}

/// How many of a cohort came in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Came {
    pub exact: u64,
    pub unbounded: u64,
    /// The period is over, so that `exact` will not grow any more but by late messages.
    pub is_over: bool,
}

/// Cohorts in order of time. `now` is the number of the present period; `periods` are told beside the first.
pub(crate) fn cohorts(activities: impl IntoIterator<Item = Activity>, periods: usize, now: i64) -> Vec<Cohort> {
    let periods = periods.min(PERIODS_MAX);
    let mut cohorts: std::collections::BTreeMap<i64, Cohort> = std::collections::BTreeMap::new();
    for Activity { start, came } in activities {
        let cohort = cohorts.entry(start).or_insert_with(|| {
            let begun = usize::try_from(now - start).map_or(0, |it| it.min(periods) + 1);
            let came = (0..begun).map(|after| Came { is_over: start + (after as i64) < now, ..Came::default() });
            Cohort { start, users: 0, came: came.collect() }
        });
        cohort.users += 1;
        for (after, it) in cohort.came.iter_mut().enumerate() {
            it.exact += came >> after & 1;
            it.unbounded += u64::from(came >> after != 0);
        }
    }
    cohorts.into_values().collect()
}

/// Cohorts of all, of those of some people each; all for the same periods.
pub(crate) fn merged(parts: impl IntoIterator<Item = Vec<Cohort>>) -> Vec<Cohort> {
    let mut cohorts: std::collections::BTreeMap<i64, Cohort> = std::collections::BTreeMap::new();
    for part in parts.into_iter().flatten() {
        match cohorts.entry(part.start) {
            Entry::Vacant(slot) => drop(slot.insert(part)),
            Entry::Occupied(mut slot) => {
                let cohort = slot.get_mut();
                cohort.users += part.users;
                for (came, more) in cohort.came.iter_mut().zip(part.came) {
                    came.exact += more.exact;
                    came.unbounded += more.unbounded;
                }
            }
        }
    }
    cohorts.into_values().collect()
}

/// How coming back is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// In this very period (N-day).
    #[default]
    Exact,
    /// In this period or a later one (rolling).
    Unbounded,
}

impl Counted {
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Unbounded => "unbounded",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Exact, Self::Unbounded].into_iter().find(|it| it.name() == name)
    }
}

/// Whom a number of the grid counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The number of the cohort's period; `None`: all cohorts, and with `after` those for which that period is over.
    pub cohort: Option<i64>,
    /// The period after the first; `None`: everybody who began.
    pub after: Option<usize>,
    pub counted: Counted,
    /// Those who did not come instead.
    pub away: bool,
}

impl Cell {
    /// Whether a user is among them. `now` is the number of the present period.
    pub fn holds(&self, activity: Activity, now: i64) -> bool {
        if self.cohort.is_some_and(|it| it != activity.start) {
            return false;
        }
        let Some(after) = self.after else { return true };
        if self.cohort.is_none() && activity.start + after as i64 >= now {
            return false;
        }
        let came = match self.counted {
            Counted::Exact => activity.came >> after.min(PERIODS_MAX) & 1 == 1,
            Counted::Unbounded => activity.came >> after.min(PERIODS_MAX) != 0,
        };
        came != self.away
    }
}

/// All cohorts as one: for each period, over those cohorts for which it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pooled {
    /// Users of those cohorts.
    pub users: u64,
    pub exact: u64,
    pub unbounded: u64,
}

pub(crate) fn pooled(cohorts: &[Cohort], periods: usize) -> Vec<Pooled> {
    let mut pooled = vec![Pooled::default(); periods.min(PERIODS_MAX) + 1];
    for cohort in cohorts {
        for (all, came) in pooled.iter_mut().zip(&cohort.came).filter(|(_, it)| it.is_over) {
            all.users += cohort.users;
            all.exact += came.exact;
            all.unbounded += came.unbounded;
        }
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exact_asks_for_the_period_and_unbounded_for_it_or_any_later() {
        let came = |periods: &[i64]| periods.iter().fold(0, |came, it| came | Activity::bit(10, *it));
        let users = [came(&[10, 12]), came(&[10, 11, 200]), came(&[10])];
        let found = cohorts(users.map(|came| Activity { start: 10, came }), 3, 12);
        let counts: Vec<_> = found[0].came.iter().map(|it| (it.exact, it.unbounded, it.is_over)).collect();
        assert_eq!(counts, [(3, 3, true), (1, 2, true), (1, 2, false)], "the third period has not begun");
        let pooled = pooled(&found, 3);
        assert_eq!((pooled[1].users, pooled[1].exact, pooled[2].users), (3, 1, 0));
    }

    proptest! {
        /// The people behind each number of the grid are as many as it says.
        #[test]
        fn a_cell_holds_as_many_as_it_counts(
            users in prop::collection::vec((0..6_i64, prop::collection::vec(0..90_i64, 0..6)), 0..20),
            now in 0..12_i64,
        ) {
            let activities: Vec<Activity> = users.iter().map(|(start, after)| Activity {
                start: *start,
                came: after.iter().fold(0, |came, it| came | Activity::bit(*start, start + it)),
            }).collect();
            let held = |cell: Cell| activities.iter().filter(|it| cell.holds(**it, now)).count() as u64;
            let found = cohorts(activities.iter().copied(), 8, now);
            for cohort in &found {
                let whole = Cell { cohort: Some(cohort.start), ..Cell::default() };
                prop_assert_eq!(held(whole), cohort.users);
                for (after, came) in cohort.came.iter().enumerate() {
                    for (counted, count) in [(Counted::Exact, came.exact), (Counted::Unbounded, came.unbounded)] {
                        let cell = Cell { after: Some(after), counted, ..whole };
                        prop_assert_eq!(held(cell), count);
                        prop_assert_eq!(held(Cell { away: true, ..cell }), cohort.users - count);
                    }
                }
            }
            for (after, all) in pooled(&found, 8).into_iter().enumerate() {
                for (counted, count) in [(Counted::Exact, all.exact), (Counted::Unbounded, all.unbounded)] {
                    let cell = Cell { cohort: None, after: Some(after), counted, away: false };
                    prop_assert_eq!(held(cell), count);
                    prop_assert_eq!(held(Cell { away: true, ..cell }), all.users - count);
                }
            }
        }

        /// Beside a model that keeps whole lists of periods.
        #[test]
        fn counts_are_those_of_a_naive_model(
            users in prop::collection::vec((0..20_i64, prop::collection::vec(0..90_i64, 0..6)), 0..20),
            periods in 0..70_usize,
            now in 0..100_i64,
        ) {
            let activity = |(start, after): &(i64, Vec<i64>)| Activity {
                start: *start,
                came: after.iter().fold(0, |came, it| came | Activity::bit(*start, start + it)),
            };
            let found = cohorts(users.iter().map(activity), periods, now);
            let parts = users.chunks(3).map(|it| cohorts(it.iter().map(activity), periods, now));
            prop_assert_eq!(&merged(parts), &found);
            prop_assert_eq!(found.iter().map(|it| it.users).sum::<u64>(), users.len() as u64);
            for cohort in found {
                let members: Vec<&Vec<i64>> =
                    users.iter().filter(|(start, _)| *start == cohort.start).map(|(_, after)| after).collect();
                prop_assert_eq!(cohort.users, members.len() as u64);
                let begun = (0..=periods.min(PERIODS_MAX)).filter(|it| cohort.start + *it as i64 <= now).count();
                prop_assert_eq!(cohort.came.len(), begun);
                for (n, came) in cohort.came.iter().enumerate() {
                    let exact = members.iter().filter(|it| it.contains(&(n as i64))).count();
                    let unbounded = members.iter().filter(|it| it.iter().any(|after| *after >= n as i64)).count();
                    prop_assert_eq!((came.exact, came.unbounded), (exact as u64, unbounded as u64));
                }
            }
        }
    }
}

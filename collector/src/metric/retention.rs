//! Retention: of those who began in one period, how many came back in the ones after it.
//!
//! Periods are those of the calendar in UTC: days, and weeks that begin on Monday.
//! A user belongs to the cohort of the period in which they began, and *comes back* with a message in a later one.
//! *Exact* (N-day) retention asks whether they came in the n-th period after; *unbounded* (rolling) retention asks
//! whether they came in the n-th or any later one. `docs/reference/metrics.md` has it in words.

/// Periods after a user's first that are told apart; what comes later counts as later.
pub(crate) const PERIODS_MAX: usize = 62;

const DAY_MS: i64 = 86_400_000;

/// 1 January 1970 was a Thursday: the Monday before lies three days earlier.
const MONDAY: i64 = 3;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Day,
    Week,
}

impl Period {
    /// The number of the period in which a time lies.
    pub fn of(self, at_ms: i64) -> i64 {
        let day = at_ms.div_euclid(DAY_MS);
        match self {
            Self::Day => day,
            Self::Week => (day + MONDAY).div_euclid(7),
        }
    }

    /// When a period begins.
    pub fn start_ms(self, number: i64) -> i64 {
        match self {
            Self::Day => number * DAY_MS,
            Self::Week => (number * 7 - MONDAY) * DAY_MS,
        }
    }
}

/// One user: when they began, and in which periods after that they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// [`Period::of`] the time at which the user began.
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
    fn days_and_weeks_are_those_of_the_calendar() {
        assert_eq!(Period::Day.of(-1), -1);
        assert_eq!(Period::Day.of(DAY_MS), 1);
        // Sunday 4 January 1970, and the Monday after it.
        assert_eq!(Period::Week.of(4 * DAY_MS - 1), 0);
        assert_eq!(Period::Week.of(4 * DAY_MS), 1);
        assert_eq!(Period::Week.start_ms(1), 4 * DAY_MS);
        assert_eq!(Period::Day.start_ms(5), 5 * DAY_MS);
    }

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

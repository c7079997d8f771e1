//! Cohorts by the week of their start, and what share of each got somewhere within a time.
//!
//! A cell counts people who got there no later than so long after their own start. It is complete once even those who
//! started last in the week have been watched that long; before, it may still grow. `docs/reference/metrics.md` has it
//! in words.

use super::{Calendar, Period};
use std::collections::BTreeMap;

/// One person on the way to one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    pub start_ms: i64,
    /// When they got there; before their start counts as at once.
    pub there_ms: Option<i64>,
}

impl Started {
    /// Whether they got there no later than so long after their start.
    pub fn within(self, within_ms: u64) -> bool {
        self.there_ms.is_some_and(|it| it.saturating_sub(self.start_ms).max(0).unsigned_abs() <= within_ms)
    }
}

/// How many of a week's people got there in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Got {
    pub people: u64,
    pub there: u64,
    pub is_complete: bool,
}

/// Whether everybody of a week has been watched so long.
pub fn is_complete(week: i64, within_ms: u64, now_ms: i64, calendar: &Calendar) -> bool {
    Period::Week.start_ms(week + 1, calendar).saturating_add_unsigned(within_ms) <= now_ms
}

/// One cell for each week in which somebody started, in order.
pub(crate) fn by_week(
    people: impl IntoIterator<Item = Started>,
    within_ms: u64,
    now_ms: i64,
    calendar: &Calendar,
) -> BTreeMap<i64, Got> {
    let mut weeks: BTreeMap<i64, Got> = BTreeMap::new();
    for person in people {
        let week = Period::Week.of(person.start_ms, calendar);
        let got = weeks
            .entry(week)
            .or_insert_with(|| Got { is_complete: is_complete(week, within_ms, now_ms, calendar), ..Got::default() });
        got.people += 1;
        got.there += u64::from(person.within(within_ms));
    }
    weeks
}

/// All complete weeks as one.
pub(crate) fn pooled(weeks: &BTreeMap<i64, Got>) -> Got {
    let complete = weeks.values().filter(|it| it.is_complete);
    complete.fold(Got { is_complete: true, ..Got::default() }, |all, it| Got {
        people: all.people + it.people,
        there: all.there + it.there,
        is_complete: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn the_end_of_the_time_counts_and_the_past_counts_as_at_once() {
        let of = |there_ms| Started { start_ms: 100, there_ms };
        assert!(of(Some(110)).within(10) && of(Some(50)).within(0));
        assert!(!of(Some(111)).within(10) && !of(None).within(u64::MAX));
    }

    #[test]
    fn a_week_is_complete_when_its_last_have_been_watched_long_enough() {
        // The week of Monday 5 January 1970 ends with the eleventh.
        let end_ms = 11 * DAY_MS;
        assert!(!is_complete(1, 7 * DAY_MS as u64, end_ms + 7 * DAY_MS - 1, &Calendar::default()));
        assert!(is_complete(1, 7 * DAY_MS as u64, end_ms + 7 * DAY_MS, &Calendar::default()));
    }

    proptest! {
        /// Beside a model that looks at each week by itself; more time never takes anybody away.
        #[test]
        fn counts_are_those_of_a_naive_model(
            people in prop::collection::vec((0..60_i64, prop::option::of(0..90_i64)), 0..40),
            within in 0..40_u64,
            now in 0..120_i64,
        ) {
            let people: Vec<Started> = people
                .into_iter()
                .map(|(start, there)| Started { start_ms: start * DAY_MS, there_ms: there.map(|it| it * DAY_MS) })
                .collect();
            let (within_ms, now_ms) = (within * DAY_MS as u64, now * DAY_MS);
            let calendar = crate::testing::berlin();
            let weeks = by_week(people.iter().copied(), within_ms, now_ms, &calendar);
            prop_assert_eq!(weeks.values().map(|it| it.people).sum::<u64>(), people.len() as u64);
            let longer = by_week(people.iter().copied(), within_ms + 1, now_ms, &calendar);
            for (week, got) in &weeks {
                let of_week = people.iter().filter(|it| Period::Week.of(it.start_ms, &calendar) == *week);
                let there = of_week.filter(|it| it.there_ms.is_some_and(|there| there - it.start_ms <= within_ms as i64));
                prop_assert_eq!(there.count() as u64, got.there);
                prop_assert!(longer[week].there >= got.there);
            }
            let all = pooled(&weeks);
            let complete = weeks.values().filter(|it| it.is_complete);
            prop_assert_eq!(complete.map(|it| it.people).sum::<u64>(), all.people);
            prop_assert!(all.there <= all.people);
        }
    }
}

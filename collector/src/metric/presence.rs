//! On which days people came, and how sticky that makes a product.
//!
//! DAU, WAU and MAU of a day are the people who came on it, in the 7 days and in the 30 days that end with it;
//! stickiness is DAU ÷ MAU. Days are counted from the first one asked about; `docs/reference/metrics.md` has it in words.

use rayon::prelude::*;

/// Days a month of active users reaches back, its last one included.
pub const MONTH_DAYS: usize = 30;

pub const WEEK_DAYS: usize = 7;

/// Days that can be told apart.
pub const DAYS_MAX: usize = 64 * WORDS;

const WORDS: usize = 4;

/// Some of [`DAYS_MAX`] days in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days([u64; WORDS]);

impl Days {
    /// Does nothing beyond [`DAYS_MAX`].
    pub fn insert(&mut self, day: usize) {
        if let Some(word) = self.0.get_mut(day / 64) {
            *word |= 1 << (day % 64);
        }
    }

    /// These and those.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(one, other)| *one |= other);
        self
    }

    pub fn is_empty(self) -> bool {
        self.0 == [0; WORDS]
    }

    /// In order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(at, mut word)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                // Takes the lowest bit away.
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }

    /// Those of the `within` days that end with `last`.
    pub fn of_window(self, last: usize, within: usize) -> impl Iterator<Item = usize> {
        self.iter().filter(move |it| *it <= last && last - it < within)
    }
}

/// How many people came around one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ActiveUsers {
    pub day: u64,
    pub week: u64,
    pub month: u64,
}

/// People that one core counts at a time.
const PIECE: usize = if cfg!(test) { 3 } else { 16_384 };

/// For each of `days` days from the first on; `came` says on which days one of the people did.
pub(crate) fn active_users<T: Sync>(people: &[T], days: usize, came: impl Fn(&T) -> Days + Sync) -> Vec<ActiveUsers> {
    let add = |mut all: Vec<[i64; 3]>, more: Vec<[i64; 3]>| {
        all.iter_mut().flatten().zip(more.into_iter().flatten()).for_each(|(all, more)| *all += more);
        all
    };
    let pieces = people.par_chunks(PIECE).map(|it| changes(it.iter().map(&came), days));
    let changes = pieces.reduce(|| vec![[0; 3]; days + 1], add);
    let mut now = [0_i64; 3];
    let count = |it: i64| it.unsigned_abs();
    let sums = changes.into_iter().take(days).map(|change| {
        now.iter_mut().zip(change).for_each(|(now, change)| *now += change);
        ActiveUsers { day: count(now[0]), week: count(now[1]), month: count(now[2]) }
    });
    sums.collect()
}

/// What changes from one day to the next: only days on which somebody came are looked at.
fn changes(people: impl Iterator<Item = Days>, days: usize) -> Vec<[i64; 3]> {
    let mut changes = vec![[0_i64; 3]; days + 1];
    for came in people {
        let mut covered = [0; 3];
        for day in came.iter().take_while(|it| *it < days) {
            for (nth, within) in [1, WEEK_DAYS, MONTH_DAYS].into_iter().enumerate() {
                let (from, until) = (day.max(covered[nth]), (day + within).min(days));
                if from < until {
                    changes[from][nth] += 1;
                    changes[until][nth] -= 1;
                    covered[nth] = until;
                }
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn days(of: impl IntoIterator<Item = usize>) -> Days {
        let mut days = Days::default();
        of.into_iter().for_each(|it| days.insert(it));
        days
    }

    #[test]
    fn who_came_counts_for_a_week_and_for_a_month() {
        let found = active_users(&[days([0]), days([3, 9])], 40, |it| *it);
        let counts = |day: usize| (found[day].day, found[day].week, found[day].month);
        assert_eq!(
            [0, 3, 6, 7, 9, 29, 30, 38, 39].map(counts),
            [(1, 1, 1), (1, 2, 2), (0, 2, 2), (0, 1, 2), (1, 1, 2), (0, 0, 2), (0, 0, 1), (0, 0, 1), (0, 0, 0)]
        );
    }

    proptest! {
        #[test]
        fn days_are_kept_as_a_set(of in prop::collection::btree_set(0..400_usize, 0..40)) {
            let kept: BTreeSet<usize> = of.iter().copied().filter(|it| *it < DAYS_MAX).collect();
            prop_assert_eq!(days(of).iter().collect::<BTreeSet<_>>(), kept.clone());
            prop_assert_eq!(days(kept.clone()).is_empty(), kept.is_empty());
        }

        /// The people behind a point are as many as it says.
        #[test]
        fn counts_are_those_of_the_windows(
            people in prop::collection::vec(prop::collection::vec(0..120_usize, 0..8), 0..12),
            last in 0..100_usize,
        ) {
            let people: Vec<Days> = people.into_iter().map(days).collect();
            let found = active_users(&people, 100, |it| *it)[last];
            for (within, count) in [(1, found.day), (WEEK_DAYS, found.week), (MONTH_DAYS, found.month)] {
                let held = people.iter().filter(|it| it.of_window(last, within).next().is_some()).count();
                prop_assert_eq!(held as u64, count);
            }
        }
    }
}

//! Answers about every user at once, packed so that a million users fit: users are numbers here, their ids are asked
//! for where they are shown ([`super::Events::names`]).

/// A user, by the engine's number. Good for as long as one question takes: a number may be given out again after its
/// user was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserKey(pub u32);

/// What a user is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserName {
    /// The user id, or the anonymous id of a user who never said who it is.
    pub user: String,
    pub anonymous: bool,
}

/// Everybody's furthest way along a journey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chains {
    users: Vec<UserKey>,
    /// Where each user's times end.
    ends: Vec<usize>,
    times_ms: Vec<i64>,
    groups: Vec<Option<u32>>,
    headings: Vec<String>,
}

/// One user's furthest way along a journey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain<'a> {
    pub user: UserKey,
    /// When each milestone of the first chain of furthest length was reached; at least one.
    pub times_ms: &'a [i64],
    /// The number of the group's value in [`Chains::headings`]; `None` where the user has no value.
    pub group: Option<u32>,
}

impl Chains {
    /// `headings` are the values of the trait asked for, each once.
    pub fn new(headings: Vec<String>) -> Self {
        Self { headings, ..Self::default() }
    }

    pub fn push(&mut self, chain: Chain<'_>) {
        self.users.push(chain.user);
        self.times_ms.extend_from_slice(chain.times_ms);
        self.ends.push(self.times_ms.len());
        self.groups.push(chain.group);
    }

    /// Adds the chains of others, which know these headings.
    pub fn extend(&mut self, parts: Vec<Self>) {
        self.users.reserve(parts.iter().map(|it| it.users.len()).sum());
        self.ends.reserve(parts.iter().map(|it| it.ends.len()).sum());
        self.times_ms.reserve(parts.iter().map(|it| it.times_ms.len()).sum());
        self.groups.reserve(parts.iter().map(|it| it.groups.len()).sum());
        for part in parts {
            let start = self.times_ms.len();
            self.users.extend(part.users);
            self.ends.extend(part.ends.into_iter().map(|it| start + it));
            self.times_ms.extend(part.times_ms);
            self.groups.extend(part.groups);
        }
    }

    pub fn len(&self) -> usize {
        self.users.len()
    }

    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// The values of the trait asked for, by number.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    pub fn get(&self, index: usize) -> Option<Chain<'_>> {
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        let times_ms = self.times_ms.get(start..*self.ends.get(index)?)?;
        Some(Chain { user: *self.users.get(index)?, times_ms, group: *self.groups.get(index)? })
    }

    pub fn iter(&self) -> impl Iterator<Item = Chain<'_>> {
        self.range(0..self.len())
    }

    /// Those at these places.
    pub fn range(&self, places: std::ops::Range<usize>) -> impl Iterator<Item = Chain<'_>> {
        let users = self.users.get(places.clone()).unwrap_or_default();
        let ends = self.ends.get(places.clone()).unwrap_or_default();
        let groups = self.groups.get(places.clone()).unwrap_or_default();
        let mut start = places.start.checked_sub(1).and_then(|it| self.ends.get(it)).copied().unwrap_or(0);
        users.iter().zip(ends).zip(groups).map(move |((user, end), group)| {
            let times_ms = self.times_ms.get(start..*end).unwrap_or_default();
            start = *end;
            Chain { user: *user, times_ms, group: *group }
        })
    }
}

/// Everybody's first reaches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reaches {
    milestones: usize,
    users: Vec<UserKey>,
    times_ms: Vec<i64>,
}

/// Stands for a milestone that was not reached.
const NEVER: i64 = i64::MAX;

fn reached(at_ms: &i64) -> Option<i64> {
    (*at_ms != NEVER).then_some(*at_ms)
}

impl Reaches {
    pub fn new(milestones: usize) -> Self {
        Self { milestones, ..Self::default() }
    }

    /// Adds the reaches of others, of the same milestones.
    pub fn extend(&mut self, parts: Vec<Self>) {
        self.users.reserve(parts.iter().map(|it| it.users.len()).sum());
        self.times_ms.reserve(parts.iter().map(|it| it.times_ms.len()).sum());
        for part in parts {
            self.users.extend(part.users);
            self.times_ms.extend(part.times_ms);
        }
    }

    /// Adds a user who has reached nothing yet.
    pub fn push(&mut self, user: UserKey) {
        self.users.push(user);
        self.times_ms.resize(self.users.len() * self.milestones, NEVER);
    }

    /// The user added last reached a milestone.
    pub fn reach(&mut self, level: usize, at_ms: i64) {
        let start = self.times_ms.len().saturating_sub(self.milestones);
        if level < self.milestones
            && let Some(slot) = self.times_ms.get_mut(start + level)
        {
            *slot = at_ms.min(*slot);
        }
    }

    pub fn len(&self) -> usize {
        self.users.len()
    }

    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Those of the users who are wanted.
    pub fn only(&self, is_wanted: impl Fn(UserKey) -> bool) -> Self {
        let mut reaches = Self::new(self.milestones);
        for (user, row) in self.users.iter().zip(self.times_ms.chunks(self.milestones.max(1))) {
            if is_wanted(*user) {
                reaches.users.push(*user);
                reaches.times_ms.extend_from_slice(row);
            }
        }
        reaches
    }

    /// The same in the place of all, of users in whichever order.
    pub fn keep(&mut self, mut wanted: Vec<UserKey>) {
        wanted.sort_unstable();
        let mut wanted = wanted.into_iter().peekable();
        let mut kept = 0;
        for place in 0..self.users.len() {
            let Some(user) = self.users.get(place).copied() else { break };
            while wanted.next_if(|it| *it < user).is_some() {}
            if wanted.peek() == Some(&user) {
                self.users.swap(kept, place);
                let row = place * self.milestones..(place + 1) * self.milestones;
                self.times_ms.copy_within(row, kept * self.milestones);
                kept += 1;
            }
        }
        self.users.truncate(kept);
        self.times_ms.truncate(kept * self.milestones);
    }

    pub fn users(&self) -> &[UserKey] {
        &self.users
    }

    /// When the first of the users reached each milestone.
    pub fn together(&self) -> Vec<Option<i64>> {
        let earliest = |level| self.times_ms.iter().skip(level).step_by(self.milestones).min().and_then(reached);
        (0..self.milestones).map(earliest).collect()
    }

    /// Each user, and per milestone of the journey, in its order, when it was first reached.
    pub fn iter(&self) -> impl Iterator<Item = (UserKey, impl Iterator<Item = Option<i64>>)> {
        let rows = self.times_ms.chunks(self.milestones.max(1));
        self.users.iter().zip(rows).map(move |(user, it)| (*user, it.iter().map(reached)))
    }

    /// When a user first reached each milestone; `None` for one who reached none.
    pub fn of(&self, user: UserKey) -> Option<impl Iterator<Item = Option<i64>>> {
        let index = self.users.binary_search(&user).ok()?;
        let row = self.times_ms.get(index * self.milestones..(index + 1) * self.milestones)?;
        Some(row.iter().map(|at_ms| (*at_ms != NEVER).then_some(*at_ms)))
    }

    /// The same for users who are asked about in order of [`UserKey`]: each look goes on where the last one ended.
    pub fn in_order(&self) -> ReachesInOrder<'_> {
        ReachesInOrder { reaches: self, next: 0 }
    }

    /// When users reached these two milestones, for those who reached the first.
    pub fn pairs(&self, from: usize, to: usize) -> impl Iterator<Item = (i64, Option<i64>)> {
        let rows = self.times_ms.chunks(self.milestones.max(1));
        rows.filter_map(move |it| Some((it.get(from).and_then(reached)?, it.get(to).and_then(reached))))
    }
}

/// A place in [`Reaches`].
#[derive(Clone, Debug)]
pub struct ReachesInOrder<'a> {
    reaches: &'a Reaches,
    next: usize,
}

impl ReachesInOrder<'_> {
    /// As [`Reaches::of`], of a user who comes after all that were asked about before.
    pub fn of(&mut self, user: UserKey) -> Option<impl Iterator<Item = Option<i64>>> {
        let Reaches { milestones, users, times_ms } = self.reaches;
        while users.get(self.next).is_some_and(|it| *it < user) {
            self.next += 1;
        }
        users.get(self.next).filter(|it| **it == user)?;
        let row = times_ms.get(self.next * milestones..(self.next + 1) * milestones)?;
        Some(row.iter().map(reached))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whoever_is_asked_about_in_order_is_found_as_by_themselves(
            known in prop::collection::btree_set(0..30_u32, 0..20),
            asked in prop::collection::btree_set(0..30_u32, 0..20),
        ) {
            let mut reaches = Reaches::new(2);
            for user in known {
                reaches.push(UserKey(user));
                reaches.reach((user % 2) as usize, i64::from(user));
            }
            let mut in_order = reaches.in_order();
            for user in asked.into_iter().map(UserKey) {
                let found: Option<Vec<_>> = in_order.of(user).map(Iterator::collect);
                prop_assert_eq!(found, reaches.of(user).map(Iterator::collect));
            }
        }

        #[test]
        fn those_who_are_kept_are_those_who_are_wanted(
            known in prop::collection::btree_set(0..30_u32, 0..20),
            wanted in prop::collection::vec(0..30_u32, 0..20),
            milestones in 1..3_usize,
        ) {
            let mut reaches = Reaches::new(milestones);
            for user in known {
                reaches.push(UserKey(user));
                reaches.reach((user % 2) as usize, i64::from(user));
            }
            let wanted: Vec<UserKey> = wanted.into_iter().map(UserKey).collect();
            let expected = reaches.only(|it| wanted.contains(&it));
            reaches.keep(wanted);
            prop_assert_eq!(reaches, expected);
        }

        #[test]
        fn a_range_of_chains_is_a_piece_of_all(lengths in prop::collection::vec(1..4_usize, 0..12), from in 0..14_usize, to in 0..14_usize) {
            let mut chains = Chains::default();
            for (user, length) in (0..).zip(lengths) {
                let times_ms: Vec<i64> = (0..length as i64).map(|it| it + i64::from(user)).collect();
                chains.push(Chain { user: UserKey(user), times_ms: &times_ms, group: None });
            }
            let (from, to) = (from.min(chains.len()), to.min(chains.len()));
            let found: Vec<_> = chains.range(from..to.max(from)).collect();
            prop_assert_eq!(found, chains.iter().skip(from).take(to.saturating_sub(from)).collect::<Vec<_>>());
        }
    }
}

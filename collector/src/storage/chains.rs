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
        let mut start = 0;
        self.users.iter().zip(&self.ends).zip(&self.groups).map(move |((user, end), group)| {
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

    pub fn users(&self) -> &[UserKey] {
        &self.users
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

    /// When users reached these two milestones, for those who reached the first.
    pub fn pairs(&self, from: usize, to: usize) -> impl Iterator<Item = (i64, Option<i64>)> {
        let rows = self.times_ms.chunks(self.milestones.max(1));
        rows.filter_map(move |it| Some((it.get(from).and_then(reached)?, it.get(to).and_then(reached))))
    }
}

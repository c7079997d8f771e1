//! Who is of a segment.

use crate::storage::{Chains, Everybody, UserKey, UserLine};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

/// The users of a segment, as they were when it was asked.
#[derive(Debug)]
pub struct Members {
    everybody: Arc<Everybody>,
    /// By [`UserKey`].
    has: Vec<bool>,
    count: usize,
    /// By name, once somebody asks so.
    named: OnceLock<HashSet<(Arc<str>, bool)>>,
}

impl Members {
    /// `is_in` has one truth for each user, in the order of [`Everybody::users`].
    pub(super) fn new(everybody: Arc<Everybody>, is_in: &[bool]) -> Self {
        let mut has = vec![false; everybody.users().last().map_or(0, |it| it.key.0 as usize + 1)];
        let mut count = 0;
        for (user, is_in) in everybody.users().iter().zip(is_in) {
            if let Some(slot) = has.get_mut(user.key.0 as usize) {
                *slot = *is_in;
                count += usize::from(*is_in);
            }
        }
        Self { everybody, has, count, named: OnceLock::new() }
    }

    /// Everybody else.
    pub fn others(&self) -> Self {
        let is_in: Vec<bool> = self.everybody.users().iter().map(|it| !self.has(it.key)).collect();
        Self::new(Arc::clone(&self.everybody), &is_in)
    }

    pub fn has(&self, user: UserKey) -> bool {
        self.has.get(user.0 as usize).is_some_and(|it| *it)
    }

    /// By the user id, or the anonymous id of a user who never said who it is.
    pub fn has_named(&self, user: &str, anonymous: bool) -> bool {
        let named = self.named.get_or_init(|| self.users().map(|it| (Arc::clone(&it.user), it.anonymous)).collect());
        named.contains(&(Arc::from(user), anonymous))
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Users there are in all.
    pub fn of(&self) -> usize {
        self.everybody.users().len()
    }

    pub fn users(&self) -> impl Iterator<Item = &UserLine> {
        self.everybody.users().iter().filter(|it| self.has(it.key))
    }

    pub(in crate::app) fn chains(&self, all: &Chains) -> Chains {
        let mut chains = Chains::new(all.headings().to_vec());
        all.iter().filter(|it| self.has(it.user)).for_each(|it| chains.push(it));
        chains
    }
}

/// The same users.
impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.has == other.has
    }
}

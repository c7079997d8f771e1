//! Marks of everybody, put in order of user: in parts that fit into a core's cache, on all cores.
//!
//! What counts for all of an account is kept once for the account, and joined to each member when they are looked at.

use super::columns::Sender;
use super::who::{Account, Who};
use rayon::prelude::*;

/// Users of a part, as a power of two: with their marks they take a few hundred kilobytes.
const PART_BITS: u32 = 13;
const PART: usize = 1 << PART_BITS;

/// A milestone was reached, by a user or for all of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// The number of the user, or of the account.
    pub(super) by: u32,
    pub(super) level: u32,
    pub(super) at_ms: i64,
}

/// Marks in the order in which they are found, apart for each part of the users, and of the accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    of_users: Vec<Vec<Reached>>,
    of_accounts: Vec<Vec<Reached>>,
}

impl Gathered {
    pub(super) fn push(&mut self, user: Sender, level: u32, at_ms: i64) {
        push(&mut self.of_users, Reached { by: user, level, at_ms });
    }

    pub(super) fn push_for_account(&mut self, account: Account, level: u32, at_ms: i64) {
        push(&mut self.of_accounts, Reached { by: account, level, at_ms });
    }
}

fn push(parts: &mut Vec<Vec<Reached>>, mark: Reached) {
    let part = (mark.by >> PART_BITS) as usize;
    if part >= parts.len() {
        parts.resize_with(part + 1, Vec::new);
    }
    if let Some(part) = parts.get_mut(part) {
        part.push(mark);
    }
}

/// What several threads gathered.
pub(super) struct ByUser<'w> {
    gathered: Vec<Gathered>,
    /// One for each part of the accounts.
    accounts: Vec<Sorted>,
    who: &'w Who,
}

impl<'w> ByUser<'w> {
    pub(super) fn new(gathered: Vec<Gathered>, who: &'w Who) -> Self {
        let parts = gathered.iter().map(|it| it.of_accounts.len()).max().unwrap_or(0);
        let of_part = |part| Sorted::of(gathered.iter().filter_map(|it| it.of_accounts.get(part)));
        let accounts = (0..parts).into_par_iter().map(of_part).collect();
        Self { gathered, accounts, who }
    }

    /// Hands over each part, in order of user, and answers in that order.
    pub(super) fn each_part<T: Send>(&self, work: impl Fn(&Part<'_>) -> T + Sync) -> Vec<T> {
        let mut parts = self.gathered.iter().map(|it| it.of_users.len()).max().unwrap_or(0);
        if !self.accounts.is_empty() {
            // Also members who sent nothing that counts.
            parts = parts.max(self.who.width().div_ceil(PART));
        }
        let of_part = |part: usize| {
            let sorted = Sorted::of(self.gathered.iter().filter_map(|it| it.of_users.get(part)));
            work(&Part { first: (part << PART_BITS) as Sender, sorted, all: self })
        };
        (0..parts).into_par_iter().map(of_part).collect()
    }

    fn of_account(&self, user: Sender) -> &[Reached] {
        if self.accounts.is_empty() {
            return &[];
        }
        let Some(account) = self.who.account_of(user) else { return &[] };
        self.accounts.get((account >> PART_BITS) as usize).map_or(&[], |it| it.of_slot(account as usize % PART))
    }
}

/// Some users, with their marks.
pub(super) struct Part<'a> {
    first: Sender,
    sorted: Sorted,
    all: &'a ByUser<'a>,
}

impl Part<'_> {
    /// Each user who reached something, in order of user: what they reached, and what counts for them because of others.
    /// Both are in no order.
    pub(super) fn users(&self) -> impl Iterator<Item = (Sender, &[Reached], &[Reached])> {
        (0..PART).filter_map(|slot| {
            let user = self.first + slot as Sender;
            let (own, of_account) = (self.sorted.of_slot(slot), self.all.of_account(user));
            (!own.is_empty() || !of_account.is_empty()).then_some((user, own, of_account))
        })
    }
}

/// Marks of a part, in order of number.
struct Sorted {
    marks: Vec<Reached>,
    /// Where each number's end; empty where there are none at all.
    ends: Vec<u32>,
}

impl Sorted {
    /// By counting, which is quicker than comparing.
    fn of<'a>(found: impl Iterator<Item = &'a Vec<Reached>> + Clone) -> Self {
        let count = found.clone().map(Vec::len).sum();
        if count == 0 {
            return Self { marks: Vec::new(), ends: Vec::new() };
        }
        let slot_of = |mark: &Reached| mark.by as usize % PART;
        let mut ends = vec![0_u32; PART];
        for mark in found.clone().flatten() {
            if let Some(count) = ends.get_mut(slot_of(mark)) {
                *count += 1;
            }
        }
        // Begins as where each starts, and ends as where it ends.
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut marks = vec![Reached::default(); count];
        for mark in found.flatten() {
            if let Some(end) = ends.get_mut(slot_of(mark)) {
                if let Some(slot) = marks.get_mut(*end as usize) {
                    *slot = *mark;
                }
                *end += 1;
            }
        }
        Self { marks, ends }
    }

    fn of_slot(&self, slot: usize) -> &[Reached] {
        let Some(end) = self.ends.get(slot) else { return &[] };
        let start = slot.checked_sub(1).and_then(|it| self.ends.get(it)).copied().unwrap_or(0);
        self.marks.get(start as usize..*end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_out_by_user_from_several_threads_and_parts() {
        let mut gathered = [Gathered::default(), Gathered::default()];
        for (at, user) in [7, 3, 20_000, 7, 8_192, 3, 8_191].into_iter().enumerate() {
            gathered[at % 2].push(user, 0, at as i64);
        }
        let who = Who::default();
        let by_user = ByUser::new(gathered.to_vec(), &who);
        let parts = by_user.each_part(|part| part.users().map(|(user, it, _)| (user, it.len())).collect::<Vec<_>>());
        assert_eq!(parts.concat(), [(3, 2), (7, 2), (8_191, 1), (8_192, 1), (20_000, 1)]);
    }
}

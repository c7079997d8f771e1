//! What happened to everybody, user by user: in parts that fit into a core's cache, on all cores.
//!
//! Rows of a sealed segment are in order of sender, and most senders are users: a part reads its stretch of each segment
//! where it lies. What is not in its place already (of senders who turned out to be somebody else, of accounts, not
//! sealed yet, put together from histories) is gathered before. What counts for all of an account is kept once for the
//! account, and joined to each member when they are looked at.

use super::columns::Sender;
use super::reading::Column;
use super::segment::Segment;
use super::shares::shares;
use super::who::{Account, Who};
use domain::Scope;
use rayon::prelude::*;
use std::sync::Arc;

/// Users of a part, as a power of two: with their marks they take a few hundred kilobytes.
const PART_BITS: u32 = 13;
pub(super) const PART: usize = 1 << PART_BITS;

/// Something happened, to a user or for all of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// The number of the user, or of the account.
    pub(super) by: u32,
    /// Of the milestone; 0 where there is none.
    pub(super) level: u32,
    pub(super) at_ms: i64,
}

/// Times that count: `since ≤ t < until`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Within {
    pub(super) since_ms: Option<i64>,
    pub(super) until_ms: Option<i64>,
}

impl Within {
    pub(super) fn holds(self, at_ms: i64) -> bool {
        self.since_ms.is_none_or(|it| at_ms >= it) && self.until_ms.is_none_or(|it| at_ms < it)
    }
}

/// Rows of a segment that count.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) level: u32,
    pub(super) scope: Scope,
    pub(super) segment: Arc<Segment>,
    /// In order of sender, as sealed segments are.
    pub(super) is_sorted: bool,
    /// Only those whose code stands for a reading that fires.
    pub(super) fires: Option<(Arc<Column>, Vec<bool>)>,
}

impl Rows {
    /// Of a stretch of them: the sender, and when.
    pub(super) fn each(&self, stretch: std::ops::Range<usize>, mut take: impl FnMut(Sender, i64)) {
        let senders = self.segment.senders().get(stretch.clone()).unwrap_or_default();
        let times_ms = self.segment.times_ms().get(stretch.clone()).unwrap_or_default();
        let rows = senders.iter().zip(times_ms);
        match &self.fires {
            None => rows.for_each(|(sender, at_ms)| take(*sender, *at_ms)),
            Some((column, fires)) => rows
                .zip(column.codes.get(stretch).unwrap_or_default())
                .filter(|(_, code)| fires.get(**code as usize).is_some_and(|it| *it))
                .for_each(|((sender, at_ms), _)| take(*sender, *at_ms)),
        }
    }

    /// Where they can be read by part.
    fn is_in_place(&self) -> bool {
        self.is_sorted && self.scope == Scope::User
    }

    fn gather(&self, within: Within, who: &Who) -> Gathered {
        let mut gathered = Gathered::default();
        let is_in_place = self.is_in_place();
        self.each(0..self.segment.len(), |sender, at_ms| {
            if is_in_place && who.user_of(sender) == sender || !within.holds(at_ms) {
                return;
            }
            Actor::of(sender, self.scope, who).reaches(self.level, at_ms, &mut gathered);
        });
        gathered
    }
}

/// Whose messages a rule is held against: a user's, or all of an account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Actor {
    User(Sender),
    Account(Account),
}

impl Actor {
    pub(super) fn of(sender: Sender, scope: Scope, who: &Who) -> Self {
        let user = who.user_of(sender);
        match scope {
            Scope::User => Self::User(user),
            // Who belongs to no account reaches it alone.
            Scope::Account => who.account_of(user).map_or(Self::User(user), Self::Account),
        }
    }

    pub(super) fn reaches(self, level: u32, at_ms: i64, gathered: &mut Gathered) {
        match self {
            Self::User(by) => push(&mut gathered.of_users, Reached { by, level, at_ms }),
            // It counts for every member, also for one who sent nothing else.
            Self::Account(by) => push(&mut gathered.of_accounts, Reached { by, level, at_ms }),
        }
    }
}

/// Marks in the order in which they are found, apart for each part of the users, and of the accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    of_users: Vec<Vec<Reached>>,
    of_accounts: Vec<Vec<Reached>>,
}

impl Gathered {
    /// All of them, each with whom it is of.
    pub(super) fn each(&self, mut take: impl FnMut(Actor, Reached)) {
        self.of_users.iter().flatten().for_each(|it| take(Actor::User(it.by), *it));
        self.of_accounts.iter().flatten().for_each(|it| take(Actor::Account(it.by), *it));
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

/// All that counts for a question.
pub(super) struct ByUser<'w> {
    /// Read where they lie.
    in_place: Vec<Rows>,
    within: Within,
    gathered: Vec<Gathered>,
    /// One for each part of the accounts.
    accounts: Vec<Sorted>,
    who: &'w Who,
    parts: usize,
}

impl<'w> ByUser<'w> {
    pub(super) fn new(rows: Vec<Rows>, of_histories: Gathered, within: Within, who: &'w Who) -> Self {
        let shares = shares(rows.iter().map(|it| (it.segment.len(), it)));
        let gather = |rows: Vec<&Rows>| rows.into_iter().map(|it| it.gather(within, who)).collect::<Vec<_>>();
        let mut gathered: Vec<Gathered> = shares.into_par_iter().flat_map_iter(gather).collect();
        gathered.push(of_histories);
        gathered.retain(|it| !it.of_users.is_empty() || !it.of_accounts.is_empty());
        let parts = gathered.iter().map(|it| it.of_accounts.len()).max().unwrap_or(0);
        let of_part = |part| Sorted::of(gathered.iter().filter_map(|it| it.of_accounts.get(part)).flatten().copied());
        let accounts: Vec<Sorted> = (0..parts).into_par_iter().map(of_part).collect();
        let in_place: Vec<Rows> = rows.into_iter().filter(Rows::is_in_place).collect();
        let last = in_place.iter().filter_map(|it| it.segment.senders().last());
        let mut parts = last.map(|it| (*it >> PART_BITS) as usize + 1).max().unwrap_or(0);
        parts = gathered.iter().map(|it| it.of_users.len()).max().unwrap_or(0).max(parts);
        if !accounts.is_empty() {
            // Also members who sent nothing that counts.
            parts = parts.max(who.width().div_ceil(PART));
        }
        Self { in_place, within, gathered, accounts, who, parts }
    }

    /// Hands over each part, in order of user, and answers in that order.
    pub(super) fn each_part<T: Send>(&self, work: impl Fn(&Part<'_>) -> T + Sync) -> Vec<T> {
        (0..self.parts).into_par_iter().map(|part| work(&Part::of(self, part))).collect()
    }

    /// What happened to the users of a part, of which there are [`PART`], in no order: the user, and when.
    pub(super) fn of_part(&self, part: usize, mut take: impl FnMut(Sender, i64)) {
        let first = part << PART_BITS;
        self.own(part, |mark| take(mark.by, mark.at_ms));
        if !self.accounts.is_empty() {
            for user in first..first + PART {
                self.of_account(user as Sender).iter().for_each(|it| take(user as Sender, it.at_ms));
            }
        }
    }

    /// What users of a part did themselves.
    fn own(&self, part: usize, mut take: impl FnMut(Reached)) {
        let first = (part as u64) << PART_BITS;
        for rows in &self.in_place {
            rows.each(rows.segment.stretch(first..first + PART as u64), |sender, at_ms| {
                if self.who.user_of(sender) == sender && self.within.holds(at_ms) {
                    take(Reached { by: sender, level: rows.level, at_ms });
                }
            });
        }
        self.gathered.iter().filter_map(|it| it.of_users.get(part)).flatten().for_each(|it| take(*it));
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

impl<'a> Part<'a> {
    fn of(all: &'a ByUser<'a>, part: usize) -> Self {
        let mut marks = Vec::new();
        all.own(part, |it| marks.push(it));
        Self { first: (part << PART_BITS) as Sender, sorted: Sorted::of(marks.into_iter()), all }
    }

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
    /// Where each number's end.
    ends: Vec<u32>,
}

impl Sorted {
    /// By counting, which is quicker than comparing.
    fn of(found: impl Iterator<Item = Reached> + Clone) -> Self {
        let slot_of = |mark: &Reached| mark.by as usize % PART;
        let mut ends = vec![0_u32; PART];
        for mark in found.clone() {
            if let Some(count) = ends.get_mut(slot_of(&mark)) {
                *count += 1;
            }
        }
        // Begins as where each starts, and ends as where it ends.
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut marks = vec![Reached::default(); sum as usize];
        for mark in found {
            if let Some(end) = ends.get_mut(slot_of(&mark)) {
                if let Some(slot) = marks.get_mut(*end as usize) {
                    *slot = mark;
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
    use proptest::prelude::*;

    /// Some messages, in segments that are sealed or not, of senders some of whom are somebody else and some of whom
    /// belong to an account.
    #[derive(Clone, Debug)]
    struct Made {
        segments: Vec<Piece>,
        user_of: Vec<(Sender, Sender)>,
        account_of: Vec<(Sender, Account)>,
    }

    /// Messages, whether they are sealed, and whether they count for all of an account.
    type Piece = (Vec<(Sender, i64)>, bool, bool);

    /// Around the ends of parts, where something might get lost.
    fn sender() -> impl Strategy<Value = Sender> {
        prop_oneof![0..4_u32, 8_188..8_196_u32, 16_380..16_388_u32]
    }

    fn made() -> impl Strategy<Value = Made> {
        let rows = prop::collection::vec((sender(), 0..40_i64), 0..30);
        let segments = prop::collection::vec((rows, any::<bool>(), any::<bool>()), 0..5);
        let pairs = prop::collection::vec((sender(), sender()), 0..6);
        (segments, pairs, prop::collection::vec((sender(), 0..4_u32), 0..8))
            .prop_map(|(segments, user_of, account_of)| Made { segments, user_of, account_of })
    }

    proptest! {
        /// Beside a model that looks at one message after the other.
        #[test]
        fn every_mark_comes_out_once_with_its_user(made in made(), since in prop::option::of(0..40_i64)) {
            let who = Who::of(16_400, &made.user_of, &made.account_of);
            let within = Within { since_ms: since, until_ms: Some(35) };
            let mut wanted: Vec<(Sender, u32, i64)> = Vec::new();
            let mut rows = Vec::new();
            for (level, (mut messages, is_sorted, is_shared)) in (0..).zip(made.segments) {
                if is_sorted {
                    messages.sort_unstable();
                }
                let scope = if is_shared { Scope::Account } else { Scope::User };
                for (sender, at_ms) in messages.iter().copied().filter(|it| within.holds(it.1)) {
                    match Actor::of(sender, scope, &who) {
                        Actor::User(user) => wanted.push((user, level, at_ms)),
                        Actor::Account(account) => {
                            let members = (0..who.width() as Sender).filter(|it| who.account_of(*it) == Some(account));
                            wanted.extend(members.map(|it| (it, level, at_ms)));
                        }
                    }
                }
                let (senders, times_ms) = messages.into_iter().unzip();
                let segment = Arc::new(Segment::of(senders, times_ms, Vec::new()));
                rows.push(Rows { level, scope, segment, is_sorted, fires: None });
            }
            let by_user = ByUser::new(rows, Gathered::default(), within, &who);
            let parts = by_user.each_part(|part| {
                let marks = |(user, own, shared): (Sender, &[Reached], &[Reached])| {
                    own.iter().chain(shared).map(|it| (user, it.level, it.at_ms)).collect::<Vec<_>>()
                };
                part.users().flat_map(marks).collect::<Vec<_>>()
            });
            let found = parts.concat();
            prop_assert!(found.is_sorted_by_key(|it| it.0), "{:?}", found);
            let mut unordered: Vec<(Sender, i64)> = Vec::new();
            for part in 0..who.width().div_ceil(PART) {
                by_user.of_part(part, |user, at_ms| unordered.push((user, at_ms)));
            }
            let (mut found, mut untold): (Vec<_>, Vec<_>) = (found, wanted.iter().map(|it| (it.0, it.2)).collect());
            for all in [&mut found, &mut wanted] {
                all.sort_unstable();
            }
            unordered.sort_unstable();
            untold.sort_unstable();
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(unordered, untold);
        }

        #[test]
        fn rows_that_fire_are_those_whose_code_does(codes in prop::collection::vec(0..3_u32, 0..40)) {
            let senders: Vec<Sender> = (0..codes.len() as Sender).map(|it| it * 700).collect();
            let wanted: Vec<Sender> =
                senders.iter().zip(&codes).filter(|(_, code)| **code == 1).map(|(sender, _)| *sender).collect();
            let segment = Arc::new(Segment::of(senders, vec![7; codes.len()], Vec::new()));
            let column = Arc::new(Column { codes, values: Vec::new() });
            let fires = Some((column, vec![false, true, false]));
            let who = Who::of(30_000, &[], &[]);
            let rows = vec![Rows { level: 0, scope: Scope::User, segment, is_sorted: true, fires }];
            let by_user = ByUser::new(rows, Gathered::default(), Within::default(), &who);
            let found = by_user.each_part(|part| part.users().map(|it| it.0).collect::<Vec<_>>());
            prop_assert_eq!(found.concat(), wanted);
        }
    }
}

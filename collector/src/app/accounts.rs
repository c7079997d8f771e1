//! Accounts as a list: the customer companies, each with what its users did. Definitions: `docs/reference/metrics.md`.
//!
//! The page, its file and the API show rows of one [`AccountList`], so they cannot differ.

use super::App;
use super::care::{Care, CareFilter};
use super::needle::Needle;
use super::users::{BeganFilter, SeenFilter};
use crate::project::TouchModel;
use crate::segment::Touch;
use crate::storage::{Everybody, Reaches, StorageError, TraitValues, UserLine};
use domain::Journey;
use std::cmp::Ordering;
use std::sync::Arc;

/// Whoever was seen within so many days is active.
pub const ACTIVE_DAYS: u32 = 30;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountRequest {
    pub filter: AccountFilter,
    pub sort: AccountSort,
    /// The other way round than [`AccountSort`] says.
    pub is_reversed: bool,
}

/// All of these must hold; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountFilter {
    /// A part of the id or the name.
    pub search: Option<Needle>,
    /// When the first of its users was first seen.
    pub began: BeganFilter,
    pub care: CareFilter,
}

/// What a list of accounts is sorted by; ties by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountSort {
    /// The latest first.
    #[default]
    LastSeen,
    /// The most first.
    ActiveUsers,
    /// The greatest share of users who reached value first.
    ReachedValue,
    /// From A to Z, whatever the case.
    Name,
}

/// The accounts that were asked for, in order.
#[derive(Clone, Debug)]
pub struct AccountList {
    /// The first of `milepost.toml`, whose milestones are listed.
    journey: Option<Arc<Journey>>,
    pub rows: Vec<AccountRow>,
}

/// One account; it has at least one user.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountRow {
    pub account: Arc<str>,
    pub name: Option<Arc<str>>,
    pub users: u64,
    /// Of them, seen within [`ACTIVE_DAYS`].
    pub active: u64,
    /// When the first of them was first seen.
    pub first_ms: i64,
    /// When any of them was seen last.
    pub last_ms: i64,
    /// When any of them first reached each milestone of [`AccountList::journey`].
    pub reached_ms: Vec<Option<i64>>,
    /// How many of them reached the value milestone.
    pub reached_value: u64,
    /// How much attention it gets; `None` where `milepost.toml` has no `[touch]`.
    pub touch: Option<Touch>,
    /// `None` where nobody did anything about it.
    pub care: Option<Arc<Care>>,
}

impl AccountSort {
    pub const ALL: [Self; 4] = [Self::LastSeen, Self::ActiveUsers, Self::ReachedValue, Self::Name];

    pub fn name(self) -> &'static str {
        match self {
            Self::LastSeen => "last-seen",
            Self::ActiveUsers => "active-users",
            Self::ReachedValue => "reached-value",
            Self::Name => "name",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }

    /// Whether the greatest comes first, unless it is reversed.
    pub fn is_descending(self) -> bool {
        self != Self::Name
    }

    fn compare(self, one: &AccountRow, other: &AccountRow) -> Ordering {
        match self {
            Self::LastSeen => one.last_ms.cmp(&other.last_ms),
            Self::ActiveUsers => one.active.cmp(&other.active),
            // Shares as products: no division, so equal shares are equal.
            Self::ReachedValue => {
                let product = |part: u64, whole: u64| u128::from(part) * u128::from(whole);
                product(one.reached_value, other.users).cmp(&product(other.reached_value, one.users))
            }
            Self::Name => Ordering::Equal,
        }
    }
}

impl AccountRow {
    /// What to call it.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.account)
    }

    /// How many milestones any user reached.
    pub fn reached(&self) -> usize {
        self.reached_ms.iter().flatten().count()
    }

    /// Time to first value: from the account's first first milestone to its first value milestone, never negative;
    /// `None` before both were reached.
    pub fn value_time_ms(&self, journey: &Journey) -> Option<u64> {
        value_time_ms(&self.reached_ms, journey)
    }

    fn order(&self) -> (String, &str) {
        (self.title().to_lowercase(), &self.account)
    }
}

/// From the first milestone to the value milestone, never negative; `None` before both were reached.
pub(super) fn value_time_ms(reached_ms: &[Option<i64>], journey: &Journey) -> Option<u64> {
    let start_ms = reached_ms.first().copied().flatten()?;
    let value_ms = reached_ms.get(journey.value_index()).copied().flatten()?;
    Some(value_ms.saturating_sub(start_ms).max(0).unsigned_abs())
}

impl AccountList {
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_deref()
    }
}

impl App {
    /// The accounts that a request picks.
    pub async fn accounts(&self, request: &AccountRequest) -> Result<AccountList, StorageError> {
        let journey = self.project().definitions.journeys.first().cloned().map(Arc::new);
        let everybody = self.events.everybody().await?;
        let reaches = match &journey {
            Some(journey) => self.events.first_reached(Arc::clone(journey)).await?,
            None => Reaches::default(),
        };
        let project = self.project();
        let touch = match &project.touch {
            Some(model) => Some((model.clone(), self.events.trait_values(model.value.clone()).await?)),
            None => None,
        };
        let mut cares = self.cares_of_accounts().await?;
        let (request, now_ms) = (request.clone(), self.now_ms());
        let counting = tokio::task::spawn_blocking(move || {
            let mut rows = count(&everybody, &reaches, journey.as_deref(), now_ms);
            if let Some((model, values)) = &touch {
                add_touch(&mut rows, &everybody, model, values);
            }
            rows.iter_mut().for_each(|it| it.care = cares.remove(&*it.account));
            rows.retain(|it| request.filter.picks(it, now_ms));
            let is_descending = request.sort.is_descending() != request.is_reversed;
            rows.sort_by_cached_key(|it| {
                let (title, account) = it.order();
                (title, account.to_owned())
            });
            if request.sort == AccountSort::Name && is_descending {
                rows.reverse();
            }
            // Stable: ties stay by name.
            rows.sort_by(|one, other| {
                let order = request.sort.compare(one, other);
                if is_descending { order.reverse() } else { order }
            });
            AccountList { journey, rows }
        });
        counting.await.map_err(|error| StorageError::Failed(format!("counting accounts was cut off: {error}")))
    }
}

impl App {
    /// How many accounts [`Self::accounts`] lists that began in a range: without looking at what they did there.
    pub async fn new_accounts(&self, began: BeganFilter) -> Result<u64, StorageError> {
        let everybody = self.events.everybody().await?;
        let counting = tokio::task::spawn_blocking(move || {
            let mut first_ms = vec![i64::MAX; everybody.accounts().len()];
            for user in everybody.users() {
                if let Some(first_ms) = user.account.and_then(|it| first_ms.get_mut(it as usize)) {
                    *first_ms = user.first_ms.min(*first_ms);
                }
            }
            first_ms.into_iter().filter(|it| began.holds(*it)).count() as u64
        });
        counting.await.map_err(|error| StorageError::Failed(format!("counting accounts was cut off: {error}")))
    }
}

impl AccountFilter {
    fn picks(&self, row: &AccountRow, now_ms: i64) -> bool {
        let is_called = |needle: &Needle| needle.is_in(&row.account) || row.name.iter().any(|it| needle.is_in(it));
        self.search.as_ref().is_none_or(is_called)
            && self.began.holds(row.first_ms)
            && self.care.holds(row.care.as_deref(), now_ms)
    }
}

/// By what each account's trait says, which every user of it knows.
fn add_touch(rows: &mut [AccountRow], everybody: &Everybody, model: &TouchModel, values: &TraitValues) {
    for user in everybody.users() {
        if let Some(row) = user.account.and_then(|it| rows.get_mut(it as usize)) {
            row.touch.get_or_insert_with(|| model.of(values.of(user.key)));
        }
    }
}

/// All accounts, in no order.
fn count(everybody: &Everybody, reaches: &Reaches, journey: Option<&Journey>, now_ms: i64) -> Vec<AccountRow> {
    let levels = journey.map_or(0, |it| it.milestones.len());
    let mut rows: Vec<AccountRow> = everybody
        .accounts()
        .iter()
        .map(|it| AccountRow {
            account: Arc::clone(&it.account),
            name: it.name.clone(),
            users: 0,
            active: 0,
            first_ms: i64::MAX,
            last_ms: i64::MIN,
            reached_ms: vec![None; levels],
            reached_value: 0,
            touch: None,
            care: None,
        })
        .collect();
    let active = SeenFilter::WithinDays(ACTIVE_DAYS);
    let mut reaches = reaches.in_order();
    let mut add = |user: &UserLine| {
        let row = rows.get_mut(user.account? as usize)?;
        row.users += 1;
        row.active += u64::from(active.holds(user.last_ms, now_ms));
        row.first_ms = row.first_ms.min(user.first_ms);
        row.last_ms = row.last_ms.max(user.last_ms);
        for (level, (first, at_ms)) in row.reached_ms.iter_mut().zip(reaches.of(user.key)?).enumerate() {
            *first = [*first, at_ms].into_iter().flatten().min();
            let is_value = journey.is_some_and(|it| it.value_index() == level);
            row.reached_value += u64::from(is_value && at_ms.is_some());
        }
        Some(())
    };
    for user in everybody.users() {
        // Who belongs to no account, or reached nothing, is done early.
        let _ = add(user);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_compared_as_shares_and_equal_ones_are_equal() {
        let row = |reached_value, users| AccountRow {
            account: "a".into(),
            name: None,
            users,
            active: 0,
            first_ms: 0,
            last_ms: 0,
            reached_ms: Vec::new(),
            reached_value,
            touch: None,
            care: None,
        };
        let compare = |one: (u64, u64), other: (u64, u64)| {
            AccountSort::ReachedValue.compare(&row(one.0, one.1), &row(other.0, other.1))
        };
        assert_eq!(compare((1, 2), (2, 3)), Ordering::Less);
        assert_eq!(compare((1, 3), (33, 99)), Ordering::Equal);
        assert_eq!(compare((5, 5), (99, 100)), Ordering::Greater);
    }

    #[test]
    fn time_to_value_is_that_of_the_account_whoever_reached_what() {
        let journey = &crate::testing::project().definitions.journeys[0];
        let time = |reached_ms: [Option<i64>; 3]| value_time_ms(&reached_ms, journey);
        assert_eq!(time([Some(5), None, Some(12)]), Some(7));
        assert_eq!(time([Some(15), None, Some(12)]), Some(0));
        assert_eq!(time([None, Some(1), Some(12)]), None);
        assert_eq!(time([Some(5), Some(6), None]), None);
    }
}

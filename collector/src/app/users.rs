//! Everybody as a list: searched, filtered, sorted. Definitions: `docs/reference/metrics.md`.
//!
//! The page, its file and the API show rows of one [`UserList`], so they cannot differ.

mod began;
mod filter;

pub use began::BeganFilter;
pub use filter::{MilestoneFilter, MilestoneStanding, SeenFilter, UserFilter};

use super::care::{Care, Cares};
use super::{App, order};
use crate::storage::{AccountLine, Everybody, Reaches, StorageError, UserLine};
use domain::Journey;
use filter::Judge;
use std::ops::Range;
use std::sync::Arc;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserRequest {
    pub filter: UserFilter,
    pub sort: UserSort,
    /// The other way round than [`UserSort`] says.
    pub is_reversed: bool,
}

/// What a list of users is sorted by; ties by the order in which they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserSort {
    /// The latest first.
    #[default]
    LastSeen,
    /// The latest first.
    FirstSeen,
    /// From A to Z, whatever the case; whoever has no name, by id.
    Name,
}

/// The users that were asked for.
#[derive(Clone, Debug)]
pub struct UserList {
    /// The first of `milepost.toml`, whose milestones are listed.
    journey: Option<Arc<Journey>>,
    /// Equal to any number that links here.
    total: usize,
    /// Places in `everybody`, in order, as many as were asked for.
    order: Vec<u32>,
    everybody: Arc<Everybody>,
    reaches: Arc<Reaches>,
    cares: Arc<Cares>,
}

/// One user of a list.
#[derive(Clone, Debug)]
pub struct UserRow<'a> {
    pub line: &'a UserLine,
    pub account: Option<&'a AccountLine>,
    /// When each milestone of [`UserList::journey`] was first reached.
    pub reached_ms: Vec<Option<i64>>,
    /// `None` where nobody did anything about them.
    pub care: Option<&'a Care>,
}

impl UserSort {
    pub const ALL: [Self; 3] = [Self::LastSeen, Self::FirstSeen, Self::Name];

    pub fn name(self) -> &'static str {
        match self {
            Self::LastSeen => "last-seen",
            Self::FirstSeen => "first-seen",
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
}

impl App {
    /// The users that a request picks; in order up to `until`, beyond it only counted.
    pub async fn users(&self, request: &UserRequest, until: usize) -> Result<UserList, StorageError> {
        let project = self.project();
        let journey = project.definitions.journeys.first().cloned().map(Arc::new);
        let everybody = self.events.everybody().await?;
        let cares = Arc::new(self.cares_of_users(&everybody).await?);
        let mut judge = Judge::new(&request.filter, self.now_ms(), Arc::clone(&cares));
        let mut known: Vec<(&Journey, Arc<Reaches>)> = Vec::new();
        for milestone in &request.filter.milestones {
            let asked = project.definitions.journey(&milestone.journey);
            let own = match (asked, known.iter().find(|(it, _)| Some(*it) == asked)) {
                (_, Some((_, own))) => Arc::clone(own),
                (Some(asked), None) => {
                    let own = Arc::new(self.events.first_reached(Arc::new(asked.clone())).await?);
                    known.push((asked, Arc::clone(&own)));
                    own
                }
                (None, None) => Arc::default(),
            };
            judge.look_at(own, asked, milestone);
        }
        let (sort, is_descending) = (request.sort, request.sort.is_descending() != request.is_reversed);
        let picking = tokio::task::spawn_blocking(move || {
            let picked = judge.pick(&everybody);
            (picked.len(), in_order(&everybody, picked, sort, is_descending, until), everybody)
        });
        let (total, order, everybody) =
            picking.await.map_err(|error| StorageError::Failed(format!("picking users was cut off: {error}")))?;
        let reaches = match (&journey, known.into_iter().find(|(it, _)| Some(*it) == journey.as_deref())) {
            (_, Some((_, reaches))) => reaches,
            (Some(journey), None) => {
                let shown = order.iter().filter_map(|it| Some(everybody.users().get(*it as usize)?.key)).collect();
                Arc::new(self.events.first_reached_of(Arc::clone(journey), shown).await?)
            }
            (None, None) => Arc::default(),
        };
        Ok(UserList { journey, total, order, everybody, reaches, cares })
    }
}

/// How many users began in a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewUsers {
    pub all: u64,
    /// Of them, those who said who they are.
    pub known: u64,
}

impl App {
    /// As many as [`Self::users`] lists that began in the range: all of them, and those who are not anonymous.
    pub async fn new_users(&self, began: BeganFilter) -> Result<NewUsers, StorageError> {
        let everybody = self.events.everybody().await?;
        let mut new = NewUsers::default();
        for user in everybody.users().iter().filter(|it| began.holds(it.first_ms)) {
            new.all += 1;
            new.known += u64::from(!user.anonymous);
        }
        Ok(new)
    }
}

fn in_order(everybody: &Everybody, picked: Vec<u32>, sort: UserSort, is_descending: bool, until: usize) -> Vec<u32> {
    let users = everybody.users();
    let times = |of: fn(&UserLine) -> i64| -> Vec<(i64, u32)> {
        picked.iter().map(|it| (users.get(*it as usize).map_or(i64::MIN, of), *it)).collect()
    };
    match sort {
        UserSort::LastSeen => order::first(times(|it| it.last_ms), is_descending, until),
        UserSort::FirstSeen => order::first(times(|it| it.first_ms), is_descending, until),
        UserSort::Name => {
            let name = |it: &u32| users.get(*it as usize).map_or_else(String::new, |it| it.title().to_lowercase());
            order::first(picked.iter().map(|it| (name(it), *it)).collect(), is_descending, until)
        }
    }
}

impl UserList {
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_deref()
    }

    pub fn total(&self) -> usize {
        self.total
    }

    /// Those of these places in the order.
    pub fn rows(&self, places: Range<usize>) -> Vec<UserRow<'_>> {
        let levels = self.journey.as_ref().map_or(0, |it| it.milestones.len());
        let row = |place: &u32| {
            let line = self.everybody.users().get(*place as usize)?;
            let reached_ms = self.reaches.of(line.key).map_or_else(|| vec![None; levels], Iterator::collect);
            let care = self.cares.get(&*line.user).map(|it| &**it);
            Some(UserRow { line, account: self.everybody.account_of(line), reached_ms, care })
        };
        let end = places.end.min(self.order.len());
        self.order.get(places.start.min(end)..end).unwrap_or_default().iter().filter_map(row).collect()
    }
}

impl UserRow<'_> {
    /// How many milestones were reached.
    pub fn reached(&self) -> usize {
        self.reached_ms.iter().flatten().count()
    }
}

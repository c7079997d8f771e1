//! The adoption funnel of one journey: how many reach each milestone, how fast, and who is stuck.
//!
//! Definitions: `docs/reference/metrics.md`.

use super::App;
use crate::metric::quantile_ms;
use crate::storage::{Chain, Chains, FunnelQuestion, StorageError, TraitPath};
use domain::{Journey, JourneyId, Scope};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked, with the journey by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunnelRequest {
    /// The journey's own window when absent.
    pub window_ms: Option<u64>,
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub by: Option<TraitPath>,
}

/// The answer that CLI, API and dashboard all show.
#[derive(Clone, Debug)]
pub struct FunnelAnswer {
    pub journey: Arc<Journey>,
    pub window_ms: u64,
    pub by: Option<TraitPath>,
    pub steps: Vec<Step>,
    /// One funnel per value of the trait asked for, largest first, then by value.
    pub groups: Vec<Group>,
    chains: Chains,
}

#[derive(Clone, Debug)]
pub struct Group {
    /// The trait's value; [`NO_VALUE`] for users without it.
    pub value: String,
    pub steps: Vec<Step>,
}

/// Shown for users who do not have the trait.
pub const NO_VALUE: &str = "(none)";

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Users whose furthest level is this milestone or beyond.
    pub reached: u64,
    /// Share of those who reached the first milestone; `None` when nobody did.
    pub from_start: Option<f64>,
    /// Share of those who reached the previous milestone.
    pub from_previous: Option<f64>,
    /// Time from the previous milestone, over users who reached this one; `None` for the first.
    pub median_ms: Option<u64>,
    pub p75_ms: Option<u64>,
    pub p90_ms: Option<u64>,
    /// Users who got here and no further.
    pub stuck: u64,
}

/// Which of a bar's users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Got at least this far: the bar.
    Reached,
    /// Got exactly this far.
    Stuck,
}

impl App {
    /// The funnel; `None` when there is no such journey.
    pub async fn funnel(
        &self,
        journey: &JourneyId,
        request: &FunnelRequest,
    ) -> Result<Option<FunnelAnswer>, StorageError> {
        let Some(journey) = self.project().definitions.journey(journey).cloned().map(Arc::new) else { return Ok(None) };
        let window_ms = request.window_ms.unwrap_or(journey.window_ms);
        let question = FunnelQuestion {
            of: Scope::User,
            journey: Arc::clone(&journey),
            window_ms,
            since_ms: request.since_ms,
            until_ms: request.until_ms,
            by: request.by.clone(),
        };
        let chains = self.events.chains(question).await?;
        Ok(Some(FunnelAnswer::count(journey, window_ms, request.by.clone(), chains)))
    }
}

impl FunnelAnswer {
    fn count(journey: Arc<Journey>, window_ms: u64, by: Option<TraitPath>, chains: Chains) -> Self {
        let levels = journey.milestones.len();
        // One for each value, and the last for users without one.
        let values = if by.is_some() { chains.headings().len() + 1 } else { 0 };
        let empty = || (Tally::new(levels), vec![Tally::new(levels); values]);
        let of_piece = |places| {
            let (mut all, mut by_value) = empty();
            for chain in chains.range(places) {
                all.add(chain.times_ms);
                let number = chain.group.map_or(chains.headings().len(), |it| it as usize);
                if let Some(tally) = by_value.get_mut(number) {
                    tally.add(chain.times_ms);
                }
            }
            (all, by_value)
        };
        // A trait may have as many values as there are users: then each piece would have as many tallies.
        let size = PIECE.max(values.saturating_mul(levels));
        let counted: Vec<(Tally, Vec<Tally>)> = pieces(chains.len(), size).into_par_iter().map(of_piece).collect();
        let (mut all, mut by_value) = empty();
        for (more, more_by_value) in counted {
            all.extend(more);
            by_value.iter_mut().zip(more_by_value).for_each(|(tally, more)| tally.extend(more));
        }
        let values = chains.headings().iter().map(String::as_str).chain([NO_VALUE]);
        // Somebody's value may read as the words for none.
        let mut merged: BTreeMap<&str, Tally> = BTreeMap::new();
        for (value, tally) in values.zip(by_value).filter(|(_, it)| !it.is_empty()) {
            merged.entry(value).or_insert_with(|| Tally::new(levels)).extend(tally);
        }
        let mut groups: Vec<Group> =
            merged.into_iter().map(|(value, it)| Group { value: value.to_owned(), steps: it.steps() }).collect();
        groups.sort_by_key(|it| std::cmp::Reverse(it.steps.first().map_or(0, |step| step.reached)));
        Self { journey, window_ms, by, steps: all.steps(), groups, chains }
    }

    /// The users behind a bar, the latest arrival first: how many they are, as many as the bar counts, and a page of
    /// them.
    pub fn people(
        &self,
        level: usize,
        standing: Standing,
        group: Option<&str>,
        page: std::ops::Range<usize>,
    ) -> (usize, Vec<Chain<'_>>) {
        let value_of = |chain: &Chain<'_>| {
            chain.group.and_then(|it| self.chains.headings().get(it as usize)).map_or(NO_VALUE, String::as_str)
        };
        let is_wanted = |it: &Chain<'_>| {
            let got_there = match standing {
                Standing::Reached => it.times_ms.len() > level,
                Standing::Stuck => it.times_ms.len() == level + 1,
            };
            got_there && group.is_none_or(|group| value_of(it) == group)
        };
        type Found = Vec<(std::cmp::Reverse<i64>, usize)>;
        // Only those up to the page's end have to be in order.
        let first = |found: &mut Found| {
            if page.end > 0 && page.end < found.len() {
                found.select_nth_unstable(page.end - 1);
            }
            found.truncate(page.end);
        };
        let of_piece = |places: std::ops::Range<usize>| {
            let mut found = Found::new();
            for (index, chain) in places.clone().zip(self.chains.range(places)).filter(|(_, it)| is_wanted(it)) {
                found.extend(chain.times_ms.get(level).map(|it| (std::cmp::Reverse(*it), index)));
            }
            let total = found.len();
            first(&mut found);
            (total, found)
        };
        let found: Vec<(usize, Found)> = pieces(self.chains.len(), PIECE).into_par_iter().map(of_piece).collect();
        let total = found.iter().map(|it| it.0).sum();
        let mut found: Found = found.into_iter().flat_map(|it| it.1).collect();
        first(&mut found);
        found.sort_unstable();
        let page = found.into_iter().skip(page.start).filter_map(|(_, index)| self.chains.get(index));
        (total, page.collect())
    }
}

/// Chains that one core counts at a time.
const PIECE: usize = if cfg!(test) { 3 } else { 65_536 };

/// Places up to `len`, in pieces of a size.
fn pieces(len: usize, size: usize) -> Vec<std::ops::Range<usize>> {
    (0..len).step_by(size).map(|start| start..len.min(start + size)).collect()
}

/// What is counted of some chains.
#[derive(Clone)]
struct Tally {
    /// For each level, how many got there and the times they took from the level before.
    reached: Vec<u64>,
    between_ms: Vec<Vec<u64>>,
}

impl Tally {
    fn new(levels: usize) -> Self {
        Self { reached: vec![0; levels], between_ms: vec![Vec::new(); levels] }
    }

    fn add(&mut self, times_ms: &[i64]) {
        let mut before_ms = None;
        for ((at_ms, reached), between_ms) in times_ms.iter().zip(&mut self.reached).zip(&mut self.between_ms) {
            *reached += 1;
            between_ms.extend(before_ms.map(|it| at_ms.saturating_sub(it) as u64));
            before_ms = Some(*at_ms);
        }
    }

    fn extend(&mut self, other: Self) {
        for (reached, more) in self.reached.iter_mut().zip(other.reached) {
            *reached += more;
        }
        for (between_ms, more) in self.between_ms.iter_mut().zip(other.between_ms) {
            if between_ms.is_empty() {
                *between_ms = more;
            } else {
                between_ms.extend(more);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.reached.first().is_none_or(|it| *it == 0)
    }

    fn steps(mut self) -> Vec<Step> {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let start = self.reached.first().copied().unwrap_or(0);
        let reached = &self.reached;
        let step = |(level, between_ms): (usize, &mut Vec<u64>)| {
            let here = reached.get(level).copied().unwrap_or(0);
            let previous = level.checked_sub(1).and_then(|it| reached.get(it)).copied().unwrap_or(start);
            Step {
                reached: here,
                from_start: share(here, start),
                from_previous: share(here, previous),
                median_ms: quantile_ms(between_ms, 0.5),
                p75_ms: quantile_ms(between_ms, 0.75),
                p90_ms: quantile_ms(between_ms, 0.9),
                stuck: here - reached.get(level + 1).copied().unwrap_or(0),
            }
        };
        self.between_ms.par_iter_mut().enumerate().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::UserKey;
    use proptest::prelude::*;

    type Made = Vec<(Vec<i64>, Option<u32>)>;

    fn answer(made: &Made, is_broken_down: bool) -> FunnelAnswer {
        let mut chains = Chains::new(vec!["a".to_owned(), "b".to_owned()]);
        for (user, (times_ms, group)) in (0..).zip(made) {
            chains.push(Chain { user: UserKey(user), times_ms, group: group.filter(|_| is_broken_down) });
        }
        let journey = Arc::new(crate::testing::project().definitions.journeys[0].clone());
        FunnelAnswer::count(journey, 0, is_broken_down.then(|| TraitPath::parse("plan")), chains)
    }

    proptest! {
        /// Beside a model that counts one user after the other.
        #[test]
        fn pieces_add_up_to_the_whole(
            made in prop::collection::vec((prop::collection::vec(0..50_i64, 1..4), prop::option::of(0..2_u32)), 0..20),
            standing in prop::sample::select(vec![Standing::Reached, Standing::Stuck]),
            level in 0..3_usize,
            page in (0..8_usize, 0..8_usize),
        ) {
            let mut made: Made = made;
            made.iter_mut().for_each(|it| it.0.sort_unstable());
            let found = answer(&made, true);
            let steps = |is_in: &dyn Fn(Option<u32>) -> bool| {
                let mut tally = Tally::new(3);
                made.iter().filter(|it| is_in(it.1)).for_each(|it| tally.add(&it.0));
                tally.steps()
            };
            prop_assert_eq!(&found.steps, &steps(&|_| true));
            prop_assert_eq!(found.steps.clone(), answer(&made, false).steps);
            for group in &found.groups {
                let number = ["a", "b"].iter().position(|it| *it == group.value).map(|it| it as u32);
                prop_assert_eq!(&group.steps, &steps(&|it| it == number));
            }
            let is_wanted = |times_ms: &[i64]| match standing {
                Standing::Reached => times_ms.len() > level,
                Standing::Stuck => times_ms.len() == level + 1,
            };
            let mut wanted: Vec<_> = (0..).zip(&made).filter(|it| is_wanted(&it.1.0)).collect();
            wanted.sort_by_key(|(user, (times_ms, _))| (std::cmp::Reverse(times_ms[level]), *user));
            let (total, people) = found.people(level, standing, None, page.0..page.0 + page.1);
            prop_assert_eq!(total, wanted.len());
            let people: Vec<u32> = people.into_iter().map(|it| it.user.0).collect();
            let wanted: Vec<u32> = wanted.into_iter().map(|it| it.0).skip(page.0).take(page.1).collect();
            prop_assert_eq!(people, wanted);
        }
    }
}

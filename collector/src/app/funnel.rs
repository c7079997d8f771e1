//! The adoption funnel of one journey: how many reach each milestone, how fast, and who is stuck.
//!
//! Definitions: `docs/reference/metrics.md`.

use super::App;
use crate::metric::quantile_ms;
use crate::storage::{Chain, Chains, FunnelQuestion, StorageError, TraitPath};
use domain::{Journey, JourneyId};
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
        let mut all = Tally::new(levels);
        // One for each value, and the last for users without one.
        let mut by_value = vec![Tally::new(levels); if by.is_some() { chains.headings().len() + 1 } else { 0 }];
        for chain in chains.iter() {
            all.add(chain.times_ms);
            let number = chain.group.map_or(chains.headings().len(), |it| it as usize);
            if let Some(tally) = by_value.get_mut(number) {
                tally.add(chain.times_ms);
            }
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
        let mut found: Vec<(std::cmp::Reverse<i64>, usize)> = Vec::new();
        for (index, chain) in self.chains.iter().enumerate().filter(|(_, it)| is_wanted(it)) {
            found.extend(chain.times_ms.get(level).map(|it| (std::cmp::Reverse(*it), index)));
        }
        let total = found.len();
        let end = page.end.min(total);
        if end > 0 && end < total {
            // Only those up to the page's end have to be in order.
            found.select_nth_unstable(end - 1);
        }
        found.truncate(end);
        found.sort_unstable();
        let page = found.into_iter().skip(page.start).filter_map(|(_, index)| self.chains.get(index));
        (total, page.collect())
    }
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
        let mut previous = start;
        let mut steps = Vec::new();
        for (level, between_ms) in self.between_ms.iter_mut().enumerate() {
            let here = self.reached.get(level).copied().unwrap_or(0);
            steps.push(Step {
                reached: here,
                from_start: share(here, start),
                from_previous: share(here, previous),
                median_ms: quantile_ms(between_ms, 0.5),
                p75_ms: quantile_ms(between_ms, 0.75),
                p90_ms: quantile_ms(between_ms, 0.9),
                stuck: here - self.reached.get(level + 1).copied().unwrap_or(0),
            });
            previous = here;
        }
        steps
    }
}

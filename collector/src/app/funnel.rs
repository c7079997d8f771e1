//! The adoption funnel of one journey: how many reach each milestone, how fast, and who is stuck.
//!
//! Definitions: `docs/reference/metrics.md`.

use super::App;
use crate::metric::quantile_ms;
use crate::storage::{Chain, FunnelQuestion, StorageError, TraitPath};
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
    chains: Vec<Chain>,
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
    fn count(journey: Arc<Journey>, window_ms: u64, by: Option<TraitPath>, chains: Vec<Chain>) -> Self {
        let levels = journey.milestones.len();
        let mut by_value: BTreeMap<&str, Vec<&Chain>> = BTreeMap::new();
        if by.is_some() {
            for chain in &chains {
                by_value.entry(value_of(chain)).or_default().push(chain);
            }
        }
        let mut groups: Vec<Group> = by_value
            .into_iter()
            .map(|(value, chains)| Group { value: value.to_owned(), steps: steps(&chains, levels) })
            .collect();
        groups.sort_by_key(|it| std::cmp::Reverse(it.steps.first().map_or(0, |step| step.reached)));
        let steps = steps(&chains.iter().collect::<Vec<_>>(), levels);
        Self { journey, window_ms, by, steps, groups, chains }
    }

    /// The users behind a bar, the latest arrival first: as many as the bar counts.
    pub fn people(&self, level: usize, standing: Standing, group: Option<&str>) -> Vec<&Chain> {
        let mut found: Vec<&Chain> = self
            .chains
            .iter()
            .filter(|it| match standing {
                Standing::Reached => it.times_ms.len() > level,
                Standing::Stuck => it.times_ms.len() == level + 1,
            })
            .filter(|it| group.is_none_or(|group| value_of(it) == group))
            .collect();
        found.sort_by_key(|it| std::cmp::Reverse(it.times_ms.get(level).copied()));
        found
    }
}

fn value_of(chain: &Chain) -> &str {
    chain.group.as_deref().unwrap_or(NO_VALUE)
}

fn steps(chains: &[&Chain], levels: usize) -> Vec<Step> {
    let reached = |level: usize| chains.iter().filter(|it| it.times_ms.len() > level).count() as u64;
    let start = reached(0);
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    (0..levels)
        .map(|level| {
            let here = reached(level);
            let previous = if level == 0 { here } else { reached(level - 1) };
            let mut between_ms: Vec<u64> = Vec::new();
            if level > 0 {
                between_ms = chains
                    .iter()
                    .filter_map(|it| Some(it.times_ms.get(level)?.saturating_sub(*it.times_ms.get(level - 1)?) as u64))
                    .collect();
                between_ms.sort_unstable();
            }
            Step {
                reached: here,
                from_start: share(here, start),
                from_previous: share(here, previous),
                median_ms: quantile_ms(&between_ms, 0.5),
                p90_ms: quantile_ms(&between_ms, 0.9),
                stuck: here - reached(level + 1),
            }
        })
        .collect()
}

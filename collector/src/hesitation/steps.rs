//! The states that people who go on reach on a page, and how far along a visit was by that measure.

use domain::hesitation::{Measure, Reached, STATES_AFTER, STATES_AT_MS, Sample};
use domain::limits;
use std::collections::BTreeMap;

/// Steps known from fewer users than this could tell of one of them.
const USERS: usize = 20;

/// Counts states over users.
#[derive(Debug, Default)]
pub(super) struct StepCount {
    /// Users, and their weight, by state.
    states: BTreeMap<u32, (usize, f64)>,
    all: f64,
}

impl StepCount {
    /// One user with the states of all their visits.
    pub(super) fn add_user(&mut self, weight: f64, states: impl Iterator<Item = u32>) {
        let mut distinct: Vec<u32> = states.collect();
        distinct.sort_unstable();
        distinct.dedup();
        for state in distinct {
            let count = self.states.entry(state).or_default();
            count.0 += 1;
            count.1 += weight;
        }
        self.all += weight;
    }

    /// The most reached, each with the share of users that did, in thousandths.
    pub(super) fn steps(&self) -> Vec<(u32, u16)> {
        let mut known: Vec<(u32, f64)> =
            self.states.iter().filter(|(_, it)| it.0 >= USERS).map(|(state, it)| (*state, it.1)).collect();
        known.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        known.truncate(limits::STEPS);
        let share = |weight: f64| (1_000.0 * weight / self.all).round().clamp(1.0, 1_000.0) as u16;
        known.into_iter().map(|(state, weight)| (state, share(weight))).collect()
    }
}

/// Progress at every age and number of actions that the visit lived to see.
pub(super) fn progress(steps: &[(u32, u16)], reached: &[Reached], active_ms: i64, actions: i64) -> Vec<Sample> {
    let worth = |state: u32| match steps {
        [] => 1_000,
        known => known.iter().find(|it| it.0 == state).map_or(0, |it| i64::from(it.1)),
    };
    let sum =
        |counts: &dyn Fn(&Reached) -> bool| reached.iter().filter(|it| counts(it)).map(|it| worth(it.state)).sum();
    let mut samples = Vec::new();
    for (index, at_ms) in STATES_AT_MS.into_iter().enumerate().filter(|it| it.1 <= active_ms) {
        let value = sum(&|it| it.age_ms <= at_ms);
        samples.push(Sample { measure: Measure::States(index as u8), value, is_censored: false });
    }
    for (index, after) in STATES_AFTER.into_iter().enumerate().filter(|it| it.1 <= actions) {
        let value = sum(&|it| it.actions <= after);
        samples.push(Sample { measure: Measure::StatesAfter(index as u8), value, is_censored: false });
    }
    samples
}

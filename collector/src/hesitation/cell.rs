//! What the visits of one page, type of page or site measured, weighed and added up.

use super::sketch::Sketch;
use domain::hesitation::{Measure, PRIOR_AT_MS, Sample};

/// Adds up; can be merged, and taken apart again.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Per [`Measure`], of users who went on.
    sketches: Vec<Sketch>,
    /// Per [`Measure`]: users with a sample that ended; and the weight of those with any, one of long ago for less.
    counts: Vec<usize>,
    people: Vec<f64>,
    /// Distinct users of whom it is known whether they went on.
    pub(super) users: usize,
    /// Visits that lasted as long as each of [`PRIOR_AT_MS`], by weight; and of those, the ones that failed.
    pub(super) open: [f64; PRIOR_AT_MS.len()],
    pub(super) failed: [f64; PRIOR_AT_MS.len()],
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            sketches: vec![Sketch::default(); Measure::COUNT],
            counts: vec![0; Measure::COUNT],
            people: vec![0.0; Measure::COUNT],
            users: 0,
            open: [0.0; PRIOR_AT_MS.len()],
            failed: [0.0; PRIOR_AT_MS.len()],
        }
    }
}

impl Cell {
    /// One user's visits: how recent, what its samples weigh, and those.
    pub(super) fn add_user(&mut self, visits: impl Iterator<Item = (f64, f64, Vec<Sample>)>) {
        let mut latest = [0.0_f64; Measure::COUNT];
        let mut is_ended = [false; Measure::COUNT];
        for (recency, weight, samples) in visits {
            for sample in samples {
                let index = sample.measure.index();
                self.sketches[index].add(sample.value, sample.is_censored, weight);
                latest[index] = latest[index].max(recency);
                is_ended[index] |= !sample.is_censored;
            }
        }
        for (index, weight) in latest.into_iter().enumerate() {
            self.counts[index] += usize::from(is_ended[index]);
            self.people[index] += weight;
        }
    }

    pub(super) fn add_outcome(&mut self, weight: f64, active_ms: i64, is_failed: bool) {
        for (index, at_ms) in PRIOR_AT_MS.into_iter().enumerate() {
            if active_ms >= at_ms {
                self.open[index] += weight;
                self.failed[index] += if is_failed { weight } else { 0.0 };
            }
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.users += other.users;
        for (into, from) in self.counts.iter_mut().zip(&other.counts) {
            *into += from;
        }
        self.combine(other, 1.0);
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.users = rest.users.saturating_sub(other.users);
        for (into, from) in rest.counts.iter_mut().zip(&other.counts) {
            *into = into.saturating_sub(*from);
        }
        rest.combine(other, -1.0);
        rest
    }

    fn combine(&mut self, other: &Self, sign: f64) {
        for (into, from) in self.sketches.iter_mut().zip(&other.sketches) {
            into.merge(from, sign);
        }
        for (into, from) in [
            (self.people.as_mut_slice(), other.people.as_slice()),
            (&mut self.open, &other.open),
            (&mut self.failed, &other.failed),
        ] {
            for (into, from) in into.iter_mut().zip(from) {
                *into = (*into + sign * from).max(0.0);
            }
        }
    }

    pub(super) fn sketch(&self, measure: Measure) -> &Sketch {
        &self.sketches[measure.index()]
    }

    pub(super) fn count(&self, measure: Measure) -> usize {
        self.counts[measure.index()]
    }

    pub(super) fn people(&self, measure: Measure) -> f64 {
        self.people[measure.index()]
    }
}

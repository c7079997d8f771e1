//! Time to something that not everybody has come to yet.
//!
//! Kaplan and Meier's estimate counts those who are still waiting for as long as they have waited: an average over those
//! who arrived would look the faster, the younger the people are.
//! E. L. Kaplan, P. Meier, JASA 53 (1958) 457–481, <https://doi.org/10.1080/01621459.1958.10501452>.

use super::wilson::Z;
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// How long one person took, or has waited so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waited {
    pub ms: u64,
    /// Else they are still waiting.
    pub arrived: bool,
}

/// The share of people who are still waiting, from each arrival on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival {
    /// In order of time; times differ.
    pub steps: Vec<Step>,
    pub people: u64,
    pub arrived: u64,
    /// The longest that anybody was watched: beyond it the curve says nothing.
    pub watched_ms: u64,
}

/// What is true from one arrival to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub at_ms: u64,
    /// Watched and waiting just before.
    pub at_risk: u64,
    pub arrived: u64,
    pub share: f64,
    /// Greenwood's interval on the scale of log(−log): stays within 0 and 1. At 95 %.
    pub low: f64,
    pub high: f64,
}

/// When a share had arrived, and between which times that is at 95 %; `None`: not reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantile {
    pub ms: Option<u64>,
    pub low_ms: Option<u64>,
    pub high_ms: Option<u64>,
}

/// Whether groups differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRank {
    pub chi_squared: f64,
    /// How likely so large a difference is where there is none.
    pub p: f64,
    /// Arrivals in the last group beyond what would be expected: above nothing, it is the faster one.
    pub surplus: f64,
}

impl Survival {
    /// Puts what it is given in order.
    pub fn of(waited: &mut [Waited]) -> Self {
        waited.par_sort_unstable_by_key(|it| it.ms);
        Self::of_ordered(waited)
    }

    /// Of people in order of `ms`.
    pub(crate) fn of_ordered(waited: &[Waited]) -> Self {
        let mut survival =
            Self { people: waited.len() as u64, watched_ms: waited.last().map_or(0, |it| it.ms), ..Self::default() };
        let (mut share, mut greenwood) = (1.0, 0.0);
        let mut at_risk = survival.people;
        let mut spreads = Vec::new();
        for together in waited.chunk_by(|one, other| one.ms == other.ms) {
            let arrived = together.iter().filter(|it| it.arrived).count() as u64;
            if arrived > 0 {
                let (n, d) = (at_risk as f64, arrived as f64);
                share *= (n - d) / n;
                greenwood += d / (n * (n - d));
                survival.steps.push(Step { at_ms: together[0].ms, at_risk, arrived, share, low: share, high: share });
                spreads.push(greenwood);
                survival.arrived += arrived;
            }
            at_risk -= together.len() as u64;
        }
        // Intervals are most of the work.
        let steps = survival.steps.par_iter_mut().zip(&spreads);
        steps.for_each(|(it, greenwood)| (it.low, it.high) = band(it.share, *greenwood));
        survival
    }

    /// When this share of people had arrived: the first time at which no more than the rest were waiting.
    pub fn quantile(&self, share: f64) -> Quantile {
        // 1 − 0.9 is a little more than 0.1.
        let left = 1.0 - share + 1e-12;
        let first = |of: fn(&Step) -> f64| self.steps.iter().find(|it| of(it) <= left).map(|it| it.at_ms);
        Quantile { ms: first(|it| it.share), low_ms: first(|it| it.low), high_ms: first(|it| it.high) }
    }
}

/// D. Collett, Modelling Survival Data in Medical Research, 2.1.3.
fn band(share: f64, greenwood: f64) -> (f64, f64) {
    if share <= 0.0 {
        return (0.0, 0.0);
    }
    let log = share.ln();
    let widening = (Z * greenwood.sqrt() / log).exp();
    // Powers of the share: `share.powf(1.0 / widening)` without a second logarithm.
    ((log / widening).exp(), (log * widening).exp())
}

/// Mantel's test of whether people of several groups arrive equally fast; `None` where that cannot be told.
/// N. Mantel, Cancer Chemotherapy Reports 50 (1966) 163–170; over several groups as in R's `survdiff`.
pub fn log_rank(groups: &[&[Waited]]) -> Option<LogRank> {
    let of_group = |(at, group): (u32, &&[Waited])| group.iter().map(|it| (it.ms, it.arrived, at)).collect::<Vec<_>>();
    let mut all: Vec<(u64, bool, u32)> = (0..).zip(groups).flat_map(of_group).collect();
    all.par_sort_unstable_by_key(|it| it.0);
    let mut at_risk: Vec<f64> = groups.iter().map(|it| it.len() as f64).collect();
    let many = groups.len();
    let mut surplus = vec![0.0; many];
    let mut variance = vec![vec![0.0; many]; many];
    let (mut n, mut arrived, mut share) = (all.len() as f64, vec![0.0; many], vec![0.0; many]);
    for together in all.chunk_by(|one, other| one.0 == other.0) {
        arrived.fill(0.0);
        for (.., group) in together.iter().filter(|it| it.1) {
            arrived[*group as usize] += 1.0;
        }
        let d: f64 = arrived.iter().sum();
        if d > 0.0 {
            let scale = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
            share.iter_mut().zip(&at_risk).for_each(|(share, at_risk)| *share = at_risk / n);
            for (one, row) in variance.iter_mut().enumerate() {
                surplus[one] += arrived[one] - d * share[one];
                row[one] += scale * share[one] * (1.0 - share[one]);
                // The other half is the same.
                let of_one = -scale * share[one];
                row.iter_mut().zip(&share).skip(one + 1).for_each(|(cell, other)| *cell += of_one * other);
            }
        }
        for (.., group) in together {
            at_risk[*group as usize] -= 1.0;
        }
        n -= together.len() as f64;
    }
    for at in 1..many {
        let (above, below) = variance.split_at_mut(at);
        below[0].iter_mut().zip(above).for_each(|(cell, row)| *cell = row[at]);
    }
    // The groups' surpluses add up to nothing: one of them says nothing new.
    let free = many.checked_sub(1).filter(|it| *it > 0)?;
    let solved = solve(variance, &surplus, free)?;
    let chi_squared: f64 = solved.iter().zip(&surplus).map(|(one, other)| one * other).sum();
    let p = ChiSquared::new(free as f64).ok()?.sf(chi_squared.max(0.0));
    Some(LogRank { chi_squared, p, surplus: surplus[free] })
}

/// `x` of `matrix · x = right`, both cut to `size`, by Gauss; `None` where there is not just one.
fn solve(mut matrix: Vec<Vec<f64>>, right: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut right = right[..size].to_vec();
    for column in 0..size {
        let pivot =
            (column..size).max_by(|one, other| matrix[*one][column].abs().total_cmp(&matrix[*other][column].abs()))?;
        if matrix[pivot][column].abs() < 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (cells, above) = (matrix[column].clone(), right[column]);
        for (row, right) in matrix.iter_mut().zip(&mut right).enumerate().filter(|(at, _)| *at != column).map(|it| it.1)
        {
            let factor = row[column] / cells[column];
            row.iter_mut().zip(&cells).for_each(|(cell, other)| *cell -= factor * other);
            *right -= factor * above;
        }
    }
    Some((0..size).map(|at| right[at] / matrix[at][at]).collect())
}

#[cfg(test)]
mod tests;

//! How well scores tell those who are stuck from those who are not, and how sure that is.

use crate::random::Random;

/// Resamplings of an interval.
pub const RESAMPLES: usize = 2_000;

/// Of those with the highest scores: the share the precision is of.
pub const TOP: f64 = 0.05;

/// One person at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    pub score: f64,
    pub is_stuck: bool,
    /// A hash of the user: who comes first among equals. Never the order of the file, which is sorted by country.
    pub tie: u64,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// (AUC, precision of the top 5 %), each with a bootstrap interval over users; at one moment every user counts once.
pub fn measure(scored: &[Scored], seed: u64) -> (Estimate, Estimate) {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.tie.cmp(&other.tie)));
    let groups = groups(&sorted);
    let mut times = vec![1_u32; sorted.len()];
    let (auc, precision) = weighed(&sorted, &groups, &times);
    let mut random = Random(seed);
    let (mut aucs, mut precisions) = (Vec::new(), Vec::new());
    for _ in 0..RESAMPLES {
        times.fill(0);
        for _ in 0..sorted.len() {
            times[random.below(sorted.len())] += 1;
        }
        let (auc, precision) = weighed(&sorted, &groups, &times);
        aucs.push(auc);
        precisions.push(precision);
    }
    (estimate(auc, aucs), estimate(precision, precisions))
}

/// AUC alone, without an interval.
pub fn auc(scored: &[Scored]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|one, other| other.score.total_cmp(&one.score));
    weighed(&sorted, &groups(&sorted), &vec![1; sorted.len()]).0
}

/// Numbers those with equal scores alike.
fn groups(sorted: &[Scored]) -> Vec<u32> {
    let mut group = 0;
    let mut before = None;
    let mut groups = Vec::with_capacity(sorted.len());
    for it in sorted {
        group += u32::from(before.is_some_and(|before: f64| before != it.score));
        before = Some(it.score);
        groups.push(group);
    }
    groups
}

/// Both numbers when each person counts so many times; equal scores count half in the AUC.
fn weighed(sorted: &[Scored], groups: &[u32], times: &[u32]) -> (f64, f64) {
    let all: u32 = times.iter().sum();
    let top = (f64::from(all) * TOP).round().max(1.0) as u32;
    let (mut taken, mut hits) = (0, 0);
    let (mut stuck, mut fine, mut pairs) = (0.0, 0.0, 0.0);
    let (mut group, mut group_stuck, mut group_fine) = (0, 0.0, 0.0);
    for ((it, of), times) in sorted.iter().zip(groups).zip(times) {
        if *of != group {
            pairs += group_fine * (stuck + group_stuck / 2.0);
            stuck += group_stuck;
            fine += group_fine;
            (group, group_stuck, group_fine) = (*of, 0.0, 0.0);
        }
        let now = (*times).min(top - taken);
        taken += now;
        if it.is_stuck {
            hits += now;
            group_stuck += f64::from(*times);
        } else {
            group_fine += f64::from(*times);
        }
    }
    pairs += group_fine * (stuck + group_stuck / 2.0);
    stuck += group_stuck;
    fine += group_fine;
    let auc = if stuck * fine > 0.0 { pairs / (stuck * fine) } else { 0.5 };
    (auc, f64::from(hits) / f64::from(taken.max(1)))
}

fn estimate(value: f64, mut resampled: Vec<f64>) -> Estimate {
    resampled.sort_by(f64::total_cmp);
    let at = |share: f64| resampled[((resampled.len() - 1) as f64 * share).round() as usize];
    Estimate { value, low: at(0.025), high: at(0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(scores: &[(f64, bool)]) -> Vec<Scored> {
        scores.iter().enumerate().map(|(tie, it)| Scored { score: it.0, is_stuck: it.1, tie: tie as u64 }).collect()
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_the_right_order() {
        assert_eq!(auc(&scored(&[(3.0, true), (2.0, false), (1.0, false)])), 1.0);
        assert_eq!(auc(&scored(&[(3.0, false), (2.0, true), (1.0, true)])), 0.0);
        assert_eq!(auc(&scored(&[(3.0, true), (2.0, false), (2.0, true), (1.0, false)])), 0.875);
        assert_eq!(auc(&scored(&[(1.0, true); 5])), 0.5);
    }

    #[test]
    fn intervals_hold_the_value_and_do_not_change() {
        let people: Vec<(f64, bool)> = (0..200).map(|it| (f64::from(it % 17), it % 3 == 0)).collect();
        let (auc, precision) = measure(&scored(&people), 1);
        assert!(auc.low < auc.value && auc.value < auc.high);
        assert!(precision.low <= precision.value && precision.value <= precision.high);
        assert_eq!(measure(&scored(&people), 1), (auc, precision));
    }
}

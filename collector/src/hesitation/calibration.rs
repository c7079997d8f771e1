//! What a score means: the chance that somebody is stuck.

/// With fewer labels the formula is closer to the truth than the counts.
const LEAST_LABELS: usize = 500;

/// Bins of [`calibration_error`].
const BINS: usize = 10;

/// From scores to chances.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// (score, chance), both rising; empty: a score is a logit.
    steps: Vec<(f64, f64)>,
}

impl Calibration {
    /// From scores in thousandths of a logit and whether people were stuck. Isotonic regression by pooling adjacent
    /// violators (Ayer et al., Ann. Math. Stat. 26 (1955) 641–647) from 500 labels on.
    pub fn of(labels: &[(i32, bool)]) -> Self {
        if labels.len() < LEAST_LABELS {
            return Self { steps: Vec::new() };
        }
        let mut sorted = labels.to_vec();
        sorted.sort_unstable();
        // (sum of scores, stuck, labels)
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
            let count = equal.len() as f64;
            let stuck = equal.iter().filter(|it| it.1).count() as f64;
            pools.push((f64::from(equal[0].0) * count, stuck, count));
            while let [.., before, last] = pools.as_slice()
                && before.1 * last.2 >= last.1 * before.2
            {
                let pooled = (before.0 + last.0, before.1 + last.1, before.2 + last.2);
                pools.truncate(pools.len() - 2);
                pools.push(pooled);
            }
        }
        // Nobody is stuck for sure: half a label says the other thing.
        Self { steps: pools.iter().map(|it| (it.0 / it.2, (it.1 + 0.5) / (it.2 + 1.0))).collect() }.rising()
    }

    /// Straight between the middles of the pools.
    pub fn chance(&self, score: i32) -> f64 {
        let score = f64::from(score);
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else {
            return 1.0 / (1.0 + (-score / 1_000.0).exp());
        };
        if score <= first.0 {
            return first.1;
        }
        for pair in self.steps.windows(2) {
            if let [(from, low), (to, high)] = pair
                && score <= *to
            {
                return low + (high - low) * (score - from) / (to - from);
            }
        }
        last.1
    }

    fn rising(mut self) -> Self {
        let mut least = 0.0_f64;
        for step in &mut self.steps {
            least = least.max(step.1);
            step.1 = least;
        }
        self
    }
}

/// Expected calibration error: how far chances are from what happened, over ten bins of equally many
/// (Naeini, Cooper, Hauskrecht, AAAI 2015). `None` of nobody.
pub fn calibration_error(chances: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = chances.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    // Of people with equal chances nobody comes first.
    let mut labels = Vec::with_capacity(sorted.len());
    for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
        let stuck = equal.iter().filter(|it| it.1).count() as f64 / equal.len() as f64;
        labels.extend(equal.iter().map(|it| it.0 - stuck));
    }
    let all = labels.len();
    let bin = |bin: usize| labels[all * bin / BINS..all * (bin + 1) / BINS].iter().sum::<f64>().abs();
    (all > 0).then(|| (0..BINS).map(bin).sum::<f64>() / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_few_labels_a_score_is_a_logit() {
        let calibration = Calibration::of(&[(0, true); 10]);
        assert!((calibration.chance(0) - 0.5).abs() < 1e-12);
        assert!((calibration.chance(-2_197) - 0.1).abs() < 1e-4);
    }

    #[test]
    fn chances_rise_with_the_score_and_are_those_that_happened() {
        // At score s, s in a hundred are stuck, but for a dent that must be levelled.
        let labels: Vec<(i32, bool)> = (0..100)
            .flat_map(|score| (0..100).map(move |nth| (score, nth < if score == 50 { 20 } else { score })))
            .collect();
        let calibration = Calibration::of(&labels);
        let mut before = 0.0;
        for score in 0..100 {
            let chance = calibration.chance(score);
            assert!(chance >= before);
            before = chance;
        }
        assert!((calibration.chance(20) - 0.2).abs() < 0.02);
        assert!((calibration.chance(80) - 0.8).abs() < 0.02);
    }

    #[test]
    fn the_error_is_zero_where_chances_are_kept_and_what_is_missed_elsewhere() {
        let kept: Vec<(f64, bool)> = (0..1_000).map(|it| (0.3, it % 10 < 3)).collect();
        assert!(calibration_error(&kept).unwrap() < 1e-9);
        let missed: Vec<(f64, bool)> = (0..1_000).map(|it| (0.9, it % 10 < 3)).collect();
        assert!((calibration_error(&missed).unwrap() - 0.6).abs() < 0.01);
        assert_eq!(calibration_error(&[]), None);
    }
}

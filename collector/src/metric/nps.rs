//! The Net Promoter Score, and how sure it is.

use super::wilson::Z;

/// Answers to "how likely are you to recommend us?", 0 to 10, by band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nps {
    pub(crate) promoters: u64,
    pub(crate) passives: u64,
    pub(crate) detractors: u64,
}

impl Nps {
    /// Promoters answer this much or more.
    pub(crate) const PROMOTERS_FROM: i32 = 9;

    /// Detractors answer this much or less.
    pub(crate) const DETRACTORS_TO: i32 = 6;

    pub(crate) fn add(&mut self, score: i32) {
        match score {
            Self::PROMOTERS_FROM.. => self.promoters += 1,
            ..=Self::DETRACTORS_TO => self.detractors += 1,
            _ => self.passives += 1,
        }
    }

    pub(crate) fn answers(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// Share of promoters less share of detractors, from −1 to 1; `None` without an answer.
    pub(crate) fn score(self) -> Option<f64> {
        let answers = self.answers();
        (answers > 0).then(|| (self.promoters as f64 - self.detractors as f64) / answers as f64)
    }

    /// The 95 % adjusted-Wald interval; `None` without an answer.
    /// Three quarters of an answer more in each outer band, and three in all, make it honest for small samples: the
    /// plain one says "exactly 100" of ten promoters. B. Rocks, The American Statistician 70 (2016) 365–372,
    /// <https://doi.org/10.1080/00031305.2016.1141705>.
    pub(crate) fn interval(self) -> Option<(f64, f64)> {
        let (middle, variance) = self.adjusted()?;
        let spread = Z * variance.sqrt();
        Some(((middle - spread).max(-1.0), (middle + spread).min(1.0)))
    }

    /// The 95 % interval of `self − other`, whose variances add up; `None` without an answer to either.
    pub(crate) fn difference_interval(self, other: Self) -> Option<(f64, f64)> {
        let ((one, variance), (two, other_variance)) = (self.adjusted()?, other.adjusted()?);
        let spread = Z * (variance + other_variance).sqrt();
        Some(((one - two - spread).max(-2.0), (one - two + spread).min(2.0)))
    }

    /// The shrunken score, and its variance.
    fn adjusted(self) -> Option<(f64, f64)> {
        if self.answers() == 0 {
            return None;
        }
        let (promoters, detractors) = (self.promoters as f64 + 0.75, self.detractors as f64 + 0.75);
        let answers = self.answers() as f64 + 3.0;
        let middle = (promoters - detractors) / answers;
        Some((middle, ((promoters + detractors) / answers - middle * middle) / answers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nps(promoters: u64, passives: u64, detractors: u64) -> Nps {
        Nps { promoters, passives, detractors }
    }

    /// The interval without adjustment, as textbooks have it.
    fn plain_interval(it: Nps) -> (f64, f64) {
        let (n, score) = (it.answers() as f64, it.score().unwrap());
        let spread = Z * (((it.promoters + it.detractors) as f64 / n - score * score) / n).sqrt();
        (score - spread, score + spread)
    }

    /// How often an interval of `n` answers holds the true score, over all outcomes: exactly, not by drawing.
    fn coverage(n: u64, [promoter, passive, detractor]: [f64; 3], interval: impl Fn(Nps) -> (f64, f64)) -> f64 {
        let log_factorial = |n: u64| (1..=n).map(|it| (it as f64).ln()).sum::<f64>();
        let mut covered = 0.0;
        for promoters in 0..=n {
            for passives in 0..=n - promoters {
                let detractors = n - promoters - passives;
                let ways =
                    log_factorial(n) - log_factorial(promoters) - log_factorial(passives) - log_factorial(detractors);
                let powers = promoters as f64 * promoter.ln()
                    + passives as f64 * passive.ln()
                    + detractors as f64 * detractor.ln();
                let (low, high) = interval(nps(promoters, passives, detractors));
                if (low - 1e-12..=high + 1e-12).contains(&(promoter - detractor)) {
                    covered += (ways + powers).exp();
                }
            }
        }
        covered
    }

    #[test]
    fn intervals_hold_what_they_promise_where_the_plain_ones_do_not() {
        for (n, shares, plain, adjusted) in
            [(10, [0.95, 0.04, 0.01], 0.399, 0.916), (30, [0.80, 0.15, 0.05], 0.915, 0.962)]
        {
            let found = coverage(n, shares, |it| it.interval().unwrap());
            assert!((found - adjusted).abs() < 0.003, "adjusted: {found}, not {adjusted}");
            let found = coverage(n, shares, plain_interval);
            assert!((found - plain).abs() < 0.003, "plain: {found}, not {plain}");
        }
    }

    #[test]
    fn ten_promoters_are_not_surely_all_and_seven_passives_not_surely_none() {
        for (it, score, low, high) in [
            (nps(10, 0, 0), 1.0, 0.4750, 1.0),
            (nps(0, 7, 0), 0.0, -0.2401, 0.2401),
            (nps(0, 0, 10), -1.0, -1.0, -0.4750),
            (nps(50, 30, 20), 0.3, 0.1405, 0.4420),
        ] {
            let (found_low, found_high) = it.interval().unwrap();
            assert!((it.score().unwrap() - score).abs() < 1e-12);
            assert!(
                (found_low - low).abs() < 1e-4 && (found_high - high).abs() < 1e-4,
                "{it:?}: {found_low} {found_high}"
            );
        }
        assert_eq!((nps(0, 0, 0).score(), nps(0, 0, 0).interval()), (None, None));
    }

    #[test]
    fn bands_are_those_of_the_standard() {
        let mut all = Nps::default();
        (0..=10).for_each(|it| all.add(it));
        assert_eq!(all, nps(2, 2, 7));
    }

    proptest! {
        #[test]
        fn score_and_interval_are_the_formula(promoters in 0u64..500, passives in 0u64..500, detractors in 0u64..500) {
            let it = nps(promoters, passives, detractors);
            prop_assume!(it.answers() > 0);
            let (p, d, n) = (promoters as f64, detractors as f64, it.answers() as f64);
            prop_assert!((it.score().unwrap() - (p / n - d / n)).abs() < 1e-12);
            let middle = ((p + 0.75) - (d + 0.75)) / (n + 3.0);
            let spread = 1.959_963_985 * ((((p + d + 1.5) / (n + 3.0)) - middle.powi(2)) / (n + 3.0)).sqrt();
            let (low, high) = it.interval().unwrap();
            prop_assert!((low - (middle - spread).max(-1.0)).abs() < 1e-8 && (high - (middle + spread).min(1.0)).abs() < 1e-8);
            prop_assert!(-1.0 <= low && low <= middle && middle <= high && high <= 1.0);
        }

        #[test]
        fn a_better_answer_never_lowers_score_or_interval(promoters in 0u64..200, passives in 1u64..200, detractors in 1u64..200) {
            let before = nps(promoters, passives, detractors);
            for after in [nps(promoters + 1, passives - 1, detractors), nps(promoters, passives + 1, detractors - 1)] {
                prop_assert!(after.score().unwrap() > before.score().unwrap());
                let (before, after) = (before.adjusted().unwrap(), after.adjusted().unwrap());
                prop_assert!(after.0 > before.0);
            }
        }

        #[test]
        fn more_of_the_same_is_surer(promoters in 0u64..60, passives in 0u64..60, detractors in 0u64..60) {
            let once = nps(promoters, passives, detractors);
            prop_assume!(once.answers() > 0);
            let (low, high) = once.interval().unwrap();
            let (many_low, many_high) = nps(promoters * 9, passives * 9, detractors * 9).interval().unwrap();
            prop_assert!(many_high - many_low < high - low);
        }

        #[test]
        fn a_difference_turned_around_is_its_mirror(one in (0u64..90, 0u64..90, 1u64..90), other in (0u64..90, 0u64..90, 1u64..90)) {
            let (one, other) = (nps(one.0, one.1, one.2), nps(other.0, other.1, other.2));
            let (low, high) = one.difference_interval(other).unwrap();
            let (other_low, other_high) = other.difference_interval(one).unwrap();
            prop_assert!((low + other_high).abs() < 1e-12 && (high + other_low).abs() < 1e-12);
            let (same_low, same_high) = one.difference_interval(one).unwrap();
            prop_assert!(same_low <= 0.0 && same_high >= 0.0);
        }
    }
}

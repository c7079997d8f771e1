//! Chance from a seed; the same on every machine.

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>): tiny, and any seed will do.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// A stream of its own for each part of a simulation: adding a part changes no other.
    pub(super) fn of(seed: u64, part: &str, number: u64) -> Self {
        let mut random = Self { state: seed };
        for word in part.bytes().map(u64::from).chain([number]) {
            // Mixed before each word, so that the words of one cannot undo the seed of another.
            random.state = random.bits() ^ word;
        }
        random.state = random.bits();
        random
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(super) fn wide_bits(&mut self) -> u128 {
        u128::from(self.bits()) << 64 | u128::from(self.bits())
    }

    /// Evenly from 0 up to, not including, 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// Evenly from `from` up to, not including, `to`.
    pub(super) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + (self.share() * to.saturating_sub(from) as f64) as u64
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.between(0, choices.len() as u64) as usize)
    }

    /// One of the names, by weight.
    pub(super) fn weighted(&mut self, choices: &[(&'static str, f64)]) -> &'static str {
        let mut rest = self.share() * choices.iter().map(|(_, weight)| weight).sum::<f64>();
        for (name, weight) in choices {
            rest -= weight;
            if rest < 0.0 {
                return name;
            }
        }
        choices.last().map_or("", |(name, _)| name)
    }

    /// Log-normal: most below the median's double, a few far beyond, as people's delays are.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        // Irwin–Hall: twelve even numbers are near enough to normal, without the differences that
        // `ln` and `cos` may have between machines.
        let normal: f64 = (0..12).map(|_| self.share()).sum::<f64>() - 6.0;
        median * exp(sigma * normal)
    }
}

/// e^x by its series, so that every machine rounds alike.
fn exp(x: f64) -> f64 {
    let halvings = 10;
    let small = x / f64::from(1 << halvings);
    let mut power = 1.0 + small * (1.0 + small / 2.0 * (1.0 + small / 3.0 * (1.0 + small / 4.0)));
    for _ in 0..halvings {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_gives_another() {
        let draw = |seed, part, number| Random::of(seed, part, number).bits();
        assert_eq!(draw(1, "a", 1), draw(1, "a", 1));
        let all = [draw(1, "a", 1), draw(2, "a", 1), draw(1, "b", 1), draw(1, "a", 2), draw(0, "", 0)];
        for (index, it) in all.iter().enumerate() {
            assert!(!all[..index].contains(it));
        }
    }

    #[test]
    fn log_normal_has_its_median() {
        let mut random = Random::of(1, "test", 0);
        let below = (0..10_000).filter(|_| random.log_normal(100.0, 1.0) < 100.0).count();
        assert!((4_800..5_200).contains(&below), "{below}");
        assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-9);
    }
}

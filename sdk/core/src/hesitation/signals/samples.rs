//! What a visit measured, a fair choice of it where there is more than travels.

use domain::hesitation::{Measure, Sample, write_sample};

/// Samples of one measure that one visit contributes: no visitor outweighs the others.
const MOST: u32 = 12;

#[derive(Debug)]
pub(super) struct Samples {
    kept: Vec<Sample>,
    seen: [u32; Measure::COUNT],
}

impl Default for Samples {
    fn default() -> Self {
        // Repeated, not defaulted: that would write out every count.
        Self { kept: Vec::new(), seen: [0; Measure::COUNT] }
    }
}

impl Samples {
    /// Beyond the limit each has the same chance to stay (reservoir sampling, Vitter 1985), drawn by a fixed hash.
    pub(super) fn push(&mut self, measure: Measure, value: i64, is_censored: bool) {
        let Some(seen) = self.seen.get_mut(measure.index()) else { return };
        let sample = Sample { measure, value, is_censored };
        *seen = seen.saturating_add(1);
        if *seen <= MOST {
            self.kept.push(sample);
            return;
        }
        let place = seen.wrapping_mul(0x9e37_79b9).rotate_left(15) % *seen;
        let mut of_it = self.kept.iter_mut().filter(|it| it.measure == measure);
        if let Some(slot) = of_it.nth(place as usize) {
            *slot = sample;
        }
    }

    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        self.kept.iter().for_each(|it| write_sample(&mut text, *it));
        text
    }

    #[cfg(not(target_family = "wasm"))]
    pub(super) fn size_bytes(&self) -> usize {
        self.kept.capacity() * size_of::<Sample>()
    }
}

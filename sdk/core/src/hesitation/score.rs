//! A score: features, what they weigh, and their sum.

use domain::hesitation::{Feature, Model};

/// Thousandths of a logit; the parts add up to the whole exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub bias: i32,
    features: [i32; Feature::COUNT],
    contributions: [i32; Feature::COUNT],
    measured: [i64; Feature::COUNT],
    usual: [Option<i64>; Feature::COUNT],
}

impl Score {
    pub fn new(bias: i32) -> Self {
        Self { bias, ..Self::default() }
    }

    /// Adds one feature, with what was measured and what is usual.
    pub(crate) fn add(&mut self, model: &Model, feature: Feature, value: i32, measured: i64, usual: Option<i64>) {
        let at = feature as usize;
        let contribution = (i64::from(model.weight(feature)) * i64::from(value) / 1_000) as i32;
        for (of, it) in [(&mut self.features, value), (&mut self.contributions, contribution)] {
            if let Some(slot) = of.get_mut(at) {
                *slot = it;
            }
        }
        if let Some(slot) = self.measured.get_mut(at) {
            *slot = measured;
        }
        if let Some(slot) = self.usual.get_mut(at) {
            *slot = usual;
        }
    }

    pub fn feature(&self, feature: Feature) -> i32 {
        self.features.get(feature as usize).copied().unwrap_or(0)
    }

    pub fn contribution(&self, feature: Feature) -> i32 {
        self.contributions.get(feature as usize).copied().unwrap_or(0)
    }

    pub fn measured(&self, feature: Feature) -> (i64, Option<i64>) {
        let at = feature as usize;
        (self.measured.get(at).copied().unwrap_or(0), self.usual.get(at).copied().flatten())
    }

    pub fn total(&self) -> i32 {
        self.contributions.iter().fold(self.bias, |sum, it| sum + it)
    }
}

//! A score: features, what they weigh, and their sum.

use crate::json::push_signed;
use domain::hesitation::{Feature, Model};

/// Reasons given for a score.
const REASONS: usize = 3;

/// Numbers per part in [`Score::parts`].
const NUMBERS: usize = 5;

/// Thousandths of a logit; the parts add up to the whole exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub bias: i32,
    parts: [Part; Feature::COUNT],
}

/// What one feature adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    value: i32,
    contribution: i32,
    measured: i64,
    usual: Option<i64>,
}

/// One of the things that made a score, as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub feature: Feature,
    /// Thousandths of a logit.
    pub contribution: i32,
    /// Milliseconds or a count.
    pub measured: i64,
    /// What one visit in twenty exceeds (or falls short of); `None` where there is nothing to compare with.
    pub usual: Option<i64>,
}

impl Score {
    pub fn new(bias: i32) -> Self {
        Self { bias, ..Self::default() }
    }

    /// Adds one feature, with what was measured and what is usual.
    pub(crate) fn add(&mut self, model: &Model, feature: Feature, value: i32, measured: i64, usual: Option<i64>) {
        let contribution = (i64::from(model.weight(feature)) * i64::from(value) / 1_000) as i32;
        if let Some(part) = self.parts.get_mut(feature as usize) {
            *part = Part { value, contribution, measured, usual };
        }
    }

    pub fn feature(&self, feature: Feature) -> i32 {
        self.part(feature).value
    }

    pub fn contribution(&self, feature: Feature) -> i32 {
        self.part(feature).contribution
    }

    pub fn measured(&self, feature: Feature) -> (i64, Option<i64>) {
        let part = self.part(feature);
        (part.measured, part.usual)
    }

    pub fn total(&self) -> i32 {
        self.parts.iter().fold(self.bias, |sum, it| sum + it.contribution)
    }

    /// The largest positive contributions, largest first; ties in the order of [`Feature::ALL`].
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        while reasons.len() < REASONS {
            let mut best: Option<(Feature, &Part)> = None;
            for (feature, part) in Feature::ALL.into_iter().zip(&self.parts) {
                let is_free = reasons.iter().all(|it| it.feature != feature);
                if is_free && part.contribution > best.map_or(0, |it| it.1.contribution) {
                    best = Some((feature, part));
                }
            }
            let Some((feature, part)) = best else { break };
            let Part { contribution, measured, usual, .. } = *part;
            reasons.push(Reason { feature, contribution, measured, usual });
        }
        reasons
    }

    /// The parts that are not zero as a JSON list of numbers, five each: the feature's place in [`Feature::ALL`], its
    /// value, its contribution, what was measured, what is usual (−1: unknown). `[1,2310,3312,38000,22000]`
    pub fn parts(&self) -> String {
        let mut text = String::from("[");
        for (feature, part) in self.parts.iter().enumerate() {
            if part.value == 0 {
                continue;
            }
            for number in [
                feature as i64,
                i64::from(part.value),
                i64::from(part.contribution),
                part.measured,
                part.usual.unwrap_or(-1),
            ] {
                if text.len() > 1 {
                    text.push(',');
                }
                push_signed(&mut text, number);
            }
        }
        text.push(']');
        text
    }

    /// What [`Self::parts`] wrote; `None` when it is something else.
    pub fn from_parts(bias: i32, numbers: &[i64]) -> Option<Self> {
        let mut score = Self::new(bias);
        let parts = numbers.chunks_exact(NUMBERS);
        if !parts.remainder().is_empty() {
            return None;
        }
        for part in parts {
            let &[feature, value, contribution, measured, usual] = part else { return None };
            *score.parts.get_mut(usize::try_from(feature).ok()?)? = Part {
                value: i32::try_from(value).ok()?,
                contribution: i32::try_from(contribution).ok()?,
                measured,
                usual: Some(usual).filter(|it| *it >= 0),
            };
        }
        Some(score)
    }

    fn part(&self, feature: Feature) -> Part {
        self.parts.get(feature as usize).copied().unwrap_or_default()
    }
}

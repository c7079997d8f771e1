//! A score: features, what they weigh, and their sum.

use super::signals::{COUNTED, EVIDENCE, Signals, Trail};
use crate::json::push_signed;
use domain::hesitation::{Feature, LATELY_MS, Measure, Model, PRIOR_AT_MS, STATES_AFTER, STATES_AT_MS};

/// No single thing decides by more than e¹⁰⁰ to one; so the sum of all always fits.
const MOST_CONTRIBUTION: i32 = 100_000;
/// Before anything was done, little progress says no more than this: one in thirty.
const MOST_BEFORE_ACTING: i32 = 1_500;

/// Reasons given for a score.
const REASONS: usize = 3;

/// Numbers per part in [`Score::parts`].
const NUMBERS: usize = 5;

/// Thousandths of a logit; the parts add up to the whole exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        // Repeated, not defaulted: that would write out every part.
        Self { bias: bias.clamp(-MOST_CONTRIBUTION, MOST_CONTRIBUTION), parts: [Part::default(); Feature::COUNT] }
    }

    /// Adds one feature, with what was measured and what is usual.
    pub(crate) fn add(&mut self, model: &Model, feature: Feature, value: i32, measured: i64, usual: Option<i64>) {
        let contribution = i64::from(model.weight(feature)) * i64::from(value) / 1_000;
        let most = i64::from(MOST_CONTRIBUTION);
        let contribution = contribution.clamp(-most, most) as i32;
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

/// How unusual a visit is so far.
pub(super) fn score(model: &Model, signals: &Signals, trail: &Trail) -> Score {
    let now_ms = signals.active_ms;
    let mut score = Score::new(model.bias);
    for (from_ms, prior) in PRIOR_AT_MS.iter().zip(&signals.norm.baseline.prior) {
        if now_ms >= *from_ms {
            score.add(model, Feature::Prior, *prior, now_ms, None);
        }
    }

    let mut compare = |feature: Feature, measure: Measure, value: i64| {
        let mut surprise = signals.surprise(measure, value);
        if matches!(feature, Feature::Idle | Feature::FirstAction | Feature::TimeHere) {
            surprise = trail.at_own_pace(surprise);
        }
        if feature == Feature::FirstAction && signals.first_ms.is_none() {
            // Not done yet: it can only become later.
            surprise = surprise.max(0);
        }
        score.add(model, feature, surprise, plain(measure, value), signals.usual(measure));
    };
    if let Some((after, since_ms)) = signals.pause {
        let feature = if after == Measure::FirstAction { Feature::FirstAction } else { Feature::Idle };
        compare(feature, after, now_ms - since_ms);
    }
    if let Some(first_ms) = signals.first_ms {
        compare(Feature::FirstAction, Measure::FirstAction, first_ms);
    }
    compare(Feature::TimeHere, Measure::TimeHere, signals.before_ms + now_ms);
    let expects_progress = signals.expects_progress();
    let counted = if expects_progress { COUNTED.len() } else { COUNTED.len() / 2 };
    for ((feature, measure), count) in COUNTED.iter().zip(&signals.counts).take(counted) {
        compare(*feature, *measure, count * COUNT);
    }
    if now_ms >= LATELY_MS {
        compare(Feature::Slow, Measure::Lately, signals.lately() * COUNT);
    }
    if expects_progress {
        compare(Feature::Stall, Measure::Stall, now_ms - signals.progressed_ms);
        for (feature, at) in [(Feature::FewStates, now_ms), (Feature::FewForActions, signals.actions)] {
            let (mut surprise, usual) = few(signals, feature, at);
            if signals.actions == 0 {
                surprise = surprise.min(MOST_BEFORE_ACTING);
            }
            if feature == Feature::FewForActions && signals.reached.is_empty() {
                // Not begun is not yet done in vain: little progress for the time says it already.
                surprise = 0;
            }
            score.add(model, feature, surprise, signals.reached.len() as i64, usual);
        }
    }

    let waits_ms = signals.entered_ms.map_or(0, |it| now_ms - it);
    let waiting = signals.surprise(Measure::FieldLatency, waits_ms);
    for (feature, (level, measured)) in EVIDENCE.iter().zip(signals.evidence()) {
        let is_wait = *feature == Feature::FieldLatency;
        let usual = if is_wait { signals.usual(Measure::FieldLatency) } else { None };
        let (level, measured) = if is_wait && waiting > level { (waiting, waits_ms) } else { (level, measured) };
        if level > 0 {
            score.add(model, *feature, level, measured, usual);
        }
    }
    score
}

/// One of what is counted, in the unit of curves.
const COUNT: i64 = 1_000;

/// As people count.
pub(super) fn plain(measure: Measure, value: i64) -> i64 {
    if measure.is_count() { value / COUNT } else { value }
}

/// The surprise of so little progress, between the two ages (or numbers of actions) that are known; none before any.
fn few(signals: &Signals, feature: Feature, at: i64) -> (i32, Option<i64>) {
    let value = signals.worth();
    let is_by_age = feature == Feature::FewStates;
    let ages: &[i64] = if is_by_age { &STATES_AT_MS } else { &STATES_AFTER };
    let (mut from, mut below, mut usual) = (0, 0, None);
    for (bucket, age) in ages.iter().enumerate() {
        let bucket = bucket as u8;
        let measure = if is_by_age { Measure::States(bucket) } else { Measure::StatesAfter(bucket) };
        let known = signals.usual(measure);
        if known.is_none() {
            break;
        }
        usual = known;
        let surprise = i64::from(signals.surprise(measure, value));
        if at < *age {
            below += (surprise - below) * (at - from) / (age - from);
            break;
        }
        (from, below) = (*age, surprise);
    }
    (below as i32, usual)
}
